import { defineTable, type Row } from '../core/table.ts';
import type { Transaction } from '../core/transaction.ts';

/** The eight kinds, in the order in which runc makes them. */
export const NAMESPACE_KINDS = ['mnt', 'uts', 'ipc', 'pid', 'cgroup', 'net', 'time', 'user'] as const;
export type NamespaceKind = (typeof NAMESPACE_KINDS)[number];

/** A namespace object of one kernel. `inode` is what /proc/PID/ns links show; it is never reused while the world lives. */
export interface Namespace extends Row {
  readonly kind: NamespaceKind;
  readonly machine: number;
  readonly inode: number;
  /** The parent of pid and user namespaces. */
  readonly parent?: number;
  /** uts: the host name. */
  readonly hostname?: string;
  /** uts: the NIS domain name. */
  readonly domainname?: string;
  /** cgroup: the cgroup that is its root. */
  readonly root?: number;
  /** time: offset of the boot clock in microseconds. */
  readonly bootOffset?: number;
  /** time: offset of the monotonic clock in microseconds. */
  readonly monotonicOffset?: number;
  /** How many hold it: processes, pins (bind mounts, `ip netns`), sandboxes. At zero it is freed. */
  readonly refs: number;
}

export const NAMESPACE = defineTable<Namespace>({ name: 'namespace', multi: { machine: (ns) => ns.machine } });

/** Inodes of the initial namespaces on the recorded kernel (transcripts/FACTS.md). */
const INITIAL: Record<NamespaceKind, number> = {
  time: 4026531834,
  cgroup: 4026531835,
  pid: 4026531836,
  user: 4026531837,
  uts: 4026531838,
  ipc: 4026531839,
  net: 4026531840,
  mnt: 4026531841,
};

/** Inodes that later namespaces take start here; those below belong to systemd's own services on the recorded host. */
const FIRST_INODE = 4026532232;

/**
 * Makes a namespace of one kind. @sim simplified: inodes grow by one; a real kernel shares their numbers with other
 * files of nsfs and may reuse them.
 */
export function makeNamespace(
  tx: Transaction,
  machine: number,
  kind: NamespaceKind,
  fields: Partial<Omit<Namespace, 'id' | 'kind' | 'machine' | 'refs'>> = {},
  initial = false,
): Namespace {
  const inode = initial ? INITIAL[kind] : (fields.inode ?? FIRST_INODE + tx.next(`nsfs.${machine}`));
  const row = tx.put(NAMESPACE, { id: tx.id(NAMESPACE), kind, machine, refs: 0, ...fields, inode });
  if (!initial) tx.emit('namespace.add', { table: 'namespace', id: row.id }, { kind, inode }, true);
  return row;
}

/** One more holder. */
export function holdNamespace(tx: Transaction, id: number): void {
  const row = tx.need(NAMESPACE, id);
  tx.put(NAMESPACE, { ...row, refs: row.refs + 1 });
}

type Release = (tx: Transaction, ns: Namespace) => void;
const releases: { readonly kind: NamespaceKind; readonly release: Release }[] = [];

/** What goes with a namespace when its last holder lets go (devices of a net namespace, mounts of a mnt namespace). */
export function onNamespaceFreed(kind: NamespaceKind, release: Release): void {
  releases.push({ kind, release });
}

/** One holder fewer; the last one frees the namespace and what lives in it (namespaces(7), *Namespace lifetime*). */
export function dropNamespace(tx: Transaction, id: number): void {
  const row = tx.get(NAMESPACE, id);
  if (!row) return;
  if (row.refs > 1) {
    tx.put(NAMESPACE, { ...row, refs: row.refs - 1 });
    return;
  }
  for (const { kind, release } of releases) if (kind === row.kind) release(tx, row);
  tx.delete(NAMESPACE, id);
  tx.emit('namespace.remove', { table: 'namespace', id }, { kind: row.kind, inode: row.inode });
}
