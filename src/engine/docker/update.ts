import type { Transaction } from '../core/transaction.ts';
import { CGROUP, type Cgroup } from '../linux/cgroup.ts';
import { MACHINE } from '../linux/machine.ts';
import {
  type Answer,
  answer,
  type Container,
  changeContainer,
  containerEvent,
  type HostConfig,
  refuse,
} from './container.ts';
import { limitFiles } from './limits.ts';
import { limitProblem } from './verifyLimits.ts';

export type LimitChange = Partial<
  Pick<
    HostConfig,
    | 'memory'
    | 'memorySwap'
    | 'memoryReservation'
    | 'nanoCpus'
    | 'cpuPeriod'
    | 'cpuQuota'
    | 'cpuShares'
    | 'cpusetCpus'
    | 'pidsLimit'
    | 'restart'
  >
>;

/** `docker update`: other limits, in its record and, while it runs, in its cgroup. The daemon's words on refusal. */
export function updateContainer(tx: Transaction, container: Container, change: LimitChange): Answer<Container> {
  const host = { ...container.host, ...change };
  const { cpus } = tx.need(MACHINE, container.machine);
  const problem = limitProblem(change.memory && !change.memorySwap ? { ...host, memorySwap: 0 } : host, cpus);
  if (problem !== undefined) return refuse(problem);
  const cannot = `Cannot update container ${container.cid}: `;
  // No swap limit yet means none that the memory limit may pass (container_unix.go: UpdateContainer).
  if (change.memory && change.memorySwap === undefined && change.memory > container.host.memorySwap)
    return refuse(
      `${cannot}Memory limit should be smaller than already set memoryswap limit, update the memoryswap at the same time`,
    );
  if (change.restart && container.host.autoRemove)
    return refuse(`${cannot}Restart policy cannot be updated because AutoRemove is enabled for the container`);
  const cgroup = container.cgroup === undefined ? undefined : tx.get(CGROUP, container.cgroup);
  if (cgroup) {
    tx.put<Cgroup>(CGROUP, { ...cgroup, files: { ...cgroup.files, ...limitFiles(host) } });
    tx.emit('cgroup.write', { table: 'cgroup', id: cgroup.id }, { path: cgroup.path }, true);
  }
  const row = changeContainer(tx, container.id, { host });
  containerEvent(tx, row, 'update');
  return answer(row);
}
