import { fail, ok, type Result } from '../core/errno.ts';
import { defineTable, type Row } from '../core/table.ts';
import type { Transaction } from '../core/transaction.ts';
import { type Micros, SECOND } from '../core/units.ts';
import type { Reader } from '../core/world.ts';
import { onNamespaceMade } from '../linux/life.ts';
import { MACHINE } from '../linux/machine.ts';
import { NAMESPACE, onNamespaceFreed } from '../linux/namespace.ts';
import { onWakeup } from '../linux/scheduler.ts';

type NetdevKind = 'loopback' | 'ether' | 'bridge' | 'veth' | 'dummy';

/** A network device of one network namespace. */
export interface Netdev extends Row {
  readonly ns: number;
  readonly ifindex: number;
  readonly name: string;
  readonly kind: NetdevKind;
  readonly lladdr: string;
  /** NET_ADDR_SET: somebody chose the lladdr, so a bridge keeps it whatever is plugged in. */
  readonly addressSet?: true;
  readonly mtu: number;
  /** Set up by an administrator (IFF_UP). */
  readonly up: boolean;
  /** netif_carrier_ok: there is somebody at the other end (IFF_LOWER_UP). */
  readonly carrier: boolean;
  /** RFC 2863 state; falls behind `carrier` for up to a second (linkwatch). */
  readonly operstate: 'up' | 'down' | 'unknown' | 'lowerlayerdown';
  /** The bridge it is a port of. */
  readonly master?: number;
  /** veth: the other end. ether: the device at the other end of the wire, on another machine. */
  readonly peer?: number;
  readonly altnames?: readonly string[];
  /** disable_ipv6 is set for it: it takes no link-local address. */
  readonly ipv6?: false;
  /** It has had a carrier since it was made, so it has its link-local address. */
  readonly wasUp?: boolean;
  /** A bridge round which a frame has gone since its ports were last changed; it is told of once. */
  readonly looped?: true;
  readonly createdAt: Micros;
}

export const NETDEV = defineTable<Netdev>({
  name: 'netdev',
  unique: { name: (d) => `${d.ns}:${d.name}`, ifindex: (d) => `${d.ns}#${d.ifindex}` },
  multi: { ns: (d) => d.ns, master: (d) => d.master },
});

export const findNetdev = (read: Reader, ns: number, name: string): Netdev | undefined =>
  read.find(NETDEV, 'name', `${ns}:${name}`);

export const findIfindex = (read: Reader, ns: number, ifindex: number): Netdev | undefined =>
  read.find(NETDEV, 'ifindex', `${ns}#${ifindex}`);

/** The devices of a namespace in the order of their numbers. */
export const netdevsOf = (read: Reader, ns: number): readonly Netdev[] =>
  [...read.list(NETDEV, 'ns', ns)].sort((a, b) => a.ifindex - b.ifindex);

/** Interface names are at most 15 bytes, without blanks and slashes (dev_valid_name). */
export const isDeviceName = (name: string): boolean => /^[^\s/:]{1,15}$/.test(name) && name !== '.' && name !== '..';

/** A random, locally administered unicast address: b0 = (b0 & 0xfe) | 0x02 (netlink, moby since 28.0). */
export function drawLladdr(tx: Transaction): string {
  const hex = tx.hex('lladdr', 12);
  const first = ((Number.parseInt(hex.slice(0, 2), 16) & 0xfe) | 0x02).toString(16).padStart(2, '0');
  return [first, ...(hex.slice(2).match(/../g) as string[])].join(':');
}

/** The next interface number of a namespace: one more than ever given out; numbers are not reused. @sim exact as recorded. */
const nextIfindex = (tx: Transaction, ns: number): number => tx.next(`ifindex.${ns}`);

/**
 * udev gives a bridge of the machine's own namespace an lladdr to keep (systemd.link(5), MACAddressPolicy=persistent); it does
 * not see other namespaces. @sim exact as recorded, for a machine that runs systemd-udevd
 */
function isSeenByUdev(read: Reader, ns: number): boolean {
  const machine = read.get(NAMESPACE, ns)?.machine;
  return machine !== undefined && read.get(MACHINE, machine)?.ns.net === ns;
}

type New = Pick<Netdev, 'ns' | 'name' | 'kind'> & Partial<Omit<Netdev, 'id'>>;

/** RTM_NEWLINK: EEXIST when the name is taken, EINVAL when it is none. */
export function addNetdev(tx: Transaction, fields: New, frame = false): Result<Netdev> {
  if (!isDeviceName(fields.name)) return fail('EINVAL');
  if (findNetdev(tx, fields.ns, fields.name)) return fail('EEXIST');
  const row = tx.put<Netdev>(NETDEV, {
    lladdr: fields.kind === 'loopback' ? '00:00:00:00:00:00' : (fields.lladdr ?? drawLladdr(tx)),
    mtu: fields.kind === 'loopback' ? 65536 : 1500,
    up: false,
    carrier: fields.kind === 'loopback' || fields.kind === 'dummy',
    operstate: fields.kind === 'bridge' || fields.kind === 'veth' ? 'down' : 'unknown',
    createdAt: tx.now,
    ...(fields.kind === 'bridge' && isSeenByUdev(tx, fields.ns) ? { addressSet: true as const } : {}),
    ...fields,
    ifindex: fields.ifindex ?? nextIfindex(tx, fields.ns),
    id: tx.id(NETDEV),
  });
  tx.skipTo(`ifindex.${row.ns}`, row.ifindex);
  tx.emit(
    'netdev.add',
    { table: 'netdev', id: row.id },
    { name: row.name, kind: row.kind, ifindex: row.ifindex },
    frame,
  );
  return ok(row);
}

