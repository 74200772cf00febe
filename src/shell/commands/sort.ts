import { strerror } from '../../engine/core/errno.ts';
import { writeFile } from '../../engine/linux/change.ts';
import { type Context, defineCommand } from '../command.ts';
import { wholeInput } from '../lines.ts';

type K =
  | 'blanks'
  | 'check'
  | 'dictionary'
  | 'fold'
  | 'general'
  | 'human'
  | 'key'
  | 'numeric'
  | 'output'
  | 'reverse'
  | 'stable'
  | 'separator'
  | 'unique'
  | 'version'
  | 'zero';

interface Key {
  readonly from: number;
  readonly fromChar: number;
  readonly to: number;
  readonly toChar: number;
  readonly how: string;
}

function parseKey(text: string): Key | undefined {
  const match = /^(\d+)(?:\.(\d+))?([bdfgihnrVM]*)(?:,(\d+)(?:\.(\d+))?([bdfgihnrVM]*))?$/.exec(text);
  if (!match || match[1] === '0') return undefined;
  return {
    from: Number(match[1]),
    fromChar: Number(match[2] ?? 1),
    to: match[4] === undefined ? 0 : Number(match[4]),
    toChar: Number(match[5] ?? 0),
    how: (match[3] ?? '') + (match[6] ?? ''),
  };
}

/** Fields as sort sees them: a field takes the blanks before it, unless a separator is given. */
function fieldsOf(line: string, separator: string | undefined): readonly string[] {
  return separator === undefined ? (line.match(/[ \t]*[^ \t]+/g) ?? []) : line.split(separator);
}

function keyText(line: string, key: Key, separator: string | undefined): string {
  const fields = fieldsOf(line, separator);
  const glue = separator ?? '';
  const skip = key.how.includes('b') || separator === undefined;
  const first = (fields[key.from - 1] ?? '').slice(0);
  const start = (skip && key.how.includes('b') ? first.replace(/^[ \t]+/, '') : first).slice(key.fromChar - 1);
  if (key.to === key.from) return key.toChar > 0 ? start.slice(0, key.toChar - key.fromChar + 1) : start;
  const end = key.to === 0 ? fields.length : key.to;
  return [start, ...fields.slice(key.from, end)].join(glue);
}

const SUFFIX = 'KMGTPE';

function numberOf(text: string, human: boolean): number {
  const match = /^[ \t]*(-?\d*\.?\d+|-?\d+)([KMGTPE]?)/.exec(text);
  if (!match) return 0;
  const power = human && match[2] ? SUFFIX.indexOf(match[2]) + 1 : 0;
  return Number(match[1]) * 1024 ** power;
}

const order = (a: string | number, b: string | number): number => (a < b ? -1 : a > b ? 1 : 0);

/** Version order: digits count as numbers. */
function versionOrder(a: string, b: string): number {
  const parts = (text: string): readonly string[] => text.match(/\d+|\D+/g) ?? [];
  const [left, right] = [parts(a), parts(b)];
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const [x, y] = [left[i] ?? '', right[i] ?? ''];
    const both = /^\d/.test(x) && /^\d/.test(y);
    const found = both ? order(Number(x), Number(y)) : order(x, y);
    if (found !== 0) return found;
  }
  return 0;
}

function compare(a: string, b: string, how: string): number {
  let [x, y] = [a, b];
  if (how.includes('b')) [x, y] = [x.replace(/^[ \t]+/, ''), y.replace(/^[ \t]+/, '')];
  if (how.includes('n') || how.includes('g')) return order(numberOf(x, false), numberOf(y, false));
  if (how.includes('h')) return order(numberOf(x, true), numberOf(y, true));
  if (how.includes('V')) return versionOrder(x, y);
  if (how.includes('d')) [x, y] = [x.replace(/[^\w\s]|_/g, ''), y.replace(/[^\w\s]|_/g, '')];
  if (how.includes('f')) [x, y] = [x.toUpperCase(), y.toUpperCase()];
  return order(x, y);
}

function globalHow(ctx: Context<K>): string {
  const letters: readonly (readonly [K, string])[] = [
    ['blanks', 'b'],
    ['dictionary', 'd'],
    ['fold', 'f'],
    ['general', 'g'],
    ['human', 'h'],
    ['numeric', 'n'],
    ['reverse', 'r'],
    ['version', 'V'],
  ];
  return letters.map(([key, letter]) => (ctx.flags.has(key) ? letter : '')).join('');
}

