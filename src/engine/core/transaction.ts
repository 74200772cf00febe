import type { Map as PMap } from 'immutable';
import type { Event, Subject } from './event.ts';
import { popWakeup, pushWakeup, type Queue, type Wakeup } from './queue.ts';
import { draw, drawHex } from './random.ts';
import { emptyTable, type Key, type Row, type TableSpec, type TableState, withId, withoutId } from './table.ts';
import type { Micros } from './units.ts';
import { type Reader, rowsOf, type World } from './world.ts';

interface Draft {
  rows: PMap<number, Row>;
  unique: Record<string, PMap<Key, number>>;
  multi: Record<string, PMap<Key, readonly number[]>>;
}

type Fields = Event['fields'];

/**
 * The only writer of a world; it lives for one step. Tables are opened for writing (transients) at their first write and
 * closed by `world()`, which may be asked at any event: a frame inside a command is a world like any other.
 */
export class Transaction implements Reader {
  readonly seed: number;
  now: Micros;
  readonly events: Event[] = [];
  /** The process on whose behalf things happen; stamped on events. */
  cause: number | undefined;
  /** Called at each frame event; a world can then be taken with `world()`. */
  onFrame: ((event: Event) => void) | undefined;
  private readonly drafts = new Map<string, Draft>();
  private counters: PMap<string, number>;
  private queue: Queue;

  constructor(private base: World) {
    this.seed = base.seed;
    this.now = base.now;
    this.counters = base.counters.asMutable();
    this.queue = base.queue;
  }

  get<R extends Row>(spec: TableSpec<R>, id: number): R | undefined {
    const draft = this.drafts.get(spec.name);
    return (draft ? draft.rows.get(id) : this.base.tables.get(spec.name)?.rows.get(id)) as R | undefined;
  }

  /** The row that must be there: absence is a bug of ours, never of a learner. */
  need<R extends Row>(spec: TableSpec<R>, id: number): R {
    const row = this.get(spec, id);
    if (!row) throw new Error(`${spec.name} ${id} is gone`);
    return row;
  }

  find<R extends Row>(spec: TableSpec<R>, index: string, key: Key): R | undefined {
    const state = this.state(spec.name);
    const id = state?.unique[index]?.get(key);
    return id === undefined ? undefined : this.get(spec, id);
  }

  ids(spec: TableSpec<never> | TableSpec<Row>, index: string, key: Key): readonly number[] {
    return this.state(spec.name)?.multi[index]?.get(key) ?? [];
  }

  list<R extends Row>(spec: TableSpec<R>, index: string, key: Key): readonly R[] {
    return (this.state(spec.name)?.multi[index]?.get(key) ?? []).map((id) => this.get(spec, id) as R);
  }

  all<R extends Row>(spec: TableSpec<R>): readonly R[] {
    return rowsOf<R>(this.state(spec.name) as TableState | undefined);
  }

  /** Inserts or replaces a row; indexes follow. */
  put<R extends Row>(spec: TableSpec<R>, row: R): R {
    const draft = this.draft(spec as unknown as TableSpec<Row>);
    const old = draft.rows.get(row.id) as R | undefined;
    draft.rows.set(row.id, row);
    for (const index in spec.unique) {
      const keyOf = spec.unique[index] as (row: R) => Key | undefined;
      const [from, to] = [old && keyOf(old), keyOf(row)];
      if (from === to) continue;
      const map = draft.unique[index] as PMap<Key, number>;
      if (from !== undefined && map.get(from) === row.id) map.delete(from);
      if (to !== undefined) map.set(to, row.id);
    }
    for (const index in spec.multi) {
      const keyOf = spec.multi[index] as (row: R) => Key | undefined;
      const [from, to] = [old && keyOf(old), keyOf(row)];
      if (from === to) continue;
      this.leave(draft, index, from, row.id);
      if (to !== undefined) {
        const map = draft.multi[index] as PMap<Key, readonly number[]>;
        map.set(to, withId(map.get(to) ?? [], row.id));
      }
    }
    return row;
  }

  /** Replaces fields of a row that is there. */
  patch<R extends Row>(spec: TableSpec<R>, id: number, fields: Partial<Omit<R, 'id'>>): R {
    return this.put(spec, { ...this.need(spec, id), ...fields });
  }

