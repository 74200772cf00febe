import { lex, type Token } from './lex.ts';

export type Expression =
  | { readonly type: 'number'; readonly value: number }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'regex'; readonly source: string }
  | { readonly type: 'variable'; readonly name: string }
  | { readonly type: 'field'; readonly index: Expression }
  | { readonly type: 'element'; readonly array: string; readonly keys: readonly Expression[] }
  | { readonly type: 'assign'; readonly operator: string; readonly target: Target; readonly value: Expression }
  | { readonly type: 'step'; readonly by: 1 | -1; readonly prefix: boolean; readonly target: Target }
  | { readonly type: 'unary'; readonly operator: string; readonly value: Expression }
  | { readonly type: 'binary'; readonly operator: string; readonly left: Expression; readonly right: Expression }
  | { readonly type: 'choice'; readonly test: Expression; readonly yes: Expression; readonly no: Expression }
  | { readonly type: 'in'; readonly keys: readonly Expression[]; readonly array: string }
  | { readonly type: 'call'; readonly name: string; readonly args: readonly Expression[] }
  | { readonly type: 'getline'; readonly target?: Target; readonly file?: Expression }
  | { readonly type: 'group'; readonly values: readonly Expression[] };

export type Target = Extract<Expression, { type: 'variable' | 'field' | 'element' }>;

export type Statement =
  | { readonly type: 'block'; readonly body: readonly Statement[] }
  | { readonly type: 'expression'; readonly value: Expression }
  | {
      readonly type: 'print';
      readonly values: readonly Expression[];
      readonly formatted: boolean;
      readonly to?: { readonly operator: string; readonly path: Expression };
    }
  | { readonly type: 'if'; readonly test: Expression; readonly yes: Statement; readonly no?: Statement }
  | { readonly type: 'while'; readonly test: Expression; readonly body: Statement; readonly after: boolean }
  | {
      readonly type: 'for';
      readonly first?: Statement;
      readonly test?: Expression;
      readonly next?: Statement;
      readonly body: Statement;
    }
  | { readonly type: 'each'; readonly name: string; readonly array: string; readonly body: Statement }
  | { readonly type: 'delete'; readonly array: string; readonly keys?: readonly Expression[] }
  | { readonly type: 'jump'; readonly how: 'next' | 'break' | 'continue' | 'nextfile' }
  | { readonly type: 'exit' | 'return'; readonly value?: Expression };

export interface Rule {
  readonly when: 'BEGIN' | 'END' | 'line';
  readonly from?: Expression;
  readonly to?: Expression;
  readonly body?: Statement;
}

export interface AwkFunction {
  readonly params: readonly string[];
  readonly body: Statement;
}

export interface AwkProgram {
  readonly rules: readonly Rule[];
  readonly functions: ReadonlyMap<string, AwkFunction>;
}

const cache = new Map<string, AwkProgram | string>();

/** Parses a program, or gives the message of a syntax error. Trees are kept by their text: a pure cache. */
export function parseAwk(source: string): AwkProgram | string {
  const known = cache.get(source);
  if (known !== undefined) return known;
  const tokens = lex(source);
  const made = typeof tokens === 'string' ? tokens : new Parser(tokens).program();
  if (cache.size > 100) cache.clear();
  cache.set(source, made);
  return made;
}

const MAX_DEPTH = 250;

class Parser {
  private at = 0;
  private error: string | undefined;
  private depth = 0;
  /** Inside `print …` a bare `>` redirects. */
  private printing = false;
  private noIn = false;
  private readonly functions = new Map<string, AwkFunction>();

  constructor(private readonly tokens: readonly Token[]) {}

  program(): AwkProgram | string {
    const rules: Rule[] = [];
    this.blank(true);
    while (this.error === undefined && this.token.kind !== 'end') {
      if (this.isWord('function') || this.isWord('func')) this.functionDefinition();
      else rules.push(this.rule());
      this.blank(true);
    }
    return this.error ?? { rules, functions: this.functions };
  }

  private get token(): Token {
    return this.tokens[this.at] as Token;
  }

  private fail(): void {
    const { line, kind, text } = this.token;
    const near = kind === 'end' ? 'end of file' : kind === 'newline' ? '\\n' : text;
    this.error ??= `line ${line}: syntax error at or near ${near}`;
    this.at = this.tokens.length - 1;
  }

  private is(mark: string): boolean {
    return this.token.kind === 'mark' && this.token.text === mark;
  }

