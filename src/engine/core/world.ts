import { Map as PMap } from 'immutable';
import { listWakeups, pushWakeup, type Queue, type Wakeup } from './queue.ts';
import { emptyTable, type Key, type Row, type TableSpec, type TableState, tableSpec, withId } from './table.ts';
import type { Micros } from './units.ts';

/** Everything there is at one moment. Immutable; two worlds are equal in a table when `===` says so. */
export interface World {
  readonly seed: number;
  readonly now: Micros;
  /** Ordinals that have been given out: event and wake-up numbers, row ids, draws of chance. */
  readonly counters: PMap<string, number>;
  readonly tables: PMap<string, TableState>;
  readonly queue: Queue;
}

export const emptyWorld = (seed: number): World => ({
  seed,
  now: 0,
  counters: PMap(),
  tables: PMap(),
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
export function rowsOf<R extends Row>(state: TableState | undefined): readonly R[] {
  if (!state) return [];
  return (state.rows.toArray().map(([, row]) => row) as unknown as R[]).sort((a, b) => a.id - b.id);
}

export function readWorld(world: World): Reader {
  const state = (name: string): TableState | undefined => world.tables.get(name);
  const reader: Reader = {
    seed: world.seed,
    now: world.now,
    get: <R extends Row>(spec: TableSpec<R>, id: number) => state(spec.name)?.rows.get(id) as R | undefined,
    find: <R extends Row>(spec: TableSpec<R>, index: string, key: Key) => {
      const id = state(spec.name)?.unique[index]?.get(key);
      return id === undefined ? undefined : reader.get(spec, id);
    },
    ids: (spec, index, key) => state(spec.name)?.multi[index]?.get(key) ?? [],
    list: <R extends Row>(spec: TableSpec<R>, index: string, key: Key) =>
      (state(spec.name)?.multi[index]?.get(key) ?? []).map((id) => reader.get(spec, id) as R),
    all: <R extends Row>(spec: TableSpec<R>) => rowsOf<R>(state(spec.name)),
  };
  return reader;
}

/** A world as JSON: rows, counters and wake-ups; indexes and heap shape follow from them. */
export function saveWorld(world: World): string {
  const tables = world.tables
    .keySeq()
    .toArray()
    .sort()
    .map((name) => [name, rowsOf(world.tables.get(name))]);
  const counters = world.counters.toArray().sort(([a], [b]) => (a < b ? -1 : 1));
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
  const tables = saved.tables.map(([name, rows]): [string, TableState] => [name, tableOf(tableSpec(name), rows)]);
  return {
    seed: saved.seed,
    now: saved.now,
    counters: PMap(saved.counters),
    tables: PMap(tables),
    queue: saved.queue.reduce<Queue>(pushWakeup, undefined),
  };
}

function tableOf(spec: TableSpec<Row>, rows: readonly Row[]): TableState {
  const empty = emptyTable(spec);
  const unique = { ...empty.unique };
  const multi = { ...empty.multi };
  for (const [index, keyOf] of Object.entries(spec.unique ?? {})) {
    unique[index] = PMap<Key, number>().withMutations((map) => {
      for (const row of rows) {
        const key = keyOf(row);
        if (key !== undefined) map.set(key, row.id);
      }
    });
  }
  for (const [index, keyOf] of Object.entries(spec.multi ?? {})) {
    multi[index] = PMap<Key, readonly number[]>().withMutations((map) => {
      for (const row of rows) {
        const key = keyOf(row);
        if (key !== undefined) map.set(key, withId(map.get(key) ?? [], row.id));
      }
    });
  }
  return { rows: PMap(rows.map((row): [number, Row] => [row.id, row])), unique, multi };
}