  delete<R extends Row>(spec: TableSpec<R>, id: number): void {
    const draft = this.draft(spec as unknown as TableSpec<Row>);
    const old = draft.rows.get(id) as R | undefined;
    if (!old) return;
    draft.rows.delete(id);
    for (const index in spec.unique) {
      const key = (spec.unique[index] as (row: R) => Key | undefined)(old);
      const map = draft.unique[index] as PMap<Key, number>;
      if (key !== undefined && map.get(key) === id) map.delete(key);
    }
    for (const index in spec.multi)
      this.leave(draft, index, (spec.multi[index] as (row: R) => Key | undefined)(old), id);
  }

  /** The next ordinal of a counter, from 1. */
  next(counter: string): number {
    const n = (this.counters.get(counter) ?? 0) + 1;
    this.counters.set(counter, n);
    return n;
  }

  peek(counter: string): number {
    return this.counters.get(counter) ?? 0;
  }

  /** Moves a counter forward (numbers that a kernel skips). */
  skipTo(counter: string, value: number): void {
    if (value > this.peek(counter)) this.counters.set(counter, value);
  }

  /** The next id of a table's row. */
  id(spec: { readonly name: string }): number {
    return this.next(spec.name);
  }

  hex(subsystem: string, digits: number): string {
    return drawHex(this.seed, subsystem, this.next(`draw.${subsystem}`), digits);
  }

  chance(subsystem: string, below: number): number {
    return draw(this.seed, subsystem, this.next(`draw.${subsystem}`)) % below;
  }

  emit(kind: string, subject: Subject, fields: Fields = {}, frame = false): void {
    const event: Event = {
      seq: this.next('event'),
      at: this.now,
      kind,
      subject,
      ...(this.cause === undefined ? {} : { cause: this.cause }),
      ...(frame ? { frame } : {}),
      fields,
    };
    this.events.push(event);
    if (frame) this.onFrame?.(event);
  }

  /** Sets a wake-up `at`; the one who wakes checks whether it is still wanted. Returns its number. */
  schedule(at: Micros, kind: string, what: unknown): number {
    const seq = this.next('wakeup');
    this.queue = pushWakeup(this.queue, { at, seq, kind, what });
    return seq;
  }

  /** The next wake-up not later than `until`, taken out of the queue; the clock moves to it. */
  takeWakeup(until: Micros): Wakeup | undefined {
    const top = this.queue?.top;
    if (!this.queue || !top || top.at > until) return undefined;
    this.queue = popWakeup(this.queue);
    if (top.at > this.now) this.now = top.at;
    return top;
  }

  nextWakeupAt(): Micros | undefined {
    return this.queue?.top.at;
  }

  /** The world as it stands; the transaction may go on from it. */
  world(): World {
    const tables = this.base.tables.asMutable();
    for (const [name, draft] of this.drafts) {
      const close = <V>(maps: Record<string, PMap<Key, V>>): Record<string, PMap<Key, V>> =>
        Object.fromEntries(Object.entries(maps).map(([index, map]) => [index, map.asImmutable()]));
      tables.set(name, { rows: draft.rows.asImmutable(), unique: close(draft.unique), multi: close(draft.multi) });
    }
    this.drafts.clear();
    this.base = {
      seed: this.seed,
      now: this.now,
      counters: this.counters.asImmutable(),
      tables: tables.asImmutable(),
      queue: this.queue,
    };
    this.counters = this.base.counters.asMutable();
    return this.base;
  }

  private state(name: string): Draft | TableState | undefined {
    return this.drafts.get(name) ?? this.base.tables.get(name);
  }

  private draft(spec: TableSpec<Row>): Draft {
    const open = this.drafts.get(spec.name);
    if (open) return open;
    const from = this.base.tables.get(spec.name) ?? emptyTable(spec);
    const openAll = <V>(maps: Readonly<Record<string, PMap<Key, V>>>): Record<string, PMap<Key, V>> => {
      const out: Record<string, PMap<Key, V>> = {};
      for (const index in maps) out[index] = (maps[index] as PMap<Key, V>).asMutable();
      return out;
    };
    const draft: Draft = { rows: from.rows.asMutable(), unique: openAll(from.unique), multi: openAll(from.multi) };
    this.drafts.set(spec.name, draft);
    return draft;
  }

  private leave(draft: Draft, index: string, key: Key | undefined, id: number): void {
    if (key === undefined) return;
    const map = draft.multi[index] as PMap<Key, readonly number[]>;
    const ids = withoutId(map.get(key) ?? [], id);
    if (ids.length === 0) map.delete(key);
    else map.set(key, ids);
  }
}
