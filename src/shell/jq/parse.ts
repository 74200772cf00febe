/** A jq program as a tree. */
export type Jq =
  | { readonly t: 'identity' | 'recurse' }
  | { readonly t: 'literal'; readonly value: unknown }
  | { readonly t: 'format'; readonly name: string }
  | { readonly t: 'string'; readonly parts: readonly (string | Jq)[]; readonly format?: string }
  | { readonly t: 'index'; readonly of: Jq; readonly key: Jq }
  | { readonly t: 'slice'; readonly of: Jq; readonly from?: Jq; readonly to?: Jq }
  | { readonly t: 'iterate'; readonly of: Jq }
  | { readonly t: 'try'; readonly body: Jq; readonly handler?: Jq }
  | { readonly t: 'array'; readonly body?: Jq }
  | { readonly t: 'object'; readonly entries: readonly (readonly [key: Jq, value: Jq])[] }
  | { readonly t: 'negate'; readonly body: Jq }
  | { readonly t: 'pipe' | 'comma'; readonly left: Jq; readonly right: Jq }
  | { readonly t: 'binary'; readonly op: string; readonly left: Jq; readonly right: Jq }
  | { readonly t: 'assign'; readonly op: string; readonly left: Jq; readonly right: Jq }
  | { readonly t: 'if'; readonly test: Jq; readonly then: Jq; readonly else?: Jq }
  | { readonly t: 'variable'; readonly name: string }
  | { readonly t: 'bind'; readonly of: Jq; readonly pattern: Pattern; readonly body: Jq }
  | { readonly t: 'reduce'; readonly of: Jq; readonly pattern: Pattern; readonly init: Jq; readonly update: Jq }
  | {
      readonly t: 'foreach';
      readonly of: Jq;
      readonly pattern: Pattern;
      readonly init: Jq;
      readonly update: Jq;
      readonly extract?: Jq;
    }
  | {
      readonly t: 'define';
      readonly name: string;
      readonly params: readonly string[];
      readonly body: Jq;
      readonly rest: Jq;
    }
  | { readonly t: 'call'; readonly name: string; readonly args: readonly Jq[] };

export type Pattern =
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'array'; readonly items: readonly Pattern[] }
  | { readonly kind: 'object'; readonly entries: readonly (readonly [key: Jq, value: Pattern])[] };

/** A program that is none; the words are jq's own. */
export class JqSyntaxError extends Error {}

const TOKEN =
  /\s+|#[^\n]*|(\d+(?:\.\d*)?(?:[eE][-+]?\d+)?|\.\d+(?:[eE][-+]?\d+)?)|(\$?(?:[A-Za-z_]\w*::)*[A-Za-z_]\w*)|(@\w+)|(\.\.|\?\/\/=?|\/\/=|\|=|\+=|-=|\*=|\/=|%=|==|!=|<=|>=|\/\/|[-.[\]{}()|,:;=<>+*/%?$"])/y;

/** Brackets and operators may nest so deep. */
const DEEPEST = 200;

const LEVELS: readonly (readonly string[])[] = [
  ['or'],
  ['and'],
  ['==', '!=', '<', '<=', '>', '>='],
  ['+', '-'],
  ['*', '/', '%'],
];
const ASSIGNMENTS = ['=', '|=', '+=', '-=', '*=', '/=', '%=', '//='];
const KEYWORDS = new Set(
  'def if then elif else end as reduce foreach try catch and or label import include'.split(' '),
);

export function parseJq(source: string): Jq {
  const parser = new Parser(source);
  return parser.program();
}

class Parser {
  private at = 0;
  private token = '';
  private depth = 0;

  constructor(private readonly source: string) {
    this.advance();
  }

  program(): Jq {
    if (this.token === '') return { t: 'identity' };
    const body = this.pipe();
    if (this.token !== '') this.unexpected();
    return body;
  }

  private advance(): string {
    const old = this.token;
    for (;;) {
      if (this.at >= this.source.length) {
        this.token = '';
        return old;
      }
      TOKEN.lastIndex = this.at;
      const match = TOKEN.exec(this.source);
      if (!match) {
        this.token = this.source[this.at] as string;
        this.unexpected();
      }
      this.at = TOKEN.lastIndex;
      this.token = match[1] ?? match[2] ?? match[3] ?? match[4] ?? '';
      if (this.token !== '') return old;
    }
  }

  private unexpected(): never {
    const what =
      this.token === ''
        ? 'unexpected end of file'
        : KEYWORDS.has(this.token)
          ? `unexpected ${this.token}`
          : /^\w/.test(this.token)
            ? `unexpected ${/^\d/.test(this.token) ? 'LITERAL' : 'IDENT'}`
            : /^[-.[\]{}()|,:;=<>+*/%?$@]$/.test(this.token)
              ? `unexpected '${this.token}'`
              : 'unexpected INVALID_CHARACTER';
    throw new JqSyntaxError(`syntax error, ${what} (Unix shell quoting issues?)`);
  }