/** A veth pair (veth(4)): two devices, each other's peer. The first failing name gives the error and makes nothing. */
export function addVeth(
  tx: Transaction,
  near: Omit<New, 'kind'>,
  far: Omit<New, 'kind'>,
  frame = false,
): Result<readonly [Netdev, Netdev]> {
  if (!isDeviceName(near.name) || !isDeviceName(far.name)) return fail('EINVAL');
  if (findNetdev(tx, near.ns, near.name) || findNetdev(tx, far.ns, far.name)) return fail('EEXIST');
  if (near.ns === far.ns && near.name === far.name) return fail('EEXIST');
  const b = addNetdev(tx, { ...far, kind: 'veth' });
  if (!b.ok) return b;
  const a = addNetdev(tx, { ...near, kind: 'veth', peer: b.value.id });
  if (!a.ok) return a;
  const other = tx.patch(NETDEV, b.value.id, { peer: a.value.id });
  tx.emit('veth.add', { table: 'netdev', id: a.value.id }, { name: a.value.name, peer: other.name }, frame);
  return ok([a.value, other]);
}

const removals: ((tx: Transaction, dev: Netdev) => void)[] = [];

/** What goes with a device: its addresses, routes, neighbours, learned entries. */
export function onNetdevRemoved(removal: (tx: Transaction, dev: Netdev) => void): void {
  removals.push(removal);
}

/** RTM_DELLINK: with one end of a veth pair goes the other; the ports of a bridge come loose. */
export function removeNetdev(tx: Transaction, dev: Netdev, frame = false): void {
  const peer = dev.kind === 'veth' && dev.peer !== undefined ? tx.get(NETDEV, dev.peer) : undefined;
  for (const gone of peer ? [dev, peer] : [dev]) {
    const row = tx.get(NETDEV, gone.id);
    if (!row) continue;
    for (const port of tx.list(NETDEV, 'master', row.id)) setMaster(tx, port, undefined);
    for (const removal of removals) removal(tx, row);
    tx.delete(NETDEV, row.id);
    tx.emit('netdev.remove', { table: 'netdev', id: row.id }, { name: row.name, kind: row.kind }, frame);
    if (row.master !== undefined) settleBridge(tx, row.master);
  }
}

/** IFLA_NET_NS_FD: keeps its number when that is free there, else takes the next one; loses its master and goes down. */
export function moveNetdev(tx: Transaction, dev: Netdev, ns: number, name = dev.name, frame = false): Result<Netdev> {
  if (findNetdev(tx, ns, name)) return fail('EEXIST');
  const taken = findIfindex(tx, ns, dev.ifindex) !== undefined;
  for (const removal of removals) removal(tx, dev);
  const { master: _left, ...rest } = dev;
  const ifindex = taken ? nextIfindex(tx, ns) : dev.ifindex;
  const row = tx.put<Netdev>(NETDEV, { ...rest, ns, name, ifindex, up: false, operstate: 'down' });
  tx.skipTo(`ifindex.${ns}`, ifindex);
  tx.emit('netdev.move', { table: 'netdev', id: row.id }, { name, ifindex, from: dev.ns, to: ns }, frame);
  if (dev.master !== undefined) settleBridge(tx, dev.master);
  settlePeer(tx, row);
  return ok(row);
}

/** Plugs a device into a bridge, or out of it. */
export function setMaster(tx: Transaction, dev: Netdev, master: number | undefined, frame = false): Netdev {
  const { master: old, ...rest } = tx.need(NETDEV, dev.id);
  const row = tx.put<Netdev>(NETDEV, master === undefined ? rest : { ...rest, master });
  const bridge = tx.get(NETDEV, master ?? old ?? 0);
  tx.emit(
    master === undefined ? 'bridge.unplug' : 'bridge.plug',
    { table: 'netdev', id: row.id },
    { name: row.name, bridge: bridge?.name ?? '' },
    frame,
  );
  for (const id of new Set([old, master])) if (id !== undefined) settleBridge(tx, id);
  return row;
}

/** IFLA_ADDRESS: from now on a bridge keeps this lladdr; one that it is a port of may take it. @sim exact */
export function setLladdr(tx: Transaction, id: number, lladdr: string): Netdev {
  const dev = tx.patch(NETDEV, id, { lladdr, addressSet: true });
  tx.emit('netdev.set', { table: 'netdev', id }, { name: dev.name, lladdr });
  if (dev.master !== undefined) takeLowest(tx, dev.master);
  return dev;
}

