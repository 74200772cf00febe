import { defineTable, type Row } from '../core/table.ts';
import type { Transaction } from '../core/transaction.ts';
import type { Micros } from '../core/units.ts';
import { PROCESS, patchProcess } from './process.ts';

/**
 * A process sleeps on channels, named after what it waits for: `pipe:5`, `tty:1`, `child:12`, `sock:7`, `container:3`.
 * Whoever changes such a thing wakes its channel; the sleeper looks again and sleeps again if it was not for it.
 */
interface Waiter extends Row {
  readonly process: number;
  readonly channel: string;
}

export const WAITER = defineTable<Waiter>({
  name: 'waiter',
  multi: { process: (w) => w.process, channel: (w) => w.channel },
});

/** What a sleeping program waits for; with `until` (absolute, microseconds) it is woken then at the latest. */
export interface Wait {
  readonly channels: readonly string[];
  readonly until?: Micros;
}

export interface TimerWake {
  readonly process: number;
  readonly sleeps: number;
}

/** Puts a process to sleep; `data` is what its program remembers. */
export function sleep(tx: Transaction, process: number, wait: Wait, data: unknown): void {
  const sleeps = tx.need(PROCESS, process).sleeps + 1;
  patchProcess(tx, process, { state: 'S', sleeps, woken: false, data });
  for (const channel of wait.channels) tx.put(WAITER, { id: tx.id(WAITER), process, channel });
  if (wait.until !== undefined) tx.schedule(wait.until, 'timer', { process, sleeps } satisfies TimerWake);
}

/** Wakes all who sleep on a channel. */
export function wake(tx: Transaction, channel: string): void {
  for (const id of tx.ids(WAITER, 'channel', channel)) {
    const waiter = tx.get(WAITER, id);
    if (waiter) wakeProcess(tx, waiter.process);
  }
}

/** Puts a process into the run queue, once. Stopped and ended processes stay as they are. */
export function wakeProcess(tx: Transaction, process: number): void {
  const row = tx.get(PROCESS, process);
  if (!row || row.woken || row.inert || row.state === 'Z') return;
  for (const id of tx.ids(WAITER, 'process', process)) tx.delete(WAITER, id);
  patchProcess(tx, process, { woken: true, state: row.state === 'T' ? 'T' : 'R' });
  if (row.state !== 'T') tx.schedule(tx.now, 'run', process);
}
