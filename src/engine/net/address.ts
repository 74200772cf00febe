import { fail, ok, type Result } from '../core/errno.ts';
import { defineTable, type Row } from '../core/table.ts';
import type { Transaction } from '../core/transaction.ts';
import type { Reader } from '../core/world.ts';
import { formatIPv4, networkOf, type Prefix } from './ipv4.ts';
import { findNetdev, NETDEV, type Netdev, netdevsOf, onNetdevRemoved, onNetdevSet } from './netdev.ts';
import { addRoute, removeRoutes } from './route.ts';

/** An IPv4 address on a device. */
export interface Address extends Row {
  readonly dev: number;
  readonly ns: number;
  readonly address: number;
  readonly length: number;
  readonly scope: 'global' | 'host' | 'link';
  /** As it was set; an address that was added by hand has none unless one was given. */
  readonly broadcast?: number;
}

export const ADDRESS = defineTable<Address>({
  name: 'address',
  multi: { dev: (a) => a.dev, ns: (a) => a.ns, local: (a) => `${a.ns}:${a.address}`, address: (a) => a.address },
});

export const addressesOf = (read: Reader, dev: number): readonly Address[] => read.list(ADDRESS, 'dev', dev);

/** Is this one of the namespace's own addresses? 127/8 on a namespace with a loopback that is up counts whole. */
export function isLocal(read: Reader, ns: number, address: number): boolean {
  if (read.ids(ADDRESS, 'local', `${ns}:${address}`).length > 0) return true;
  return address >>> 24 === 127 && findNetdev(read, ns, 'lo')?.up === true;
}

/** RTM_NEWADDR: with the address come its on-link route and its place in the local table. EEXIST. */
export function addAddress(
  tx: Transaction,
  dev: Netdev,
  prefix: Prefix,
  options: { readonly frame?: boolean; readonly broadcast?: number } = {},
): Result<Address> {
  if (addressesOf(tx, dev.id).some((a) => a.address === prefix.address && a.length === prefix.length))
    return fail('EEXIST');
  const scope = prefix.address >>> 24 === 127 ? 'host' : 'global';
  const row = tx.put<Address>(ADDRESS, {
    id: tx.id(ADDRESS),
    dev: dev.id,
    ns: dev.ns,
    address: prefix.address,
    length: prefix.length,
    scope,
    ...(options.broadcast === undefined ? {} : { broadcast: options.broadcast }),
  });
  tx.emit(
    'address.add',
    { table: 'address', id: row.id },
    { dev: dev.name, address: `${formatIPv4(prefix.address)}/${prefix.length}` },
    options.frame,
  );
  if (scope === 'global' && prefix.length < 32) connect(tx, dev, row);
  return ok(row);
}

function connect(tx: Transaction, dev: Netdev, address: Address): void {
  if (!tx.need(NETDEV, dev.id).up) return;
  addRoute(tx, {
    ns: dev.ns,
    dst: { address: networkOf(address), length: address.length },
    dev: dev.id,
    src: address.address,
    scope: 'link',
    proto: 'kernel',
  });
}

/** What an interface gains when it is set up, and all routes over it go when it is set down (fib_add_ifaddr, fib_disable_ip). */
onNetdevSet((tx, dev) => {
  if (!dev.up) {
    removeRoutes(tx, dev.ns, (route) => route.dev === dev.id);
    return;
  }
  const own = addressesOf(tx, dev.id);
  // A loopback that is set up without an address gets its own (inetdev_event, NETDEV_UP).
  if (dev.kind === 'loopback' && own.length === 0) addAddress(tx, dev, { address: 0x7f000001, length: 8 });
  for (const address of own) if (address.scope === 'global' && address.length < 32) connect(tx, dev, address);
});

export function removeAddress(tx: Transaction, address: Address): void {
  tx.delete(ADDRESS, address.id);
  removeRoutes(
    tx,
    address.ns,
    (route) => route.dev === address.dev && route.src === address.address && route.proto === 'kernel',
  );
  tx.emit('address.remove', { table: 'address', id: address.id }, { address: formatIPv4(address.address) });
}

onNetdevRemoved((tx, dev) => {
  for (const address of addressesOf(tx, dev.id)) tx.delete(ADDRESS, address.id);
});

/** The address that a packet to the outside takes when nobody chose one: the first global one of the device. */
export function sourceOn(read: Reader, dev: number): number | undefined {
  return addressesOf(read, dev).find((a) => a.scope !== 'host')?.address;
}

/** All addresses of a namespace in the order of its devices. */
export const allAddresses = (read: Reader, ns: number): readonly Address[] =>
  netdevsOf(read, ns).flatMap((dev) => addressesOf(read, dev.id));
