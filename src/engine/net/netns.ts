import { fail, ok, type Result } from '../core/errno.ts';
import { defineTable, type Row } from '../core/table.ts';
import type { Transaction } from '../core/transaction.ts';
import type { Reader } from '../core/world.ts';
import { dropNamespace, holdNamespace } from '../linux/namespace.ts';
import type { Process } from '../linux/process.ts';

/** A name that `ip netns` keeps under /run/netns: a bind mount that holds a network namespace without any process. */
interface NamedNetns extends Row {
  readonly machine: number;
  readonly name: string;
  readonly ns: number;
}

export const NETNS = defineTable<NamedNetns>({
  name: 'netns',
  unique: { name: (n) => `${n.machine} ${n.name}` },
  multi: { machine: (n) => n.machine },
});

/** CAP_NET_ADMIN, bit 12 of the mask (capabilities(7)). @sim simplified: over every network namespace that one is in. */
export const mayAdministerNet = ({ uid, caps }: Process): boolean =>
  uid === 0 && (Number.parseInt(caps.slice(-8), 16) & (1 << 12)) !== 0;

export const findNetns = (read: Reader, machine: number, name: string): number | undefined =>
  read.find(NETNS, 'name', `${machine} ${name}`)?.ns;

/** `ip netns add`: EEXIST. @sim simplified: the pin is a row here, not yet a mount that findmnt shows. */
export function pinNetns(tx: Transaction, machine: number, name: string, ns: number): Result<undefined> {
  if (findNetns(tx, machine, name) !== undefined) return fail('EEXIST');
  tx.put(NETNS, { id: tx.id(NETNS), machine, name, ns });
  holdNamespace(tx, ns);
  tx.emit('netns.pin', { table: 'namespace', id: ns }, { name }, true);
  return ok(undefined);
}

/** `ip netns del`: the namespace goes when no process is in it. ENOENT. */
export function unpinNetns(tx: Transaction, machine: number, name: string): Result<undefined> {
  const row = tx.find(NETNS, 'name', `${machine} ${name}`);
  if (!row) return fail('ENOENT');
  tx.delete(NETNS, row.id);
  dropNamespace(tx, row.ns);
  return ok(undefined);
}
