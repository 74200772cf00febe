/** A regular expression as a tree. */
export type Node =
  | { readonly kind: 'char'; readonly is: (char: string) => boolean; readonly literal?: string }
  | { readonly kind: 'empty' }
  | { readonly kind: 'all'; readonly nodes: readonly Node[] }
  | { readonly kind: 'any'; readonly nodes: readonly Node[] }
  | { readonly kind: 'repeat'; readonly node: Node; readonly least: number; readonly most: number }
  | { readonly kind: 'group'; readonly node: Node; readonly number: number }
  | { readonly kind: 'back'; readonly number: number }
  | { readonly kind: 'assert'; readonly what: Assertion };

export type Assertion = 'start' | 'end' | 'word' | 'notword' | 'wordstart' | 'wordend';

export interface Flavour {
  /** ERE (grep -E, sed -E, awk) instead of BRE. */
  readonly extended: boolean;
  readonly ignoreCase?: boolean;
}

export const isWord = (char: string): boolean => /^\w$/.test(char);
const isSpace = (char: string): boolean => char !== '' && ' \t\n\r\f\v'.includes(char);

const CLASSES: Readonly<Record<string, (c: string) => boolean>> = {
  alpha: (c) => (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'),
  digit: (c) => c >= '0' && c <= '9',
  alnum: (c) => isWord(c) && c !== '_',
  upper: (c) => c >= 'A' && c <= 'Z',
  lower: (c) => c >= 'a' && c <= 'z',
  space: isSpace,
  blank: (c) => c === ' ' || c === '\t',
  punct: (c) => c > ' ' && c < '\x7f' && !(isWord(c) && c !== '_'),
  print: (c) => c >= ' ' && c !== '\x7f',
  graph: (c) => c > ' ' && c !== '\x7f',
  cntrl: (c) => c < ' ' || c === '\x7f',
  xdigit: (c) => /^[0-9A-Fa-f]$/.test(c),
};

/** Most copies that one `{n,m}` may ask for, as RE_DUP_MAX. */
const DUP_MAX = 32767;
const MAX_DEPTH = 200;

/** Parses POSIX basic or extended syntax with GNU's additions; gives glibc's error text. */
export function parseRegex(
  source: string,
  flavour: Flavour,
): { readonly node: Node; readonly groups: number } | string {
  const parser = new Parser(source, flavour);
  const node = parser.alternatives(0);
  if (parser.error === undefined && parser.at < source.length) parser.error = 'Unmatched ) or \\)';
  return parser.error ?? { node, groups: parser.groups };
}

class Parser {
  at = 0;
  groups = 0;
  error: string | undefined;
  private readonly closed = new Set<number>();

  constructor(
    private readonly source: string,
    private readonly flavour: Flavour,
  ) {}

  /** An operator that is bare in ERE and behind a backslash in BRE. */
  private operator(char: string): boolean {
    const here = this.flavour.extended ? char : `\\${char}`;
    return this.source.startsWith(here, this.at);
  }

  private skip(): void {
    this.at += this.flavour.extended ? 1 : 2;
  }

  alternatives(depth: number): Node {
    const nodes = [this.sequence(depth)];
    while (this.error === undefined && this.operator('|')) {
      this.skip();
      nodes.push(this.sequence(depth));
    }
    return nodes.length === 1 ? (nodes[0] as Node) : { kind: 'any', nodes };
  }

  private sequence(depth: number): Node {
    const nodes: Node[] = [];
    while (this.error === undefined && this.at < this.source.length) {
      if (this.operator('|') || (this.operator(')') && (depth > 0 || !this.flavour.extended))) break;
      nodes.push(this.repeated(this.atom(depth, nodes.length === 0), nodes.length === 0));
    }
    return nodes.length === 1 ? (nodes[0] as Node) : { kind: 'all', nodes };
  }

  private repeated(atom: Node, first: boolean): Node {
    let node = atom;
    for (;;) {
      const star = this.source[this.at] === '*' && !(first && !this.flavour.extended && atom.kind === 'assert');
      if (star) {
        this.at++;
        node = { kind: 'repeat', node, least: 0, most: Number.POSITIVE_INFINITY };
      } else if (this.operator('+')) {
        this.skip();
        node = { kind: 'repeat', node, least: 1, most: Number.POSITIVE_INFINITY };
      } else if (this.operator('?')) {
        this.skip();
        node = { kind: 'repeat', node, least: 0, most: 1 };
      } else if (this.operator('{')) {
        const counted = this.interval(node);
        if (!counted) return node;
        node = counted;
      } else return node;
    }
  }

  private interval(node: Node): Node | undefined {
    const { extended } = this.flavour;
    const pattern = extended ? /^\{(\d*)(,?)(\d*)\}/ : /^\\\{(\d*)(,?)(\d*)\\\}/;
    const match = pattern.exec(this.source.slice(this.at, this.at + 24));
    if (!match || (match[1] === '' && match[2] === '')) {
      if (extended) return undefined;
      this.error = this.source.includes('\\}', this.at) ? 'Invalid content of \\{\\}' : 'Unmatched { or \\{';
      return undefined;
    }
    this.at += match[0].length;
    const least = Number(match[1] || 0);
    const most = match[2] === '' ? least : match[3] === '' ? Number.POSITIVE_INFINITY : Number(match[3]);
    if (least > most) this.error = 'Invalid content of \\{\\}';
    else if (least > DUP_MAX || (most > DUP_MAX && most !== Number.POSITIVE_INFINITY))
      this.error = 'Regular expression too big';
    return { kind: 'repeat', node, least, most };
  }

  private atom(depth: number, first: boolean): Node {
    const { source, flavour } = this;
    const char = source[this.at] as string;
    if (this.operator('(')) return this.group(depth);
    if (flavour.extended && char === '{') return this.char('{');
    if (char === '\\') return this.escape();
    if (char === '[') return this.bracket();
    if (char === '.') {
      this.at++;
      return { kind: 'char', is: (c) => c !== '' };
    }
    if (char === '^' && (flavour.extended || first)) return this.assertion('start');
    if (char === '$' && (flavour.extended || this.closesHere())) return this.assertion('end');
    if (flavour.extended && '*+?'.includes(char) && first) {
      // glibc takes a leading `*` for itself, `+` and `?` likewise.
      return this.char(char);
    }
    return this.char(char);
  }

  private closesHere(): boolean {
    const rest = this.source.slice(this.at + 1);
    return rest === '' || rest.startsWith('\\)') || rest.startsWith('\\|');
  }

  private assertion(what: Assertion): Node {
    this.at++;
    return { kind: 'assert', what };
  }

  private char(char: string): Node {
    this.at++;
    return this.literal(char);
  }

  private literal(char: string): Node {
    if (this.flavour.ignoreCase && char.toLowerCase() !== char.toUpperCase()) {
      const low = char.toLowerCase();
      return { kind: 'char', is: (c) => c.toLowerCase() === low };
    }
    return { kind: 'char', is: (c) => c === char, literal: char };
  }

  private group(depth: number): Node {
    this.skip();
    if (depth >= MAX_DEPTH) {
      this.error = 'Regular expression too big';
      return { kind: 'empty' };
    }
    const number = ++this.groups;
    const node = this.alternatives(depth + 1);
    if (this.error === undefined && !this.operator(')')) this.error = 'Unmatched ( or \\(';
    else this.skip();
    this.closed.add(number);
    return { kind: 'group', node, number };
  }

  private escape(): Node {
    const next = this.source[this.at + 1];
    this.at += 2;
    const asserted: Readonly<Record<string, Assertion>> = {
      b: 'word',
      B: 'notword',
      '<': 'wordstart',
      '>': 'wordend',
      '`': 'start',
      "'": 'end',
    };
    if (next === undefined) {
      this.error = 'Trailing backslash';
      return { kind: 'empty' };
    }
    if (Object.hasOwn(asserted, next)) return { kind: 'assert', what: asserted[next] as Assertion };
    if (next === 'w') return { kind: 'char', is: isWord };
    if (next === 'W') return { kind: 'char', is: (c) => c !== '' && !isWord(c) };
    if (next === 's') return { kind: 'char', is: isSpace };
    if (next === 'S') return { kind: 'char', is: (c) => c !== '' && !isSpace(c) };
    if (next === 'n') return this.literal('\n');
    if (next === 't') return this.literal('\t');
    if (next >= '1' && next <= '9') {
      if (!this.closed.has(Number(next))) this.error = 'Invalid back reference';
      return { kind: 'back', number: Number(next) };
    }
    return this.literal(next);
  }

  private bracket(): Node {
    const { source } = this;
    let at = this.at + 1;
    const not = source[at] === '^';
    if (not) at++;
    const tests: ((c: string) => boolean)[] = [];
    for (let first = true; ; first = false) {
      const char = source[at];
      if (char === undefined) {
        this.error = 'Unmatched [, [^, [:, [., or [=';
        this.at = source.length;
        return { kind: 'empty' };
      }
      if (char === ']' && !first) break;
      const named = /^\[:(\w*):\]/.exec(source.slice(at, at + 16));
      if (named) {
        const test = CLASSES[named[1] as string];
        if (!test) this.error = 'Invalid character class name';
        else tests.push(test);
        at += named[0].length;
      } else if (source[at + 1] === '-' && source[at + 2] !== undefined && source[at + 2] !== ']') {
        const high = source[at + 2] as string;
        if (high < char) this.error = 'Invalid range end';
        tests.push((c) => c >= char && c <= high);
        at += 3;
      } else {
        tests.push((c) => c === char);
        at++;
      }
    }
    this.at = at + 1;
    const either = (c: string): boolean => tests.some((test) => test(c));
    const is = this.flavour.ignoreCase ? (c: string) => either(c.toLowerCase()) || either(c.toUpperCase()) : either;
    return { kind: 'char', is: (c) => c !== '' && is(c) !== not };
  }
}