/** A bridge without an lladdr of its own has the lowest of its ports', all zero without any (br_stp_recalculate_bridge_id). @sim exact */
function takeLowest(tx: Transaction, bridge: number): void {
  const dev = tx.get(NETDEV, bridge);
  if (!dev || dev.addressSet) return;
  const lladdr =
    tx
      .list(NETDEV, 'master', bridge)
      .reduce((lowest, port) => (lowest && lowest < port.lladdr ? lowest : port.lladdr), '') || NO_PORT;
  if (lladdr !== dev.lladdr) tx.patch(NETDEV, bridge, { lladdr });
}

const NO_PORT = '00:00:00:00:00:00';

/** After its ports have changed. */
function settleBridge(tx: Transaction, id: number): void {
  const { looped, ...bridge } = tx.get(NETDEV, id) ?? {};
  if (looped) tx.put<Netdev>(NETDEV, bridge as Netdev);
  takeLowest(tx, id);
  settleCarrier(tx, id);
}

const changes: ((tx: Transaction, dev: Netdev) => void)[] = [];

/** Told when an administrator sets a device up or down. */
export function onNetdevSet(change: (tx: Transaction, dev: Netdev) => void): void {
  changes.push(change);
}

/** IFF_UP on or off. */
export function setUp(tx: Transaction, id: number, up: boolean): Netdev {
  const dev = tx.need(NETDEV, id);
  if (dev.up === up) return dev;
  tx.patch(NETDEV, id, { up });
  tx.emit('netdev.set', { table: 'netdev', id }, { name: dev.name, up });
  settleCarrier(tx, id);
  settlePeer(tx, tx.need(NETDEV, id));
  for (const change of changes) change(tx, tx.need(NETDEV, id));
  return tx.need(NETDEV, id);
}

function settlePeer(tx: Transaction, dev: Netdev): void {
  if (dev.kind === 'veth' && dev.peer !== undefined && tx.get(NETDEV, dev.peer)) settleCarrier(tx, dev.peer);
}

function carrierOf(tx: Transaction, dev: Netdev): boolean {
  if (dev.kind === 'veth') return dev.up && (tx.get(NETDEV, dev.peer ?? 0)?.up ?? false);
  if (dev.kind === 'bridge')
    return dev.up && tx.ids(NETDEV, 'master', dev.id).some((port) => tx.get(NETDEV, port)?.carrier);
  return dev.kind === 'ether' ? dev.up : dev.carrier;
}

/** How long an operational state may fall behind the carrier (net/core/link_watch.c: once a second). */
const LINKWATCH: Micros = SECOND;

/** Works out the carrier anew; a rise shows at once, a fall when link_watch comes round. */
export function settleCarrier(tx: Transaction, id: number): void {
  const dev = tx.get(NETDEV, id);
  if (!dev) return;
  const carrier = carrierOf(tx, dev);
  const rising = carrier || !dev.up || dev.kind !== 'bridge';
  if (carrier === dev.carrier && !rising) return;
  const operstate = rising ? operstateOf(dev, carrier) : dev.operstate;
  if (carrier !== dev.carrier || operstate !== dev.operstate) {
    tx.patch(NETDEV, id, { carrier, operstate, ...(carrier ? { wasUp: true } : {}) });
    tx.emit('netdev.set', { table: 'netdev', id }, { name: dev.name, carrier });
    if (dev.master !== undefined) settleCarrier(tx, dev.master);
  }
  if (!rising) tx.schedule(tx.now + LINKWATCH, 'net.linkwatch', id);
}

function operstateOf(dev: Netdev, carrier: boolean): Netdev['operstate'] {
  if (dev.kind === 'loopback' || dev.kind === 'dummy') return 'unknown';
  if (!dev.up) return 'down';
  if (carrier) return 'up';
  return dev.kind === 'veth' ? 'lowerlayerdown' : 'down';
}

onWakeup<number>('net.linkwatch', (tx, id) => {
  const dev = tx.get(NETDEV, id);
  if (!dev) return;
  const operstate = operstateOf(dev, dev.carrier);
  if (operstate !== dev.operstate) tx.patch(NETDEV, id, { operstate });
});

onNamespaceMade('net', (tx, _from, to) => {
  addNetdev(tx, { ns: to, name: 'lo', kind: 'loopback' });
});

/** A namespace that ends destroys its virtual devices; hardware goes back to the machine's first namespace. */
onNamespaceFreed('net', (tx, ns) => {
  for (const dev of netdevsOf(tx, ns.id)) {
    if (dev.kind === 'ether') moveNetdev(tx, dev, homeOf(tx, ns.machine));
    else removeNetdev(tx, dev);
  }
});

const homeOf = (tx: Transaction, machine: number): number =>
  (tx.list(NAMESPACE, 'machine', machine).find((ns) => ns.kind === 'net') as { id: number }).id;
