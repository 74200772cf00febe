import { defineTable, type Row } from '../core/table.ts';
import type { Transaction } from '../core/transaction.ts';
import { type Micros, SECOND } from '../core/units.ts';
import type { Reader } from '../core/world.ts';
import { onWakeup } from '../linux/scheduler.ts';
import { isLocal, sourceOn } from './address.ts';
import { formatIPv4 } from './ipv4.ts';
import { transmit } from './link.ts';
import { NETDEV, type Netdev, onNetdevRemoved } from './netdev.ts';
import { type Arp, BROADCAST, type IpPacket, NO_LLADDR } from './packet.ts';

export type NeighState = 'INCOMPLETE' | 'REACHABLE' | 'STALE' | 'DELAY' | 'PROBE' | 'FAILED' | 'PERMANENT';

/** What a namespace knows of a neighbour on a link (`ip neigh`). */
export interface Neigh extends Row {
  readonly dev: number;
  readonly address: number;
  readonly lladdr?: string;
  readonly state: NeighState;
  /** When it was last confirmed. */
  readonly confirmedAt: Micros;
  readonly usedAt: Micros;
  readonly probes: number;
  /** Packets that wait for the answer. */
  readonly queue: readonly IpPacket[];
}

export const NEIGH = defineTable<Neigh>({
  name: 'neigh',
  unique: { address: (n) => `${n.dev}:${n.address}` },
  multi: { dev: (n) => n.dev },
});

const REACHABLE_TIME: Micros = 30 * SECOND;
const DELAY_PROBE_TIME: Micros = 5 * SECOND;
const RETRANS: Micros = SECOND;
const PROBES = 3;
const MOST_QUEUED = 101;

/** The state as it is now: a confirmation is good for 30 s (arp(7), base_reachable_time). */
export const neighState = (read: Reader, neigh: Neigh): NeighState =>
  neigh.state === 'REACHABLE' && read.now - neigh.confirmedAt >= REACHABLE_TIME ? 'STALE' : neigh.state;

onNetdevRemoved((tx, dev) => {
  for (const id of tx.ids(NEIGH, 'dev', dev.id)) tx.delete(NEIGH, id);
});

type Unreachable = (tx: Transaction, dev: Netdev, packet: IpPacket) => void;
let unreachable: Unreachable | undefined;
/** Told of each packet whose neighbour does not answer. */
export function onUnreachable(report: Unreachable): void {
  unreachable = report;
}

const find = (tx: Transaction, dev: number, address: number) => tx.find(NEIGH, 'address', `${dev}:${address}`);

/** Sends a packet to a neighbour on a link, asking for its lladdr first where it is not known (ARP, RFC 826). */
export function sendTo(tx: Transaction, dev: Netdev, address: number, packet: IpPacket): void {
  if (dev.kind === 'loopback') {
    transmit(tx, dev.id, { src: NO_LLADDR, dst: NO_LLADDR, payload: packet });
    return;
  }
  const neigh = find(tx, dev.id, address);
  if (!neigh || neigh.state === 'FAILED') {
    const row = tx.put<Neigh>(NEIGH, {
      id: neigh?.id ?? tx.id(NEIGH),
      dev: dev.id,
      address,
      state: 'INCOMPLETE',
      confirmedAt: tx.now,
      usedAt: tx.now,
      probes: 1,
      queue: [packet],
    });
    ask(tx, dev, address, BROADCAST);
    tx.schedule(tx.now + RETRANS, 'net.neigh', row.id);
    return;
  }
  if (neigh.state === 'INCOMPLETE') {
    if (neigh.queue.length < MOST_QUEUED) tx.put(NEIGH, { ...neigh, queue: [...neigh.queue, packet] });
    return;
  }
  if (neighState(tx, neigh) === 'STALE') {
    tx.put<Neigh>(NEIGH, { ...neigh, state: 'DELAY', usedAt: tx.now, probes: 0 });
    tx.schedule(tx.now + DELAY_PROBE_TIME, 'net.neigh', neigh.id);
  }
  transmit(tx, dev.id, { src: dev.lladdr, dst: neigh.lladdr as string, payload: packet });
}

