import { listWakeups, pushWakeup, type Queue, type Wakeup } from './queue.ts';
import { type Row, type TableSpec, type TableState, tableOf, tableSpec, tableSpecs } from './table.ts';
import { type Key, Trie, trieOf } from './trie.ts';
import type { Micros } from './units.ts';

/** Everything there is at one moment. Immutable; two worlds are equal in a table when `===` says so. */
export interface World {
  readonly seed: number;
  readonly now: Micros;
  /** Ordinals that have been given out: event and wake-up numbers, row ids, draws of chance. */
  readonly counters: Trie<number>;
  /** By the places of their specs; undefined where nothing was ever written. */
  readonly tables: readonly (TableState | undefined)[];
  readonly queue: Queue;
}

export const emptyWorld = (seed: number): World => ({
  seed,
  now: 0,
  counters: Trie.empty,
  tables: [],
  queue: undefined,
});

/** The instant at which every world boots; real time never enters. 2026-11-25T04:00:00Z, in seconds since 1970. */
export const BOOT_EPOCH = 1_795_579_200;

/** Read access to a world or to one in the making. */
export interface Reader {
  readonly seed: number;
  readonly now: Micros;
  get<R extends Row>(spec: TableSpec<R>, id: number): R | undefined;
  find<R extends Row>(spec: TableSpec<R>, index: string, key: Key): R | undefined;
  ids(spec: TableSpec<never> | TableSpec<Row>, index: string, key: Key): readonly number[];
  list<R extends Row>(spec: TableSpec<R>, index: string, key: Key): readonly R[];
  all<R extends Row>(spec: TableSpec<R>): readonly R[];
}

/** Rows in ascending id: iteration order never hangs on hashing. */
export function rowsOf<R extends Row>(rows: { readonly values: () => Row[] } | undefined): readonly R[] {
  return ((rows?.values() ?? []) as unknown as R[]).sort((a, b) => a.id - b.id);
}

/** The one row of a unique index, or the rows of a multi index: the same look-up in a world and in one in the making. */
export const uniqueIndex = <R extends Row>(spec: TableSpec<R>, index: string): number => {
  const place = spec.uniqueAt[index];
  if (place === undefined) throw new Error(`${spec.name} has no unique index ${index}`);
  return place;
};

export const multiIndex = (
  spec: { readonly name: string; readonly multiAt: Readonly<Record<string, number>> },
  index: string,
): number => {
  const place = spec.multiAt[index];
  if (place === undefined) throw new Error(`${spec.name} has no index ${index}`);
  return place;
};

export function readWorld(world: World): Reader {
  const { tables } = world;
  const reader: Reader = {
    seed: world.seed,
    now: world.now,
    get: <R extends Row>(spec: TableSpec<R>, id: number) => tables[spec.place]?.rows.get(id) as R | undefined,
    find: <R extends Row>(spec: TableSpec<R>, index: string, key: Key) => {
      const id = tables[spec.place]?.unique[uniqueIndex(spec, index)]?.get(key);
      return id === undefined ? undefined : reader.get(spec, id);
    },
    ids: (spec, index, key) => tables[spec.place]?.multi[multiIndex(spec, index)]?.get(key) ?? [],
    list: <R extends Row>(spec: TableSpec<R>, index: string, key: Key) =>
      (tables[spec.place]?.multi[multiIndex(spec, index)]?.get(key) ?? []).map((id) => reader.get(spec, id) as R),
    all: <R extends Row>(spec: TableSpec<R>) => rowsOf<R>(tables[spec.place]?.rows),
  };
  return reader;
}

/** A world as JSON: rows, counters and wake-ups; indexes and heap shape follow from them. */
export function saveWorld(world: World): string {
  const tables = tableSpecs().flatMap(({ name, place }) => {
    const state = world.tables[place];
    return state ? [[name, rowsOf(state.rows)]] : [];
  });
  const counters = world.counters.entries().sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify({ seed: world.seed, now: world.now, counters, tables, queue: listWakeups(world.queue) });
}

export function loadWorld(text: string): World {
  const saved = JSON.parse(text) as {
    seed: number;
    now: number;
    counters: [string, number][];
    tables: [string, Row[]][];
    queue: Wakeup[];
  };
  const tables: (TableState | undefined)[] = [];
  for (const [name, rows] of saved.tables) {
    const spec = tableSpec(name);
    tables[spec.place] = tableOf(spec, rows);
  }
  return {
    seed: saved.seed,
    now: saved.now,
    counters: trieOf((draft) => {
      for (const [counter, n] of saved.counters) draft.set(counter, n);
    }),
    tables,
    queue: saved.queue.reduce<Queue>(pushWakeup, undefined),
  };
}
