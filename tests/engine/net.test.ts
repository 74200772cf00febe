import { describe, expect, it } from 'vitest';
import { Transaction } from '../../src/engine/core/transaction.ts';
import { SECOND } from '../../src/engine/core/units.ts';
import { emptyWorld, loadWorld, saveWorld } from '../../src/engine/core/world.ts';
import { makeNamespace } from '../../src/engine/linux/namespace.ts';
import { run } from '../../src/engine/linux/scheduler.ts';
import { addAddress } from '../../src/engine/net/address.ts';
import { literalAddress } from '../../src/engine/net/calls.ts';
import { formatIPv4, type Prefix, parsePrefix } from '../../src/engine/net/ipv4.ts';
import { addFdbEntry, learnedOn, removeFdbEntry } from '../../src/engine/net/link.ts';
import { NEIGH } from '../../src/engine/net/neigh.ts';
import {
  addNetdev,
  addVeth,
  moveNetdev,
  NETDEV,
  type Netdev,
  removeNetdev,
  setLladdr,
  setMaster,
  setUp,
} from '../../src/engine/net/netdev.ts';
import { addRule, makeChain } from '../../src/engine/net/netfilter.ts';
import { addRoute } from '../../src/engine/net/route.ts';
import { SOCKET, type Socket } from '../../src/engine/net/socket.ts';
import { send } from '../../src/engine/net/stack.ts';
import { setSysctl } from '../../src/engine/net/sysctl.ts';

const value = <T>(result: { ok: true; value: T } | { ok: false; error: string }): T => {
  if (!result.ok) throw new Error(result.error);
  return result.value;
};
const prefix = (text: string): Prefix => parsePrefix(text) as Prefix;
const address = (text: string): number => literalAddress(text) as number;

/** A host with docker0, and two namespaces plugged into it by hand. */
function build() {
  const tx = new Transaction(emptyWorld(1));
  const net = () => makeNamespace(tx, 1, 'net').id;
  const host = net();
  setUp(tx, value(addNetdev(tx, { ns: host, name: 'lo', kind: 'loopback' })).id, true);
  const bridge = value(addNetdev(tx, { ns: host, name: 'docker0', kind: 'bridge' }));
  setUp(tx, bridge.id, true);
  value(addAddress(tx, bridge, prefix('172.17.0.1/16')));
  const join = (ip: string): { ns: number; near: Netdev; far: Netdev } => {
    const ns = net();
    setUp(tx, value(addNetdev(tx, { ns, name: 'lo', kind: 'loopback' })).id, true);
    const [near, far] = value(addVeth(tx, { ns: host, name: `veth${ip.at(-1)}` }, { ns, name: 'eth0' }));
    setMaster(tx, near, bridge.id);
    value(addAddress(tx, far, prefix(`${ip}/16`)));
    setUp(tx, near.id, true);
    setUp(tx, far.id, true);
    value(
      addRoute(tx, {
        ns,
        dst: prefix('0.0.0.0/0'),
        via: address('172.17.0.1'),
        dev: far.id,
        scope: 'global',
        proto: 'boot',
      }),
    );
    return { ns, near, far };
  };
  return { tx, host, bridge, a: join('172.17.0.2'), b: join('172.17.0.3') };
}

const listen = (tx: Transaction, ns: number, id: number): Socket =>
  tx.put<Socket>(SOCKET, {
    id: tx.id(SOCKET),
    ns,
    proto: 'icmp',
    state: 'unconnected',
    address: 0,
    port: id,
    text: '',
    datagrams: [],
    backlog: [],
    owner: 0,
    tries: 0,
  });

const echo = (tx: Transaction, ns: number, dst: string): boolean =>
  send(tx, ns, { src: 0, dst: address(dst), proto: 'icmp', length: 84, icmp: { type: 'echo', id: 9, seq: 0 } });