  private isWord(word: string): boolean {
    return this.token.kind === 'word' && this.token.text === word;
  }

  private take(mark: string): boolean {
    if (!this.is(mark)) return false;
    this.at++;
    return true;
  }

  private need(mark: string): void {
    if (!this.take(mark)) this.fail();
  }

  /** Skips newlines (and `;`). */
  private blank(semicolons = false): void {
    while (this.token.kind === 'newline' || (semicolons && this.is(';'))) this.at++;
  }

  private name(): string {
    const { kind, text } = this.token;
    if (kind !== 'name') {
      this.fail();
      return '';
    }
    this.at++;
    return text;
  }

  private functionDefinition(): void {
    this.at++;
    const name = this.name();
    this.need('(');
    const params: string[] = [];
    while (this.error === undefined && !this.is(')')) {
      params.push(this.name());
      if (!this.take(',')) break;
      this.blank();
    }
    this.need(')');
    this.blank();
    this.functions.set(name, { params, body: this.block() });
  }

  private rule(): Rule {
    for (const when of ['BEGIN', 'END'] as const) {
      if (!this.isWord(when)) continue;
      this.at++;
      this.blank();
      if (!this.is('{')) this.fail();
      return { when, body: this.block() };
    }
    const from = this.is('{') ? undefined : this.expression();
    let to: Expression | undefined;
    if (from && this.take(',')) {
      this.blank();
      to = this.expression();
    }
    const body = this.is('{') ? this.block() : undefined;
    return { when: 'line', ...(from ? { from } : {}), ...(to ? { to } : {}), ...(body ? { body } : {}) };
  }

  private block(): Statement {
    this.need('{');
    const body: Statement[] = [];
    this.blank(true);
    while (this.error === undefined && !this.is('}')) {
      if (this.token.kind === 'end') this.fail();
      else body.push(this.statement());
      this.blank(true);
    }
    this.need('}');
    return { type: 'block', body };
  }

  private statement(): Statement {
    if (++this.depth > MAX_DEPTH) this.fail();
    const made = this.statementInside();
    this.depth--;
    return made;
  }

  private statementInside(): Statement {
    if (this.is('{')) return this.block();
    if (this.take(';')) return { type: 'block', body: [] };
    const { kind, text } = this.token;
    if (kind === 'word') {
      switch (text) {
        case 'if':
          return this.ifStatement();
        case 'while': {
          this.at++;
          const test = this.parenthesized();
          if (this.take(';')) return { type: 'while', test, body: { type: 'block', body: [] }, after: false };
          this.blank();
          return { type: 'while', test, body: this.statement(), after: false };
        }
        case 'do': {
          this.at++;
          this.blank();
          const body = this.statement();
          this.blank(true);
          if (!this.isWord('while')) this.fail();
          this.at++;
          const test = this.parenthesized();
          this.endStatement();
          return { type: 'while', test, body, after: true };
        }
        case 'for':
          return this.forStatement();
        default:
      }
    }
    const simple = this.simple();
    this.endStatement();
    return simple;
  }

  private endStatement(): void {
    if (this.token.kind === 'newline' || this.take(';') || this.is('}') || this.token.kind === 'end') return;
    this.fail();
  }

  private parenthesized(): Expression {
    this.need('(');
    const value = this.expression();
    this.need(')');
    return value;
  }

  private ifStatement(): Statement {
    this.at++;
    const test = this.parenthesized();
    this.blank();
    const yes = this.statement();
    const mark = this.at;
    this.blank(true);
    if (!this.isWord('else')) {
      this.at = mark;
      return { type: 'if', test, yes };
    }
    this.at++;
    this.blank();
    return { type: 'if', test, yes, no: this.statement() };
  }

  private forStatement(): Statement {
    this.at++;
    this.need('(');
    const [one, two, three, four] = this.tokens.slice(this.at, this.at + 4);
    if (one?.kind === 'name' && two?.text === 'in' && three?.kind === 'name' && four?.text === ')') {
      this.at += 4;
      this.blank();
      return { type: 'each', name: one.text, array: three.text, body: this.statement() };
    }
    const first = this.is(';') ? undefined : this.simple();
    this.need(';');
    this.blank();
    const test = this.is(';') ? undefined : this.expression();
    this.need(';');
    this.blank();
    const next = this.is(')') ? undefined : this.simple();
    this.need(')');
    const empty: Statement = { type: 'block', body: [] };
    if (this.take(';'))
      return {
        type: 'for',
        ...(first ? { first } : {}),
        ...(test ? { test } : {}),
        ...(next ? { next } : {}),
        body: empty,
      };
    this.blank();
    const body = this.statement();
    return { type: 'for', ...(first ? { first } : {}), ...(test ? { test } : {}), ...(next ? { next } : {}), body };
  }