  private take(token: string): boolean {
    if (this.token !== token) return false;
    this.advance();
    return true;
  }

  private expect(token: string): void {
    if (!this.take(token)) this.unexpected();
  }

  private pipe(): Jq {
    if (++this.depth > DEEPEST) throw new JqSyntaxError('syntax error, memory exhausted');
    const made = this.pipeline();
    this.depth--;
    return made;
  }

  private pipeline(): Jq {
    if (this.token === 'def') return this.definition();
    const left = this.comma();
    if (this.take('as')) {
      const pattern = this.pattern();
      this.expect('|');
      return { t: 'bind', of: left, pattern, body: this.pipe() };
    }
    return this.take('|') ? { t: 'pipe', left, right: this.pipe() } : left;
  }

  private definition(): Jq {
    this.advance();
    const name = this.advance();
    const params: string[] = [];
    if (this.take('(')) {
      do params.push(this.advance());
      while (this.take(';'));
      this.expect(')');
    }
    this.expect(':');
    const body = this.pipe();
    this.expect(';');
    const rest: Jq = this.token === '' || this.token === ')' ? { t: 'identity' } : this.pipe();
    return { t: 'define', name, params, body, rest };
  }

  private comma(): Jq {
    let left = this.alternative();
    while (this.take(',')) left = { t: 'comma', left, right: this.alternative() };
    return left;
  }

  private alternative(): Jq {
    const left = this.level(0);
    if (ASSIGNMENTS.includes(this.token)) {
      const op = this.advance();
      return { t: 'assign', op, left, right: this.alternative() };
    }
    if (!this.take('//')) return left;
    const right = this.alternative();
    // `a // b = c` assigns to the first that is there.
    return right.t === 'assign'
      ? { ...right, left: { t: 'binary', op: '//', left, right: right.left } }
      : { t: 'binary', op: '//', left, right };
  }

  private level(n: number): Jq {
    const operators = LEVELS[n];
    if (!operators) return this.postfix();
    let left = this.level(n + 1);
    while (operators.includes(this.token)) {
      const op = this.advance();
      left = { t: 'binary', op, left, right: this.level(n + 1) };
      if (n === 2 && operators.includes(this.token)) this.unexpected();
    }
    return left;
  }