function comparer(ctx: Context<K>): (a: string, b: string) => number {
  const global = globalHow(ctx);
  const separator = ctx.flags.value('separator');
  const keys = ctx.flags.values('key').map((text) => parseKey(text) as Key);
  const whole = (a: string, b: string): number =>
    global.replace('r', '') === '' ? order(a, b) : compare(a, b, global);
  return (a, b) => {
    for (const key of keys) {
      const how = key.how.replace('b', '') === '' ? global + key.how : key.how;
      const found = compare(keyText(a, key, separator), keyText(b, key, separator), how);
      if (found !== 0) return how.includes('r') ? -found : found;
    }
    const sign = global.includes('r') ? -1 : 1;
    if (keys.length === 0) {
      const found = whole(a, b);
      if (found !== 0) return found * sign;
    }
    return ctx.flags.has('stable') || ctx.flags.has('unique') ? 0 : order(a, b) * sign;
  };
}

defineCommand<K>({
  name: 'sort',
  summary: 'Write sorted concatenation of all FILE(s) to standard output.',
  usage: '[OPTION]... [FILE]...',
  usageStatus: 2,
  flags: {
    blanks: { short: 'b', long: 'ignore-leading-blanks', help: 'ignore leading blanks' },
    dictionary: { short: 'd', long: 'dictionary-order', help: 'consider only blanks and alphanumeric characters' },
    fold: { short: 'f', long: 'ignore-case', help: 'fold lower case to upper case characters' },
    general: { short: 'g', long: 'general-numeric-sort', help: 'compare according to general numerical value' },
    human: { short: 'h', long: 'human-numeric-sort', help: 'compare human readable numbers (e.g., 2K 1G)' },
    numeric: { short: 'n', long: 'numeric-sort', help: 'compare according to string numerical value' },
    reverse: { short: 'r', long: 'reverse', help: 'reverse the result of comparisons' },
    version: { short: 'V', long: 'version-sort', help: 'natural sort of (version) numbers within text' },
    check: { short: 'c', long: 'check', help: 'check for sorted input; do not sort' },
    key: { short: 'k', long: 'key', value: 'KEYDEF', help: 'sort via a key; KEYDEF gives location and type' },
    output: { short: 'o', long: 'output', value: 'FILE', help: 'write result to FILE instead of standard output' },
    stable: { short: 's', long: 'stable', help: 'stabilize sort by disabling last-resort comparison' },
    separator: { short: 't', long: 'field-separator', value: 'SEP', help: 'use SEP instead of non-blank transition' },
    unique: { short: 'u', long: 'unique', help: 'output only the first of lines with equal keys' },
    zero: { short: 'z', long: 'zero-terminated', help: 'line delimiter is NUL, not newline' },
  },
  ...wholeInput<K>({
    badFile: 2,
    check(ctx) {
      const bad = ctx.flags.values('key').find((text) => !parseKey(text));
      if (bad === undefined) return undefined;
      return ctx.fail(
        /^0/.test(bad)
          ? `-: invalid field specification '${bad}'`.replace('-: ', 'field number is zero: ')
          : `invalid number at field start: invalid count at start of '${bad}'`,
        2,
      );
    },
    done(ctx, _text, perFile) {
      const end = ctx.flags.has('zero') ? '\0' : '\n';
      const lines = perFile.flatMap(([, text]) => {
        const parts = text.split(end);
        if (parts.at(-1) === '') parts.pop();
        return parts;
      });
      const by = comparer(ctx);
      if (ctx.flags.has('check')) return checkOrder(ctx, lines, by);
      const sorted = [...lines].sort(by);
      const kept = ctx.flags.has('unique')
        ? sorted.filter((line, i) => i === 0 || by(sorted[i - 1] as string, line) !== 0)
        : sorted;
      const text = kept.map((line) => line + end).join('');
      const output = ctx.flags.value('output');
      if (output === undefined) ctx.out(text);
      else {
        const wrote = writeFile(ctx.sys.tx, ctx.sys.self, output, text, {});
        if (!wrote.ok) return ctx.fail(`open failed: ${output}: ${strerror(wrote.error)}`, 2);
      }
      return 0;
    },
    unreadable: (ctx, file, error) =>
      ctx.busybox
        ? `${file}: ${strerror(error)}`
        : `${error === 'EISDIR' ? 'read failed' : 'cannot read'}: ${file}: ${strerror(error)}`,
  }),
});

function checkOrder(ctx: Context<K>, lines: readonly string[], by: (a: string, b: string) => number): number {
  const at = lines.findIndex((line, i) => i > 0 && by(lines[i - 1] as string, line) > 0);
  if (at < 0) return 0;
  return ctx.fail(`${ctx.operands[0] ?? '-'}:${at + 1}: disorder: ${lines[at]}`);
}
