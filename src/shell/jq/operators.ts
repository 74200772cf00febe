import { compare, JqError, type JqObject, shortly, typeOf } from './value.ts';

const MOST_TEXT = 1 << 20;

function refuse(a: unknown, b: unknown, done: string): never {
  throw new JqError(`${typeOf(a)} (${shortly(a)}) and ${typeOf(b)} (${shortly(b)}) cannot be ${done}`);
}

function add(a: unknown, b: unknown): unknown {
  if (a === null) return b;
  if (b === null) return a;
  if (typeof a === 'number' && typeof b === 'number') return a + b;
  if (typeof a === 'string' && typeof b === 'string') return a + b;
  if (Array.isArray(a) && Array.isArray(b)) return [...a, ...b];
  if (typeOf(a) === 'object' && typeOf(b) === 'object')
    return Object.fromEntries([...Object.entries(a as object), ...Object.entries(b as object)]);
  return refuse(a, b, 'added');
}

function merged(a: JqObject, b: JqObject, depth = 0): JqObject {
  const made = new Map(Object.entries(a));
  for (const [key, value] of Object.entries(b)) {
    const old = made.get(key);
    const both = typeOf(old ?? null) === 'object' && typeOf(value) === 'object' && depth < 200;
    made.set(key, both ? merged(old as JqObject, value as JqObject, depth + 1) : value);
  }
  return Object.fromEntries(made);
}

function multiply(a: unknown, b: unknown): unknown {
  if (typeof a === 'number' && typeof b === 'number') return a * b;
  const [text, times] = typeof a === 'string' ? [a, b] : [b, a];
  if (typeof text === 'string' && typeof times === 'number') {
    const count = times <= 0 ? 0 : Math.max(1, Math.floor(times));
    if (count * text.length > MOST_TEXT) throw new JqError('Repeat string result too long');
    return count === 0 ? null : text.repeat(count);
  }
  if (typeOf(a) === 'object' && typeOf(b) === 'object') return merged(a as JqObject, b as JqObject);
  return refuse(a, b, 'multiplied');
}

function divide(a: unknown, b: unknown): unknown {
  if (typeof a === 'number' && typeof b === 'number')
    return b === 0 ? refuse(a, b, 'divided because the divisor is zero') : a / b;
  if (typeof a === 'string' && typeof b === 'string') return a === '' ? [] : a.split(b);
  return refuse(a, b, 'divided');
}

/** An operator between two values, with jq's words for what does not go together. */
export function binary(op: string, a: unknown, b: unknown): unknown {
  switch (op) {
    case '+':
      return add(a, b);
    case '-':
      if (typeof a === 'number' && typeof b === 'number') return a - b;
      if (Array.isArray(a) && Array.isArray(b)) return a.filter((one) => !b.some((other) => compare(one, other) === 0));
      return refuse(a, b, 'subtracted');
    case '*':
      return multiply(a, b);
    case '/':
      return divide(a, b);
    case '%': {
      if (typeof a !== 'number' || typeof b !== 'number') return refuse(a, b, 'divided');
      const by = Math.abs(Math.trunc(b));
      return by === 0 ? refuse(a, b, 'divided because the divisor is zero') : Math.trunc(a) % by;
    }
    case '==':
      return compare(a, b) === 0;
    case '!=':
      return compare(a, b) !== 0;
    case '<':
      return compare(a, b) < 0;
    case '<=':
      return compare(a, b) <= 0;
    case '>':
      return compare(a, b) > 0;
    default:
      return compare(a, b) >= 0;
  }
}
