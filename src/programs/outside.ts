import { defineProgram, type Next } from '../engine/linux/program.ts';
import type { System } from '../engine/linux/system.ts';
import { accept, bind, receiveDatagram, sendDatagram } from '../engine/net/calls.ts';
import { formatIPv4, parseIPv4 } from '../engine/net/ipv4.ts';

/** `web-server ADDRESS PORT`: answers each request with the client's address, as the recorded servers outside do. */
interface Web {
  readonly address: string;
  readonly listener: number;
  /** Connections that have not sent their request yet: descriptor and what they are. */
  readonly open: readonly (readonly [fd: number, from: number])[];
}

function serve(sys: System, state: Web): Next<Web> {
  let open = [...state.open];
  for (let next = accept(sys, state.listener); next.ok; next = accept(sys, state.listener)) {
    open.push([next.value.fd, next.value.from]);
  }
  open = open.filter(([fd, from]) => {
    const request = sys.read(fd);
    if (!request.ok && request.error === 'EAGAIN') return true;
    if (request.ok && request.value !== '') {
      const body = `hello from ${state.address}, I see you as ${formatIPv4(from)}\n`;
      sys.write(
        fd,
        `HTTP/1.1 200 OK\r\nServer: outside\r\nContent-Type: text/plain\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
      );
    }
    sys.close(fd);
    return false;
  });
  const channels = [state.listener, ...open.map(([fd]) => fd)]
    .map((fd) => sys.channel(fd))
    .filter((c): c is string => c !== undefined);
  return { state: { ...state, open }, wait: { channels } };
}

defineProgram<Web>({
  name: 'web-server',
  start(sys, argv) {
    const [, address = '0.0.0.0', port = '80'] = argv;
    const listener = bind(sys, 'tcp', parseIPv4(address) ?? 0, Number(port));
    return listener.ok ? serve(sys, { address, listener: listener.value, open: [] }) : { exit: 1 };
  },
  resume: serve,
});

/** `resolver ADDRESS NAME=ADDRESS…`: answers `A name` and `AAAA name` by what it was told, NXDOMAIN for the rest. */
interface Resolver {
  readonly fd: number;
  readonly names: Readonly<Record<string, string>>;
}

function resolve(sys: System, state: Resolver): Next<Resolver> {
  for (let query = receiveDatagram(sys, state.fd); query.ok; query = receiveDatagram(sys, state.fd)) {
    const { from, port, data } = query.value;
    const [id, type, name = ''] = data.split(' ');
    const known = type === 'A' ? state.names[name.toLowerCase().replace(/\.$/, '')] : undefined;
    sendDatagram(sys, state.fd, from, port, `${id} ${known === undefined ? 'NXDOMAIN' : `A ${known}`}`);
  }
  const channel = sys.channel(state.fd);
  return { state, wait: { channels: channel === undefined ? [] : [channel] } };
}

defineProgram<Resolver>({
  name: 'resolver',
  start(sys, argv) {
    const [, address = '0.0.0.0', ...pairs] = argv;
    const socket = bind(sys, 'udp', parseIPv4(address) ?? 0, 53);
    if (!socket.ok) return { exit: 1 };
    return resolve(sys, {
      fd: socket.value,
      names: Object.fromEntries(pairs.map((pair) => pair.split('=') as [string, string])),
    });
  },
  resume: resolve,
});
