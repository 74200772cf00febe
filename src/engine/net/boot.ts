import type { Transaction } from '../core/transaction.ts';
import { MACHINE, type Machine } from '../linux/machine.ts';
import './views.ts';
import { addAddress } from './address.ts';
import { broadcastOf, type Prefix, parseIPv4, parsePrefix } from './ipv4.ts';
import { NEIGH, type Neigh } from './neigh.ts';
import { addNetdev, findNetdev, NETDEV, type Netdev, setUp } from './netdev.ts';
import { addRoute } from './route.ts';
import type { NetworkSpec } from './spec.ts';
import { setSysctl } from './sysctl.ts';

/** A word that has to be right: content is checked at build, so a wrong one here is a bug of ours. */
function prefix(text: string): Prefix {
  const parsed = parsePrefix(text);
  if (!parsed) throw new Error(`${text} is no prefix`);
  return parsed;
}

/** Interfaces of a machine that has booted: loopback and hardware, addresses, routes. Wires come when all machines stand. */
export function bootNetwork(tx: Transaction, machine: Machine, spec: NetworkSpec): void {
  const ns = machine.ns.net;
  const add = (name: string, kind: Netdev['kind'], fields: Partial<Netdev> = {}): Netdev => {
    const made = addNetdev(tx, { ns, name, kind, ...fields });
    if (!made.ok) throw new Error(`${machine.name}: ${name}: ${made.error}`);
    return made.value;
  };
  const lo = add('lo', 'loopback');
  setUp(tx, lo.id, true);
  addAddress(tx, lo, prefix('127.0.0.1/8'));
  for (const { name, lladdr, addresses, altnames } of spec.interfaces) {
    const dev = name === 'lo' ? lo : add(name, 'ether', { lladdr, ...(altnames ? { altnames } : {}) });
    setUp(tx, dev.id, true);
    for (const text of addresses) {
      const address = prefix(text);
      const broadcast = address.length < 31 && name !== 'lo' ? { broadcast: broadcastOf(address) } : {};
      addAddress(tx, tx.need(NETDEV, dev.id), address, broadcast);
    }
  }
  for (const { to, via, dev } of spec.routes) {
    const out = findNetdev(tx, ns, dev) as Netdev;
    addRoute(tx, {
      ns,
      dst: prefix(to === 'default' ? '0.0.0.0/0' : to),
      via: parseIPv4(via) ?? 0,
      dev: out.id,
      scope: 'global',
      proto: 'boot',
    });
  }
  setSysctl(tx, ns, 'net/ipv4/ip_forward', spec.forwarding ? '1' : '0');
}

/** Plugs the wires between machines, and fills in the neighbours that are known from the start. */
export function wireMachines(tx: Transaction, specs: Readonly<Record<string, NetworkSpec>>): void {
  const device = (machine: string, name: string): Netdev | undefined => {
    const row = tx.find(MACHINE, 'name', machine);
    return row && findNetdev(tx, row.ns.net, name);
  };
  for (const [machine, spec] of Object.entries(specs)) {
    for (const { name, wire } of spec.interfaces) {
      const near = device(machine, name);
      const far = wire === undefined ? undefined : device(...(wire.split('/') as [string, string]));
      if (near && far) tx.patch(NETDEV, near.id, { peer: far.id });
    }
  }
  for (const [machine, spec] of Object.entries(specs)) {
    for (const { address, dev } of spec.neighbours ?? []) {
      const near = device(machine, dev);
      const far = near?.peer === undefined ? undefined : tx.get(NETDEV, near.peer);
      if (!near || !far) continue;
      const known = {
        dev: near.id,
        address: parseIPv4(address) ?? 0,
        lladdr: far.lladdr,
        confirmedAt: tx.now,
        usedAt: tx.now,
        probes: 0,
        queue: [],
      };
      tx.put<Neigh>(NEIGH, { ...known, state: 'REACHABLE', id: tx.id(NEIGH) });
    }
  }
}
