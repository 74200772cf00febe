import { fail, ok, type Result } from '../core/errno.ts';
import { defineTable, type Row } from '../core/table.ts';
import type { Transaction } from '../core/transaction.ts';
import { type Micros, SECOND } from '../core/units.ts';
import type { Reader } from '../core/world.ts';
import { NAMESPACE } from '../linux/namespace.ts';
import { onWakeup } from '../linux/scheduler.ts';
import { noteTo } from '../linux/terminal.ts';
import { TTY } from '../linux/tty.ts';
import { ADDRESS } from './address.ts';
import { NETDEV, type Netdev, onNetdevRemoved } from './netdev.ts';
import { BROADCAST, type Frame, isMulticast, packetFields } from './packet.ts';

/** A learned entry of a bridge's forwarding database: this lladdr was last seen behind this port. */
export interface FdbEntry extends Row {
  readonly bridge: number;
  readonly lladdr: string;
  readonly port: number;
  readonly seenAt: Micros;
  /** Set by hand (`static`): it does not age, and still moves when its lladdr is seen behind another port. */
  readonly fixed?: true;
}

export const FDB = defineTable<FdbEntry>({
  name: 'fdb',
  unique: { lladdr: (e) => `${e.bridge}:${e.lladdr}` },
  multi: { bridge: (e) => e.bridge, port: (e) => e.port },
});

/** Learned entries age out after 300 s without a frame (`ageing_time 30000`). */
export const AGEING: Micros = 300 * SECOND;

export const learnedOn = (read: Reader, bridge: number): readonly FdbEntry[] =>
  read.list(FDB, 'bridge', bridge).filter((entry) => isFresh(read, entry));

const isFresh = (read: Reader, { fixed, seenAt }: FdbEntry): boolean => fixed === true || read.now - seenAt < AGEING;

/** RTM_NEWNEIGH on a bridge's port (bridge(8) fdb add … master): EEXIST. @sim simplified: no VLANs, no local entries. */
export function addFdbEntry(
  tx: Transaction,
  port: Netdev,
  lladdr: string,
  { fixed, replace }: { readonly fixed: boolean; readonly replace: boolean },
): Result<FdbEntry> {
  const bridge = tx.need(NETDEV, port.master ?? 0);
  const known = tx.find(FDB, 'lladdr', `${bridge.id}:${lladdr}`);
  const own = tx.list(NETDEV, 'master', bridge.id).some((dev) => dev.lladdr === lladdr);
  if (own || (known && isFresh(tx, known) && !replace)) return fail('EEXIST');
  const entry = { id: known?.id ?? tx.id(FDB), bridge: bridge.id, lladdr, port: port.id, seenAt: tx.now };
  const row = tx.put<FdbEntry>(FDB, fixed ? { ...entry, fixed } : entry);
  tx.emit('bridge.learn', { table: 'fdb', id: row.id }, { bridge: bridge.name, lladdr, port: port.name }, true);
  return ok(row);
}

/** RTM_DELNEIGH: forgets a learned entry or one set by hand. ENOENT when the port has none such. */
export function removeFdbEntry(tx: Transaction, port: Netdev, lladdr: string): Result<undefined> {
  const known = tx.find(FDB, 'lladdr', `${port.master}:${lladdr}`);
  if (!known || known.port !== port.id || !isFresh(tx, known)) return fail('ENOENT');
  tx.delete(FDB, known.id);
  tx.emit('bridge.forget', { table: 'fdb', id: known.id }, { lladdr, port: port.name });
  return ok(undefined);
}

onNetdevRemoved((tx, dev) => {
  for (const index of ['bridge', 'port']) for (const id of tx.ids(FDB, index, dev.id)) tx.delete(FDB, id);
});

/** How long a frame is on its way: through the loopback, a pair of virtual devices, a wire between machines. */
const LOOPBACK_DELAY: Micros = 9;
const VETH_DELAY: Micros = 12;
const WIRE_DELAY: Micros = 180;

interface Arrival {
  readonly dev: number;
  readonly frame: Frame;
}

type Receiver = (tx: Transaction, dev: Netdev, frame: Frame) => void;
let receiver: Receiver | undefined;

/** The protocol stack above the link layer, told of each frame for its host. */
export function onFrame(receive: Receiver): void {
  receiver = receive;
}

/** dev_queue_xmit: out of a device, to the other end of its cable, or into the bridge that it is. */
export function transmit(tx: Transaction, id: number, frame: Frame): void {
  const dev = tx.get(NETDEV, id);
  if (!dev?.up) return;
  if (dev.kind === 'bridge') forward(tx, dev, frame, undefined);
  else if (dev.kind === 'loopback') deliver(tx, dev, dev, frame, LOOPBACK_DELAY);
  else if (dev.peer !== undefined) {
    const peer = tx.get(NETDEV, dev.peer);
    if (peer?.up) deliver(tx, dev, peer, frame, dev.kind === 'veth' ? VETH_DELAY : WIRE_DELAY);
  }
}

