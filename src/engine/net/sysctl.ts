import { defineTable, type Row } from '../core/table.ts';
import type { Transaction } from '../core/transaction.ts';
import type { Reader } from '../core/world.ts';
import { onNamespaceFreed } from '../linux/namespace.ts';

/** A kernel parameter of one network namespace that differs from its default. */
interface Sysctl extends Row {
  readonly ns: number;
  /** Path below /proc/sys. */
  readonly path: string;
  readonly value: string;
}

export const SYSCTL = defineTable<Sysctl>({
  name: 'sysctl',
  unique: { path: (s) => `${s.ns} ${s.path}` },
  multi: { ns: (s) => s.ns },
});

/** Parameters under net/ that a namespace has, with the value it is born with (Documentation/networking/ip-sysctl.rst). */
export const NET_SYSCTLS: Readonly<Record<string, string>> = {
  'net/ipv4/ip_forward': '0',
  'net/ipv4/ip_local_port_range': '32768\t60999',
  'net/ipv4/ip_unprivileged_port_start': '1024',
  'net/ipv4/ping_group_range': '1\t0',
  'net/ipv4/conf/all/forwarding': '0',
  'net/core/somaxconn': '4096',
};

export const sysctl = (read: Reader, ns: number, path: string): string | undefined =>
  read.find(SYSCTL, 'path', `${ns} ${path}`)?.value ?? NET_SYSCTLS[path];

export function setSysctl(tx: Transaction, ns: number, path: string, value: string): void {
  const old = tx.find(SYSCTL, 'path', `${ns} ${path}`);
  tx.put<Sysctl>(SYSCTL, { id: old?.id ?? tx.id(SYSCTL), ns, path, value });
  tx.emit('sysctl.set', { table: 'sysctl', id: ns }, { path, value });
}

onNamespaceFreed('net', (tx, ns) => {
  for (const id of tx.ids(SYSCTL, 'ns', ns.id)) tx.delete(SYSCTL, id);
});
