import { defineTable, type Row } from '../core/table.ts';
import type { Transaction } from '../core/transaction.ts';
import type { Reader } from '../core/world.ts';

/** One directory of a machine's cgroup v2 tree. Limits are files: their text is kept as written. */
export interface Cgroup extends Row {
  readonly machine: number;
  /** 0 at the root. */
  readonly parent: number;
  readonly name: string;
  /** `/` or `/system.slice/docker.service` */
  readonly path: string;
  /** Written files by name: `memory.max`, `cpu.max`, `pids.max`, `cgroup.subtree_control`, `cgroup.freeze` … */
  readonly files: Readonly<Record<string, string>>;
}

export const CGROUP = defineTable<Cgroup>({
  name: 'cgroup',
  unique: { path: (cg) => `${cg.machine}:${cg.path}` },
  multi: { parent: (cg) => cg.parent },
});

/** mkdir in cgroupfs. @sim exact for membership and the tree; limits act in later parts of the engine. */
export function makeCgroup(
  tx: Transaction,
  parent: Cgroup,
  name: string,
  files: Cgroup['files'] = {},
  frame = false,
): Cgroup {
  const path = parent.path === '/' ? `/${name}` : `${parent.path}/${name}`;
  const row = tx.put(CGROUP, { id: tx.id(CGROUP), machine: parent.machine, parent: parent.id, name, path, files });
  tx.emit('cgroup.add', { table: 'cgroup', id: row.id }, { path }, frame);
  return row;
}

export const findCgroup = (read: Reader, machine: number, path: string): Cgroup | undefined =>
  read.find(CGROUP, 'path', `${machine}:${path}`);

export function removeCgroup(tx: Transaction, cgroup: Cgroup): void {
  tx.delete(CGROUP, cgroup.id);
  tx.emit('cgroup.remove', { table: 'cgroup', id: cgroup.id }, { path: cgroup.path });
}

/** A cgroup is frozen when it or one above it is (cgroup-v2 §cgroup.freeze). */
export function isFrozen(read: Reader, id: number): boolean {
  for (let at = read.get(CGROUP, id); at; at = read.get(CGROUP, at.parent))
    if (at.files['cgroup.freeze'] === '1') return true;
  return false;
}
