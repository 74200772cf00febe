import { defineTable, type Row } from '../core/table.ts';
import type { Transaction } from '../core/transaction.ts';
import type { Reader } from '../core/world.ts';
import { isLocal, sourceOn } from './address.ts';
import { freePort, keep, type Tracked, translate } from './conntrack.ts';
import { contains, type Prefix } from './ipv4.ts';
import type { Netdev } from './netdev.ts';
import { type IpPacket, portsOf } from './packet.ts';

export type Hook = 'PREROUTING' | 'INPUT' | 'FORWARD' | 'OUTPUT' | 'POSTROUTING';
export type NfTable = 'raw' | 'filter' | 'nat';

/** A chain of an iptables table; built-in ones have a policy. */
export interface Chain extends Row {
  readonly ns: number;
  readonly table: NfTable;
  readonly name: string;
  readonly policy?: 'ACCEPT' | 'DROP';
}

interface Not<T> {
  readonly is: T;
  readonly not?: boolean;
}

/** What a rule asks of a packet; what is absent matches everything. */
export interface Match {
  readonly in?: Not<string>;
  readonly out?: Not<string>;
  readonly src?: Not<Prefix>;
  readonly dst?: Not<Prefix>;
  readonly proto?: IpPacket['proto'];
  readonly dport?: number;
  readonly ctstate?: readonly ('NEW' | 'ESTABLISHED' | 'RELATED')[];
  readonly dstType?: 'LOCAL';
}

export interface Rule extends Row {
  readonly ns: number;
  readonly table: NfTable;
  readonly chain: string;
  /** Position among the rules of its chain. */
  readonly order: number;
  readonly match: Match;
  /** ACCEPT, DROP, RETURN, MASQUERADE, DNAT, or a chain. */
  readonly jump: string;
  readonly to?: { readonly address: number; readonly port: number };
  readonly packets: number;
  readonly bytes: number;
}

const chainKey = (ns: number, table: NfTable, name: string): string => `${ns} ${table} ${name}`;

export const CHAIN = defineTable<Chain>({
  name: 'nfchain',
  unique: { name: (c) => chainKey(c.ns, c.table, c.name) },
  multi: { ns: (c) => c.ns },
});
export const RULE = defineTable<Rule>({
  name: 'nfrule',
  multi: { chain: (r) => chainKey(r.ns, r.table, r.chain), ns: (r) => r.ns },
});

export const findChain = (read: Reader, ns: number, table: NfTable, name: string): Chain | undefined =>
  read.find(CHAIN, 'name', chainKey(ns, table, name));

export const rulesOf = (read: Reader, ns: number, table: NfTable, chain: string): readonly Rule[] =>
  [...read.list(RULE, 'chain', chainKey(ns, table, chain))].sort((a, b) => a.order - b.order);

export function makeChain(tx: Transaction, ns: number, table: NfTable, name: string, policy?: Chain['policy']): Chain {
  const old = findChain(tx, ns, table, name);
  const row: Chain = { id: old?.id ?? tx.id(CHAIN), ns, table, name, ...(policy ? { policy } : {}) };
  return tx.put(CHAIN, row);
}

/** `iptables -A` or (`first`) `-I`. */
export function addRule(
  tx: Transaction,
  fields: Omit<Rule, 'id' | 'order' | 'packets' | 'bytes'>,
  first = false,
): Rule {
  const rules = rulesOf(tx, fields.ns, fields.table, fields.chain);
  const order = first ? (rules[0]?.order ?? 1) - 1 : (rules.at(-1)?.order ?? 0) + 1;
  const row = tx.put<Rule>(RULE, { id: tx.id(RULE), order, packets: 0, bytes: 0, ...fields });
  tx.emit('rule.add', { table: 'nfrule', id: row.id }, { nf: row.table, chain: row.chain, jump: row.jump });
  return row;
}

export function removeRules(tx: Transaction, ns: number, which: (rule: Rule) => boolean): void {
  for (const rule of tx.list(RULE, 'ns', ns)) if (which(rule)) tx.delete(RULE, rule.id);
}

/** A packet at a hook, with the devices that are known there. */
export interface Passage {
  readonly ns: number;
  readonly hook: Hook;
  readonly packet: IpPacket;
  readonly in?: Netdev | undefined;
  readonly out?: Netdev | undefined;
  readonly tracked: Tracked;
}

const differs = <T>(want: Not<T> | undefined, holds: (value: T) => boolean): boolean =>
  want !== undefined && holds(want.is) === (want.not ?? false);

