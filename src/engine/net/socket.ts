import type { Errno } from '../core/errno.ts';
import { defineTable, type Row } from '../core/table.ts';
import type { Transaction } from '../core/transaction.ts';
import type { Micros } from '../core/units.ts';
import { wake } from '../linux/wait.ts';

/** A datagram or ICMP message that waits to be read. */
export interface Datagram {
  readonly from: number;
  readonly port: number;
  readonly data: string;
  readonly ttl: number;
  readonly at: Micros;
  /** ICMP: what it is, and its sequence number. */
  readonly type?: string;
  readonly seq?: number;
}

export type SocketState = 'unconnected' | 'listen' | 'syn-sent' | 'established' | 'close-wait' | 'fin-wait' | 'closed';

/** A socket of one network namespace. Addresses are numbers, 0 is any. */
export interface Socket extends Row {
  readonly ns: number;
  readonly proto: 'tcp' | 'udp' | 'icmp';
  readonly state: SocketState;
  readonly address: number;
  /** icmp: the echo id. */
  readonly port: number;
  readonly peer?: { readonly address: number; readonly port: number };
  /** tcp: received and not read. */
  readonly text: string;
  readonly datagrams: readonly Datagram[];
  /** listen: connections that nobody accepted yet. */
  readonly backlog: readonly number[];
  readonly error?: Errno;
  /** The process that made it. */
  readonly owner: number;
  /** Made by a listener whose handshake is not over. */
  readonly embryo?: boolean;
  /** syn-sent: how often it was asked. */
  readonly tries: number;
}

const bound = (s: Socket): string | undefined =>
  s.port === 0 || s.peer !== undefined ? undefined : `${s.ns} ${s.proto} ${s.address}:${s.port}`;
const joined = (s: Socket): string | undefined =>
  s.peer && s.state !== 'closed' ? connectionKey(s.ns, s.proto, s.port, s.peer.address, s.peer.port) : undefined;

export const connectionKey = (ns: number, proto: string, port: number, peer: number, peerPort: number): string =>
  `${ns} ${proto} ${port} ${peer}:${peerPort}`;

export const SOCKET = defineTable<Socket>({
  name: 'socket',
  unique: { bound, joined },
  multi: { ns: (s) => s.ns, port: (s) => `${s.ns} ${s.proto} ${s.port}` },
});

export const socketChannel = (id: number): string => `sock:${id}`;

export function changeSocket(tx: Transaction, id: number, fields: Partial<Omit<Socket, 'id'>>): void {
  const row = tx.get(SOCKET, id);
  if (!row) return;
  tx.put<Socket>(SOCKET, { ...row, ...fields });
  wake(tx, socketChannel(id));
}

/** Who is bound to a port at an address of the namespace: that very address first, then any. */
export const boundTo = (
  tx: Transaction,
  ns: number,
  proto: string,
  address: number,
  port: number,
): Socket | undefined =>
  tx.find(SOCKET, 'bound', `${ns} ${proto} ${address}:${port}`) ?? tx.find(SOCKET, 'bound', `${ns} ${proto} 0:${port}`);

/** The next free port of ip_local_port_range. @sim simplified: upward in order, where a kernel hashes. */
export function ephemeralPort(tx: Transaction, ns: number, proto: string): number {
  const [low, high] = [32768, 60999];
  for (let tries = 0; tries <= high - low; tries++) {
    const port = low + ((tx.next(`port.${ns}`) * 2 + tx.seed * 14) % (high - low));
    if (tx.ids(SOCKET, 'port', `${ns} ${proto} ${port}`).length === 0) return port;
  }
  return 0;
}
