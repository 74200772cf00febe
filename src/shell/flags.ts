/** One flag of a command: declared once, read by the parser, `--help` and completion. */
export interface Flag {
  /** One letter, or several that mean the same. */
  readonly short?: string;
  readonly long?: string;
  /** The value's name in `--help`; absent for a switch. */
  readonly value?: string;
  /** The value may be left out: `--color[=WHEN]`, `-i[SUFFIX]`. */
  readonly optional?: boolean;
  readonly help?: string;
}

export type FlagSpecs = Readonly<Record<string, Flag>>;

/** What was typed: flags by the key of their declaration, in order, and the operands. */
export class Flags<K extends string = string> {
  constructor(
    private readonly given: readonly (readonly [K, string | undefined])[],
    readonly operands: readonly string[],
  ) {}

  has(key: K): boolean {
    return this.given.some(([name]) => name === key);
  }

  /** The last value given. */
  value(key: K): string | undefined {
    return this.values(key).at(-1);
  }

  values(key: K): readonly string[] {
    return this.given.flatMap(([name, value]) => (name === key && value !== undefined ? [value] : []));
  }

  /** Which of several switches came last: `-f -i` of rm, `-n -e` of sed. */
  last(...keys: readonly K[]): K | undefined {
    return this.given.findLast(([name]) => keys.includes(name))?.[0];
  }

  /** All flags in the order in which they were typed. */
  get all(): readonly (readonly [K, string | undefined])[] {
    return this.given;
  }
}

export interface ParseOptions {
  /** The first operand ends the flags: `env`, `timeout`, `xargs`, `docker run IMAGE …`. */
  readonly stopAtOperand?: boolean;
}

export type Parsed<K extends string> =
  | { readonly flags: Flags<K> }
  | { readonly help: true }
  /** In getopt_long(3)'s words, without the command's name. */
  | { readonly error: string };

/** Reads flags as getopt_long(3): bundles, `--name=value`, unambiguous prefixes, `--`. */
export function parseFlags<K extends string>(
  specs: Readonly<Record<K, Flag>>,
  words: readonly string[],
  options: ParseOptions = {},
): Parsed<K> {
  const given: (readonly [K, string | undefined])[] = [];
  const operands: string[] = [];
  const keys = Object.keys(specs) as K[];
  // Backwards, so that taking the next word costs the same however many there are.
  const rest = [...words].reverse();
  for (let word = rest.pop(); word !== undefined; word = rest.pop()) {
    if (word === '--') {
      for (const one of rest.reverse()) operands.push(one);
      break;
    }
    if (word === '-' || !word.startsWith('-')) {
      operands.push(word);
      if (!options.stopAtOperand) continue;
      for (const one of rest.reverse()) operands.push(one);
      break;
    }
    const found = word.startsWith('--') ? readLong(specs, keys, word, rest) : readShort(specs, keys, word, rest);
    if (!Array.isArray(found)) return found as { error: string } | { help: true };
    given.push(...found);
  }
  return { flags: new Flags(given, operands) };
}

type Given<K extends string> = (readonly [K, string | undefined])[];

function readLong<K extends string>(
  specs: Readonly<Record<K, Flag>>,
  keys: readonly K[],
  word: string,
  rest: string[],
): Given<K> | { error: string } | { help: true } {
  const [name, value] = word.includes('=')
    ? [word.slice(2, word.indexOf('=')), word.slice(word.indexOf('=') + 1)]
    : [word.slice(2), undefined];
  const exact = keys.filter((key) => specs[key].long === name);
  const close = exact.length > 0 ? exact : keys.filter((key) => specs[key].long?.startsWith(name));
  const [key] = close;
  if (key === undefined) return name === 'help' ? { help: true } : { error: `unrecognized option '--${name}'` };
  const flag = specs[key];
  if (close.length > 1) {
    const names = close.map((one) => `'--${specs[one].long}'`).join(' ');
    return { error: `option '--${name}' is ambiguous; possibilities: ${names}` };
  }
  if (flag.value === undefined) {
    return value === undefined ? [[key, undefined]] : { error: `option '--${flag.long}' doesn't allow an argument` };
  }
  if (value !== undefined || flag.optional) return [[key, value]];
  const next = rest.pop();
  return next === undefined ? { error: `option '--${flag.long}' requires an argument` } : [[key, next]];
}

function readShort<K extends string>(
  specs: Readonly<Record<K, Flag>>,
  keys: readonly K[],
  word: string,
  rest: string[],
): Given<K> | { error: string } {
  const given: Given<K> = [];
  for (let at = 1; at < word.length; at++) {
    const letter = word[at] as string;
    const key = keys.find((one) => specs[one].short?.includes(letter));
    if (key === undefined) return { error: `invalid option -- '${letter}'` };
    if (specs[key].value === undefined) {
      given.push([key, undefined]);
      continue;
    }
    const joined = word.slice(at + 1);
    if (joined !== '' || specs[key].optional) given.push([key, joined === '' ? undefined : joined]);
    else {
      const next = rest.pop();
      if (next === undefined) return { error: `option requires an argument -- '${letter}'` };
      given.push([key, next]);
    }
    return given;
  }
  return given;
}

/** The lines of `--help` for the flags. */
export function describeFlags(specs: FlagSpecs): string {
  return Object.values(specs)
    .map((flag) => {
      const short = flag.short ? `-${flag.short[0]}` : '';
      const long = flag.long ? `--${flag.long}` : '';
      const name = [short, long].filter(Boolean).join(', ');
      const value = flag.value === undefined ? '' : long ? `=${flag.value}` : ` ${flag.value}`;
      const left = `  ${short ? '' : '    '}${name}${flag.optional && value ? `[${value}]` : value}`;
      return left.length < 29
        ? `${left.padEnd(29)} ${flag.help ?? ''}`.trimEnd()
        : `${left}\n${' '.repeat(30)}${flag.help ?? ''}`.trimEnd();
    })
    .join('\n');
}
