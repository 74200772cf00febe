import { fail, ok, type Result } from '../core/errno.ts';
import type { Transaction } from '../core/transaction.ts';
import { defineFileKind, type OpenFile, openFile } from '../linux/file.ts';
import type { System } from '../linux/system.ts';
import { isLocal } from './address.ts';
import { parseIPv4 } from './ipv4.ts';
import { boundTo, changeSocket, type Datagram, ephemeralPort, SOCKET, type Socket, socketChannel } from './socket.ts';
import { send } from './stack.ts';
import { sysctl } from './sysctl.ts';
import { connectTcp, sendData, sendTcp } from './transport.ts';

function install(sys: System, socket: Socket): number {
  const file = openFile(sys.tx, {
    kind: 'socket',
    target: socket.id,
    read: true,
    write: true,
    path: `socket:[${socket.id}]`,
  });
  return sys.install(file.id);
}

function make(sys: System, fields: Pick<Socket, 'proto' | 'state'> & Partial<Socket>): Socket {
  return sys.tx.put<Socket>(SOCKET, {
    ns: sys.self.ns.net,
    address: 0,
    port: 0,
    text: '',
    datagrams: [],
    backlog: [],
    owner: sys.id,
    tries: 0,
    ...fields,
    id: sys.tx.id(SOCKET),
  });
}

const socketOf = (sys: System, fd: number): Socket | undefined => {
  const file = sys.file(fd);
  return file?.kind === 'socket' ? sys.tx.get(SOCKET, file.target) : undefined;
};

/** socket(2), bind(2): EADDRINUSE, EADDRNOTAVAIL, EACCES below ip_unprivileged_port_start for others than root. */
export function bind(sys: System, proto: 'tcp' | 'udp', address: number, port: number): Result<number> {
  const { ns } = { ns: sys.self.ns.net };
  if (address !== 0 && !isLocal(sys.tx, ns, address)) return fail('EADDRNOTAVAIL');
  const lowest = Number(sysctl(sys.tx, ns, 'net/ipv4/ip_unprivileged_port_start') ?? 1024);
  if (port !== 0 && port < lowest && sys.self.uid !== 0) return fail('EACCES');
  const wanted = port || ephemeralPort(sys.tx, ns, proto);
  const clash = sys.tx
    .list(SOCKET, 'port', `${ns} ${proto} ${wanted}`)
    .some((s) => !s.peer && (s.address === 0 || address === 0 || s.address === address));
  if (clash) return fail('EADDRINUSE');
  const state = proto === 'tcp' ? 'listen' : 'unconnected';
  const socket = make(sys, { proto, state, address, port: wanted });
  sys.tx.emit('socket.bind', { table: 'socket', id: socket.id }, { proto, port: wanted });
  return ok(install(sys, socket));
}

/** accept(2): a descriptor for the oldest waiting connection; EAGAIN when there is none. */
export function accept(
  sys: System,
  fd: number,
): Result<{ readonly fd: number; readonly from: number; readonly port: number }> {
  const socket = socketOf(sys, fd);
  const [first, ...backlog] = socket?.backlog ?? [];
  if (!socket || first === undefined) return fail(socket ? 'EAGAIN' : 'EBADF');
  changeSocket(sys.tx, socket.id, { backlog });
  const made = sys.tx.need(SOCKET, first);
  return ok({ fd: install(sys, made), from: made.peer?.address ?? 0, port: made.peer?.port ?? 0 });
}

/** connect(2), not blocking: sleep on the descriptor's channel until `connected` gives something else than EAGAIN. */
export function connect(sys: System, address: number, port: number): Result<number> {
  const ns = sys.self.ns.net;
  const socket = make(sys, {
    proto: 'tcp',
    state: 'syn-sent',
    port: ephemeralPort(sys.tx, ns, 'tcp'),
    peer: { address, port },
  });
  if (!connectTcp(sys.tx, socket)) {
    sys.tx.delete(SOCKET, socket.id);
    return fail('ENETUNREACH');
  }
  return ok(install(sys, socket));
}

export function connected(sys: System, fd: number): Result<undefined> {
  const socket = socketOf(sys, fd);
  if (!socket) return fail('EBADF');
  if (socket.error) return fail(socket.error);
  return socket.state === 'syn-sent' ? fail('EAGAIN') : ok(undefined);
}

export interface PeerName {
  readonly address: number;
  readonly port: number;
}

