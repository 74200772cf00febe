import type { Transaction } from '../core/transaction.ts';
import { NAMESPACE } from '../linux/namespace.ts';
import { isLocal, sourceOn } from './address.ts';
import { type Tracked, track, translate } from './conntrack.ts';
import { onFrame } from './link.ts';
import { onUnreachable, receiveArp, sendTo } from './neigh.ts';
import { findNetdev, NETDEV, type Netdev } from './netdev.ts';
import { leave, natAt, type Passage, passes } from './netfilter.ts';
import { type Icmp, type IpPacket, packetFields } from './packet.ts';
import { lookUpRoute } from './route.ts';
import { sysctl } from './sysctl.ts';

type Deliver = (tx: Transaction, ns: number, packet: IpPacket) => void;
let deliver: Deliver | undefined;

/** The transport layer, told of each packet for its host. */
export function onPacket(take: Deliver): void {
  deliver = take;
}

onFrame((tx, dev, frame) => {
  if (frame.payload.kind === 'arp') receiveArp(tx, dev, frame.payload);
  else receive(tx, dev, frame.payload);
});

/** A packet has come in: PREROUTING, then either INPUT and up, or FORWARD and out (ip_rcv, ip_forward). */
function receive(tx: Transaction, dev: Netdev, packet: IpPacket): void {
  const { ns } = dev;
  const tracked = track(tx, ns, packet);
  const at: Passage = { ns, hook: 'PREROUTING', packet, in: dev, tracked };
  if (!passes(tx, 'raw', at)) return;
  const prerouted = natAt(tx, at);
  // Destination translation shows before the routing decision, source translation only at POSTROUTING.
  const dst = translate(packet, prerouted).dst;
  const arrived = isLocal(tx, ns, dst)
    ? translate(packet, prerouted)
    : { ...translate(packet, prerouted), src: sourceBefore(packet, prerouted) };
  if (isLocal(tx, ns, arrived.dst)) {
    if (!passes(tx, 'filter', { ...at, hook: 'INPUT', packet: arrived, tracked: prerouted })) return;
    deliver?.(tx, ns, leave(tx, packet, prerouted));
    return;
  }
  forward(tx, dev, packet, arrived, prerouted);
}

const sourceBefore = (packet: IpPacket, tracked: Tracked): number =>
  tracked.direction === 'reply' ? translate(packet, tracked).src : packet.src;

function forward(tx: Transaction, dev: Netdev, packet: IpPacket, arrived: IpPacket, tracked: Tracked): void {
  const { ns } = dev;
  if (sysctl(tx, ns, 'net/ipv4/ip_forward') !== '1') return;
  if (packet.ttl <= 1) {
    report(tx, dev, packet, 'time-exceeded');
    return;
  }
  const route = lookUpRoute(tx, ns, arrived.dst);
  if (!route) {
    report(tx, dev, packet, 'net-unreachable');
    return;
  }
  const out = tx.need(NETDEV, route.dev);
  const at: Passage = { ns, hook: 'FORWARD', packet: arrived, in: dev, out, tracked };
  tx.emit(
    'packet.route',
    { table: 'netdev', id: out.id },
    { in: dev.name, out: out.name, ...packetFields(arrived) },
    true,
  );
  if (!passes(tx, 'filter', at)) return;
  const posted = natAt(tx, { ...at, hook: 'POSTROUTING', in: undefined });
  const sent = leave(tx, { ...packet, ttl: packet.ttl - 1 }, posted);
  sendTo(tx, out, route.via ?? sent.dst, sent);
}

/**
 * Sends a packet of this host: route, OUTPUT, POSTROUTING, neighbour. `src` 0 takes the address of the way out. Gives
 * ENETUNREACH (false) when no route leads there.
 */
export function send(
  tx: Transaction,
  ns: number,
  packet: Omit<IpPacket, 'id' | 'kind' | 'ttl'> & { readonly ttl?: number },
): boolean {
  const local = isLocal(tx, ns, packet.dst);
  const route = local ? undefined : lookUpRoute(tx, ns, packet.dst);
  const out = local ? findNetdev(tx, ns, 'lo') : route && tx.get(NETDEV, route.dev);
  if (!out?.up) return false;
  const src = packet.src || (local ? packet.dst : (route?.src ?? sourceOn(tx, out.id) ?? 0));
  const full: IpPacket = { ttl: 64, ...packet, kind: 'ip', id: tx.next('packet'), src };
  const tracked = track(tx, ns, full);
  const at: Passage = { ns, hook: 'OUTPUT', packet: full, out, tracked };
  if (!passes(tx, 'raw', at)) return true;
  const translated = natAt(tx, at);
  const turned = translate(full, translated);
  if (!passes(tx, 'filter', { ...at, packet: turned, tracked: translated })) return true;
  const again = turned.dst === full.dst ? route : lookUpRoute(tx, ns, turned.dst);
  const way = again ? (tx.get(NETDEV, again.dev) as Netdev) : out;
  const posted = natAt(tx, { ...at, hook: 'POSTROUTING', packet: turned, out: way, tracked: translated });
  const sent = leave(tx, full, posted);
  sendTo(tx, way, again?.via ?? sent.dst, sent);
  return true;
}

/** Tells the sender of a packet that it got no further (RFC 792). Errors about errors are not sent. */
export function report(tx: Transaction, dev: Netdev, packet: IpPacket, type: Icmp['type']): void {
  if (packet.icmp?.about) return;
  const icmp: Icmp = { type, id: 0, seq: 0, about: packet };
  const src = isLocal(tx, dev.ns, packet.dst) ? packet.dst : (sourceOn(tx, dev.id) ?? 0);
  if (tx.get(NAMESPACE, dev.ns)) send(tx, dev.ns, { src, dst: packet.src, proto: 'icmp', length: 56 + 28, icmp });
}

onUnreachable((tx, dev, packet) => report(tx, dev, packet, 'host-unreachable'));
