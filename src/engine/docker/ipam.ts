import { fail, ok, type Result } from '../core/errno.ts';
import type { Reader } from '../core/world.ts';
import { broadcastOf, contains, networkOf, overlap, type Prefix, parsePrefix } from '../net/ipv4.ts';
import { routesOf } from '../net/route.ts';

/**
 * Addresses of one subnet that are in use, as a bit set: word i holds hosts 32·i … 32·i+31. The broadcast address, which
 * is always taken, is not in it: it would make every set as long as its subnet.
 */
export type Used = readonly number[];

const has = (used: Used, host: number): boolean => (((used[host >>> 5] ?? 0) >>> (host & 31)) & 1) === 1;

function flip(used: Used, host: number): Used {
  const words = [...used];
  while (words.length <= host >>> 5) words.push(0);
  words[host >>> 5] = ((words[host >>> 5] as number) ^ (1 << (host & 31))) >>> 0;
  return words;
}

export const hostsIn = (subnet: Prefix): number => broadcastOf(subnet) - networkOf(subnet) + 1;

/** A new set in which the network's own address is taken. */
export const reserveEnds = (): Used => flip([], 0);

/** Hosts below this may be given out: the last one is for broadcasts (of a /31 both are hosts, RFC 3021). */
const limitOf = (subnet: Prefix): number => (hostsIn(subnet) > 2 ? hostsIn(subnet) - 1 : hostsIn(subnet));

/** Takes one address: EADDRINUSE when it is taken, EADDRNOTAVAIL when it is not of the subnet. */
export function takeAddress(subnet: Prefix, used: Used, address: number): Result<Used> {
  if (!contains(subnet, address)) return fail('EADDRNOTAVAIL');
  const host = address - networkOf(subnet);
  return has(used, host) || host >= limitOf(subnet) ? fail('EADDRINUSE') : ok(flip(used, host));
}

/** The lowest free address (libnetwork's addrset.AddAny, `serial=false`); ENOSPC when none is left. @sim exact. */
export function takeLowest(subnet: Prefix, used: Used): Result<{ readonly address: number; readonly used: Used }> {
  const size = limitOf(subnet);
  for (let word = 0; word * 32 < size; word++) {
    if ((used[word] ?? 0) === 0xffffffff) continue;
    for (let bit = 0; bit < 32 && word * 32 + bit < size; bit++) {
      const host = word * 32 + bit;
      if (!has(used, host)) return ok({ address: networkOf(subnet) + host, used: flip(used, host) });
    }
  }
  return fail('ENOSPC');
}

/** How many addresses of the subnet are not free, its ends included. */
export function countUsed(subnet: Prefix, used: Used): number {
  let count = hostsIn(subnet) - limitOf(subnet);
  for (const word of used) for (let bits = word; bits !== 0; bits = (bits & (bits - 1)) >>> 0) count++;
  return count;
}

export function giveBack(subnet: Prefix, used: Used, address: number): Used {
  const host = address - networkOf(subnet);
  return contains(subnet, address) && has(used, host) ? flip(used, host) : used;
}

/** Docker's local pools in order, each cut into subnets of `size` (moby, ipamutils). */
const POOLS: readonly { readonly base: string; readonly size: number }[] = [
  { base: '172.17.0.0/16', size: 16 },
  { base: '172.18.0.0/16', size: 16 },
  { base: '172.19.0.0/16', size: 16 },
  { base: '172.20.0.0/14', size: 16 },
  { base: '172.24.0.0/14', size: 16 },
  { base: '172.28.0.0/14', size: 16 },
  { base: '192.168.0.0/16', size: 20 },
];

/** The lowest subnet of the pools that overlaps neither a given one nor an on-link route of the host; undefined when none is left. */
export function nextSubnet(read: Reader, ns: number, taken: readonly Prefix[]): Prefix | undefined {
  const onLink = routesOf(read, ns)
    .filter((route) => route.via === undefined)
    .map((route) => route.dst);
  for (const { base, size } of POOLS) {
    const pool = parsePrefix(base) as Prefix;
    for (let i = 0; i < 2 ** (size - pool.length); i++) {
      const subnet = { address: networkOf(pool) + i * 2 ** (32 - size), length: size };
      if (![...taken, ...onLink].some((other) => overlap(other, subnet))) return subnet;
    }
  }
  return undefined;
}