/** getsockname(2) and getpeername(2). */
export const socketNames = (
  sys: System,
  fd: number,
): { readonly local: PeerName; readonly peer?: PeerName } | undefined => {
  const socket = socketOf(sys, fd);
  return (
    socket && { local: { address: socket.address, port: socket.port }, ...(socket.peer ? { peer: socket.peer } : {}) }
  );
};

/** sendto(2) on a UDP socket. */
export function sendDatagram(sys: System, fd: number, address: number, port: number, data: string): Result<undefined> {
  const socket = socketOf(sys, fd);
  if (!socket) return fail('EBADF');
  const udp = { sport: socket.port, dport: port, data };
  const sent = send(sys.tx, socket.ns, {
    src: socket.address,
    dst: address,
    proto: 'udp',
    length: 28 + data.length,
    udp,
  });
  return sent ? ok(undefined) : fail('ENETUNREACH');
}

/** recvfrom(2) on a UDP or ICMP socket: the oldest message, EAGAIN when there is none. */
export function receiveDatagram(sys: System, fd: number): Result<Datagram> {
  const socket = socketOf(sys, fd);
  const [first, ...datagrams] = socket?.datagrams ?? [];
  if (!socket || !first) return fail(socket ? 'EAGAIN' : 'EBADF');
  changeSocket(sys.tx, socket.id, { datagrams });
  return ok(first);
}

/** An ICMP echo socket, as ping(8) opens it. */
export function openPing(sys: System): number {
  const id = (sys.pid % 65535) + 1;
  const taken = boundTo(sys.tx, sys.self.ns.net, 'icmp', 0, id);
  return install(
    sys,
    make(sys, {
      proto: 'icmp',
      state: 'unconnected',
      port: taken ? ephemeralPort(sys.tx, sys.self.ns.net, 'icmp') : id,
    }),
  );
}

/** One echo request; `size` is the payload in bytes. */
export function sendEcho(
  sys: System,
  fd: number,
  address: number,
  seq: number,
  size: number,
  ttl = 64,
): Result<undefined> {
  const socket = socketOf(sys, fd);
  if (!socket) return fail('EBADF');
  const icmp = { type: 'echo' as const, id: socket.port, seq };
  const sent = send(sys.tx, socket.ns, { src: 0, dst: address, proto: 'icmp', length: size + 28, ttl, icmp });
  return sent ? ok(undefined) : fail('ENETUNREACH');
}

/** A literal address, or undefined when it is a name. */
export const literalAddress = (text: string): number | undefined => parseIPv4(text);

defineFileKind('socket', {
  read(tx, file, max) {
    const socket = tx.need(SOCKET, file.target);
    if (socket.proto !== 'tcp') {
      const [first, ...datagrams] = socket.datagrams;
      if (!first) return fail('EAGAIN');
      tx.put(SOCKET, { ...socket, datagrams });
      return ok(first.data);
    }
    if (socket.text) {
      tx.put(SOCKET, { ...socket, text: socket.text.slice(max) });
      return ok(socket.text.slice(0, max));
    }
    if (socket.error === 'ECONNRESET') return fail('ECONNRESET');
    return socket.state === 'established' || socket.state === 'fin-wait' ? fail('EAGAIN') : ok('');
  },
  write(tx, file, text) {
    const socket = tx.need(SOCKET, file.target);
    if (socket.state !== 'established' && socket.state !== 'close-wait') return fail('EPIPE');
    sendData(tx, socket, text);
    return ok(text.length);
  },
  release: close,
  channel: (file) => socketChannel(file.target),
});

/** shutdown(2) for writing: the peer reads an end of file. */
export function shutdown(sys: System, fd: number): void {
  const socket = socketOf(sys, fd);
  if (socket) finish(sys.tx, socket);
}

function finish(tx: Transaction, socket: Socket): void {
  if (socket.state === 'established') changeSocket(tx, socket.id, { state: 'fin-wait' });
  else if (socket.state === 'close-wait') changeSocket(tx, socket.id, { state: 'closed' });
  else return;
  sendTcp(tx, socket, 'FA');
}

function close(tx: Transaction, file: OpenFile): void {
  const socket = tx.get(SOCKET, file.target);
  if (!socket) return;
  finish(tx, socket);
  for (const waiting of socket.backlog) tx.delete(SOCKET, waiting);
  tx.delete(SOCKET, socket.id);
}
