import { formatIPv4 } from './ipv4.ts';

export interface Arp {
  readonly kind: 'arp';
  readonly op: 'request' | 'reply';
  readonly senderMac: string;
  readonly senderIp: number;
  readonly targetMac: string;
  readonly targetIp: number;
}

export interface Icmp {
  readonly type: 'echo' | 'echo-reply' | 'time-exceeded' | 'host-unreachable' | 'net-unreachable' | 'port-unreachable';
  readonly id: number;
  readonly seq: number;
  /** Errors carry the packet that caused them. */
  readonly about?: IpPacket;
}

export interface Tcp {
  readonly sport: number;
  readonly dport: number;
  /** Of `S A F R P`. */
  readonly flags: string;
  readonly data: string;
}

export interface Udp {
  readonly sport: number;
  readonly dport: number;
  readonly data: string;
}

/** An IPv4 packet; sizes in bytes, `length` with its header. */
export interface IpPacket {
  readonly kind: 'ip';
  readonly id: number;
  readonly src: number;
  readonly dst: number;
  readonly ttl: number;
  readonly length: number;
  readonly proto: 'icmp' | 'tcp' | 'udp';
  readonly icmp?: Icmp;
  readonly tcp?: Tcp;
  readonly udp?: Udp;
}

/** An Ethernet frame. */
export interface Frame {
  readonly src: string;
  readonly dst: string;
  readonly payload: Arp | IpPacket;
  /** Bridges that it has passed, in order. No real frame remembers them; a loop is told by them. */
  readonly passed?: readonly number[];
}

export const BROADCAST = 'ff:ff:ff:ff:ff:ff';
export const NO_LLADDR = '00:00:00:00:00:00';

export const isMulticast = (lladdr: string): boolean => (Number.parseInt(lladdr.slice(0, 2), 16) & 1) === 1;

export const portsOf = (packet: IpPacket): { readonly sport: number; readonly dport: number } =>
  packet.tcp ?? packet.udp ?? { sport: packet.icmp?.id ?? 0, dport: packet.icmp?.id ?? 0 };

/** The fields of a packet as events carry them. */
export function packetFields(payload: Frame['payload']): Record<string, string | number> {
  if (payload.kind === 'arp') {
    return { proto: 'arp', op: payload.op, src: formatIPv4(payload.senderIp), dst: formatIPv4(payload.targetIp) };
  }
  const fields = {
    proto: payload.proto,
    id: payload.id,
    src: formatIPv4(payload.src),
    dst: formatIPv4(payload.dst),
    ttl: payload.ttl,
  };
  if (payload.icmp) return { ...fields, op: payload.icmp.type, seq: payload.icmp.seq };
  const { sport, dport } = portsOf(payload);
  return { ...fields, sport, dport, ...(payload.tcp ? { op: payload.tcp.flags } : {}) };
}
