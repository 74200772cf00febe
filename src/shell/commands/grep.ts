import { strerror } from '../../engine/core/errno.ts';
import { readdir, readFile, stat } from '../../engine/linux/vfs.ts';
import { type Context, defineCommand } from '../command.ts';
import { lineFilter } from '../lines.ts';
import { compileRegex, type Match, type Regex, search } from '../regex/regex.ts';

type K =
  | 'after'
  | 'before'
  | 'around'
  | 'count'
  | 'extended'
  | 'fixed'
  | 'basic'
  | 'perl'
  | 'pattern'
  | 'file'
  | 'with'
  | 'without'
  | 'fold'
  | 'withoutmatch'
  | 'withmatch'
  | 'max'
  | 'number'
  | 'only'
  | 'quiet'
  | 'recursive'
  | 'silent'
  | 'invert'
  | 'word'
  | 'line'
  | 'text'
  | 'color'
  | 'buffered';

interface State {
  readonly count: number;
  readonly number: number;
  readonly any: boolean;
  /** Lines kept for -B, and how many are still due for -A. */
  readonly kept: readonly (readonly [number, string])[];
  readonly due: number;
  /** The last line that was printed, to know where `--` stands. */
  readonly last: number;
  readonly index: number;
}

const ANY_PERL = { d: '[0-9]', D: '[^0-9]' } as const;

function patternTexts(ctx: Context<K>): readonly string[] | undefined {
  const { flags, sys } = ctx;
  const given = flags.values('pattern').flatMap((text) => text.split('\n'));
  const file = flags.value('file');
  if (file !== undefined) {
    const text = readFile(sys.tx, sys.self, file);
    if (text.ok) for (const line of text.value.replace(/\n$/, '').split('\n')) given.push(line);
  }
  if (flags.has('pattern') || file !== undefined) return given;
  return ctx.operands[0]?.split('\n');
}

const isExtended = (ctx: Context<K>): boolean =>
  ctx.name === 'egrep' || ctx.flags.last('extended', 'basic', 'perl', 'fixed') === 'extended' || ctx.flags.has('perl');

const isFixed = (ctx: Context<K>): boolean =>
  ctx.name === 'fgrep' || ctx.flags.last('extended', 'basic', 'perl', 'fixed') === 'fixed';

function compiled(ctx: Context<K>): readonly Regex[] | string {
  const regexes: Regex[] = [];
  for (const text of patternTexts(ctx) ?? []) {
    let source = isFixed(ctx) ? text.replace(/[\\^$.[\]*]/g, '\\$&') : text;
    if (ctx.flags.has('perl')) source = source.replace(/\\([dD])/g, (_all, letter: 'd' | 'D') => ANY_PERL[letter]);
    const regex = compileRegex(source, {
      extended: !isFixed(ctx) && isExtended(ctx),
      ignoreCase: ctx.flags.has('fold'),
    });
    if (typeof regex === 'string') return regex;
    regexes.push(regex);
  }
  return regexes;
}

const wordChar = (char: string | undefined): boolean => char !== undefined && /\w/.test(char);

/** The first match at or after `from` that -w and -x accept. */
function find(ctx: Context<K>, regexes: readonly Regex[], text: string, from = 0): Match | undefined {
  let best: Match | undefined;
  for (const regex of regexes) {
    for (let at = from; at <= text.length; at++) {
      const match = search(regex, text, at);
      if (!match) break;
      const [start, end] = match as unknown as [number, number];
      const whole = !ctx.flags.has('line') || (start === 0 && end === text.length);
      const apart = !ctx.flags.has('word') || (!wordChar(text[start - 1]) && !wordChar(text[end]));
      if (whole && apart) {
        if (!best || start < (best[0] as number) || (start === best[0] && end > (best[1] as number))) best = match;
        break;
      }
      at = start;
    }
  }
  return best;
}

const numberOf = (ctx: Context<K>, key: K): number =>
  Number(ctx.flags.value(key) ?? ctx.flags.value('around') ?? 0) || 0;

function prefix(ctx: Context<K>, file: string, number: number, mark: ':' | '-'): string {
  const named = withNames(ctx) ? `${file === '-' ? '(standard input)' : file}${mark}` : '';
  return `${named}${ctx.flags.has('number') ? `${number}${mark}` : ''}`;
}

