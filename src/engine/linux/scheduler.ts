import type { Transaction } from '../core/transaction.ts';
import type { Micros } from '../core/units.ts';
import { isFrozen } from './cgroup.ts';
import { exitProcess } from './life.ts';
import { PROCESS, type Process, patchProcess } from './process.ts';
import { findProgram, type Next } from './program.ts';
import { System } from './system.ts';
import { sleep, type TimerWake, wakeProcess } from './wait.ts';

type WakeupHandler = (tx: Transaction, what: never) => void;

const handlers = new Map<string, WakeupHandler>();

/** Says who takes wake-ups of a kind: the run queue, timers, frames on a wire, a daemon's delays. */
export function onWakeup<T>(kind: string, handler: (tx: Transaction, what: T) => void): void {
  handlers.set(kind, handler as WakeupHandler);
}

onWakeup<number>('run', (tx, process) => runProcess(tx, process));
onWakeup<TimerWake>('timer', (tx, { process, sleeps }) => {
  if (tx.get(PROCESS, process)?.sleeps === sleeps) wakeProcess(tx, process);
});

/** Lets a runnable process go on until it sleeps, ends or yields. */
function runProcess(tx: Transaction, id: number): void {
  const process = tx.get(PROCESS, id);
  if (!process || process.state === 'Z' || process.state === 'T' || !process.woken) return;
  if (isFrozen(tx, process.cgroup)) return;
  patchProcess(tx, id, { woken: false, state: 'R' });
  const program = findProgram(process.program);
  if (!program) throw new Error(`no program is called ${process.program}`);
  tx.cause = id;
  const sys = new System(tx, id);
  const next = isFresh(process.data) ? program.start(sys, process.argv) : program.resume(sys, process.data);
  settle(tx, id, next, process.pending);
  tx.cause = undefined;
}

/** Mark of a program that has not run since exec. */
export const FRESH = { fresh: true } as const;
const isFresh = (data: unknown): boolean => (data as { fresh?: boolean } | null)?.fresh === true;

/** `seen`: signals that the program knew of when it ran; only new ones wake it again. */
function settle(tx: Transaction, id: number, next: Next, seen: Process['pending']): void {
  const process = tx.get(PROCESS, id);
  if (!process || process.state === 'Z') return;
  if ('exit' in next) {
    exitProcess(tx, process, { code: next.exit & 255 });
  } else if ('replaced' in next) {
    wakeProcess(tx, id);
  } else if ('wait' in next && !process.pending.some((signal) => !seen.includes(signal))) {
    sleep(tx, id, next.wait, next.state);
  } else if ('busy' in next) {
    patchProcess(tx, id, { data: next.state, woken: true });
    tx.schedule(tx.now + next.busy, 'run', id);
  } else {
    patchProcess(tx, id, { data: next.state });
    wakeProcess(tx, id);
  }
}

/** How far a run may go. */
interface Limit {
  /** Virtual time, absolute, microseconds. */
  readonly until: Micros;
  /** Wake-ups taken. */
  readonly most: number;
}

/** Takes wake-ups in order until `done` says so, the time is reached or the number is used up. Says why it stopped. */
export function run(tx: Transaction, limit: Limit, done: () => boolean): 'done' | 'time' | 'count' | 'idle' {
  for (let taken = 0; ; taken++) {
    if (done()) return 'done';
    if (taken >= limit.most) return 'count';
    const wakeup = tx.takeWakeup(limit.until);
    if (!wakeup) {
      const idle = tx.nextWakeupAt() === undefined;
      if (tx.now < limit.until) tx.now = limit.until;
      return idle ? 'idle' : 'time';
    }
    const handler = handlers.get(wakeup.kind);
    if (!handler) throw new Error(`nobody takes wake-ups of kind ${wakeup.kind}`);
    handler(tx, wakeup.what as never);
  }
}
