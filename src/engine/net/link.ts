import { defineTable, type Row } from '../core/table.ts';
import type { Transaction } from '../core/transaction.ts';
import { type Micros, SECOND } from '../core/units.ts';
import type { Reader } from '../core/world.ts';
import { onWakeup } from '../linux/scheduler.ts';
import { ADDRESS } from './address.ts';
import { NETDEV, type Netdev, onNetdevRemoved } from './netdev.ts';
import { BROADCAST, type Frame, isMulticast, packetFields } from './packet.ts';

/** A learned entry of a bridge's forwarding database: this lladdr was last seen behind this port. */
export interface FdbEntry extends Row {
  readonly bridge: number;
  readonly lladdr: string;
  readonly port: number;
  readonly seenAt: Micros;
}

export const FDB = defineTable<FdbEntry>({
  name: 'fdb',
  unique: { lladdr: (e) => `${e.bridge}:${e.lladdr}` },
  multi: { bridge: (e) => e.bridge, port: (e) => e.port },
});

/** Learned entries age out after 300 s without a frame (`ageing_time 30000`). */
export const AGEING: Micros = 300 * SECOND;

export const learnedOn = (read: Reader, bridge: number): readonly FdbEntry[] =>
  read.list(FDB, 'bridge', bridge).filter((entry) => read.now - entry.seenAt < AGEING);

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
    tx.emit('bridge.loop', { table: 'netdev', id: bridge.id }, { bridge: bridge.name, port: dev.name });
    return;
  }
  forward(tx, bridge, { ...frame, passed: [...passed, bridge.id] }, dev);
});

/**
 * How often one frame passes the same bridge. @sim simplified: without spanning tree a loop of cables carries it for ever
 * and takes the whole host with it; here it goes round this often and is dropped.
 */
const MOST_ROUNDS = 4;

function learn(tx: Transaction, bridge: Netdev, port: Netdev, lladdr: string): void {
  const known = tx.find(FDB, 'lladdr', `${bridge.id}:${lladdr}`);
  if (known) {
    if (known.port !== port.id || tx.now > known.seenAt) tx.put(FDB, { ...known, port: port.id, seenAt: tx.now });
    if (known.port === port.id && tx.now - known.seenAt < AGEING) return;
  }
  const id = known?.id ?? tx.id(FDB);
  tx.put(FDB, { id, bridge: bridge.id, lladdr, port: port.id, seenAt: tx.now });
  tx.emit('bridge.learn', { table: 'fdb', id }, { bridge: bridge.name, lladdr, port: port.name }, true);
}

/** Out of the port behind which the destination was learned, or (unknown, broadcast) out of all but the one it came from. */
function forward(tx: Transaction, bridge: Netdev, frame: Frame, from: Netdev | undefined): void {
  const known = isMulticast(frame.dst) ? undefined : tx.find(FDB, 'lladdr', `${bridge.id}:${frame.dst}`);
  if (known && tx.now - known.seenAt < AGEING) {
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
