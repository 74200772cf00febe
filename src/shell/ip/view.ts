import type { Reader } from '../../engine/core/world.ts';
import { MACHINE } from '../../engine/linux/machine.ts';
import { NAMESPACE } from '../../engine/linux/namespace.ts';
import { addressesOf } from '../../engine/net/address.ts';
import { formatIPv4 } from '../../engine/net/ipv4.ts';
import { NETDEV, type Netdev, netdevsOf } from '../../engine/net/netdev.ts';

/** `<BROADCAST,MULTICAST,UP,LOWER_UP>`: NO-CARRIER stands first, M-DOWN where the peer's namespace is not asked. */
export function flagsOf(read: Reader, dev: Netdev, peerHidden = false): string {
  const flags: string[] = [];
  const running = dev.operstate === 'up' || dev.operstate === 'unknown';
  if (dev.up && !running) flags.push('NO-CARRIER');
  flags.push(
    ...(dev.kind === 'loopback'
      ? ['LOOPBACK']
      : dev.kind === 'dummy'
        ? ['BROADCAST', 'NOARP']
        : ['BROADCAST', 'MULTICAST']),
  );
  if (dev.up) flags.push('UP');
  if (dev.up && dev.carrier) flags.push('LOWER_UP');
  const peer = dev.kind === 'veth' ? read.get(NETDEV, dev.peer ?? 0) : undefined;
  if (peer && (peerHidden || (peer.ns === dev.ns && !peer.up))) flags.push('M-DOWN');
  return `<${flags.join(',')}>`;
}

export const stateOf = (dev: Netdev): string => {
  if (dev.kind === 'loopback' || dev.kind === 'dummy') return dev.up ? 'UNKNOWN' : 'DOWN';
  return dev.operstate === 'lowerlayerdown' ? 'LOWERLAYERDOWN' : dev.operstate.toUpperCase();
};

export const qdiscOf = (dev: Netdev): string =>
  !dev.up && !dev.wasUp ? 'noop' : dev.kind === 'ether' ? 'fq_codel' : 'noqueue';

/** `veth0@veth1` within a namespace, `eth0@if4` across: the peer's number as the kernel tells it. */
export function fullName(read: Reader, dev: Netdev): string {
  const peer = dev.kind === 'veth' ? read.get(NETDEV, dev.peer ?? 0) : undefined;
  if (!peer) return dev.name;
  return `${dev.name}@${peer.ns === dev.ns ? peer.name : `if${peer.ifindex}`}`;
}

export const masterOf = (read: Reader, dev: Netdev): string | undefined =>
  dev.master === undefined ? undefined : read.get(NETDEV, dev.master)?.name;

/**
 * `link-netnsid 0`: the number under which this namespace knows the peer's. Given in the order in which peers' namespaces
 * came up; one's own namespace has none.
 */
export function netnsidOf(read: Reader, dev: Netdev): number | undefined {
  const peer = dev.kind === 'veth' ? read.get(NETDEV, dev.peer ?? 0) : undefined;
  if (!peer || peer.ns === dev.ns) return undefined;
  const seen: number[] = [];
  for (const other of netdevsOf(read, dev.ns)) {
    const far = other.kind === 'veth' ? read.get(NETDEV, other.peer ?? 0) : undefined;
    if (far && far.ns !== dev.ns && !seen.includes(far.ns)) seen.push(far.ns);
    if (other.id === dev.id) break;
  }
  return seen.indexOf(peer.ns);
}

/** A veth or bridge that was up shows a link-local address from its lladdr (RFC 4291, modified EUI-64). */
export function linkLocal(dev: Netdev): string | undefined {
  if (dev.ipv6 === false || dev.kind === 'loopback' || !dev.up || !dev.wasUp) return undefined;
  const bytes = dev.lladdr.split(':').map((part) => Number.parseInt(part, 16));
  const [a, b, c, d, e, f] = bytes as [number, number, number, number, number, number];
  const groups = [((a ^ 2) << 8) | b, (c << 8) | 0xff, (0xfe << 8) | d, (e << 8) | f].map((group) =>
    group.toString(16),
  );
  return `fe80::${groups.join(':')}`;
}

/** Is this the namespace that the machine booted with? Some attributes are shown only there. */
export const isInitial = (read: Reader, ns: number): boolean => {
  const row = read.get(NAMESPACE, ns);
  return row !== undefined && read.get(MACHINE, row.machine)?.ns.net === ns;
};

/** The IPv4 and IPv6 addresses of a device, short: `172.17.0.1/16`, `fe80::…/64`. */
export function shortAddresses(read: Reader, dev: Netdev, family: '4' | '6' | undefined): readonly string[] {
  const four = addressesOf(read, dev.id).map((address) => `${formatIPv4(address.address)}/${address.length}`);
  const local = linkLocal(dev);
  const six = dev.kind === 'loopback' && dev.up ? ['::1/128'] : local === undefined ? [] : [`${local}/64`];
  return [...(family === '6' ? [] : four), ...(family === '4' ? [] : six)];
}
