import { type Key, Trie, trieOf } from './trie.ts';

/** A row is plain readonly JSON with the integer key under which its table holds it. */
export interface Row {
  readonly id: number;
}

type KeyOf<R> = (row: R) => Key | undefined;

/**
 * What a table is: its name and its indexes. A `unique` index finds one row by a derived key, a `multi` index all rows
 * that share one. Both are derived from rows, so a saved world carries the rows only.
 */
interface TableDeclaration<R extends Row> {
  readonly name: string;
  readonly unique?: Readonly<Record<string, KeyOf<R>>>;
  readonly multi?: Readonly<Record<string, KeyOf<R>>>;
}

/** A declared table. Worlds and transactions keep their tables and indexes in arrays, by the places given here. */
export interface TableSpec<R extends Row> {
  readonly name: string;
  readonly place: number;
  /** Places of the indexes by their names, and what they are keyed by. */
  readonly uniqueAt: Readonly<Record<string, number>>;
  readonly uniqueKeys: readonly KeyOf<R>[];
  readonly multiAt: Readonly<Record<string, number>>;
  readonly multiKeys: readonly KeyOf<R>[];
}

/** One table of a world: rows by id, and the indexes that follow from them. */
export interface TableState<R extends Row = Row> {
  readonly rows: Trie<R>;
  readonly unique: readonly Trie<number>[];
  /** Ids ascending. */
  readonly multi: readonly Trie<readonly number[]>[];
}

const specs: TableSpec<Row>[] = [];

const placesOf = (index: object): Record<string, number> =>
  Object.fromEntries(Object.keys(index).map((name, place) => [name, place]));

/** Declares a table once, at module load; two tables of one name are a bug. */
export function defineTable<R extends Row>({ name, unique = {}, multi = {} }: TableDeclaration<R>): TableSpec<R> {
  if (specs.some((spec) => spec.name === name)) throw new Error(`table ${name} is defined twice`);
  const spec: TableSpec<R> = {
    name,
    place: specs.length,
    uniqueAt: placesOf(unique),
    uniqueKeys: Object.values(unique),
    multiAt: placesOf(multi),
    multiKeys: Object.values(multi),
  };
  specs.push(spec as unknown as TableSpec<Row>);
  return spec;
}

/** All tables, by name: the order in which a world is saved, whatever order modules were loaded in. */
export const tableSpecs = (): readonly TableSpec<Row>[] => specs.toSorted((a, b) => (a.name < b.name ? -1 : 1));

export function tableSpec(name: string): TableSpec<Row> {
  const spec = specs.find((one) => one.name === name);
  if (!spec) throw new Error(`no table is called ${name}`);
  return spec;
}

/** A table of these rows. */
export function tableOf(spec: TableSpec<Row>, rows: readonly Row[]): TableState {
  return {
    rows: trieOf((draft) => {
      for (const row of rows) draft.set(row.id, row);
    }),
    unique: spec.uniqueKeys.map((keyOf) =>
      trieOf((draft) => {
        for (const row of rows) {
          const key = keyOf(row);
          if (key !== undefined) draft.set(key, row.id);
        }
      }),
    ),
    multi: spec.multiKeys.map((keyOf) => {
      const draft = new IdListsDraft(Trie.empty);
      for (const row of rows) draft.add(keyOf(row), row.id);
      return draft.freeze();
    }),
  };
}

const NONE: readonly number[] = [];

interface OwnList {
  ids: number[];
  /** Somebody outside holds the array: it may not change any more. */
  lent: boolean;
}

/** A multi index in the making: lists of ids by key. A list is copied once, however often it changes. */
export class IdListsDraft {
  private readonly own = new Map<Key, OwnList>();

  constructor(private base: Trie<readonly number[]>) {}

  get(key: Key): readonly number[] {
    const own = this.own.get(key);
    if (!own) return this.base.get(key) ?? NONE;
    own.lent = true;
    return own.ids;
  }

  add(key: Key | undefined, id: number): void {
    if (key === undefined) return;
    const ids = this.writable(key);
    // Most ids are larger than all before.
    let at = ids.length;
    while (at > 0 && (ids[at - 1] as number) > id) at--;
    if (at === ids.length) ids.push(id);
    else if (ids[at - 1] !== id) ids.splice(at, 0, id);
  }

  remove(key: Key | undefined, id: number): void {
    if (key === undefined) return;
    const ids = this.writable(key);
    const at = ids.lastIndexOf(id);
    if (at === ids.length - 1) ids.pop();
    else if (at >= 0) ids.splice(at, 1);
  }

  private writable(key: Key): number[] {
    const own = this.own.get(key);
    if (own) {
      if (own.lent) {
        own.ids = own.ids.slice();
        own.lent = false;
      }
      return own.ids;
    }
    const ids = this.base.get(key)?.slice() ?? [];
    this.own.set(key, { ids, lent: false });
    return ids;
  }

  /** The index as it stands; nothing is written any more. */
  freeze(): Trie<readonly number[]> {
    const draft = this.base.edit();
    this.own.forEach(({ ids }, key) => {
      if (ids.length > 0) draft.set(key, ids);
      else draft.delete(key);
    });
    return draft.freeze();
  }
}
