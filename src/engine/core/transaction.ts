import type { Event, Subject } from './event.ts';
import { popWakeup, pushWakeup, type Queue, type Wakeup } from './queue.ts';
import { draw, drawHex } from './random.ts';
import { IdListsDraft, type Row, type TableSpec, tableOf } from './table.ts';
import type { Key, TrieDraft } from './trie.ts';
import type { Micros } from './units.ts';
import { multiIndex, type Reader, rowsOf, uniqueIndex, type World } from './world.ts';

interface Draft {
  readonly rows: TrieDraft<Row>;
  readonly unique: readonly TrieDraft<number>[];
  readonly multi: readonly IdListsDraft[];
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
  /** By the places of their specs. */
  private drafts: (Draft | undefined)[] = [];
  private readonly counters: TrieDraft<number>;
  private queue: Queue;

  constructor(private base: World) {
    this.seed = base.seed;
    this.now = base.now;
    this.counters = base.counters.edit();
    this.queue = base.queue;
  }

  get<R extends Row>(spec: TableSpec<R>, id: number): R | undefined {
    return this.table(spec)?.rows.get(id) as R | undefined;
  }

  /** The row that must be there: absence is a bug of ours, never of a learner. */
  need<R extends Row>(spec: TableSpec<R>, id: number): R {
    const row = this.get(spec, id);
    if (!row) throw new Error(`${spec.name} ${id} is gone`);
    return row;
  }

  find<R extends Row>(spec: TableSpec<R>, index: string, key: Key): R | undefined {
    const id = this.table(spec)?.unique[uniqueIndex(spec, index)]?.get(key);
    return id === undefined ? undefined : this.get(spec, id);
  }

  ids(spec: TableSpec<never> | TableSpec<Row>, index: string, key: Key): readonly number[] {
    return this.table(spec)?.multi[multiIndex(spec, index)]?.get(key) ?? [];
  }

  list<R extends Row>(spec: TableSpec<R>, index: string, key: Key): readonly R[] {
    return this.ids(spec as unknown as TableSpec<Row>, index, key).map((id) => this.get(spec, id) as R);
  }

  all<R extends Row>(spec: TableSpec<R>): readonly R[] {
    return rowsOf<R>(this.table(spec)?.rows);
  }

  /** Inserts or replaces a row; indexes follow. */
  put<R extends Row>(spec: TableSpec<R>, row: R): R {
    const draft = this.draft(spec as unknown as TableSpec<Row>);
    const old = draft.rows.get(row.id) as R | undefined;
    draft.rows.set(row.id, row);
    this.index(spec, draft, row.id, old, row);
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
    this.index(spec, draft, id, old, undefined);
  }

  /** Lets the indexes follow from one state of a row to the next. */
  private index<R extends Row>(
    spec: TableSpec<R>,
    draft: Draft,
    id: number,
    old: R | undefined,
    row: R | undefined,
  ): void {
    for (let at = 0; at < spec.uniqueKeys.length; at++) {
      const keyOf = spec.uniqueKeys[at] as (row: R) => Key | undefined;
      const from = old && keyOf(old);
      const to = row && keyOf(row);
      if (from === to) continue;
      const keys = draft.unique[at] as TrieDraft<number>;
      if (from !== undefined && keys.get(from) === id) keys.delete(from);
      if (to !== undefined) keys.set(to, id);
    }
    for (let at = 0; at < spec.multiKeys.length; at++) {
      const keyOf = spec.multiKeys[at] as (row: R) => Key | undefined;
      const from = old && keyOf(old);
      const to = row && keyOf(row);
      if (from === to) continue;
      const lists = draft.multi[at] as IdListsDraft;
      lists.remove(from, id);
      lists.add(to, id);
    }
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
    const tables = this.base.tables.slice();
    for (const [place, draft] of this.drafts.entries()) {
      if (!draft) continue;
      tables[place] = {
        rows: draft.rows.freeze(),
        unique: draft.unique.map((index) => index.freeze()),
        multi: draft.multi.map((index) => index.freeze()),
      };
    }
    this.drafts = [];
    this.base = {
      seed: this.seed,
      now: this.now,
      counters: this.counters.freeze(),
      tables,
      queue: this.queue,
    };
    return this.base;
  }

  private table(spec: { readonly place: number }) {
    return this.drafts[spec.place] ?? this.base.tables[spec.place];
  }

  private draft(spec: TableSpec<Row>): Draft {
    const open = this.drafts[spec.place];
    if (open) return open;
    const from = this.base.tables[spec.place] ?? tableOf(spec, []);
    const draft: Draft = {
      rows: from.rows.edit(),
      unique: from.unique.map((index) => index.edit()),
      multi: from.multi.map((index) => new IdListsDraft(index)),
    };
    this.drafts[spec.place] = draft;
    return draft;
  }
}
