import { compare, JqError, type JqObject, typeOf } from './value.ts';

/** Keys, indexes and slices `{start, end}`, outermost first. */
export type Path = readonly unknown[];

type Slice = { readonly start?: unknown; readonly end?: unknown };

export function indexValue(value: unknown, key: unknown): unknown {
  if (typeof key === 'object' && key !== null && !Array.isArray(key)) {
    const { start, end } = key as Slice;
    return sliceValue(value, start ?? null, end ?? null);
  }
  const kind = typeOf(value);
  if (typeof key === 'string' && (kind === 'object' || kind === 'null'))
    return kind === 'object' && Object.hasOwn(value as object, key) ? (value as JqObject)[key] : null;
  if (typeof key === 'number' && (kind === 'array' || kind === 'null')) {
    const list = (value ?? []) as readonly unknown[];
    const at = Math.floor(key);
    return list[at < 0 ? list.length + at : at] ?? null;
  }
  const how = typeof key === 'string' ? `"${key}"` : typeOf(key);
  throw new JqError(`Cannot index ${kind} with ${how}`);
}

function bounds(length: number, from: unknown, to: unknown): readonly [number, number] {
  for (const end of [from, to])
    if (end !== null && typeof end !== 'number')
      throw new JqError('Start and end indices of an array slice must be numbers');
  const at = (end: number): number => Math.min(Math.max(end < 0 ? length + end : end, 0), length);
  const start = from === null ? 0 : at(Math.floor(from as number));
  return [start, Math.max(start, to === null ? length : at(Math.ceil(to as number)))];
}

export function sliceValue(value: unknown, from: unknown, to: unknown): unknown {
  if (value === null) return null;
  if (typeof value === 'string') {
    const letters = [...value];
    return letters.slice(...bounds(letters.length, from, to)).join('');
  }
  if (Array.isArray(value)) return value.slice(...bounds(value.length, from, to));
  throw new JqError(`Cannot index ${typeOf(value)} with object`);
}

export const getAt = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>((at, key) => (at === null ? null : indexValue(at, key)), value);

/** An array may be filled up to here. */
const LONGEST = 100_000;

export function setAt(value: unknown, path: Path, made: unknown): unknown {
  if (path.length === 0) return made;
  const [key, ...rest] = path;
  if (typeof key === 'string') {
    if (value !== null && typeOf(value) !== 'object') throw new JqError(`Cannot index ${typeOf(value)} with "${key}"`);
    const old = (value ?? {}) as JqObject;
    const inner = setAt(Object.hasOwn(old, key) ? old[key] : null, rest, made);
    if (Object.hasOwn(old, key))
      return Object.fromEntries(Object.entries(old).map(([k, v]) => [k, k === key ? inner : v]));
    return Object.fromEntries([...Object.entries(old), [key, inner]]);
  }
  if (value !== null && !Array.isArray(value)) throw new JqError(`Cannot index ${typeOf(value)} with ${typeOf(key)}`);
  const list = [...((value ?? []) as readonly unknown[])];
  if (typeof key === 'number') {
    const at = key < 0 ? list.length + Math.floor(key) : Math.floor(key);
    if (at < 0) throw new JqError('Out of bounds negative array index');
    if (at > LONGEST) throw new JqError('Array index too large');
    while (list.length < at) list.push(null);
    list[at] = setAt(list[at] ?? null, rest, made);
    return list;
  }
  const { start, end } = key as Slice;
  const [from, to] = bounds(list.length, start ?? null, end ?? null);
  const inner = setAt(list.slice(from, to), rest, made);
  if (!Array.isArray(inner)) throw new JqError('A slice of an array can only be assigned another array');
  return [...list.slice(0, from), ...(inner as readonly unknown[]), ...list.slice(to)];
}

/** Takes paths away, the last ones first so that indexes hold. */
export function deleteAt(value: unknown, paths: readonly Path[]): unknown {
  const sorted = [...paths].sort((a, b) => -compare(a, b));
  return sorted.reduce<unknown>((at, path) => deleteOne(at, path), value);
}

function deleteOne(value: unknown, path: Path): unknown {
  const [key, ...rest] = path;
  if (path.length === 0 || value === null) return null;
  if (rest.length > 0) {
    const inner = indexValue(value, key);
    return inner === null ? value : setAt(value, [key], deleteOne(inner, rest));
  }
  if (typeof key === 'string') {
    if (typeOf(value) !== 'object') throw new JqError(`Cannot delete field at ${typeOf(value)} index`);
    return Object.fromEntries(Object.entries(value as JqObject).filter(([one]) => one !== key));
  }
  if (!Array.isArray(value)) throw new JqError(`Cannot delete field at object index of ${typeOf(value)}`);
  if (typeof key === 'number') {
    const at = key < 0 ? value.length + key : key;
    return value.filter((_one, i) => i !== at);
  }
  const { start, end } = key as Slice;
  const [from, to] = bounds(value.length, start ?? null, end ?? null);
  return value.filter((_one, i) => i < from || i >= to);
}
