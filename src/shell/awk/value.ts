/** A number, a string, or text from outside that counts as a number when it looks like one. */
export type Value = number | string | { readonly input: string };

export const looksNumeric = (text: string): boolean => /^\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?\s*$/.test(text);

export function numberOf(value: Value): number {
  if (typeof value === 'number') return value;
  const text = typeof value === 'string' ? value : value.input;
  const match = /^\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?/.exec(text);
  return match ? Number(match[0]) : 0;
}

export const numericInput = (value: Value): boolean =>
  typeof value === 'number' || (typeof value === 'object' && looksNumeric(value.input));

export function arithmetic(operator: string, a: number, b: number): number {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return b === 0 ? Number.NaN : a / b;
    case '%':
      return a % b;
    default:
      return power(a, b);
  }
}

/** Whole exponents by multiplication; others are not offered, for they would differ between browsers. */
function power(base: number, exponent: number): number {
  const times = Math.min(Math.abs(Math.trunc(exponent)), 10_000);
  let made = 1;
  for (let i = 0; i < times; i++) made *= base;
  return exponent < 0 ? 1 / made : made;
}

/** What variables are that nobody has set. */
export const DEFAULTS: Readonly<Record<string, Value>> = {
  FS: ' ',
  OFS: ' ',
  ORS: '\n',
  SUBSEP: '\x1c',
  CONVFMT: '%.6g',
  OFMT: '%.6g',
  NR: 0,
  FNR: 0,
  RSTART: 0,
  RLENGTH: -1,
  RS: '\n',
};

/** Numbers when both are or look like ones, else texts. */
export function compared(operator: string, a: Value, b: Value, textOf: (value: Value) => string): boolean {
  const numeric = numericInput(a) && numericInput(b);
  const empty = (value: Value): boolean => typeof value === 'object' && value.input === '';
  const loose = (numericInput(a) && empty(b)) || (numericInput(b) && empty(a));
  const [x, y] = numeric || loose ? [numberOf(a), numberOf(b)] : [textOf(a), textOf(b)];
  switch (operator) {
    case '<':
      return x < y;
    case '<=':
      return x <= y;
    case '==':
      return x === y;
    case '!=':
      return x !== y;
    case '>':
      return x > y;
    default:
      return x >= y;
  }
}
