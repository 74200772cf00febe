import type { Transaction } from '../core/transaction.ts';
import { MACHINE } from '../linux/machine.ts';
import type { NamespaceKind } from '../linux/namespace.ts';
import { PROCESS, type Process } from '../linux/process.ts';
import { type Answer, answer, type Container, findContainer, noSuchContainer, refuse } from './container.ts';

export type SharedNs = Readonly<Partial<Record<NamespaceKind, number>>>;

const LABEL = { pid: 'PID', ipc: 'IPC', uts: 'UTS', cgroup: 'cgroup' } as const;

/** First process of the container that a mode names, or why it cannot be joined. */
function target(tx: Transaction, machine: number, ref: string, label: string): Answer<Process> {
  const other = findContainer(tx, machine, ref);
  if (!other) return refuse(noSuchContainer(ref));
  const process = other.process === undefined ? undefined : tx.get(PROCESS, other.process);
  if (!process) return refuse(`failed to join ${label} namespace: container ${other.cid} is not running`);
  if (label === 'IPC' && other.host.shareNs.ipc !== 'shareable')
    return refuse(
      `failed to join IPC namespace: container ${other.cid}: non-shareable IPC (hint: use IpcMode:shareable for the donor container)`,
    );
  return answer(process);
}

/** Namespaces that a container gets from the host or from another container instead of new ones. */
export function sharedNamespaces(tx: Transaction, container: Container): Answer<SharedNs> {
  const { ns } = tx.need(MACHINE, container.machine);
  const shared: Partial<Record<NamespaceKind, number>> = {};
  for (const kind of ['pid', 'ipc', 'uts', 'cgroup'] as const) {
    const mode = container.host.shareNs[kind];
    if (mode === 'host') shared[kind] = ns[kind];
    const ref = /^container:(.*)$/.exec(mode ?? '')?.[1];
    if (ref === undefined) continue;
    const process = target(tx, container.machine, ref, LABEL[kind]);
    if (!process.ok) return process;
    shared[kind] = process.value.ns[kind];
  }
  const { networkMode } = container.host;
  if (networkMode === 'host') shared.net = ns.net;
  const ref = /^container:(.+)$/.exec(networkMode)?.[1];
  if (ref === undefined) return answer(shared);
  const other = findContainer(tx, container.machine, ref);
  const process = other?.process === undefined ? undefined : tx.get(PROCESS, other.process);
  if (!process) return refuse(`cannot join network of a non running container: ${other?.cid ?? ref}`);
  return answer({ ...shared, net: process.ns.net });
}