function deliver(tx: Transaction, from: Netdev, to: Netdev, frame: Frame, delay: Micros): void {
  tx.emit('packet.hop', { table: 'netdev', id: to.id }, { from: from.id, to: to.id, ...packetFields(frame.payload) });
  tx.schedule(tx.now + delay, 'net.rx', { dev: to.id, frame } satisfies Arrival);
}

onWakeup<Arrival>('net.rx', (tx, { dev: id, frame }) => {
  const dev = tx.get(NETDEV, id);
  if (!dev?.up) return;
  const bridge = dev.master === undefined ? undefined : tx.get(NETDEV, dev.master);
  if (!bridge) {
    if (dev.kind === 'loopback' || isMulticast(frame.dst) || frame.dst === dev.lladdr) receiver?.(tx, dev, frame);
    return;
  }
  if (!bridge.up) return;
  learn(tx, bridge, dev, frame.src);
  if (isMulticast(frame.dst) || frame.dst === bridge.lladdr) receiver?.(tx, bridge, frame);
  if (frame.dst === bridge.lladdr) return;
  const passed = frame.passed ?? [];
  if (passed.filter((one) => one === bridge.id).length >= MOST_ROUNDS) {
    loop(tx, bridge, dev);
    return;
  }
  forward(tx, bridge, { ...frame, passed: [...passed, bridge.id] }, dev);
});

/**
 * How often one frame passes the same bridge. @sim simplified: without spanning tree a loop of cables carries it for ever
 * and takes the whole host with it; here it goes round this often and is dropped.
 */
const MOST_ROUNDS = 4;

/** Says so once on the machine's terminals, for what is seen then is not what a real host would go on doing. */
function loop(tx: Transaction, bridge: Netdev, port: Netdev): void {
  tx.emit('bridge.loop', { table: 'netdev', id: bridge.id }, { bridge: bridge.name, port: port.name });
  if (tx.need(NETDEV, bridge.id).looped) return;
  tx.patch(NETDEV, bridge.id, { looped: true });
  const machine = tx.get(NAMESPACE, bridge.ns)?.machine;
  for (const tty of tx.all(TTY))
    if (tty.machine === machine) noteTo(tx, tty.id, 'note.loop', { bridge: bridge.name, rounds: String(MOST_ROUNDS) });
}

function learn(tx: Transaction, bridge: Netdev, port: Netdev, lladdr: string): void {
  const known = tx.find(FDB, 'lladdr', `${bridge.id}:${lladdr}`);
  if (known) {
    if (known.port !== port.id || tx.now > known.seenAt) tx.put(FDB, { ...known, port: port.id, seenAt: tx.now });
    if (known.port === port.id && isFresh(tx, known)) return;
  }
  const id = known?.id ?? tx.id(FDB);
  tx.put(FDB, { ...known, id, bridge: bridge.id, lladdr, port: port.id, seenAt: tx.now });
  tx.emit('bridge.learn', { table: 'fdb', id }, { bridge: bridge.name, lladdr, port: port.name }, true);
}

/** Out of the port behind which the destination was learned, or (unknown, broadcast) out of all but the one it came from. */
function forward(tx: Transaction, bridge: Netdev, frame: Frame, from: Netdev | undefined): void {
  const known = isMulticast(frame.dst) ? undefined : tx.find(FDB, 'lladdr', `${bridge.id}:${frame.dst}`);
  if (known && isFresh(tx, known)) {
    if (known.port !== from?.id) transmit(tx, known.port, frame);
    return;
  }
  const ports = tx.ids(NETDEV, 'master', bridge.id);
  tx.emit(
    'bridge.flood',
    { table: 'netdev', id: bridge.id },
    { bridge: bridge.name, ports: ports.length, ...packetFields(frame.payload) },
  );
  for (const port of ports.length > MANY ? interested(tx, ports, frame) : ports) {
    if (port !== from?.id) transmit(tx, port, frame);
  }
}

/** Above so many ports a broadcast reaches only those whom it concerns. @sim simplified: the others would drop it unread. */
const MANY = 64;

function interested(tx: Transaction, ports: readonly number[], frame: Frame): readonly number[] {
  if (frame.dst !== BROADCAST || frame.payload.kind !== 'arp') return ports;
  const { targetIp, senderIp } = frame.payload;
  if (targetIp === senderIp) return [];
  const owners = tx.list(ADDRESS, 'address', targetIp).map((address) => tx.get(NETDEV, address.dev)?.peer);
  return owners.filter(
    (port): port is number => port !== undefined && tx.get(NETDEV, port)?.master !== undefined && ports.includes(port),
  );
}
