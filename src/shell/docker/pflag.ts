import { SIZE } from './bytes.ts';
import { createHelp } from './createHelp.ts';
import { parseMount } from './mountFlags.ts';

/** Kinds of values as pflag names them in usage lines. */
export type FlagType =
  | 'bool'
  | 'string'
  | 'int'
  | 'uint16'
  | 'list'
  | 'map'
  | 'bytes'
  /** `bytes`, or -1 */
  | 'swap'
  | 'decimal'
  | 'duration'
  | 'filter'
  | 'mount'
  | 'network'
  | 'ip'
  | 'ulimit'
  | 'gpu-request'
  | 'pull'
  | 'scale';

/** One flag of a Docker command. */
export interface DockerFlag {
  readonly short?: string;
  readonly type: FlagType;
  /** What `--help` says of it; createHelp.ts says it of the flags that `create` and `run` share. */
  readonly help?: string;
  /** What a bare flag means, and what help shows behind the text: `(default 10)`. */
  readonly default?: string;
  /** Said when it is given: `Flag --x has been deprecated, …`. */
  readonly deprecated?: string;
  /** Not shown in `--help`. */
  readonly hidden?: boolean;
}

export type DockerFlags = Readonly<Record<string, DockerFlag>>;

/** Values given, by the flag's long name, in order. */
export type Given = Readonly<Record<string, readonly string[]>>;

export type ParsedFlags =
  | { readonly given: Given; readonly args: readonly string[] }
  | { readonly help: true }
  /** In pflag's words. */
  | { readonly error: string };

/** Reads flags as pflag does. With `interspersed` false the first argument ends them: what follows is the container's. */
export function parseFlags(flags: DockerFlags, words: readonly string[], interspersed = true): ParsedFlags {
  const given: Record<string, string[]> = {};
  const args: string[] = [];
  // Backwards, so that taking the next word costs the same however many there are.
  const rest = [...words].reverse();
  while (rest.length > 0) {
    const word = rest.pop() as string;
    if (word === '--') {
      for (const one of rest.reverse()) args.push(one);
      break;
    }
    if (word === '-' || !word.startsWith('-')) {
      args.push(word);
      if (interspersed) continue;
      for (const one of rest.reverse()) args.push(one);
      break;
    }
    if (word === '--help' || (word === '-h' && !byShort(flags, 'h'))) return { help: true };
    const error = word.startsWith('--') ? readLong(flags, word, rest, given) : readShort(flags, word, rest, given);
    if (error !== undefined) return { error };
  }
  return { given, args };
}

const byShort = (flags: DockerFlags, letter: string): string | undefined =>
  Object.keys(flags).find((name) => flags[name]?.short === letter);

function readLong(
  flags: DockerFlags,
  word: string,
  rest: string[],
  given: Record<string, string[]>,
): string | undefined {
  const equals = word.indexOf('=');
  const name = equals < 0 ? word.slice(2) : word.slice(2, equals);
  if (name === '' || name.startsWith('-')) return `bad flag syntax: ${word}`;
  const flag = Object.hasOwn(flags, name) ? flags[name] : undefined;
  if (!flag) return `unknown flag: --${name}`;
  if (equals >= 0) return keep(name, flag, word.slice(equals + 1), given);
  if (flag.type === 'bool') return keep(name, flag, 'true', given);
  const value = rest.pop();
  return value === undefined ? `flag needs an argument: --${name}` : keep(name, flag, value, given);
}

function readShort(
  flags: DockerFlags,
  word: string,
  rest: string[],
  given: Record<string, string[]>,
): string | undefined {
  for (let i = 1; i < word.length; i++) {
    const letter = word[i] as string;
    const name = byShort(flags, letter);
    const flag = name === undefined ? undefined : flags[name];
    if (name === undefined || !flag) return `unknown shorthand flag: '${letter}' in -${word.slice(i)}`;
    if (flag.type === 'bool' && word[i + 1] !== '=') {
      keep(name, flag, 'true', given);
      continue;
    }
    const tail = word.slice(i + 1).replace(/^=/, '');
    const value = tail === '' ? rest.pop() : tail;
    if (value === undefined) return `flag needs an argument: '${letter}' in -${word.slice(i)}`;
    return keep(name, flag, value, given);
  }
  return undefined;
}

