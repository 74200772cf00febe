import { civil, MONTHS } from '../engine/core/calendar.ts';
import { defineProgram, type Next } from '../engine/linux/program.ts';
import type { System } from '../engine/linux/system.ts';
import { accept, bind, connect, connected } from '../engine/net/calls.ts';
import { parseIPv4 } from '../engine/net/ipv4.ts';

const VERSION = '8.0.2';
const PORT = 6379;
const two = (n: number): string => String(n).padStart(2, '0');

function say(sys: System, role: string, mark: string, text: string): void {
  const t = civil(sys.now);
  const ms = String(Math.floor(t.micros / 1000)).padStart(3, '0');
  sys.write(
    1,
    `${sys.pid}:${role} ${two(t.day)} ${MONTHS[t.month - 1]} ${t.year} ${two(t.hour)}:${two(t.minute)}:${two(t.second)}.${ms} ${mark} ${text}\n`,
  );
}

interface Server {
  readonly listener: number;
  readonly clients: readonly (readonly [fd: number, text: string])[];
  readonly values: Readonly<Record<string, string>>;
}

/** One inline command: the reply as the protocol writes it, and the values after it. @sim simplified: strings only. */
function execute(
  words: readonly string[],
  values: Server['values'],
): readonly [reply: string, values: Server['values']] {
  const [name = '', key = '', value = ''] = words;
  const bulk = (text: string | undefined): string =>
    text === undefined ? '$-1\r\n' : `$${text.length}\r\n${text}\r\n`;
  switch (name.toUpperCase()) {
    case 'PING':
      return [key ? bulk(key) : '+PONG\r\n', values];
    case 'ECHO':
      return [bulk(key), values];
    case 'SET':
      return ['+OK\r\n', { ...values, [key]: value }];
    case 'GET':
      return [bulk(values[key]), values];
    case 'DEL': {
      const { [key]: gone, ...rest } = values;
      return [`:${gone === undefined ? 0 : 1}\r\n`, rest];
    }
    case 'EXISTS':
      return [`:${values[key] === undefined ? 0 : 1}\r\n`, values];
    case 'INCR':
    case 'DECR': {
      const old = values[key] ?? '0';
      if (!/^-?\d+$/.test(old)) return ['-ERR value is not an integer or out of range\r\n', values];
      const next = Number(old) + (name.toUpperCase() === 'INCR' ? 1 : -1);
      return [`:${next}\r\n`, { ...values, [key]: String(next) }];
    }
    case 'DBSIZE':
      return [`:${Object.keys(values).length}\r\n`, values];
    case 'FLUSHALL':
      return ['+OK\r\n', {}];
    default:
      return [
        `-ERR unknown command '${name}', with args beginning with: ${words
          .slice(1)
          .map((word) => `'${word}' `)
          .join('')}\r\n`,
        values,
      ];
  }
}

function serve(sys: System, state: Server): Next<Server> {
  if (sys.takeSignal()) {
    say(sys, 'signal-handler', '#', 'Received SIGTERM scheduling shutdown...');
    say(sys, 'M', '*', 'User requested shutdown...');
    say(sys, 'M', '#', 'Redis is now ready to exit, bye bye...');
    return { exit: 0 };
  }
  let { values } = state;
  const clients = [...state.clients];
  for (let next = accept(sys, state.listener); next.ok; next = accept(sys, state.listener))
    clients.push([next.value.fd, '']);
  const left = clients.flatMap(([fd, before]) => {
    const read = sys.read(fd);
    if (!read.ok && read.error === 'EAGAIN') return [[fd, before] as const];
    if (!read.ok || read.value === '') {
      sys.close(fd);
      return [];
    }
    const lines = (before + read.value).split(/\r?\n/);
    const rest = lines.pop() ?? '';
    for (const line of lines) {
      const [reply, after] = execute(line.split(' ').filter(Boolean), values);
      values = after;
      sys.write(fd, reply);
    }
    return [[fd, rest] as const];
  });
  const channels = [state.listener, ...left.map(([fd]) => fd)]
    .map((fd) => sys.channel(fd))
    .filter((c): c is string => c !== undefined);
  return { state: { listener: state.listener, clients: left, values }, wait: { channels } };
}

defineProgram<Server>({
  name: 'redis-server',
  start(sys) {
    const listener = bind(sys, 'tcp', 0, PORT);
    say(sys, 'C', '*', 'oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo');
    say(sys, 'C', '*', `Redis version=${VERSION}, bits=64, commit=00000000, modified=0, pid=${sys.pid}, just started`);
    if (!listener.ok) {
      say(
        sys,
        'M',
        '#',
        `Warning: Could not create server TCP listening socket *:${PORT}: bind: Address already in use`,
      );
      say(sys, 'M', '#', 'Failed listening on port 6379 (tcp), aborting.');
      return { exit: 1 };
    }
    sys.change({ argv: [`redis-server *:${PORT}`] });
    sys.sigaction(['TERM', 'INT']);
    say(sys, 'M', '*', `Running mode=standalone, port=${PORT}.`);
    say(sys, 'M', '*', 'Server initialized');
    say(sys, 'M', '*', 'Ready to accept connections tcp');
    return serve(sys, { listener: listener.value, clients: [], values: {} });
  },
  resume: serve,
});

interface Client {
  readonly fd: number;
  readonly sent: boolean;
  readonly line: string;
  readonly where: string;
}

function ask(sys: System, state: Client): Next<Client> {
  const channel = sys.channel(state.fd);
  const wait = { channels: channel === undefined ? [] : [channel] };
  if (!state.sent) {
    const ready = connected(sys, state.fd);
    if (!ready.ok && ready.error === 'EAGAIN') return { state, wait };
    if (!ready.ok) {
      sys.write(
        2,
        `Could not connect to Redis at ${state.where}: ${ready.error === 'ECONNREFUSED' ? 'Connection refused' : 'Host is unreachable'}\n`,
      );
      return { exit: 1 };
    }
    sys.write(state.fd, `${state.line}\r\n`);
    return { state: { ...state, sent: true }, wait };
  }
  const reply = sys.read(state.fd);
  if (!reply.ok && reply.error === 'EAGAIN') return { state, wait };
  const text = reply.ok ? reply.value : '';
  const lines = text.split('\r\n');
  const [first = ''] = lines;
  const shown = first.startsWith('$-1')
    ? ''
    : first.startsWith('$')
      ? (lines[1] ?? '')
      : first.replace(/^[+:]/, '').replace(/^-/, '');
  sys.write(1, `${shown}\n`);
  return { exit: 0 };
}

/** redis-cli with one command on its line. @sim simplified: no prompt of its own. */
defineProgram<Client>({
  name: 'redis-cli',
  start(sys, argv) {
    const words = argv.slice(1);
    let [host, port] = ['127.0.0.1', PORT];
    while (words[0] === '-h' || words[0] === '-p') {
      const flag = words.shift();
      if (flag === '-h') host = words.shift() ?? host;
      else port = Number(words.shift()) || port;
    }
    const fd = connect(sys, parseIPv4(host) ?? 0x7f000001, port);
    if (!fd.ok) {
      sys.write(2, `Could not connect to Redis at ${host}:${port}: Network is unreachable\n`);
      return { exit: 1 };
    }
    return ask(sys, {
      fd: fd.value,
      sent: false,
      line: words.length > 0 ? words.join(' ') : 'PING',
      where: `${host}:${port}`,
    });
  },
  resume: ask,
});