  private simple(): Statement {
    const { kind, text } = this.token;
    if (kind !== 'word') return { type: 'expression', value: this.expression() };
    switch (text) {
      case 'print':
      case 'printf':
        return this.print(text === 'printf');
      case 'delete': {
        this.at++;
        const array = this.name();
        if (!this.take('[')) return { type: 'delete', array };
        const keys = this.list(']');
        return { type: 'delete', array, keys };
      }
      case 'next':
      case 'nextfile':
      case 'break':
      case 'continue':
        this.at++;
        return { type: 'jump', how: text };
      case 'exit':
      case 'return': {
        this.at++;
        const ends = this.token.kind === 'newline' || this.is(';') || this.is('}') || this.token.kind === 'end';
        return ends ? { type: text } : { type: text, value: this.expression() };
      }
      default:
        return { type: 'expression', value: this.expression() };
    }
  }

  private print(formatted: boolean): Statement {
    this.at++;
    const values: Expression[] = [];
    const outer = this.printing;
    this.printing = true;
    const ends = (): boolean =>
      this.token.kind === 'newline' ||
      this.token.kind === 'end' ||
      [';', '}', '>', '>>', '|'].some((mark) => this.is(mark));
    if (!ends()) {
      const first = this.expression();
      if (first.type === 'group') values.push(...first.values);
      else values.push(first);
      while (this.take(',')) {
        this.blank();
        values.push(this.expression());
      }
    }
    this.printing = outer;
    const { text: operator } = this.token;
    if (!['>', '>>', '|'].some((mark) => this.is(mark))) return { type: 'print', values, formatted };
    this.at++;
    return { type: 'print', values, formatted, to: { operator, path: this.concatenation() } };
  }

  private list(end: string): readonly Expression[] {
    const values: Expression[] = [];
    const outer = this.printing;
    this.printing = false;
    this.blank();
    while (this.error === undefined && !this.is(end)) {
      values.push(this.expression());
      this.blank();
      if (!this.take(',')) break;
      this.blank();
    }
    this.printing = outer;
    this.need(end);
    return values;
  }

  private expression(): Expression {
    if (++this.depth > MAX_DEPTH) {
      this.fail();
      return { type: 'number', value: 0 };
    }
    const left = this.choice();
    this.depth--;
    const { text } = this.token;
    const assigns = this.token.kind === 'mark' && ['=', '+=', '-=', '*=', '/=', '%=', '^=', '**='].includes(text);
    if (!assigns || !isTarget(left)) return left;
    this.at++;
    this.blank();
    return { type: 'assign', operator: text.replace('**', '^'), target: left, value: this.expression() };
  }

  private choice(): Expression {
    const test = this.or();
    if (!this.take('?')) return test;
    this.blank();
    const yes = this.expression();
    this.blank();
    this.need(':');
    this.blank();
    return { type: 'choice', test, yes, no: this.expression() };
  }

  private or(): Expression {
    let left = this.and();
    while (this.take('||')) {
      this.blank();
      left = { type: 'binary', operator: '||', left, right: this.and() };
    }
    return left;
  }

  private and(): Expression {
    let left = this.membership();
    while (this.take('&&')) {
      this.blank();
      left = { type: 'binary', operator: '&&', left, right: this.membership() };
    }
    return left;
  }

  private membership(): Expression {
    let left = this.matching();
    while (this.isWord('in') && !this.noIn) {
      this.at++;
      left = { type: 'in', keys: left.type === 'group' ? left.values : [left], array: this.name() };
    }
    return left;
  }

  private matching(): Expression {
    let left = this.comparison();
    while (this.is('~') || this.is('!~')) {
      const operator = this.token.text;
      this.at++;
      left = { type: 'binary', operator, left, right: this.comparison() };
    }
    return left;
  }

  private comparison(): Expression {
    const left = this.concatenation();
    const { kind, text } = this.token;
    const operators = this.printing ? ['<', '<=', '==', '!=', '>='] : ['<', '<=', '==', '!=', '>', '>='];
    if (kind !== 'mark' || !operators.includes(text)) return left;
    this.at++;
    return { type: 'binary', operator: text, left, right: this.concatenation() };
  }

