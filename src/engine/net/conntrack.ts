import { defineTable, type Row } from '../core/table.ts';
import type { Transaction } from '../core/transaction.ts';
import { type Micros, SECOND } from '../core/units.ts';
import { type IpPacket, portsOf } from './packet.ts';

/** Addresses and ports of one direction of a connection; for ICMP the echo id stands for both ports. */
export interface Tuple {
  readonly src: number;
  readonly dst: number;
  readonly sport: number;
  readonly dport: number;
}

/** A tracked connection: what was sent, and what the answer will look like. */
export interface Conntrack extends Row {
  readonly ns: number;
  readonly proto: IpPacket['proto'];
  readonly original: Tuple;
  readonly reply: Tuple;
  readonly replied: boolean;
  readonly seenAt: Micros;
  readonly fin?: boolean;
}

const keyOf = (ns: number, proto: string, t: Tuple): string => `${ns} ${proto} ${t.src}:${t.sport}>${t.dst}:${t.dport}`;

export const CONNTRACK = defineTable<Conntrack>({
  name: 'conntrack',
  unique: { original: (c) => keyOf(c.ns, c.proto, c.original), reply: (c) => keyOf(c.ns, c.proto, c.reply) },
  multi: { ns: (c) => c.ns },
});

/** nf_conntrack timeouts (seconds): established TCP five days, others as the kernel's defaults. */
export function timeoutOf(c: Conntrack): Micros {
  if (c.proto === 'tcp') return (c.fin ? 120 : c.replied ? 432_000 : 120) * SECOND;
  return (c.proto === 'udp' && c.replied ? 120 : 30) * SECOND;
}

export const tupleOf = (packet: IpPacket): Tuple => ({ src: packet.src, dst: packet.dst, ...portsOf(packet) });

const turned = (t: Tuple): Tuple => ({ src: t.dst, dst: t.src, sport: t.dport, dport: t.sport });

export interface Tracked {
  readonly entry: Conntrack;
  readonly direction: 'original' | 'reply';
  readonly fresh: boolean;
}

/** Finds a packet's connection, or opens one that is not yet kept (`keep` does, once the packet got through). */
export function track(tx: Transaction, ns: number, packet: IpPacket): Tracked {
  const about = packet.icmp?.about;
  const tuple = about ? turned(tupleOf(about)) : tupleOf(packet);
  const proto = about?.proto ?? packet.proto;
  for (const direction of ['original', 'reply'] as const) {
    const entry = tx.find(CONNTRACK, direction, keyOf(ns, proto, tuple));
    if (entry && tx.now - entry.seenAt < timeoutOf(entry)) {
      if (!about) {
        const fin = entry.fin || packet.tcp?.flags.includes('F') || packet.tcp?.flags.includes('R') || false;
        tx.put<Conntrack>(CONNTRACK, {
          ...entry,
          seenAt: tx.now,
          replied: entry.replied || direction === 'reply',
          ...(fin ? { fin } : {}),
        });
      }
      return { entry, direction, fresh: false };
    }
    if (entry) tx.delete(CONNTRACK, entry.id);
  }
  const entry = { id: 0, ns, proto, original: tuple, reply: turned(tuple), replied: false, seenAt: tx.now };
  return { entry, direction: 'original', fresh: true };
}

export function keep(tx: Transaction, entry: Conntrack): void {
  const row = tx.put<Conntrack>(CONNTRACK, { ...entry, id: entry.id || tx.id(CONNTRACK) });
  tx.emit('conntrack.add', { table: 'conntrack', id: row.id }, { proto: row.proto });
}

/** Rewrites a packet to what the other side of the host should see. */
export function translate(packet: IpPacket, tracked: Tracked): IpPacket {
  const { original, reply } = tracked.entry;
  const to = tracked.direction === 'original' ? turned(reply) : turned(original);
  if (packet.icmp?.about)
    return { ...packet, dst: to.dst, icmp: { ...packet.icmp, about: rewrite(packet.icmp.about, turned(to)) } };
  return rewrite(packet, to);
}

function rewrite(packet: IpPacket, to: Tuple): IpPacket {
  const moved = { ...packet, src: to.src, dst: to.dst };
  if (packet.tcp) return { ...moved, tcp: { ...packet.tcp, sport: to.sport, dport: to.dport } };
  if (packet.udp) return { ...moved, udp: { ...packet.udp, sport: to.sport, dport: to.dport } };
  return packet.icmp ? { ...moved, icmp: { ...packet.icmp, id: to.sport } } : moved;
}

/** A source port for a translated connection: the same where it is free, else another of its class (iptables-extensions, SNAT). */
export function freePort(tx: Transaction, ns: number, proto: string, reply: Tuple, wanted: number): number {
  const taken = (port: number): boolean =>
    tx.find(CONNTRACK, 'reply', keyOf(ns, proto, { ...reply, dport: port })) !== undefined;
  if (!taken(wanted)) return wanted;
  const [low, high] = wanted < 512 ? [1, 511] : wanted < 1024 ? [512, 1023] : [1024, 65535];
  for (let port = wanted + 1; port !== wanted; port = port >= high ? low : port + 1) if (!taken(port)) return port;
  return wanted;
}
