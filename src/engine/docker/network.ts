import { defineTable, type Row } from '../core/table.ts';
import type { Transaction } from '../core/transaction.ts';
import type { Micros } from '../core/units.ts';
import type { Reader } from '../core/world.ts';
import { MACHINE } from '../linux/machine.ts';
import { addAddress } from '../net/address.ts';
import { broadcastOf, networkOf, type Prefix } from '../net/ipv4.ts';
import { announce } from '../net/neigh.ts';
import {
  addNetdev,
  addVeth,
  findNetdev,
  moveNetdev,
  NETDEV,
  type Netdev,
  removeNetdev,
  setMaster,
  setUp,
} from '../net/netdev.ts';
import { addRule, makeChain } from '../net/netfilter.ts';
import { addRoute } from '../net/route.ts';
import { setSysctl } from '../net/sysctl.ts';
import { giveBack, reserveEnds, takeAddress, takeLowest, type Used } from './ipam.ts';

/** A network of Docker's (libnetwork's CNM). */
export interface Network extends Row {
  readonly machine: number;
  /** 64 hex digits. */
  readonly nid: string;
  readonly name: string;
  readonly driver: 'bridge' | 'host' | 'null';
  /** bridge: the device's name. */
  readonly bridge?: string;
  readonly subnet?: Prefix;
  readonly gateway?: number;
  readonly used: Used;
  readonly createdAt: Micros;
}

export const NETWORK = defineTable<Network>({
  name: 'network',
  unique: { name: (n) => `${n.machine} ${n.name}` },
  multi: { machine: (n) => n.machine },
});

/** A container's place in a network. Address and devices are there while the container runs. */
export interface Endpoint extends Row {
  readonly container: number;
  readonly network: number;
  /** 64 hex digits, '' while the container does not run. */
  readonly eid: string;
  readonly address?: number;
  readonly lladdr?: string;
  /** The lladdr that was asked for (`--mac-address`). */
  readonly wantedLladdr?: string;
  /** The host's end of its veth pair, and the end inside. */
  readonly veth?: number;
  readonly inside?: number;
}

export const ENDPOINT = defineTable<Endpoint>({
  name: 'endpoint',
  multi: { container: (e) => e.container, network: (e) => (e.eid ? e.network : undefined) },
});

const hostNs = (tx: Transaction, machine: number): number => tx.need(MACHINE, machine).ns.net;

export const findNetwork = (read: Reader, machine: number, name: string): Network | undefined =>
  read.find(NETWORK, 'name', `${machine} ${name}`) ??
  read.list(NETWORK, 'machine', machine).find((network) => name.length >= 3 && network.nid.startsWith(name));

/**
 * What dockerd does when it starts: IP forwarding, its chains and rules, the networks bridge, host and none, docker0.
 * @sim exact for the rules of the iptables backend as recorded (transcripts/FACTS.md, Network).
 */
export function startNetworking(tx: Transaction, machine: number): void {
  const ns = hostNs(tx, machine);
  setSysctl(tx, ns, 'net/ipv4/ip_forward', '1');
  layChains(tx, ns);
  if (tx.list(NETWORK, 'machine', machine).length > 0) return;
  const none: Used = [];
  const make = (name: string, driver: Network['driver'], fields: Partial<Network> = {}) =>
    tx.put<Network>(NETWORK, {
      machine,
      nid: tx.hex('network', 64),
      name,
      driver,
      used: none,
      createdAt: tx.now,
      ...fields,
      id: tx.id(NETWORK),
    });
  const subnet: Prefix = { address: 0xac110000, length: 16 };
  const gateway = subnet.address + 1;
  const taken = takeAddress(subnet, reserveEnds(), gateway);
  make('bridge', 'bridge', { bridge: 'docker0', subnet, gateway, used: taken.ok ? taken.value : none });
  make('host', 'host');
  make('none', 'null');
  const made = addNetdev(tx, { ns, name: 'docker0', kind: 'bridge', addressSet: true }, true);
  if (!made.ok) return;
  addAddress(tx, made.value, { address: gateway, length: subnet.length }, { broadcast: broadcastOf(subnet) });
  setUp(tx, made.value.id, true);
  layBridgeRules(tx, ns, 'docker0', subnet);
}

function layChains(tx: Transaction, ns: number): void {
  for (const [table, chains] of Object.entries(BUILT_IN) as ['filter' | 'nat', readonly string[]][]) {
    for (const chain of chains)
      makeChain(tx, ns, table, chain, table === 'filter' && chain === 'FORWARD' ? 'DROP' : 'ACCEPT');
  }
  for (const chain of ['DOCKER', 'DOCKER-BRIDGE', 'DOCKER-CT', 'DOCKER-FORWARD', 'DOCKER-INTERNAL', 'DOCKER-USER'])
    makeChain(tx, ns, 'filter', chain);
  makeChain(tx, ns, 'nat', 'DOCKER');
  const filter = (chain: string, jump: string) => addRule(tx, { ns, table: 'filter', chain, match: {}, jump });
  filter('FORWARD', 'DOCKER-USER');
  filter('FORWARD', 'DOCKER-FORWARD');
  for (const chain of ['DOCKER-CT', 'DOCKER-INTERNAL', 'DOCKER-BRIDGE']) filter('DOCKER-FORWARD', chain);
  addRule(tx, { ns, table: 'nat', chain: 'PREROUTING', match: { dstType: 'LOCAL' }, jump: 'DOCKER' });
  const loopback = { is: { address: 0x7f000000, length: 8 }, not: true };
  addRule(tx, { ns, table: 'nat', chain: 'OUTPUT', match: { dst: loopback, dstType: 'LOCAL' }, jump: 'DOCKER' });
}