function matches(read: Reader, rule: Rule, at: Passage): boolean {
  const { match } = rule;
  const { packet } = at;
  if (differs(match.in, (name) => at.in?.name === name) || differs(match.out, (name) => at.out?.name === name))
    return false;
  if (differs(match.src, (p) => contains(p, packet.src)) || differs(match.dst, (p) => contains(p, packet.dst)))
    return false;
  if (match.proto && match.proto !== packet.proto) return false;
  if (match.dport !== undefined && portsOf(packet).dport !== match.dport) return false;
  if (match.dstType === 'LOCAL' && !isLocal(read, at.ns, packet.dst)) return false;
  return !match.ctstate || match.ctstate.includes(ctstate(at.tracked, packet));
}

function ctstate(tracked: Tracked, packet: IpPacket): 'NEW' | 'ESTABLISHED' | 'RELATED' {
  if (packet.icmp?.about && !tracked.fresh) return 'RELATED';
  return tracked.direction === 'reply' || tracked.entry.replied ? 'ESTABLISHED' : 'NEW';
}

type Verdict = { readonly verdict: 'ACCEPT' | 'DROP' } | { readonly verdict: 'NAT'; readonly rule: Rule };

/** Walks one table's chain (and those it jumps to); a rule that decides ends the walk. Depth is bounded as in the kernel. */
function walk(tx: Transaction, table: NfTable, chain: string, at: Passage, depth = 0): Verdict | undefined {
  if (depth > 16) return undefined;
  for (const rule of rulesOf(tx, at.ns, table, chain)) {
    if (!matches(tx, rule, at)) continue;
    tx.put<Rule>(RULE, { ...rule, packets: rule.packets + 1, bytes: rule.bytes + at.packet.length });
    if (rule.jump === 'ACCEPT' || rule.jump === 'DROP') return { verdict: rule.jump };
    if (rule.jump === 'RETURN') return undefined;
    if (rule.jump === 'MASQUERADE' || rule.jump === 'DNAT') return { verdict: 'NAT', rule };
    const inner = walk(tx, table, rule.jump, at, depth + 1);
    if (inner) return inner;
  }
  const policy = findChain(tx, at.ns, table, chain)?.policy;
  return policy ? { verdict: policy } : undefined;
}

/** May a packet pass the raw and filter rules of a hook? */
export function passes(tx: Transaction, table: 'raw' | 'filter', at: Passage): boolean {
  if (!findChain(tx, at.ns, table, at.hook)) return true;
  const passed = walk(tx, table, at.hook, at)?.verdict !== 'DROP';
  if (!passed)
    tx.emit('packet.drop', { table: 'netdev', id: (at.in ?? at.out)?.id ?? 0 }, { nf: table, chain: at.hook });
  return passed;
}

/**
 * The nat table is asked for the first packet of a connection only; later ones follow the entry. DNAT at PREROUTING and
 * OUTPUT, MASQUERADE (the address of the outgoing device) at POSTROUTING. Gives the connection as it then stands.
 */
export function natAt(tx: Transaction, at: Passage): Tracked {
  const { tracked } = at;
  if (!tracked.fresh || !findChain(tx, at.ns, 'nat', at.hook)) return tracked;
  const decided = walk(tx, 'nat', at.hook, at);
  if (decided?.verdict !== 'NAT') return tracked;
  const { entry } = tracked;
  if (decided.rule.jump === 'DNAT' && decided.rule.to) {
    const { address, port } = decided.rule.to;
    return {
      ...tracked,
      entry: { ...entry, reply: { ...entry.reply, src: address, sport: port || entry.reply.sport } },
    };
  }
  const source = at.out && sourceOn(tx, at.out.id);
  if (source === undefined || at.hook !== 'POSTROUTING') return tracked;
  const reply = { ...entry.reply, dst: source };
  const dport = freePort(tx, at.ns, entry.proto, reply, entry.original.sport);
  tx.emit('nat.masquerade', { table: 'netdev', id: at.out?.id ?? 0 }, { source, port: dport });
  return {
    ...tracked,
    entry: { ...entry, reply: { ...reply, dport, ...(entry.proto === 'icmp' ? { sport: dport } : {}) } },
  };
}

/** The packet as it leaves the host's tables, and its connection kept for the answers. */
export function leave(tx: Transaction, packet: IpPacket, tracked: Tracked): IpPacket {
  // An error about a connection opens none of its own.
  if (tracked.fresh && !packet.icmp?.about) keep(tx, tracked.entry);
  return translate(packet, tracked);
}
