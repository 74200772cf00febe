import { defineTable, type Row } from '../core/table.ts';
import type { Transaction } from '../core/transaction.ts';
import type { Micros } from '../core/units.ts';
import type { Reader } from '../core/world.ts';
import { wake } from '../linux/wait.ts';

/** Something the daemon says happened (`docker events`). */
export interface DaemonEvent {
  readonly at: Micros;
  /** Counts up by one for each event of a machine. */
  readonly seq: number;
  readonly type: 'container' | 'image' | 'network' | 'volume';
  readonly action: string;
  /** A full id, or an image's or volume's name. */
  readonly actor: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** A daemon's memory, one row for each machine, keyed by it. */
interface EventLog extends Row {
  readonly entries: readonly DaemonEvent[];
  readonly seq: number;
}

export const EVENT_LOG = defineTable<EventLog>({ name: 'daemonevents' });

/** Events that a daemon remembers (moby, daemon/events: eventsLimit). */
const REMEMBERED = 256;

export const eventsChannel = (machine: number): string => `daemonevents:${machine}`;

export function daemonEvent(tx: Transaction, machine: number, event: Omit<DaemonEvent, 'at' | 'seq'>): void {
  const log = tx.get(EVENT_LOG, machine) ?? { id: machine, entries: [], seq: 0 };
  const seq = log.seq + 1;
  const kept = log.entries.length >= REMEMBERED ? log.entries.slice(1) : log.entries;
  tx.put<EventLog>(EVENT_LOG, { id: machine, seq, entries: [...kept, { ...event, at: tx.now, seq }] });
  wake(tx, eventsChannel(machine));
}

export const daemonEvents = (read: Reader, machine: number): readonly DaemonEvent[] =>
  read.get(EVENT_LOG, machine)?.entries ?? [];
