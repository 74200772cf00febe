import type { Token } from './lex.ts';

import type { Expression, Target } from './program.ts';

export const MAX_DEPTH = 250;

/** A descent over the tokens of a program: what stands in its expressions. */
export class ExpressionParser {
  protected at = 0;
  protected error: string | undefined;
  protected depth = 0;
  /** Inside `print …` a bare `>` redirects. */
  protected printing = false;
  protected noIn = false;

  constructor(protected readonly tokens: readonly Token[]) {}

  protected get token(): Token {
    return this.tokens[this.at] as Token;
  }

  protected fail(): void {
    const { line, kind, text } = this.token;
    const near = kind === 'end' ? 'end of file' : kind === 'newline' ? '\\n' : text;
    this.error ??= `line ${line}: syntax error at or near ${near}`;
    this.at = this.tokens.length - 1;
  }

  protected is(mark: string): boolean {
    return this.token.kind === 'mark' && this.token.text === mark;
  }

  protected isWord(word: string): boolean {
    return this.token.kind === 'word' && this.token.text === word;
  }

  protected take(mark: string): boolean {
    if (!this.is(mark)) return false;
    this.at++;
    return true;
  }

  protected need(mark: string): void {
    if (!this.take(mark)) this.fail();
  }

  /** Skips newlines (and `;`). */
  protected blank(semicolons = false): void {
    while (this.token.kind === 'newline' || (semicolons && this.is(';'))) this.at++;
  }

  protected name(): string {
    const { kind, text } = this.token;
    if (kind !== 'name') {
      this.fail();
      return '';
    }
    this.at++;
    return text;
  }

  protected list(end: string): readonly Expression[] {
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

  protected expression(): Expression {
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

  protected choice(): Expression {
    const test = this.or();
    if (!this.take('?')) return test;
    this.blank();
    const yes = this.expression();
    this.blank();
    this.need(':');
    this.blank();
    return { type: 'choice', test, yes, no: this.expression() };
  }

  protected or(): Expression {
    let left = this.and();
    while (this.take('||')) {
      this.blank();
      left = { type: 'binary', operator: '||', left, right: this.and() };
    }
    return left;
  }

  protected and(): Expression {
    let left = this.membership();
    while (this.take('&&')) {
      this.blank();
      left = { type: 'binary', operator: '&&', left, right: this.membership() };
    }
    return left;
  }

  protected membership(): Expression {
    let left = this.matching();
    while (this.isWord('in') && !this.noIn) {
      this.at++;
      left = { type: 'in', keys: left.type === 'group' ? left.values : [left], array: this.name() };
    }
    return left;
  }

  protected matching(): Expression {
    let left = this.comparison();
    while (this.is('~') || this.is('!~')) {
      const operator = this.token.text;
      this.at++;
      left = { type: 'binary', operator, left, right: this.comparison() };
    }
    return left;
  }

  protected comparison(): Expression {
    const left = this.concatenation();
    const { kind, text } = this.token;
    const operators = this.printing ? ['<', '<=', '==', '!=', '>='] : ['<', '<=', '==', '!=', '>', '>='];
    if (kind !== 'mark' || !operators.includes(text)) return left;
    this.at++;
    return { type: 'binary', operator: text, left, right: this.concatenation() };
  }

  protected concatenation(): Expression {
    let left = this.additive();
    while (this.startsValue()) left = { type: 'binary', operator: ' ', left, right: this.additive() };
    return left;
  }

  protected startsValue(): boolean {
    const { kind, text } = this.token;
    if (kind === 'mark') return ['(', '$', '!', '-', '+', '++', '--'].includes(text) && !['+', '-'].includes(text);
    return kind === 'number' || kind === 'string' || kind === 'name' || kind === 'regex';
  }

  protected additive(): Expression {
    let left = this.multiplicative();
    while (this.is('+') || this.is('-')) {
      const operator = this.token.text;
      this.at++;
      left = { type: 'binary', operator, left, right: this.multiplicative() };
    }
    return left;
  }

  protected multiplicative(): Expression {
    let left = this.unary();
    while (this.is('*') || this.is('/') || this.is('%')) {
      const operator = this.token.text;
      this.at++;
      left = { type: 'binary', operator, left, right: this.unary() };
    }
    return left;
  }

  protected unary(): Expression {
    for (const operator of ['!', '-', '+']) {
      if (!this.take(operator)) continue;
      if (++this.depth > MAX_DEPTH) this.fail();
      const value = this.unary();
      this.depth--;
      return { type: 'unary', operator, value };
    }
    return this.power();
  }

  protected power(): Expression {
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

  protected postfix(): Expression {
    const value = this.primary();
    if (!isTarget(value)) return value;
    if (this.take('++')) return { type: 'step', by: 1, prefix: false, target: value };
    if (this.take('--')) return { type: 'step', by: -1, prefix: false, target: value };
    return value;
  }

  protected primary(): Expression {
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

  protected fieldIndex(): Expression {
    if (this.take('++')) return { type: 'step', by: 1, prefix: true, target: this.primary() as Target };
    if (this.take('--')) return { type: 'step', by: -1, prefix: true, target: this.primary() as Target };
    if (this.take('-')) return { type: 'unary', operator: '-', value: this.primary() };
    return this.primary();
  }

  protected named(token: Token): Expression {
    if (token.call || (this.is('(') && BUILTINS.has(token.text))) {
      this.need('(');
      return { type: 'call', name: token.text, args: this.list(')') };
    }
    if (token.text === 'length') return { type: 'call', name: 'length', args: [] };
    if (this.take('[')) return { type: 'element', array: token.text, keys: this.list(']') };
    return { type: 'variable', name: token.text };
  }

  protected getline(): Expression {
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