const BUILT_IN = {
  filter: ['INPUT', 'FORWARD', 'OUTPUT'],
  nat: ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'],
} as const;

function layBridgeRules(tx: Transaction, ns: number, bridge: string, subnet: Prefix): void {
  const out = { out: { is: bridge } };
  const notIn = { in: { is: bridge, not: true } };
  addRule(tx, { ns, table: 'filter', chain: 'DOCKER', match: { ...notIn, ...out }, jump: 'DROP' });
  addRule(tx, { ns, table: 'filter', chain: 'DOCKER-BRIDGE', match: out, jump: 'DOCKER' });
  addRule(tx, {
    ns,
    table: 'filter',
    chain: 'DOCKER-CT',
    match: { ...out, ctstate: ['RELATED', 'ESTABLISHED'] },
    jump: 'ACCEPT',
  });
  addRule(tx, { ns, table: 'filter', chain: 'DOCKER-FORWARD', match: { in: { is: bridge } }, jump: 'ACCEPT' });
  const from = { is: { address: networkOf(subnet), length: subnet.length } };
  addRule(
    tx,
    {
      ns,
      table: 'nat',
      chain: 'POSTROUTING',
      match: { src: from, out: { is: bridge, not: true } },
      jump: 'MASQUERADE',
    },
    true,
  );
}

/**
 * Joins a running container's network namespace to a bridge network: the lowest free address, a veth pair whose peer is
 * made inside as eth0, the other end plugged into the bridge, address and default route inside, and word of it sent
 * round. @sim exact in order and interface numbers; the two later announcements are omitted.
 */
export function joinNetwork(tx: Transaction, endpoint: Endpoint, ns: number): Endpoint {
  const network = tx.need(NETWORK, endpoint.network);
  const eid = tx.hex('endpoint', 64);
  if (network.driver !== 'bridge' || !network.subnet || !network.bridge)
    return tx.put<Endpoint>(ENDPOINT, { ...endpoint, eid });
  const lease = takeLowest(network.subnet, network.used);
  if (!lease.ok) return endpoint;
  tx.put<Network>(NETWORK, { ...network, used: lease.value.used });
  const host = hostNs(tx, network.machine);
  const bridge = findNetdev(tx, host, network.bridge) as Netdev;
  const name = `veth${tx.hex('veth', 7)}`;
  const inner = {
    ns,
    name: 'eth0',
    ipv6: false as const,
    ...(endpoint.wantedLladdr ? { lladdr: endpoint.wantedLladdr } : {}),
  };
  const pair = addVeth(tx, { ns: host, name }, inner, true);
  if (!pair.ok) return endpoint;
  const [near, far] = pair.value;
  setMaster(tx, near, bridge.id, true);
  setUp(tx, near.id, true);
  addAddress(
    tx,
    far,
    { address: lease.value.address, length: network.subnet.length },
    { frame: true, broadcast: broadcastOf(network.subnet) },
  );
  setUp(tx, far.id, true);
  if (network.gateway !== undefined) {
    addRoute(tx, {
      ns,
      dst: { address: 0, length: 0 },
      via: network.gateway,
      dev: far.id,
      scope: 'global',
      proto: 'boot',
    });
  }
  announce(tx, tx.need(NETDEV, far.id), lease.value.address);
  const { address } = lease.value;
  const row = tx.put<Endpoint>(ENDPOINT, {
    ...endpoint,
    eid,
    address,
    lladdr: far.lladdr,
    veth: near.id,
    inside: far.id,
  });
  tx.emit('endpoint.join', { table: 'endpoint', id: row.id }, { network: network.name, veth: name });
  return row;
}

/**
 * The end of an endpoint: its address is free again, the peer comes home for a moment (and takes a number there), then
 * the pair is removed.
 */
export function leaveNetwork(tx: Transaction, endpoint: Endpoint): Endpoint {
  const network = tx.get(NETWORK, endpoint.network);
  if (network?.subnet && endpoint.address !== undefined) {
    tx.put<Network>(NETWORK, { ...network, used: giveBack(network.subnet, network.used, endpoint.address) });
    tx.emit(
      'address.release',
      { table: 'network', id: network.id },
      { address: endpoint.address, network: network.name },
    );
  }
  const inside = tx.get(NETDEV, endpoint.inside ?? 0);
  const near = tx.get(NETDEV, endpoint.veth ?? 0);
  if (inside && near) moveNetdev(tx, inside, near.ns, `veth${tx.hex('veth.home', 7)}`);
  if (near) removeNetdev(tx, tx.need(NETDEV, near.id), true);
  const { address: _a, lladdr: _l, veth: _v, inside: _i, ...rest } = endpoint;
  return tx.put<Endpoint>(ENDPOINT, { ...rest, eid: '' });
}
