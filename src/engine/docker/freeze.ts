import type { Transaction } from '../core/transaction.ts';
import { CGROUP, type Cgroup } from '../linux/cgroup.ts';
import { PROCESS, patchProcess } from '../linux/process.ts';
import { wakeProcess } from '../linux/wait.ts';
import type { Container } from './container.ts';

/**
 * `cgroup.freeze` of a container's scope: its processes keep what they wait for and do not run. @sim simplified: shown
 * as stopped here, where a real frozen process keeps its state letter.
 */
export function freezeContainer(tx: Transaction, container: Container, frozen: boolean): void {
  const cgroup = container.cgroup === undefined ? undefined : tx.get(CGROUP, container.cgroup);
  if (!cgroup) return;
  tx.put<Cgroup>(CGROUP, { ...cgroup, files: { ...cgroup.files, 'cgroup.freeze': frozen ? '1' : '0' } });
  tx.emit('cgroup.freeze', { table: 'cgroup', id: cgroup.id }, { frozen }, true);
  for (const process of tx.list(PROCESS, 'cgroup', cgroup.id)) {
    if (process.state === 'Z') continue;
    patchProcess(tx, process.id, { state: frozen ? 'T' : 'S', woken: false });
    if (!frozen) wakeProcess(tx, process.id);
  }
}
