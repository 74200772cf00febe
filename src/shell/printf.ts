import { escapes } from './escapes.ts';

interface Printed {
  readonly text: string;
  /** Messages without the command's name. */
  readonly problems: readonly string[];
}

const DIRECTIVE = /%%|%([-+ 0#]*)(\*|\d+)?(?:\.(\*|-?\d+)?)?(?:hh|h|ll|l|L|q(?=[diouxX])|j|z|t)?([a-zA-Z])|%/;

/** printf(1): the format again and again until the arguments are used up. `bash` words its complaints as the builtin. */
export function formatPrintf(format: string, args: readonly string[]): Printed {
  const problems: string[] = [];
  let text = '';
  let used = 0;
  do {
    const before = used;
    const once = formatOnce(format, args.slice(used), problems);
    text += once.text;
    used += once.used;
    if (once.stop || used === before) break;
  } while (used < args.length && text.length < MOST);
  return { text, problems };
}

const MOST = 1 << 20;

function formatOnce(
  format: string,
  args: readonly string[],
  problems: string[],
): { readonly text: string; readonly used: number; readonly stop: boolean } {
  let text = '';
  let used = 0;
  let rest = format;
  const next = (): string | undefined => args[used++];
  while (rest !== '') {
    const match = DIRECTIVE.exec(rest);
    const plain = match ? rest.slice(0, match.index) : rest;
    const cut = plain.indexOf('\\c');
    text += escapes(cut < 0 ? plain : plain.slice(0, cut));
    if (cut >= 0) return { text, used: args.length, stop: true };
    if (!match) break;
    rest = rest.slice(match.index + match[0].length);
    if (match[0] === '%%') text += '%';
    else if (match[4] === undefined) {
      problems.push("`%': missing format character");
      return { text, used: args.length, stop: true };
    } else {
      const width = match[2] === '*' ? Number(next() ?? 0) : Number(match[2] ?? 0);
      const precision = match[3] === '*' ? Number(next() ?? 0) : match[3] === undefined ? undefined : Number(match[3]);
      const made = directive(
        match[4],
        match[1] as string,
        Math.min(width, MOST),
        match[0].includes('.') ? (precision ?? 0) : precision,
        next,
        problems,
      );
      if (made === undefined) return { text, used: args.length, stop: true };
      text += made.text;
      if (made.stop) return { text, used: args.length, stop: true };
    }
  }
  return { text, used: Math.min(used, args.length), stop: false };
}

function directive(
  letter: string,
  flags: string,
  width: number,
  precision: number | undefined,
  next: () => string | undefined,
  problems: string[],
): { readonly text: string; readonly stop?: boolean } | undefined {
  const arg = next();
  const pad = (body: string): string => padded(body, width, flags);
  switch (letter) {
    case 's':
      return { text: pad(precision === undefined ? (arg ?? '') : (arg ?? '').slice(0, precision)) };
    case 'b': {
      const cut = (arg ?? '').indexOf('\\c');
      return { text: pad(escapes(cut < 0 ? (arg ?? '') : (arg ?? '').slice(0, cut))), stop: cut >= 0 };
    }
    case 'q':
      return { text: pad(arg ? arg.replace(/[^\w/.,:=@%^+-]/g, '\\$&') : "''") };
    case 'c':
      return { text: pad((arg ?? '').slice(0, 1)) };
    case 'd':
    case 'i':
    case 'u':
    case 'o':
    case 'x':
    case 'X':
      return { text: integer(letter, flags, width, precision, arg, problems) };
    case 'e':
    case 'E':
    case 'f':
    case 'F':
    case 'g':
    case 'G': {
      const value = Number(arg || 0);
      if (arg && Number.isNaN(value)) problems.push(`${arg}: invalid number`);
      return {
        text: floating(
          letter,
          flags,
          width,
          precision,
          Number.isNaN(value) ? Number.parseFloat(arg ?? '') || 0 : value,
        ),
      };
    }
    default:
      problems.push(`\`${letter}': invalid format character`);
      return undefined;
  }
}

function padded(body: string, width: number, flags: string): string {
  return flags.includes('-') ? body.padEnd(width) : body.padStart(width);
}

/** A whole number of text: decimal, 0x…, 0…, or `'c` for a character's code. */
function wholeNumber(text: string): bigint | undefined {
  const trimmed = text.trim();
  if (/^['"]/.test(trimmed)) return BigInt(trimmed.codePointAt(1) ?? 0);
  const match = /^([-+]?)(0[xX][0-9a-fA-F]+|\d+)$/.exec(trimmed);
  if (!match) return undefined;
  const digits = match[2] as string;
  const octal = /^0[0-7]+$/.test(digits);
  const value = BigInt(octal ? `0o${digits.slice(1)}` : digits);
  return match[1] === '-' ? -value : value;
}

function integer(
  letter: string,
  flags: string,
  width: number,
  precision: number | undefined,
  arg: string | undefined,
  problems: string[],
): string {
  let value = arg === undefined || arg === '' ? 0n : wholeNumber(arg);
  if (value === undefined) {
    problems.push(`${arg}: invalid number`);
    value = BigInt(/^[-+]?\d+/.exec(arg ?? '')?.[0] ?? 0);
  }
  const signed = letter === 'd' || letter === 'i';
  const size = signed ? BigInt.asIntN(64, value) : BigInt.asUintN(64, value);
  const base = letter === 'o' ? 8 : letter === 'x' || letter === 'X' ? 16 : 10;
  let digits = (size < 0n ? -size : size).toString(base);
  if (precision !== undefined) digits = digits.padStart(precision, '0');
  if (flags.includes('#') && base !== 10) digits = (base === 8 ? '0' : '0x') + digits;
  const sign = size < 0n ? '-' : signed && flags.includes('+') ? '+' : signed && flags.includes(' ') ? ' ' : '';
  if (flags.includes('0') && !flags.includes('-') && precision === undefined)
    digits = digits.padStart(width - sign.length, '0');
  const text = padded(sign + digits, width, flags);
  return letter === 'X' ? text.toUpperCase() : text;
}

/** `%e`, `%f`, `%g`. */
export function floating(
  letter: string,
  flags: string,
  width: number,
  precision: number | undefined,
  value: number,
): string {
  const digits = Math.min(precision ?? 6, 60);
  const low = letter.toLowerCase();
  let body = Math.abs(value).toString();
  if (Number.isFinite(value)) {
    if (low === 'f') body = Math.abs(value).toFixed(digits);
    else if (low === 'e') body = exponent(Math.abs(value).toExponential(digits));
    else body = general(Math.abs(value), digits || 1, flags.includes('#'));
  } else body = Number.isNaN(value) ? 'nan' : 'inf';
  const negative = value < 0 || Object.is(value, -0);
  const sign = negative ? '-' : flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
  if (flags.includes('0') && !flags.includes('-')) body = body.padStart(width - sign.length, '0');
  const text = padded(sign + body, width, flags);
  return letter === low ? text : text.toUpperCase();
}

const exponent = (text: string): string => text.replace(/e([-+])(\d)$/, 'e$10$2');

function general(value: number, digits: number, keep: boolean): string {
  const power = value === 0 ? 0 : Number(value.toExponential(digits - 1).split('e')[1]);
  const text =
    power < -4 || power >= digits
      ? exponent(value.toExponential(digits - 1))
      : value.toFixed(Math.max(0, digits - 1 - power));
  return keep || !text.includes('.') ? text : text.replace(/\.?0+(?=e|$)/, '');
}