const settle = (tx: Transaction, seconds = 10): string =>
  run(tx, { until: tx.now + seconds * SECOND, most: 10_000 }, () => false);

describe('a bridge with two veth pairs', () => {
  it('is up as soon as a port is, and falls back a second after the last one is gone', () => {
    const { tx, bridge, a, b } = build();
    expect(tx.need(NETDEV, bridge.id)).toMatchObject({ carrier: true, operstate: 'up' });
    for (const pair of [a, b]) removeNetdev(tx, pair.near);
    expect(tx.need(NETDEV, bridge.id)).toMatchObject({ carrier: false, operstate: 'up' });
    settle(tx, 2);
    expect(tx.need(NETDEV, bridge.id)).toMatchObject({ carrier: false, operstate: 'down' });
  });

  it('carries a ping: asked by ARP, learned on both ports, answered with the TTL untouched', () => {
    const { tx, bridge, a, b } = build();
    const socket = listen(tx, a.ns, 9);
    expect(echo(tx, a.ns, '172.17.0.3')).toBe(true);
    settle(tx);
    expect(tx.need(SOCKET, socket.id).datagrams).toMatchObject([
      { type: 'echo-reply', seq: 0, ttl: 64, from: address('172.17.0.3') },
    ]);
    expect(
      learnedOn(tx, bridge.id)
        .map((entry) => entry.lladdr)
        .sort(),
    ).toEqual([a.far.lladdr, b.far.lladdr].sort());
    expect(
      tx
        .all(NEIGH)
        .map((neigh) => formatIPv4(neigh.address))
        .sort(),
    ).toEqual(['172.17.0.2', '172.17.0.3']);
    expect(tx.events.some((event) => event.kind === 'bridge.flood')).toBe(true);
  });

  it('drops a frame that goes round a loop of cables', () => {
    const { tx, host, bridge, a } = build();
    for (const end of value(addVeth(tx, { ns: host, name: 'va' }, { ns: host, name: 'vb' }))) {
      setMaster(tx, tx.need(NETDEV, end.id), bridge.id);
      setUp(tx, end.id, true);
    }
    settle(tx);
    echo(tx, a.ns, '172.17.0.99');
    expect(settle(tx)).not.toBe('count');
    expect(tx.events.some((event) => event.kind === 'bridge.loop')).toBe(true);
    expect(tx.events.filter((event) => event.kind === 'packet.hop').length).toBeLessThan(2_000);
  });

  it('has the lowest lladdr of its ports, unless it has one of its own', () => {
    const { tx, host } = build();
    const br = value(addNetdev(tx, { ns: host, name: 'br0', kind: 'bridge' }));
    const lladdr = () => tx.need(NETDEV, br.id).lladdr;
    const port = (name: string, own: string) => {
      const [near] = value(addVeth(tx, { ns: host, name, lladdr: own }, { ns: host, name: `${name}-far` }));
      return setMaster(tx, near, br.id);
    };
    const low = port('low', '02:00:00:00:00:05');
    const high = port('high', '02:00:00:00:00:09');
    expect(lladdr()).toBe('02:00:00:00:00:05');
    setLladdr(tx, high.id, '02:00:00:00:00:01');
    expect(lladdr()).toBe('02:00:00:00:00:01');
    removeNetdev(tx, tx.need(NETDEV, high.id));
    expect(lladdr()).toBe('02:00:00:00:00:05');
    setMaster(tx, tx.need(NETDEV, low.id), undefined);
    expect(lladdr()).toBe('00:00:00:00:00:00');
    setLladdr(tx, br.id, '02:00:00:00:00:aa');
    setMaster(tx, tx.need(NETDEV, low.id), br.id);
    expect(lladdr()).toBe('02:00:00:00:00:aa');
  });

  it('keeps an entry that was set by hand, and forgets it when told', () => {
    const { tx, bridge, a, b } = build();
    const far = '02:00:00:00:00:77';
    const near = tx.need(NETDEV, a.near.id);
    const add = (port: Netdev, replace = false) => addFdbEntry(tx, port, far, { fixed: true, replace });
    expect(add(near).ok).toBe(true);
    expect(add(near)).toEqual({ ok: false, error: 'EEXIST' });
    settle(tx, 400);
    expect(learnedOn(tx, bridge.id).map(({ lladdr }) => lladdr)).toEqual([far]);
    expect(add(tx.need(NETDEV, b.near.id), true).ok).toBe(true);
    expect(removeFdbEntry(tx, near, far)).toEqual({ ok: false, error: 'ENOENT' });
    expect(removeFdbEntry(tx, tx.need(NETDEV, b.near.id), far).ok).toBe(true);
    expect(learnedOn(tx, bridge.id)).toEqual([]);
  });

  it('tells the sender when nobody has the address', () => {
    const { tx, a } = build();
    const socket = listen(tx, a.ns, 9);
    echo(tx, a.ns, '172.17.0.99');
    settle(tx);
    expect(tx.need(SOCKET, socket.id).datagrams).toMatchObject([{ type: 'host-unreachable' }]);
  });

  it('ends the same when the world goes through JSON while packets are on their way', () => {
    const whole = build();
    const parted = build();
    for (const { tx, a } of [whole, parted]) {
      listen(tx, a.ns, 9);
      echo(tx, a.ns, '172.17.0.3');
    }
    run(parted.tx, { until: SECOND, most: 2 }, () => false);
    const resumed = new Transaction(loadWorld(saveWorld(parted.tx.world())));
    settle(whole.tx, 20);
    run(resumed, { until: whole.tx.now, most: 10_000 }, () => false);
    expect(saveWorld(resumed.world())).toBe(saveWorld(whole.tx.world()));
  });
});

