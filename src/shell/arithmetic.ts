import type { ArithmeticExpression } from 'unbash';

/** What an expression can see and set; values are text, as in the shell. */
export interface ArithmeticScope {
  get(name: string): string;
  set(name: string, value: string): void;
  /** Text of a word with `$…` in it. */
  expand(word: Extract<ArithmeticExpression, { type: 'ArithmeticWord' | 'ArithmeticCommandExpansion' }>): string;
  /** Evaluates the text of a variable that is itself an expression. */
  parse(text: string): ArithmeticExpression | undefined;
  /** An error in bash's words, without the leading `bash: `; the value no longer matters then. */
  fail(message: string): void;
}

const MAX_DEPTH = 64;

/** Evaluates with 64-bit wrap-around, as bash does. */
export function evaluate(node: ArithmeticExpression | undefined, scope: ArithmeticScope): bigint {
  return node ? new Evaluation(scope).value(node, 0) : 0n;
}

const wrap = (value: bigint): bigint => BigInt.asIntN(64, value);
const truth = (value: bigint): bigint => (value ? 1n : 0n);

class Evaluation {
  constructor(private readonly scope: ArithmeticScope) {}

  value(node: ArithmeticExpression, depth: number): bigint {
    if (depth > MAX_DEPTH) return this.failed('expression recursion level exceeded');
    switch (node.type) {
      case 'ArithmeticGroup':
        return this.value(node.expression, depth);
      case 'ArithmeticTernary':
        return this.value(this.value(node.test, depth) ? node.consequent : node.alternate, depth);
      case 'ArithmeticUnary':
        return this.unary(node, depth);
      case 'ArithmeticBinary':
        return this.binary(node, depth);
      default:
        return this.text(
          node.type === 'ArithmeticWord' && !node.parts && !/[$`]/.test(node.value)
            ? node.value
            : this.scope.expand(node),
          depth,
        );
    }
  }

  private text(raw: string, depth: number): bigint {
    const text = raw.trim();
    if (text === '') return 0n;
    if (/^[A-Za-z_]\w*(\[.*\])?$/.test(text)) return this.text(this.scope.get(text), depth + 1);
    const based = /^(\d+)#([0-9A-Za-z@_]+)$/.exec(text);
    if (based) return this.based(text, Number(based[1]), based[2] as string);
    if (/^0[0-7]*$/.test(text)) return wrap(BigInt(`0o${text.slice(1) || '0'}`));
    if (/^(?:\d+|0[xX][0-9a-fA-F]+)$/.test(text)) {
      if (/^0\d/.test(text)) return this.failed(`${text}: value too great for base (error token is "${text}")`);
      return wrap(BigInt(text));
    }
    const inner = depth < MAX_DEPTH ? this.scope.parse(text) : undefined;
    if (!inner || inner.type === 'ArithmeticWord')
      return this.failed(
        `${text}: syntax error: invalid arithmetic operator (error token is "${text.replace(/^\w+/, '') || text}")`,
      );
    return this.value(inner, depth + 1);
  }

  private based(text: string, base: number, digits: string): bigint {
    let sum = 0n;
    for (const char of digits) {
      const digit = '0123456789abcdefghijklmnopqrstuvwxyz'.indexOf(char.toLowerCase());
      if (digit < 0 || digit >= base)
        return this.failed(`${text}: value too great for base (error token is "${text}")`);
      sum = sum * BigInt(base) + BigInt(digit);
    }
    return wrap(sum);
  }

  private nameOf(node: ArithmeticExpression): string {
    if (node.type === 'ArithmeticWord') {
      const name = (node.parts ? this.scope.expand(node) : node.value).trim();
      if (/^[A-Za-z_]\w*(\[.*\])?$/.test(name)) return name;
    }
    this.failed('attempted assignment to non-variable');
    return '';
  }

  private failed(message: string): bigint {
    this.scope.fail(message);
    return 0n;
  }

  private apply(operator: string, a: bigint, b: bigint): bigint {
    const made = apply(operator, a, b);
    return typeof made === 'string' ? this.failed(made) : made;
  }

  private unary(node: Extract<ArithmeticExpression, { type: 'ArithmeticUnary' }>, depth: number): bigint {
    if (node.operator === '++' || node.operator === '--') {
      const name = this.nameOf(node.operand);
      const old = this.text(this.scope.get(name), depth + 1);
      const made = wrap(node.operator === '++' ? old + 1n : old - 1n);
      this.scope.set(name, String(made));
      return node.prefix ? made : old;
    }
    const value = this.value(node.operand, depth);
    if (node.operator === '-') return wrap(-value);
    if (node.operator === '!') return truth(value ? 0n : 1n);
    return node.operator === '~' ? wrap(~value) : value;
  }

  private binary(node: Extract<ArithmeticExpression, { type: 'ArithmeticBinary' }>, depth: number): bigint {
    const { operator } = node;
    for (const side of [node.left, node.right])
      if (side.type === 'ArithmeticWord' && side.value.trim() === '')
        return this.failed(`syntax error: operand expected (error token is "${operator}")`);
    if (operator === '&&') return truth(this.value(node.left, depth) ? this.value(node.right, depth) : 0n);
    if (operator === '||') return truth(this.value(node.left, depth) || this.value(node.right, depth));
    if (operator === ',') {
      this.value(node.left, depth);
      return this.value(node.right, depth);
    }
    if (/^(?:[-+*/%&|^]|<<|>>)?=$/.test(operator)) {
      const name = this.nameOf(node.left);
      const right = this.value(node.right, depth);
      const made =
        operator === '=' ? right : this.apply(operator.slice(0, -1), this.text(this.scope.get(name), depth + 1), right);
      this.scope.set(name, String(made));
      return made;
    }
    return this.apply(operator, this.value(node.left, depth), this.value(node.right, depth));
  }
}

/** The result, or an error's words. */
function apply(operator: string, a: bigint, b: bigint): bigint | string {
  if ((operator === '/' || operator === '%') && b === 0n) return 'division by 0 (error token is "0")';
  if (operator === '**' && b < 0n) return 'exponent less than 0';
  switch (operator) {
    case '+':
      return wrap(a + b);
    case '-':
      return wrap(a - b);
    case '*':
      return wrap(a * b);
    case '/':
      return wrap(a / b);
    case '%':
      return wrap(a % b);
    case '**':
      return power(a, b);
    case '<<':
      return wrap(a << (b & 63n));
    case '>>':
      return a >> (b & 63n);
    case '<':
      return truth(a < b ? 1n : 0n);
    case '>':
      return truth(a > b ? 1n : 0n);
    case '<=':
      return truth(a <= b ? 1n : 0n);
    case '>=':
      return truth(a >= b ? 1n : 0n);
    case '==':
      return truth(a === b ? 1n : 0n);
    case '!=':
      return truth(a !== b ? 1n : 0n);
    case '&':
      return a & b;
    case '^':
      return a ^ b;
    case '|':
      return a | b;
    default:
      return `syntax error: invalid arithmetic operator (error token is "${operator}")`;
  }
}

/** Square and multiply, wrapped at each step: no exponent makes a number longer than 64 bits. */
function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  let square = base;
  for (let e = BigInt.asUintN(64, exponent); e > 0n; e >>= 1n) {
    if (e & 1n) result = wrap(result * square);
    square = wrap(square * square);
  }
  return result;
}
