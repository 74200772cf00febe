import { strerror } from '../../engine/core/errno.ts';
import { writeFile } from '../../engine/linux/change.ts';
import { readFile } from '../../engine/linux/vfs.ts';
import { type Context, defineCommand } from '../command.ts';
import { lineFilter } from '../lines.ts';
import { type Instruction, parseSed, type SedProblem } from '../sed/parse.ts';
import { advanceSed, type SedState, startState } from '../sed/run.ts';

type K =
  | 'quiet'
  | 'expression'
  | 'file'
  | 'extended'
  | 'inplace'
  | 'separate'
  | 'null'
  | 'unbuffered'
  | 'posix'
  | 'debug';

interface State {
  readonly sed: SedState;
  /** -i: what the file will hold. */
  readonly text: string;
  readonly index: number;
  /** The last line had no newline. */
  readonly bare: boolean;
}

function scriptOf(ctx: Context<K>): string | undefined {
  const parts: string[] = [];
  for (const [key, value] of ctx.flags.all) {
    if (key === 'expression') parts.push(value ?? '');
    if (key === 'file') {
      const text = readFile(ctx.sys.tx, ctx.sys.self, value ?? '');
      parts.push(text.ok ? text.value.replace(/\n$/, '').replace(/^#n\n/, '') : '');
    }
  }
  return parts.length > 0 ? parts.join('\n') : ctx.operands[0];
}

const given = (ctx: Context<K>): boolean => ctx.flags.has('expression') || ctx.flags.has('file');
const filesOf = (ctx: Context<K>): readonly string[] => (given(ctx) ? ctx.operands : ctx.operands.slice(1));

function parsed(ctx: Context<K>): readonly Instruction[] | SedProblem {
  return parseSed(scriptOf(ctx) ?? '', { extended: ctx.flags.has('extended') });
}

const BUSYBOX_USAGE =
  'BusyBox v1.37.0 (Debian 1:1.37.0-6+b9) multi-call binary.\n\nUsage: sed [-i[SFX]] [-nrE] [-f FILE]... [-e CMD]... [FILE]...\nor: sed [-i[SFX]] [-nrE] CMD [FILE]...\n';

/** One file's cycles; with -i what they print becomes the file. */
function advance(ctx: Context<K>, state: State, file: string, lines: readonly string[], ended: boolean): State {
  const instructions = parsed(ctx) as readonly Instruction[];
  const inplace = ctx.flags.has('inplace');
  let text = state.text;
  const host = {
    file,
    out: (more: string): void => {
      if (inplace) text += more;
      else ctx.out(more);
    },
    read: (path: string): string => {
      const found = readFile(ctx.sys.tx, ctx.sys.self, path);
      return found.ok ? found.value : '';
    },
    write: (path: string, more: string): void => {
      if (path === '/dev/stdout') host.out(more);
      else if (path === '/dev/stderr') ctx.err(more);
      else writeFile(ctx.sys.tx, ctx.sys.self, path, more, { append: true });
    },
  };
  const script = { instructions, quiet: ctx.flags.has('quiet'), extended: ctx.flags.has('extended') };
  const sed = advanceSed({ ...state.sed, queue: [...state.sed.queue, ...lines], ended }, script, host);
  return { ...state, sed, text };
}

/** A file without a newline at its end gives none back. */
function trimLast(ctx: Context<K>, bare: boolean): void {
  const last = ctx.queue.at(-1);
  if (bare && last?.[0] === 1 && last[1].endsWith('\n')) ctx.queue[ctx.queue.length - 1] = [1, last[1].slice(0, -1)];
}

defineCommand<K>({
  name: 'sed',
  summary: 'Stream editor for filtering and transforming text.',
  usage: '[OPTION]... {script-only-if-no-other-script} [input-file]...',
  flags: {
    quiet: { short: 'n', long: 'quiet', help: 'suppress automatic printing of pattern space' },
    debug: { long: 'debug', help: 'annotate program execution' },
    expression: {
      short: 'e',
      long: 'expression',
      value: 'script',
      help: 'add the script to the commands to be executed',
    },
    file: { short: 'f', long: 'file', value: 'script-file', help: 'add the contents of script-file to the commands' },
    extended: { short: 'Er', long: 'regexp-extended', help: 'use extended regular expressions in the script' },
    inplace: { short: 'i', long: 'in-place', value: 'SUFFIX', optional: true, help: 'edit files in place' },
    posix: { long: 'posix', help: 'disable all GNU extensions' },
    separate: { short: 's', long: 'separate', help: 'consider files as separate' },
    unbuffered: { short: 'u', long: 'unbuffered', help: 'load minimal amounts of data from the input files' },
    null: { short: 'z', long: 'null-data', help: 'separate lines by NUL characters' },
  },
  ...lineFilter<K, State>({
    files: filesOf,
    begin(ctx) {
      if (scriptOf(ctx) === undefined) {
        ctx.err(
          ctx.busybox ? BUSYBOX_USAGE : 'Usage: sed [OPTION]... {script-only-if-no-other-script} [input-file]...\n',
        );
        return ctx.busybox ? 1 : 1;
      }
      const instructions = parsed(ctx);
      if ('text' in instructions) {
        const { text, at } = instructions;
        if (ctx.busybox)
          return ctx.fail(text.startsWith('unknown command') ? `unsupported command ${text.slice(-2, -1)}` : text);
        return ctx.fail(
          `-e expression #1, ${at === undefined ? '' : `char ${at}: `}${text}`
            .replace('#1, can', '#1, char 0: can')
            .replace('-e expression #1, char 0: can', 'can'),
        );
      }
      if (ctx.flags.has('inplace') && filesOf(ctx).length === 0) return ctx.fail('no input files');
      return { sed: startState, text: '', index: 0, bare: false };
    },
    line(ctx, state, text, { file, ended }) {
      if (state.sed.quit !== undefined)
        return ctx.flags.has('inplace') ? { ...state, text: `${state.text}${text}\n` } : { stop: state.sed.quit };
      const next = advance(ctx, { ...state, bare: !ended }, file, [text], false);
      return next.sed.quit !== undefined && !ctx.flags.has('inplace') ? { stop: next.sed.quit } : next;
    },
    fileEnd(ctx, state, file, index) {
      const separate = ctx.flags.has('inplace') || ctx.flags.has('separate');
      if (!separate) return state;
      const done = advance(ctx, state, file, [], true);
      if (ctx.flags.has('inplace')) {
        const suffix = ctx.flags.value('inplace');
        const old = suffix ? readFile(ctx.sys.tx, ctx.sys.self, file) : undefined;
        if (suffix && old?.ok)
          writeFile(
            ctx.sys.tx,
            ctx.sys.self,
            suffix.includes('*') ? suffix.replaceAll('*', file) : file + suffix,
            old.value,
          );
        const text = state.bare ? done.text.replace(/\n$/, '') : done.text;
        if (index >= 0 && readFile(ctx.sys.tx, ctx.sys.self, file).ok) writeFile(ctx.sys.tx, ctx.sys.self, file, text);
      } else trimLast(ctx, state.bare);
      return {
        sed: { ...startState, hold: done.sed.hold, line: done.sed.line },
        text: '',
        index: index + 1,
        bare: false,
      };
    },
    end(ctx, state) {
      if (ctx.flags.has('inplace') || ctx.flags.has('separate')) return 0;
      const done = advance(ctx, state, '-', [], true);
      trimLast(ctx, state.bare);
      return done.sed.quit ?? 0;
    },
    unreadable: (ctx, file, error) =>
      ctx.busybox
        ? `${file}: ${strerror(error)}`
        : error === 'EISDIR'
          ? `couldn't edit ${file}: not a regular file`
          : `can't read ${file}: ${strerror(error)}`,
    badFile: 2,
  }),
});