function withNames(ctx: Context<K>): boolean {
  const how = ctx.flags.last('with', 'without');
  if (how) return how === 'with';
  return filesOf(ctx).length > 1 || ctx.flags.has('recursive');
}

function filesOf(ctx: Context<K>): readonly string[] {
  const { flags } = ctx;
  const paths = flags.has('pattern') || flags.has('file') ? ctx.operands : ctx.operands.slice(1);
  if (!flags.has('recursive')) return paths;
  const found: string[] = [];
  const todo = paths.length > 0 ? [...paths] : ['.'];
  for (let path = todo.shift(); path !== undefined && found.length < 5000; path = todo.shift()) {
    const here = stat(ctx.sys.tx, ctx.sys.self, path, false);
    if (!here.ok || here.value.kind !== 'dir') found.push(path);
    else {
      const names = readdir(ctx.sys.tx, ctx.sys.self, path);
      const dir = path;
      if (names.ok)
        todo.unshift(
          ...names.value.map((name) =>
            dir === '.' && paths.length === 0 ? name : `${dir.replace(/\/$/, '')}/${name}`,
          ),
        );
    }
  }
  return found;
}

function selected(ctx: Context<K>, state: State, regexes: readonly Regex[], text: string, file: string): State {
  const { flags } = ctx;
  const number = state.number;
  if (flags.has('only')) {
    if (flags.has('invert')) return state;
    for (let at = 0; at <= text.length; ) {
      const match = find(ctx, regexes, text, at);
      if (!match) break;
      const [start, end] = match as unknown as [number, number];
      if (end > start) ctx.out(`${prefix(ctx, file, number, ':')}${text.slice(start, end)}\n`);
      at = end > start ? end : end + 1;
    }
    return state;
  }
  const first = state.kept[0]?.[0] ?? number;
  const context = numberOf(ctx, 'after') + numberOf(ctx, 'before') > 0;
  if (context && state.last > 0 && first > state.last + 1) ctx.out('--\n');
  for (const [n, line] of state.kept) ctx.out(`${prefix(ctx, file, n, '-')}${line}\n`);
  ctx.out(`${prefix(ctx, file, number, ':')}${text}\n`);
  return { ...state, kept: [], due: numberOf(ctx, 'after'), last: number };
}

function fileDone(ctx: Context<K>, state: State, file: string): void {
  const { flags } = ctx;
  if (flags.has('quiet')) return;
  const shown = file === '-' ? '(standard input)' : file;
  if (flags.has('withmatch')) {
    if (state.count > 0) ctx.out(`${shown}\n`);
  } else if (flags.has('withoutmatch')) {
    if (state.count === 0) ctx.out(`${shown}\n`);
  } else if (flags.has('count')) ctx.out(`${withNames(ctx) ? `${shown}:` : ''}${state.count}\n`);
}

const fresh = (index: number, any: boolean): State => ({ count: 0, number: 0, any, kept: [], due: 0, last: 0, index });