describe('interface numbers', () => {
  it('are taken in order; a device that comes home where its number is taken uses up one more', () => {
    const { tx, host, a } = build();
    expect([a.near.ifindex, a.far.ifindex]).toEqual([3, 2]);
    const home = value(moveNetdev(tx, a.far, host, 'back'));
    expect(home.ifindex).toBe(5);
  });
});

describe('a masqueraded ping', () => {
  it('leaves with the address of the way out, and the answer finds its way back', () => {
    const { tx, host, bridge, a } = build();
    const outside = makeNamespace(tx, 2, 'net').id;
    const far = value(addNetdev(tx, { ns: outside, name: 'eth0', kind: 'ether' }));
    const nic = value(addNetdev(tx, { ns: host, name: 'eth0', kind: 'ether', peer: far.id }));
    tx.patch(NETDEV, far.id, { peer: nic.id });
    for (const [dev, ip] of [
      [far, '198.51.100.1/24'],
      [nic, '198.51.100.10/24'],
    ] as const) {
      setUp(tx, dev.id, true);
      value(addAddress(tx, dev, prefix(ip)));
    }
    setSysctl(tx, host, 'net/ipv4/ip_forward', '1');
    makeChain(tx, host, 'nat', 'POSTROUTING', 'ACCEPT');
    const match = { src: { is: prefix('172.17.0.0/16') }, out: { is: bridge.name, not: true } };
    addRule(tx, { ns: host, table: 'nat', chain: 'POSTROUTING', match, jump: 'MASQUERADE' });
    const socket = listen(tx, a.ns, 9);
    echo(tx, a.ns, '198.51.100.1');
    settle(tx);
    expect(tx.need(SOCKET, socket.id).datagrams).toMatchObject([
      { type: 'echo-reply', ttl: 63, from: address('198.51.100.1') },
    ]);
    const seen = tx.events.find(
      (event) => event.kind === 'packet.hop' && event.subject.id === far.id && event.fields.proto === 'icmp',
    );
    expect(seen?.fields.src).toBe('198.51.100.10');
  });
});
