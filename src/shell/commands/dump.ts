import { type Context, defineCommand } from '../command.ts';
import { utf8 } from '../jq/formats.ts';
import { wholeInput } from '../lines.ts';
import { countOf } from '../number.ts';

const hex = (n: number, width: number): string => n.toString(16).padStart(width, '0');
const octal = (n: number, width: number): string => n.toString(8).padStart(width, '0');
const printable = (byte: number): string => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '.');

const ROW = 16;

/** Little-endian words of two bytes. */
const wordsOf = (row: readonly number[]): readonly number[] =>
  Array.from({ length: Math.ceil(row.length / 2) }, (_one, i) => (row[2 * i] as number) + 256 * (row[2 * i + 1] ?? 0));

/** Rows with their offsets; a row that repeats the one before becomes `*`, once. */
function dump(
  bytes: readonly number[],
  offset: (at: number) => string,
  cells: (row: readonly number[]) => string,
): string {
  let [text, before, starred] = ['', '', false];
  for (let at = 0; at < bytes.length; at += ROW) {
    const row = bytes.slice(at, at + ROW);
    const line = cells(row);
    if (line === before && row.length === ROW) {
      if (!starred) text += '*\n';
      starred = true;
      continue;
    }
    [before, starred] = [line, false];
    text += `${offset(at)}${line}\n`;
  }
  const end = offset(bytes.length);
  return end === '' ? text : `${text}${end.trimEnd()}\n`;
}

type OdKey = 'address' | 'type' | 'characters' | 'hex' | 'count' | 'skip' | 'octal' | 'decimal';

const ESCAPES: Readonly<Record<number, string>> = {
  0: '\\0',
  7: '\\a',
  8: '\\b',
  9: '\\t',
  10: '\\n',
  11: '\\v',
  12: '\\f',
  13: '\\r',
};

function odCells(type: string): ((row: readonly number[]) => string) | undefined {
  if (type === 'c' || type === 'a')
    return (row) =>
      row
        .map((byte) =>
          (ESCAPES[byte] ?? (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : octal(byte, 3))).padStart(4),
        )
        .join('');
  const one = /^([xodu])(1|2|C|S)?$/.exec(type);
  if (!one) return undefined;
  const bytes = one[2] === '1' || one[2] === 'C';
  const show = (n: number): string => {
    if (one[1] === 'x') return ` ${hex(n, bytes ? 2 : 4)}`;
    return one[1] === 'o' ? ` ${octal(n, bytes ? 3 : 6)}` : String(n).padStart(bytes ? 5 : 6);
  };
  return (row) => (bytes ? row : wordsOf(row)).map(show).join('');
}

const cut = (ctx: Context<OdKey>, bytes: readonly number[]): readonly number[] => {
  const from = countOf(ctx.flags.value('skip') ?? '0') ?? 0;
  const most = countOf(ctx.flags.value('count') ?? '') ?? bytes.length;
  return bytes.slice(from, from + most);
};

defineCommand<OdKey>({
  name: 'od',
  summary: 'Write an unambiguous representation, octal bytes by default, of FILE to standard output.',
  usage: '[OPTION]... [FILE]...',
  flags: {
    address: {
      short: 'A',
      long: 'address-radix',
      value: 'RADIX',
      help: 'output format for file offsets: d, o, x or n',
    },
    skip: { short: 'j', long: 'skip-bytes', value: 'BYTES', help: 'skip BYTES input bytes first' },
    count: { short: 'N', long: 'read-bytes', value: 'BYTES', help: 'limit dump to BYTES input bytes' },
    type: { short: 't', long: 'format', value: 'TYPE', help: 'select output format: c, x1, x2, o1, o2, d1, u1' },
    characters: { short: 'c', help: 'same as -t c' },
    hex: { short: 'x', help: 'same as -t x2' },
    octal: { short: 'ob', help: 'same as -t o2' },
    decimal: { short: 'd', help: 'same as -t u2' },
  },
  ...wholeInput<OdKey>({
    done(ctx, text) {
      const { flags } = ctx;
      const type =
        flags.value('type') ??
        (flags.has('characters') ? 'c' : flags.has('hex') ? 'x2' : flags.has('decimal') ? 'u2' : 'o2');
      const cells = odCells(type.replace(/z$/, ''));
      if (!cells) return ctx.misuse(`invalid type string ‘${type}’`);
      const radix = flags.value('address') ?? 'o';
      const offset = (at: number): string => {
        if (radix === 'n') return '';
        return radix === 'x' ? hex(at, 6) : radix === 'd' ? String(at).padStart(7, '0') : octal(at, 7);
      };
      ctx.out(dump(cut(ctx, utf8(text)), offset, cells));
      return 0;
    },
  }),
});

/** `68 65 …` in two groups of eight, and the letters: `hexdump -C`. */
function canonical(row: readonly number[]): string {
  const cells = row.map((byte, i) => `${i === 8 ? ' ' : ''} ${hex(byte, 2)}`).join('');
  return ` ${cells.padEnd(49)}  |${row.map(printable).join('')}|`;
}

for (const name of ['hexdump', 'hd']) {
  defineCommand<'canonical' | 'length' | 'skip' | 'verbose'>({
    name,
    summary: 'Display file contents in hexadecimal, decimal, octal, or ascii.',
    usage: '[options] <file>...',
    flags: {
      canonical: { short: 'C', long: 'canonical', help: 'canonical hex+ASCII display' },
      length: { short: 'n', long: 'length', value: 'length', help: 'interpret only length bytes of input' },
      skip: { short: 's', long: 'skip', value: 'offset', help: 'skip offset bytes from the beginning' },
      verbose: { short: 'v', long: 'no-squeezing', help: '(repeated lines stay squeezed)' },
    },
    ...wholeInput<'canonical' | 'length' | 'skip' | 'verbose'>({
      done(ctx, text) {
        const from = countOf(ctx.flags.value('skip') ?? '0') ?? 0;
        const most = countOf(ctx.flags.value('length') ?? '') ?? text.length * 4;
        const bytes = utf8(text).slice(from, from + most);
        const full = name === 'hd' || ctx.flags.has('canonical');
        const words = (row: readonly number[]): string =>
          wordsOf(row)
            .map((n) => ` ${hex(n, 4)}`)
            .join('')
            .padEnd(40);
        if (bytes.length > 0) ctx.out(dump(bytes, (at) => hex(at, full ? 8 : 7), full ? canonical : words));
        return 0;
      },
    }),
  });
}