defineCommand<K>({
  name: 'grep',
  aliases: ['egrep', 'fgrep'],
  summary: 'Search for PATTERNS in each FILE.',
  usage: '[OPTION]... PATTERNS [FILE]...',
  busyboxUsage: '[-HhnlLoqvsrRiwFE] [-m N] [-A|B|C N] { PATTERN | -e PATTERN... | -f FILE... } [FILE]...',
  usageStatus: 2,
  flags: {
    after: { short: 'A', long: 'after-context', value: 'NUM', help: 'print NUM lines of trailing context' },
    before: { short: 'B', long: 'before-context', value: 'NUM', help: 'print NUM lines of leading context' },
    around: { short: 'C', long: 'context', value: 'NUM', help: 'print NUM lines of output context' },
    text: { short: 'a', long: 'text', help: 'process a binary file as if it were text' },
    count: { short: 'c', long: 'count', help: 'print only a count of selected lines per FILE' },
    color: { long: 'color', value: 'WHEN', optional: true, help: 'use markers to highlight (never here)' },
    extended: { short: 'E', long: 'extended-regexp', help: 'PATTERNS are extended regular expressions' },
    pattern: { short: 'e', long: 'regexp', value: 'PATTERNS', help: 'use PATTERNS for matching' },
    fixed: { short: 'F', long: 'fixed-strings', help: 'PATTERNS are strings' },
    file: { short: 'f', long: 'file', value: 'FILE', help: 'take PATTERNS from FILE' },
    basic: { short: 'G', long: 'basic-regexp', help: 'PATTERNS are basic regular expressions' },
    with: { short: 'H', long: 'with-filename', help: 'print file name with output lines' },
    without: { short: 'h', long: 'no-filename', help: 'suppress the file name prefix on output' },
    fold: { short: 'iy', long: 'ignore-case', help: 'ignore case distinctions' },
    withoutmatch: { short: 'L', long: 'files-without-match', help: 'print only names of FILEs with no selected lines' },
    withmatch: { short: 'l', long: 'files-with-matches', help: 'print only names of FILEs with selected lines' },
    max: { short: 'm', long: 'max-count', value: 'NUM', help: 'stop after NUM selected lines' },
    number: { short: 'n', long: 'line-number', help: 'print line number with output lines' },
    only: { short: 'o', long: 'only-matching', help: 'show only nonempty parts of lines that match' },
    perl: { short: 'P', long: 'perl-regexp', help: 'PATTERNS are Perl regular expressions (as far as -E goes)' },
    quiet: { short: 'q', long: 'quiet', help: 'suppress all normal output' },
    recursive: { short: 'rR', long: 'recursive', help: 'search directories recursively' },
    silent: { short: 's', long: 'no-messages', help: 'suppress error messages' },
    invert: { short: 'v', long: 'invert-match', help: 'select non-matching lines' },
    word: { short: 'w', long: 'word-regexp', help: 'match only whole words' },
    line: { short: 'x', long: 'line-regexp', help: 'match only whole lines' },
    buffered: { long: 'line-buffered', help: 'flush output on every line' },
  },
  ...lineFilter<K, State>({
    badFile: 2,
    files: filesOf,
    begin(ctx) {
      if (patternTexts(ctx) === undefined) {
        ctx.err(
          ctx.busybox
            ? 'BusyBox v1.37.0 (Debian 1:1.37.0-6+b9) multi-call binary.\n\nUsage: grep [-HhnlLoqvsrRiwFE] [-m N] [-A|B|C N] { PATTERN | -e PATTERN... | -f FILE... } [FILE]...\n'
            : "Usage: grep [OPTION]... PATTERNS [FILE]...\nTry 'grep --help' for more information.\n",
        );
        return ctx.busybox ? 1 : 2;
      }
      const regexes = compiled(ctx);
      return typeof regexes === 'string'
        ? ctx.fail(ctx.busybox ? `bad regex '${patternTexts(ctx)?.[0]}': ${regexes}` : regexes, 2)
        : fresh(0, false);
    },
    line(ctx, before, text, { file, index }) {
      const from = index === before.index ? before : fresh(index, before.any);
      const state = { ...from, number: from.number + 1 };
      const max = ctx.flags.value('max');
      if (max !== undefined && state.count >= Number(max)) return state;
      const regexes = compiled(ctx) as readonly Regex[];
      const hit = (find(ctx, regexes, text) !== undefined) !== ctx.flags.has('invert');
      const { flags } = ctx;
      const counting = flags.has('count') || flags.has('withmatch') || flags.has('withoutmatch') || flags.has('quiet');
      if (hit) {
        if (flags.has('quiet')) return { stop: 0 };
        const counted = { ...state, count: state.count + 1, any: true };
        return counting ? counted : selected(ctx, counted, regexes, text, file);
      }
      if (counting || flags.has('only')) return state;
      if (state.due > 0) {
        ctx.out(`${prefix(ctx, file, state.number, '-')}${text}\n`);
        return { ...state, due: state.due - 1, last: state.number };
      }
      const keep = numberOf(ctx, 'before');
      return keep > 0 ? { ...state, kept: [...state.kept, [state.number, text] as const].slice(-keep) } : state;
    },
    fileEnd(ctx, state, file, index) {
      const here = state.index === index ? state : fresh(index, state.any);
      fileDone(ctx, here, file);
      return fresh(index + 1, here.any);
    },
    end: (_ctx, state) => (state.any ? 0 : 1),
    unreadable: (_ctx, file, error) => `${file}: ${strerror(error)}`,
  }),
});
