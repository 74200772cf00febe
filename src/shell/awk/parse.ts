import { ExpressionParser, MAX_DEPTH } from './expression.ts';
import { lex } from './lex.ts';
import type { AwkFunction, AwkProgram, Expression, Rule, Statement } from './program.ts';

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

class Parser extends ExpressionParser {
  private readonly functions = new Map<string, AwkFunction>();

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
}
