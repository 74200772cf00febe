import type { Transaction } from '../core/transaction.ts';
import { SECOND } from '../core/units.ts';
import { onWakeup } from '../linux/scheduler.ts';
import type { IpPacket, Tcp } from './packet.ts';
import { boundTo, changeSocket, connectionKey, type Datagram, SOCKET, type Socket } from './socket.ts';
import { onPacket, send } from './stack.ts';

/** Payload that goes into one segment: 1500 − 20 − 20 − 12 bytes of options. */
const MSS = 1448;

export function sendTcp(tx: Transaction, socket: Socket, flags: string, data = ''): boolean {
  if (!socket.peer) return false;
  const tcp: Tcp = { sport: socket.port, dport: socket.peer.port, flags, data };
  return send(tx, socket.ns, {
    src: socket.address,
    dst: socket.peer.address,
    proto: 'tcp',
    length: 52 + data.length,
    tcp,
  });
}

/** Data in segments. @sim simplified: no windows, no loss, acknowledgements only where a learner would look for them. */
export function sendData(tx: Transaction, socket: Socket, text: string): void {
  for (let at = 0; at < text.length; at += MSS) sendTcp(tx, socket, 'PA', text.slice(at, at + MSS));
}

onPacket((tx, ns, packet) => {
  if (packet.icmp) receiveIcmp(tx, ns, packet);
  else if (packet.udp) receiveUdp(tx, ns, packet);
  else if (packet.tcp) receiveTcp(tx, ns, packet, packet.tcp);
});

function receiveIcmp(tx: Transaction, ns: number, packet: IpPacket): void {
  const icmp = packet.icmp as NonNullable<IpPacket['icmp']>;
  if (icmp.type === 'echo') {
    const answer = { src: packet.dst, dst: packet.src, proto: 'icmp' as const, length: packet.length };
    send(tx, ns, { ...answer, icmp: { ...icmp, type: 'echo-reply' } });
    return;
  }
  const about = icmp.about;
  if (about?.tcp) {
    const socket = tx.find(SOCKET, 'joined', connectionKey(ns, 'tcp', about.tcp.sport, about.dst, about.tcp.dport));
    if (socket?.state === 'syn-sent' && icmp.type !== 'time-exceeded') {
      changeSocket(tx, socket.id, {
        state: 'closed',
        error: icmp.type === 'net-unreachable' ? 'ENETUNREACH' : 'EHOSTUNREACH',
      });
    }
    return;
  }
  const id = about?.icmp?.id ?? icmp.id;
  const socket = about?.udp
    ? boundTo(tx, ns, 'udp', about.src, about.udp.sport)
    : boundTo(tx, ns, 'icmp', packet.dst, id);
  if (!socket) return;
  const seq = about?.icmp?.seq ?? about?.udp?.dport ?? icmp.seq;
  queue(tx, socket, { from: packet.src, port: 0, data: '', ttl: packet.ttl, at: tx.now, type: icmp.type, seq });
}

function queue(tx: Transaction, socket: Socket, datagram: Datagram): void {
  changeSocket(tx, socket.id, { datagrams: [...socket.datagrams, datagram] });
}

function receiveUdp(tx: Transaction, ns: number, packet: IpPacket): void {
  const udp = packet.udp as NonNullable<IpPacket['udp']>;
  const socket = boundTo(tx, ns, 'udp', packet.dst, udp.dport);
  if (socket) queue(tx, socket, { from: packet.src, port: udp.sport, data: udp.data, ttl: packet.ttl, at: tx.now });
  else {
    const icmp = { type: 'port-unreachable' as const, id: 0, seq: 0, about: packet };
    send(tx, ns, { src: packet.dst, dst: packet.src, proto: 'icmp', length: 56, icmp });
  }
}

function receiveTcp(tx: Transaction, ns: number, packet: IpPacket, tcp: Tcp): void {
  const socket = tx.find(SOCKET, 'joined', connectionKey(ns, 'tcp', tcp.dport, packet.src, tcp.sport));
  if (socket) {
    advance(tx, socket, tcp, packet);
    return;
  }
  const listener = boundTo(tx, ns, 'tcp', packet.dst, tcp.dport);
  if (tcp.flags === 'S' && listener?.state === 'listen') {
    const made = tx.put<Socket>(SOCKET, {
      ...listener,
      id: tx.id(SOCKET),
      state: 'established',
      address: packet.dst,
      peer: { address: packet.src, port: tcp.sport },
      backlog: [],
      embryo: true,
    });
    sendTcp(tx, made, 'SA');
    return;
  }
  if (tcp.flags.includes('R')) return;
  const reset: Tcp = { sport: tcp.dport, dport: tcp.sport, flags: 'RA', data: '' };
  send(tx, ns, { src: packet.dst, dst: packet.src, proto: 'tcp', length: 40, tcp: reset });
}

function advance(tx: Transaction, socket: Socket, tcp: Tcp, packet: IpPacket): void {
  if (tcp.flags.includes('R')) {
    changeSocket(tx, socket.id, {
      state: 'closed',
      error: socket.state === 'syn-sent' ? 'ECONNREFUSED' : 'ECONNRESET',
    });
  } else if (socket.state === 'syn-sent' && tcp.flags === 'SA') {
    changeSocket(tx, socket.id, { state: 'established', address: socket.address || packet.dst });
    sendTcp(tx, tx.need(SOCKET, socket.id), 'A');
  } else if (tcp.flags === 'A' && socket.state === 'established') {
    greet(tx, socket);
  } else if (tcp.flags.includes('F')) {
    changeSocket(tx, socket.id, { state: socket.state === 'fin-wait' ? 'closed' : 'close-wait' });
    sendTcp(tx, socket, 'A');
  } else if (tcp.data) {
    greet(tx, socket);
    changeSocket(tx, socket.id, { text: tx.need(SOCKET, socket.id).text + tcp.data });
  }
}

/** The handshake's last segment: the listener can accept the connection now. */
function greet(tx: Transaction, socket: Socket): void {
  const listener = boundTo(tx, socket.ns, 'tcp', socket.address, socket.port);
  if (listener?.state !== 'listen' || !socket.embryo) return;
  const { embryo: _grown, ...rest } = socket;
  tx.put<Socket>(SOCKET, rest);
  changeSocket(tx, listener.id, { backlog: [...listener.backlog, socket.id] });
}

/** SYN again after 1, 2, 4 … seconds, six times in all; then ETIMEDOUT (tcp_syn_retries). */
const SYN_RETRIES = 6;

export function connectTcp(tx: Transaction, socket: Socket): boolean {
  if (!sendTcp(tx, socket, 'S')) return false;
  tx.schedule(tx.now + SECOND, 'net.syn', socket.id);
  return true;
}

onWakeup<number>('net.syn', (tx, id) => {
  const socket = tx.get(SOCKET, id);
  if (socket?.state !== 'syn-sent') return;
  const tries = socket.tries + 1;
  if (tries > SYN_RETRIES) {
    changeSocket(tx, id, { state: 'closed', error: 'ETIMEDOUT' });
    return;
  }
  tx.put<Socket>(SOCKET, { ...socket, tries });
  sendTcp(tx, socket, 'S');
  tx.schedule(tx.now + SECOND * 2 ** tries, 'net.syn', id);
});
