import { defineTable, type Row } from '../core/table.ts';
import type { Transaction } from '../core/transaction.ts';
import { defineProgram } from '../linux/program.ts';
import { wake } from '../linux/wait.ts';
import { CONTAINER, containerEvent } from './container.ts';
import { containerDied, exitCodeOf } from './runtime.ts';

/** An extra process that `docker exec` started; its row stays until the client has read how it ended. */
export interface Exec extends Row {
  readonly container: number;
  /** 64 hex digits. */
  readonly eid: string;
  readonly exitCode?: number;
}

/** Keyed by the process. */
export const EXEC = defineTable<Exec>({ name: 'exec', multi: { container: (e) => e.container } });

export const execChannel = (process: number): string => `exec:${process}`;

function execEnded(tx: Transaction, process: number, exitCode: number): void {
  const row = tx.get(EXEC, process);
  if (!row) return;
  tx.put<Exec>(EXEC, { ...row, exitCode });
  const container = tx.get(CONTAINER, row.container);
  if (container) containerEvent(tx, container, 'exec_die', { execID: row.eid, exitCode: String(exitCode) });
  wake(tx, execChannel(process));
}

/** containerd-shim-runc-v2: waits for the processes of its container and tells the daemon how they ended. */
defineProgram<{ readonly container: number }>({
  name: 'containerd-shim',
  start: (sys, argv) => ({ exit: sys.pid > 0 && argv.length > 0 ? 0 : 1 }),
  resume(sys, state) {
    const { tx } = sys;
    for (;;) {
      const child = sys.wait();
      if (!child.ok || !child.value?.exit) break;
      const { process, exit } = child.value;
      if (process === tx.get(CONTAINER, state.container)?.process) containerDied(tx, state.container, exit);
      else execEnded(tx, process, exitCodeOf(exit));
      if (!tx.get(CONTAINER, state.container)?.shim) {
        for (const exec of tx.list(EXEC, 'container', state.container))
          if (exec.exitCode === undefined) execEnded(tx, exec.id, 137);
        return { exit: 0 };
      }
    }
    return { state, wait: { channels: [sys.childChannel] } };
  },
});