function ask(tx: Transaction, dev: Netdev, targetIp: number, dst: string): void {
  const senderIp = sourceOn(tx, dev.id) ?? 0;
  transmit(tx, dev.id, {
    src: dev.lladdr,
    dst,
    payload: { kind: 'arp', op: 'request', senderMac: dev.lladdr, senderIp, targetMac: NO_LLADDR, targetIp },
  });
}

/** Says one's own address to all on the link, as Docker does for a new endpoint. */
export function announce(tx: Transaction, dev: Netdev, address: number): void {
  transmit(tx, dev.id, {
    src: dev.lladdr,
    dst: BROADCAST,
    payload: {
      kind: 'arp',
      op: 'request',
      senderMac: dev.lladdr,
      senderIp: address,
      targetMac: NO_LLADDR,
      targetIp: address,
    },
  });
}

onWakeup<number>('net.neigh', (tx, id) => {
  const neigh = tx.get(NEIGH, id);
  const dev = neigh && tx.get(NETDEV, neigh.dev);
  if (!neigh || !dev || !['INCOMPLETE', 'DELAY', 'PROBE'].includes(neigh.state)) return;
  if (neigh.probes >= PROBES) {
    const { lladdr: _lost, ...rest } = neigh;
    tx.put<Neigh>(NEIGH, { ...rest, state: 'FAILED', queue: [] });
    tx.emit('neigh.fail', { table: 'neigh', id }, { address: formatIPv4(neigh.address), dev: dev.name });
    for (const packet of neigh.queue) unreachable?.(tx, dev, packet);
    return;
  }
  const state = neigh.state === 'INCOMPLETE' ? 'INCOMPLETE' : 'PROBE';
  tx.put<Neigh>(NEIGH, { ...neigh, state, probes: neigh.probes + 1 });
  ask(tx, dev, neigh.address, neigh.lladdr ?? BROADCAST);
  tx.schedule(tx.now + RETRANS, 'net.neigh', id);
});

/** An ARP frame for this host: a request for an own address is answered, and who asked is remembered (stale). */
export function receiveArp(tx: Transaction, dev: Netdev, arp: Arp): void {
  const mine = arp.senderIp !== arp.targetIp && isLocal(tx, dev.ns, arp.targetIp);
  if (arp.op === 'reply') confirm(tx, dev, arp, 'REACHABLE');
  else if (mine) {
    confirm(tx, dev, arp, 'STALE');
    const reply: Arp = {
      kind: 'arp',
      op: 'reply',
      senderMac: dev.lladdr,
      senderIp: arp.targetIp,
      targetMac: arp.senderMac,
      targetIp: arp.senderIp,
    };
    transmit(tx, dev.id, { src: dev.lladdr, dst: arp.senderMac, payload: reply });
  } else if (find(tx, dev.id, arp.senderIp)) confirm(tx, dev, arp, 'STALE');
}

function confirm(tx: Transaction, dev: Netdev, arp: Arp, state: 'REACHABLE' | 'STALE'): void {
  const known = find(tx, dev.id, arp.senderIp);
  if (!known && arp.op === 'reply') return;
  if (known?.state === 'PERMANENT' || arp.senderIp === 0) return;
  const keep =
    state === 'STALE' && known?.lladdr === arp.senderMac && known.state !== 'FAILED' && known.state !== 'INCOMPLETE';
  if (keep) return;
  const row = tx.put<Neigh>(NEIGH, {
    id: known?.id ?? tx.id(NEIGH),
    dev: dev.id,
    address: arp.senderIp,
    lladdr: arp.senderMac,
    state,
    confirmedAt: tx.now,
    usedAt: tx.now,
    probes: 0,
    queue: [],
  });
  tx.emit(
    'neigh.learn',
    { table: 'neigh', id: row.id },
    { address: formatIPv4(row.address), lladdr: arp.senderMac, dev: dev.name },
    true,
  );
  for (const packet of known?.queue ?? []) sendTo(tx, dev, arp.senderIp, packet);
}
