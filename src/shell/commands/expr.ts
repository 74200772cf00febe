import { defineCommand } from '../command.ts';
import { compileRegex, search } from '../regex/regex.ts';

/** What expr(1) works with: text, which counts as a number when it looks like one. */
class Expression {
  private at = 0;

  constructor(private readonly words: readonly string[]) {}

  /** The value, or a complaint. */
  evaluate(): string | { readonly problem: string } {
    try {
      const value = this.level(0);
      const rest = this.words[this.at];
      return rest === undefined ? value : { problem: `syntax error: unexpected argument ‘${rest}’` };
    } catch (error) {
      if (error instanceof Problem) return { problem: error.message };
      throw error;
    }
  }

  private level(n: number): string {
    const operators = LEVELS[n];
    if (!operators) return this.primary();
    let left = this.level(n + 1);
    for (let op = this.words[this.at]; op !== undefined && operators.includes(op); op = this.words[this.at]) {
      this.at++;
      left = apply(op, left, this.level(n + 1));
    }
    return left;
  }

  private primary(): string {
    const word = this.words[this.at++];
    if (word === undefined) throw new Problem(`syntax error: missing argument after ‘${this.words.at(-1) ?? ''}’`);
    if (word === '(') {
      const value = this.level(0);
      if (this.words[this.at++] !== ')') throw new Problem(`syntax error: expecting ')' after ‘${this.words.at(-1)}’`);
      return value;
    }
    if (word === 'length') return String([...this.primary()].length);
    if (word === 'substr') {
      const [text, from, size] = [this.primary(), Number(this.primary()), Number(this.primary())];
      return from > 0 && size > 0 ? text.slice(from - 1, from - 1 + size) : '';
    }
    if (word === 'index') {
      const [text, set] = [this.primary(), this.primary()];
      return String([...text].findIndex((letter) => set.includes(letter)) + 1);
    }
    return word === 'match' ? matched(this.primary(), this.primary()) : word;
  }
}

class Problem extends Error {}

const LEVELS: readonly (readonly string[])[] = [
  ['|'],
  ['&'],
  ['<', '<=', '=', '==', '!=', '>=', '>'],
  ['+', '-'],
  ['*', '/', '%'],
  [':'],
];

const isNumber = (text: string): boolean => /^-?\d+$/.test(text);
const isNull = (text: string): boolean => text === '' || /^-?0+$/.test(text);

function matched(text: string, pattern: string): string {
  const regex = compileRegex(`^${pattern.replace(/^\^/, '')}`, { extended: false });
  if (typeof regex === 'string') throw new Problem(regex);
  const match = search(regex, text);
  const grouped = /\\\(/.test(pattern);
  if (!match) return grouped ? '' : '0';
  return grouped ? text.slice(match[2] ?? 0, match[3] ?? 0) : String([...text.slice(match[0], match[1])].length);
}

function apply(op: string, a: string, b: string): string {
  if (op === '|') return isNull(a) ? (isNull(b) ? '0' : b) : a;
  if (op === '&') return isNull(a) || isNull(b) ? '0' : a;
  if (op === ':') return matched(a, b);
  if (LEVELS[2]?.includes(op))
    return compared(op, isNumber(a) && isNumber(b) ? Number(BigInt(a) - BigInt(b)) : a < b ? -1 : a > b ? 1 : 0);
  if (!isNumber(a) || !isNumber(b)) throw new Problem('non-integer argument');
  const [x, y] = [BigInt(a), BigInt(b)];
  if (op === '+') return String(x + y);
  if (op === '-') return String(x - y);
  if (op === '*') return String(x * y);
  if (y === 0n) throw new Problem('division by zero');
  return String(op === '/' ? x / y : x % y);
}

function compared(op: string, order: number): string {
  const holds = {
    '<': order < 0,
    '<=': order <= 0,
    '=': order === 0,
    '==': order === 0,
    '!=': order !== 0,
    '>=': order >= 0,
    '>': order > 0,
  };
  return holds[op as keyof typeof holds] ? '1' : '0';
}

defineCommand({
  name: 'expr',
  summary: 'Print the value of EXPRESSION to standard output.',
  usage: 'EXPRESSION',
  raw: true,
  start(ctx) {
    const words = ctx.argv.slice(1).slice(0, 1000);
    if (words.length === 0) return ctx.misuse('missing operand', 2);
    const value = new Expression(words).evaluate();
    if (typeof value !== 'string') return ctx.fail(value.problem, 2);
    ctx.out(`${value}\n`);
    return isNull(value) ? 1 : 0;
  },
});