  private postfix(): Jq {
    let made = this.term();
    for (;;) {
      if (this.take('?')) made = { t: 'try', body: made };
      else if (this.token === '.' && /^["[A-Za-z_]/.test(this.source.slice(this.at))) {
        this.advance();
        made = (this.token as string) === '[' ? this.brackets(made) : { t: 'index', of: made, key: this.name() };
      } else if (this.token === '[') made = this.brackets(made);
      else return made;
    }
  }

  /** A field's name behind a dot. */
  private name(): Jq {
    return this.token === '"' ? this.text() : { t: 'literal', value: this.advance() };
  }

  private brackets(of: Jq): Jq {
    this.expect('[');
    if (this.take(']')) return { t: 'iterate', of };
    if (this.take(':')) {
      const to = this.pipe();
      this.expect(']');
      return { t: 'slice', of, to };
    }
    const key = this.pipe();
    if (this.take(':')) {
      if (this.take(']')) return { t: 'slice', of, from: key };
      const to = this.pipe();
      this.expect(']');
      return { t: 'slice', of, from: key, to };
    }
    this.expect(']');
    return { t: 'index', of, key };
  }

  private term(): Jq {
    const { token } = this;
    if (/^(?:\d|\.\d)/.test(token)) return { t: 'literal', value: Number(this.advance()) };
    if (token === '"') return this.text();
    if (token.startsWith('@')) {
      const format = this.advance();
      return (this.token as string) === '"' ? this.text(format) : { t: 'format', name: format };
    }
    if (/^\$\w/.test(token)) return { t: 'variable', name: this.advance().slice(1) };
    switch (token) {
      case '.':
        return this.dot();
      case '..':
        this.advance();
        return { t: 'recurse' };
      case '(': {
        this.advance();
        const body = this.pipe();
        this.expect(')');
        return body;
      }
      case '[': {
        this.advance();
        if (this.take(']')) return { t: 'array' };
        const body = this.pipe();
        this.expect(']');
        return { t: 'array', body };
      }
      case '{':
        return this.object();
      case '-':
        this.advance();
        return { t: 'negate', body: this.postfix() };
      case 'if':
        return this.condition();
      case 'try': {
        this.advance();
        const body = this.postfix();
        return this.take('catch') ? { t: 'try', body, handler: this.postfix() } : { t: 'try', body };
      }
      case 'reduce':
      case 'foreach':
        return this.fold();
      case 'def':
        return this.definition();
      default:
        return this.call();
    }
  }

  private dot(): Jq {
    const next = this.source[this.at] ?? '';
    this.advance();
    if (next === '"') return { t: 'index', of: { t: 'identity' }, key: this.text() };
    if (/[A-Za-z_]/.test(next))
      return { t: 'index', of: { t: 'identity' }, key: { t: 'literal', value: this.advance() } };
    return this.token === '[' ? this.brackets({ t: 'identity' }) : { t: 'identity' };
  }

  private call(): Jq {
    if (!/^[A-Za-z_]/.test(this.token) || KEYWORDS.has(this.token)) this.unexpected();
    const name = this.advance();
    const args: Jq[] = [];
    if (this.take('(')) {
      do args.push(this.pipe());
      while (this.take(';'));
      this.expect(')');
    }
    if (args.length === 0 && (name === 'true' || name === 'false')) return { t: 'literal', value: name === 'true' };
    return args.length === 0 && name === 'null' ? { t: 'literal', value: null } : { t: 'call', name, args };
  }

  private condition(): Jq {
    this.advance();
    const test = this.pipe();
    this.expect('then');
    const then = this.pipe();
    if (this.token === 'elif') return { t: 'if', test, then, else: this.condition() };
    const other = this.take('else') ? this.pipe() : undefined;
    this.expect('end');
    return other ? { t: 'if', test, then, else: other } : { t: 'if', test, then };
  }

  private fold(): Jq {
    const t = this.advance() as 'reduce' | 'foreach';
    const of = this.postfix();
    this.expect('as');
    const pattern = this.pattern();
    this.expect('(');
    const init = this.pipe();
    this.expect(';');
    const update = this.pipe();
    const extract = t === 'foreach' && this.take(';') ? this.pipe() : undefined;
    this.expect(')');
    if (t === 'reduce') return { t, of, pattern, init, update };
    return { t, of, pattern, init, update, ...(extract ? { extract } : {}) };
  }

  private pattern(): Pattern {
    if (/^\$\w/.test(this.token)) return { kind: 'variable', name: this.advance().slice(1) };
    if (this.take('[')) {
      const items: Pattern[] = [];
      do items.push(this.pattern());
      while (this.take(','));
      this.expect(']');
      return { kind: 'array', items };
    }
    this.expect('{');
    const entries: (readonly [Jq, Pattern])[] = [];
    do {
      if (/^\$\w/.test(this.token)) {
        const name = this.advance().slice(1);
        entries.push([
          { t: 'literal', value: name },
          { kind: 'variable', name },
        ]);
        continue;
      }
      const key = this.key();
      this.expect(':');
      entries.push([key, this.pattern()]);
    } while (this.take(','));
    this.expect('}');
    return { kind: 'object', entries };
  }

  private key(): Jq {
    if (this.token === '"') return this.text();
    if (this.take('(')) {
      const key = this.pipe();
      this.expect(')');
      return key;
    }
    if (!/^\w/.test(this.token)) this.unexpected();
    return { t: 'literal', value: this.advance() };
  }

  private object(): Jq {
    this.advance();
    const entries: (readonly [Jq, Jq])[] = [];
    while (!this.take('}')) {
      if (/^\$\w/.test(this.token)) {
        const name = this.advance().slice(1);
        entries.push([
          { t: 'literal', value: name },
          { t: 'variable', name },
        ]);
      } else {
        const key = this.key();
        if (this.take(':')) entries.push([key, this.objectValue()]);
        else entries.push([key, { t: 'index', of: { t: 'identity' }, key }]);
      }
      if (this.token !== '}') this.expect(',');
    }
    return { t: 'object', entries };
  }

  /** Without commas: those part the entries. */
  private objectValue(): Jq {
    const left = this.alternative();
    return this.take('|') ? { t: 'pipe', left, right: this.objectValue() } : left;
  }

  /** A string with `\(…)` in it; the current token is its opening quote. */
  private text(format?: string): Jq {
    const parts: (string | Jq)[] = [];
    let text = '';
    for (;;) {
      const char = this.source[this.at++];
      if (char === undefined) {
        this.token = '';
        this.unexpected();
      }
      if (char === '"') break;
      if (char !== '\\') {
        text += char;
        continue;
      }
      const letter = this.source[this.at++] ?? '';
      if (letter === '(') {
        parts.push(text);
        text = '';
        this.advance();
        parts.push(this.pipe());
        if ((this.token as string) !== ')') this.unexpected();
      } else if (letter === 'u') {
        text += String.fromCharCode(Number.parseInt(this.source.slice(this.at, this.at + 4), 16) || 0);
        this.at += 4;
      } else text += ({ n: '\n', t: '\t', r: '\r', b: '\b', f: '\f' } as Record<string, string>)[letter] ?? letter;
    }
    parts.push(text);
    this.advance();
    if (parts.length === 1) return { t: 'literal', value: text };
    return { t: 'string', parts, ...(format ? { format } : {}) };
  }
}
