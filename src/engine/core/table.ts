import { Map as PMap } from 'immutable';

/** A row is plain readonly JSON with the integer key under which its table holds it. */
export interface Row {
  readonly id: number;
}

/**
 * What a table is: its name and its indexes. A `unique` index finds one row by a derived key, a `multi` index all rows
 * that share one. Both are derived from rows, so a saved world carries the rows only.
 */
export interface TableSpec<R extends Row> {
  readonly name: string;
  readonly unique?: Readonly<Record<string, (row: R) => string | number | undefined>>;
  readonly multi?: Readonly<Record<string, (row: R) => string | number | undefined>>;
}

export type Key = string | number;

/** One table of a world: rows by id, and the indexes that follow from them. */
export interface TableState<R extends Row = Row> {
  readonly rows: PMap<number, R>;
  readonly unique: Readonly<Record<string, PMap<Key, number>>>;
  readonly multi: Readonly<Record<string, PMap<Key, readonly number[]>>>;
}

const specs = new Map<string, TableSpec<Row>>();

/** Declares a table once, at module load; two tables of one name are a bug. */
export function defineTable<R extends Row>(spec: TableSpec<R>): TableSpec<R> {
  if (specs.has(spec.name)) throw new Error(`table ${spec.name} is defined twice`);
  specs.set(spec.name, spec as unknown as TableSpec<Row>);
  return spec;
}

export function tableSpec(name: string): TableSpec<Row> {
  const spec = specs.get(name);
  if (!spec) throw new Error(`no table is called ${name}`);
  return spec;
}

export function emptyTable(spec: TableSpec<Row>): TableState {
  const none = <V>(names: object | undefined): Record<string, PMap<Key, V>> =>
    Object.fromEntries(Object.keys(names ?? {}).map((name) => [name, PMap<Key, V>()]));
  return { rows: PMap(), unique: none<number>(spec.unique), multi: none<readonly number[]>(spec.multi) };
}

/** Ascending insert; most ids are larger than all before, so the search starts at the end. */
export function withId(ids: readonly number[], id: number): readonly number[] {
  let at = ids.length;
  while (at > 0 && (ids[at - 1] as number) > id) at--;
  if (at > 0 && ids[at - 1] === id) return ids;
  return at === ids.length ? [...ids, id] : [...ids.slice(0, at), id, ...ids.slice(at)];
}

export function withoutId(ids: readonly number[], id: number): readonly number[] {
  const at = ids.indexOf(id);
  return at < 0 ? ids : [...ids.slice(0, at), ...ids.slice(at + 1)];
}