function keep(name: string, flag: DockerFlag, value: string, given: Record<string, string[]>): string | undefined {
  const wrong = check(flag.type, value);
  if (wrong !== undefined) {
    const shown = flag.short ? `-${flag.short}, --${name}` : `--${name}`;
    return `invalid argument ${JSON.stringify(value)} for "${shown}" flag: ${wrong}`;
  }
  const values = given[name] ?? [];
  values.push(value);
  given[name] = values;
  return undefined;
}

function check(type: FlagType, value: string): string | undefined {
  const quoted = JSON.stringify(value);
  if (type === 'bool' && !/^(?:1|0|t|f|T|F|true|false|TRUE|FALSE|True|False)$/.test(value)) {
    return `strconv.ParseBool: parsing ${quoted}: invalid syntax`;
  }
  if ((type === 'int' || type === 'uint16') && !/^[-+]?\d+$/.test(value)) {
    return `strconv.Parse${type === 'int' ? 'Int' : 'Uint'}: parsing ${quoted}: invalid syntax`;
  }
  if ((type === 'bytes' || (type === 'swap' && value !== '-1')) && !SIZE.test(value)) {
    const suffix = /^\d+(?:\.\d+)?\s*(\S+)$/.exec(value)?.[1];
    return suffix === undefined ? `invalid size: '${value}'` : `invalid suffix: '${suffix}'`;
  }
  if (type === 'decimal' && !/^[-+]?(?:\d*\.?\d+|\d+\.?)$/.test(value))
    return `failed to parse ${value} as a rational number`;
  if (type === 'duration' && !/^(?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h))+$|^0$/.test(value))
    return `time: invalid duration ${quoted}`;
  if (type === 'mount') {
    const mount = parseMount(value);
    return typeof mount === 'string' ? mount : undefined;
  }
  if (type === 'filter' && !value.includes('=')) return `invalid argument: bad format of filter (expected name=value)`;
  return undefined;
}

const WIDTH = 80;

/** The flags of a command as `--help` lists them, wrapped as on a terminal of 80 columns. */
export function flagUsages(flags: DockerFlags): string {
  const rows = Object.entries(flags)
    .filter(([, flag]) => !flag.hidden)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, flag]) => {
      const type = flag.type === 'bool' ? '' : ` ${flag.type === 'swap' ? 'bytes' : flag.type}`;
      return [`${flag.short ? `  -${flag.short}, ` : '      '}--${name}${type}`, textOf(name, flag)] as const;
    });
  const indent = Math.max(...rows.map(([head]) => head.length)) + 3;
  return rows.map(([head, text]) => `${head.padEnd(indent)}${wrap(text, indent)}\n`).join('');
}

function textOf(name: string, { help = createHelp(name), default: value }: DockerFlag): string {
  return value === undefined ? help : `${help} (default ${value})`;
}

/** Blanks that a line may go on past where it should break (pflag, wrap: slop). */
const SLOP = 5;

/** The text up to a break, and what is left (pflag, wrapN). */
function cut(text: string, width: number): readonly [string, string] {
  if (width + SLOP > text.length) return [text, ''];
  const head = text.slice(0, width);
  const blank = Math.max(head.lastIndexOf(' '), head.lastIndexOf('\n'));
  if (blank <= 0) return [text, ''];
  const newline = head.lastIndexOf('\n');
  const at = newline > 0 && newline < blank ? newline : blank;
  return [text.slice(0, at), text.slice(at + 1)];
}

/** pflag's wrap: @sim exact, also where it breaks oddly. */
function wrap(text: string, indent: number): string {
  const pad = `\n${' '.repeat(indent)}`;
  const width = WIDTH - indent;
  if (width < 24) return text.replaceAll('\n', pad);
  const lines: string[] = [];
  for (let rest = text; rest !== '' || lines.length === 0; ) {
    const [line, left] = cut(rest, width - SLOP);
    lines.push(line.replaceAll('\n', pad));
    rest = left;
  }
  return lines.join(pad);
}
