import { SECOND } from '../../engine/core/units.ts';
import type { System } from '../../engine/linux/system.ts';
import { readFile } from '../../engine/linux/vfs.ts';
import { bind, literalAddress, receiveDatagram, sendDatagram } from '../../engine/net/calls.ts';
import { parseIPv4 } from '../../engine/net/ipv4.ts';

/** A name on its way to an address. Plain JSON, so that a command can keep it in its state. */
export interface Lookup {
  readonly name: string;
  readonly fd: number;
  readonly server: string;
  readonly deadline: number;
  readonly type: 'A' | 'AAAA';
}

export type Answer =
  | { readonly kind: 'address'; readonly address: number }
  /** The server says that there is no such name. */
  | { readonly kind: 'missing' }
  /** No server answered, or none could be asked. */
  | { readonly kind: 'failed' };

/** Name servers of /etc/resolv.conf as the process sees it. */
export function nameservers(sys: System): readonly string[] {
  const text = readFile(sys.tx, sys.self, '/etc/resolv.conf');
  return text.ok ? [...text.value.matchAll(/^\s*nameserver\s+(\S+)/gm)].map((match) => match[1] as string) : [];
}

/** /etc/hosts: the first line that has the name. */
function hostsEntry(sys: System, name: string): number | undefined {
  const text = readFile(sys.tx, sys.self, '/etc/hosts');
  for (const line of (text.ok ? text.value : '').split('\n')) {
    const [address = '', ...names] = line.replace(/#.*/, '').split(/\s+/).filter(Boolean);
    if (names.includes(name) && parseIPv4(address) !== undefined) return parseIPv4(address);
  }
  return undefined;
}

/** Starts to resolve a name: a literal address, /etc/hosts, else a question to the first name server. */
export function lookUp(sys: System, name: string): Answer | Lookup {
  const literal = literalAddress(name) ?? hostsEntry(sys, name);
  if (literal !== undefined) return { kind: 'address', address: literal };
  const [server] = nameservers(sys);
  return server === undefined ? { kind: 'failed' } : query(sys, name, server, 'A');
}

const TIMEOUT = 5 * SECOND;

export function query(sys: System, name: string, server: string, type: Lookup['type']): Answer | Lookup {
  const address = parseIPv4(server);
  const fd = bind(sys, 'udp', 0, 0);
  if (!fd.ok || address === undefined) return { kind: 'failed' };
  const sent = sendDatagram(sys, fd.value, address, 53, `1 ${type} ${name}`);
  if (sent.ok) return { name, fd: fd.value, server, deadline: sys.now + TIMEOUT, type };
  sys.close(fd.value);
  return { kind: 'failed' };
}

/** Looks whether the answer has come; the lookup itself while it has not. */
export function answerOf(sys: System, lookup: Lookup): Answer | Lookup {
  const reply = receiveDatagram(sys, lookup.fd);
  if (!reply.ok && sys.now < lookup.deadline) return lookup;
  sys.close(lookup.fd);
  if (!reply.ok || reply.value.type !== undefined) return { kind: 'failed' };
  const [, kind, text = ''] = reply.value.data.split(' ');
  const address = kind === 'A' ? parseIPv4(text) : undefined;
  return address === undefined ? { kind: 'missing' } : { kind: 'address', address };
}

export const isLookup = (value: Answer | Lookup): value is Lookup => 'fd' in value;

export const lookupWait = (
  sys: System,
  lookup: Lookup,
): { readonly channels: readonly string[]; readonly until: number } => {
  const channel = sys.channel(lookup.fd);
  return { channels: channel === undefined ? [] : [channel], until: lookup.deadline };
};
