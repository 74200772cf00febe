/** An error of a running program, in jq's words; `value` is what `catch` sees. */
export class JqError extends Error {
  constructor(readonly value: unknown) {
    super(typeof value === 'string' ? value : `${toJson(value)} (not a string)`);
  }
}

export type JqObject = Readonly<Record<string, unknown>>;

export const typeOf = (value: unknown): string =>
  value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value === 'object' ? 'object' : typeof value;

export const truthy = (value: unknown): boolean => value !== null && value !== false;

const ORDER = ['null', 'false', 'true', 'number', 'string', 'array', 'object'];
const rank = (value: unknown): number => ORDER.indexOf(typeof value === 'boolean' ? String(value) : typeOf(value));

const byCode = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** jq's order of all values: null, false, true, numbers, strings, arrays, objects. */
export function compare(a: unknown, b: unknown): number {
  const ranks = rank(a) - rank(b);
  if (ranks !== 0) return ranks;
  switch (typeOf(a)) {
    case 'number':
      return (a as number) - (b as number);
    case 'string':
      return byCode(a as string, b as string);
    case 'array':
      return compareLists(a as readonly unknown[], b as readonly unknown[]);
    case 'object': {
      const [x, y] = [a as JqObject, b as JqObject];
      const [keys, others] = [Object.keys(x).sort(), Object.keys(y).sort()];
      return (
        compareLists(keys, others) ||
        compareLists(
          keys.map((key) => x[key]),
          keys.map((key) => y[key]),
        )
      );
    }
    default:
      return 0;
  }
}

function compareLists(a: readonly unknown[], b: readonly unknown[]): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const order = compare(a[i], b[i]);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

export interface Style {
  /** What stands before a line per level; undefined puts everything on one line. */
  readonly indent?: string | undefined;
  readonly sorted?: boolean;
  /** Letters beyond ASCII as `\u…`. */
  readonly ascii?: boolean;
}

function numberText(value: number): string {
  if (Number.isNaN(value)) return 'null';
  if (!Number.isFinite(value)) return value > 0 ? '1.7976931348623157e+308' : '-1.7976931348623157e+308';
  return Math.abs(value) >= 1e17 && Math.abs(value) < 1e21 ? BigInt(value).toString() : String(value);
}

/** Values may nest so deep. */
const DEEPEST = 500;

/** JSON text as jq writes it. */
export function toJson(value: unknown, style: Style = {}, depth = 0): string {
  if (depth > DEEPEST) return '<skipped: too deep>';
  const { indent } = style;
  const [open, between, close] =
    indent === undefined
      ? ['', ',', '']
      : [`\n${indent.repeat(depth + 1)}`, `,\n${indent.repeat(depth + 1)}`, `\n${indent.repeat(depth)}`];
  switch (typeOf(value)) {
    case 'number':
      return numberText(value as number);
    case 'string': {
      const text = JSON.stringify(value).replaceAll('\x7f', '\\u007f');
      const hex = (c: string): string => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`;
      return style.ascii ? text.replace(/[\u0080-\uffff]/g, hex) : text;
    }
    case 'array': {
      const items = (value as readonly unknown[]).map((item) => toJson(item, style, depth + 1));
      return items.length === 0 ? '[]' : `[${open}${items.join(between)}${close}]`;
    }
    case 'object': {
      const keys = Object.keys(value as object);
      if (style.sorted) keys.sort();
      const colon = indent === undefined ? ':' : ': ';
      const rows = keys.map((key) => toJson(key, style) + colon + toJson((value as JqObject)[key], style, depth + 1));
      return rows.length === 0 ? '{}' : `{${open}${rows.join(between)}${close}}`;
    }
    default:
      return String(value);
  }
}

/** A value as error messages show it: cut after eleven characters. */
export function shortly(value: unknown): string {
  const text = toJson(value);
  return text.length > 11 ? `${text.slice(0, 10)}...` : text;
}