  private concatenation(): Expression {
    let left = this.additive();
    while (this.startsValue()) left = { type: 'binary', operator: ' ', left, right: this.additive() };
    return left;
  }

  private startsValue(): boolean {
    const { kind, text } = this.token;
    if (kind === 'mark') return ['(', '$', '!', '-', '+', '++', '--'].includes(text) && !['+', '-'].includes(text);
    return kind === 'number' || kind === 'string' || kind === 'name' || kind === 'regex';
  }

  private additive(): Expression {
    let left = this.multiplicative();
    while (this.is('+') || this.is('-')) {
      const operator = this.token.text;
      this.at++;
      left = { type: 'binary', operator, left, right: this.multiplicative() };
    }
    return left;
  }

  private multiplicative(): Expression {
    let left = this.unary();
    while (this.is('*') || this.is('/') || this.is('%')) {
      const operator = this.token.text;
      this.at++;
      left = { type: 'binary', operator, left, right: this.unary() };
    }
    return left;
  }

  private unary(): Expression {
    for (const operator of ['!', '-', '+']) {
      if (!this.take(operator)) continue;
      if (++this.depth > MAX_DEPTH) this.fail();
      const value = this.unary();
      this.depth--;
      return { type: 'unary', operator, value };
    }
    return this.power();
  }

  private power(): Expression {
    const left = this.postfix();
    if (!this.take('^') && !this.take('**')) return left;
    const negative = this.take('-');
    const right = this.power();
    return {
      type: 'binary',
      operator: '^',
      left,
      right: negative ? { type: 'unary', operator: '-', value: right } : right,
    };
  }

  private postfix(): Expression {
    const value = this.primary();
    if (!isTarget(value)) return value;
    if (this.take('++')) return { type: 'step', by: 1, prefix: false, target: value };
    if (this.take('--')) return { type: 'step', by: -1, prefix: false, target: value };
    return value;
  }

  private primary(): Expression {
    const token = this.token;
    this.at++;
    switch (token.kind) {
      case 'number':
        return { type: 'number', value: Number(token.text) };
      case 'string':
        return { type: 'string', value: token.text };
      case 'regex':
        return { type: 'regex', source: token.text };
      case 'name':
        return this.named(token);
      case 'word':
        if (token.text === 'getline') return this.getline();
        break;
      case 'mark':
        if (token.text === '(') {
          const values = this.list(')');
          return values.length === 1 ? { type: 'group', values } : { type: 'group', values };
        }
        if (token.text === '$') return { type: 'field', index: this.fieldIndex() };
        if (token.text === '++' || token.text === '--') {
          const target = this.primary();
          if (isTarget(target)) return { type: 'step', by: token.text === '++' ? 1 : -1, prefix: true, target };
        }
        if (token.text === '-' || token.text === '+' || token.text === '!') {
          this.at--;
          return this.unary();
        }
        break;
      default:
    }
    this.at--;
    this.fail();
    return { type: 'number', value: 0 };
  }

  private fieldIndex(): Expression {
    if (this.take('++')) return { type: 'step', by: 1, prefix: true, target: this.primary() as Target };
    if (this.take('--')) return { type: 'step', by: -1, prefix: true, target: this.primary() as Target };
    if (this.take('-')) return { type: 'unary', operator: '-', value: this.primary() };
    return this.primary();
  }

  private named(token: Token): Expression {
    if (token.call || (this.is('(') && BUILTINS.has(token.text))) {
      this.need('(');
      return { type: 'call', name: token.text, args: this.list(')') };
    }
    if (token.text === 'length') return { type: 'call', name: 'length', args: [] };
    if (this.take('[')) return { type: 'element', array: token.text, keys: this.list(']') };
    return { type: 'variable', name: token.text };
  }

  private getline(): Expression {
    const target = this.token.kind === 'name' || this.is('$') ? this.primary() : undefined;
    const made: Expression = target && isTarget(target) ? { type: 'getline', target } : { type: 'getline' };
    if (!this.take('<')) return made;
    return { ...made, file: this.primary() };
  }
}

const BUILTINS = new Set(
  'length substr index split sub gsub match sprintf tolower toupper int sqrt exp log sin cos atan2 rand srand system close fflush systime strftime'.split(
    ' ',
  ),
);

const isTarget = (value: Expression): value is Target =>
  value.type === 'variable' || value.type === 'field' || value.type === 'element';
