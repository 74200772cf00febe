import { strerror } from '../../../engine/core/errno.ts';
import { type Micros, SECOND } from '../../../engine/core/units.ts';
import { openPing, receiveDatagram, sendEcho } from '../../../engine/net/calls.ts';
import { formatIPv4 } from '../../../engine/net/ipv4.ts';
import { type Context, defineCommand, type Step } from '../../command.ts';
import { answerOf, isLookup, type Lookup, lookUp, lookupWait } from '../../net/resolve.ts';

type K =
  | 'count'
  | 'interval'
  | 'wait'
  | 'size'
  | 'ttl'
  | 'deadline'
  | 'quiet'
  | 'numeric'
  | 'four'
  | 'six'
  | 'interface'
  | 'adaptive'
  | 'broadcast'
  | 'flood'
  | 'mark'
  | 'path'
  | 'preload'
  | 'record'
  | 'timestamp';

interface Pinging {
  readonly fd: number;
  readonly address: number;
  readonly startedAt: Micros;
  readonly sent: number;
  readonly received: number;
  /** Round-trip times in microseconds. */
  readonly times: readonly number[];
  /** Sequence number → when it was sent, of those not answered. */
  readonly flying: Readonly<Record<number, Micros>>;
  readonly errors: number;
  readonly next: Micros;
}

type State = { readonly lookup: Lookup } | Pinging;

const numberOf = (ctx: Context<K>, key: K, fallback: number): number => Number(ctx.flags.value(key) ?? fallback);

/** Four significant digits as iputils prints them; busybox has three decimals always. */
function ms(ctx: Context<K>, micros: number): string {
  const value = micros / 1000;
  if (ctx.busybox) return value.toFixed(3);
  return value >= 100
    ? value.toFixed(0)
    : value >= 10
      ? value.toFixed(1)
      : value >= 1
        ? value.toFixed(2)
        : value.toFixed(3);
}

const WHOLE: readonly (readonly [flag: K, least: number, most: string])[] = [
  ['count', 1, '9223372036854775807'],
  ['size', 0, '2147483647'],
  ['ttl', 0, '255'],
  ['deadline', 0, '2147483647'],
];
const TIMES: readonly (readonly [flag: K, name: string])[] = [
  ['interval', 'bad timing interval'],
  ['wait', 'bad linger time'],
];
const NOT_HERE: readonly K[] = [
  'adaptive',
  'broadcast',
  'flood',
  'mark',
  'path',
  'preload',
  'record',
  'six',
  'timestamp',
];

/** A figure that is none, or out of bounds, in iputils' words; or an option of the real tool that is not simulated. */
function refused(ctx: Context<K>): number | undefined {
  for (const [flag, least, most] of WHOLE) {
    const text = ctx.flags.value(flag);
    if (text === undefined) continue;
    if (ctx.busybox && !/^\d+$/.test(text)) return ctx.fail(`invalid number '${text}'`, 1);
    if (!/^-?\d+$/.test(text)) return ctx.fail(`invalid argument: '${text}'`, 1);
    if (Number(text) < least || Number(text) > Number(most))
      return ctx.fail(`invalid argument: '${text}': out of range: ${least} <= value <= ${most}`, 1);
  }
  for (const [flag, name] of TIMES) {
    const text = ctx.flags.value(flag);
    if (text === undefined || /^(?:\d+\.?\d*|\.\d+)$/.test(text)) continue;
    return ctx.busybox ? ctx.fail(`invalid number '${text}'`, 1) : ctx.fail(`${name}: ${text}`, 2);
  }
  const absent = NOT_HERE.find((flag) => ctx.flags.has(flag));
  return absent === undefined ? undefined : ctx.omit(`ping … (${absent})`);
}

function start(ctx: Context<K>): Step {
  const wrong = refused(ctx);
  if (wrong !== undefined) return wrong;
  const [host] = ctx.operands;
  if (host === undefined) return ctx.busybox ? ctx.fail('missing operand', 1) : usage(ctx);
  return named(ctx, lookUp(ctx.sys, host), host);
}

function usage(ctx: Context<K>): number {
  ctx.err('ping: usage error: Destination address required\n');
  return 1;
}

function named(ctx: Context<K>, answer: ReturnType<typeof lookUp>, host: string): Step {
  if (isLookup(answer)) return { state: { lookup: answer } satisfies State, wait: lookupWait(ctx.sys, answer) };
  if (answer.kind !== 'address') {
    if (ctx.busybox) return ctx.fail(`bad address '${host}'`, 1);
    return ctx.fail(
      `${host}: ${answer.kind === 'missing' ? 'Name or service not known' : 'Temporary failure in name resolution'}`,
      2,
    );
  }
  const { address } = answer;
  const size = numberOf(ctx, 'size', 56);
  const fd = openPing(ctx.sys);
  const first = sendEcho(ctx.sys, fd, address, ctx.busybox ? 0 : 1, size, numberOf(ctx, 'ttl', 64));
  if (!first.ok && !ctx.busybox) return ctx.fail(`connect: ${strerror(first.error)}`, 2);
  const text = formatIPv4(address);
  ctx.out(
    ctx.busybox
      ? `PING ${host} (${text}): ${size} data bytes\n`
      : `PING ${host} (${text}) ${size}(${size + 28}) bytes of data.\n`,
  );
  if (!first.ok) return ctx.fail(`sendto: ${strerror(first.error)}`, 1);
  const { now } = ctx.sys;
  ctx.sys.sigaction(['INT']);
  const flying = { [ctx.busybox ? 0 : 1]: now };
  return goOn(ctx, {
    fd,
    address,
    startedAt: now,
    sent: 1,
    received: 0,
    times: [],
    flying,
    errors: 0,
    next: now + interval(ctx),
  });
}

const interval = (ctx: Context<K>): Micros => Math.max(numberOf(ctx, 'interval', 1), 0.002) * SECOND;

function resume(ctx: Context<K>, state: unknown): Step {
  const known = state as State;
  if ('lookup' in known) return named(ctx, answerOf(ctx.sys, known.lookup), ctx.operands[0] ?? '');
  if (ctx.sys.takeSignal() === 'INT') return finish(ctx, known);
  return goOn(ctx, known);
}

function goOn(ctx: Context<K>, before: Pinging): Step {
  let state = before;
  for (let reply = receiveDatagram(ctx.sys, state.fd); reply.ok; reply = receiveDatagram(ctx.sys, state.fd))
    state = take(ctx, state, reply.value);
  const count = numberOf(ctx, 'count', Number.POSITIVE_INFINITY);
  const { now } = ctx.sys;
  const deadline = ctx.flags.has('deadline')
    ? state.startedAt + numberOf(ctx, 'deadline', 0) * SECOND
    : Number.POSITIVE_INFINITY;
  if (
    now >= deadline ||
    (state.sent >= count && (Object.keys(state.flying).length === 0 || now >= lastWait(ctx, state)))
  )
    return finish(ctx, state);
  if (state.sent < count && now >= state.next) {
    const seq = state.sent + (ctx.busybox ? 0 : 1);
    sendEcho(ctx.sys, state.fd, state.address, seq, numberOf(ctx, 'size', 56), numberOf(ctx, 'ttl', 64));
    state = { ...state, sent: state.sent + 1, flying: { ...state.flying, [seq]: now }, next: now + interval(ctx) };
  }
  const channel = ctx.sys.channel(state.fd);
  const until = Math.min(state.sent < count ? state.next : lastWait(ctx, state), deadline);
  return { state, wait: { channels: channel === undefined ? [] : [channel], until } };
}

/** How long the last request is waited for: `-W`, or ten seconds. */
const lastWait = (ctx: Context<K>, state: Pinging): Micros =>
  state.next - interval(ctx) + numberOf(ctx, 'wait', 10) * SECOND;

function take(
  ctx: Context<K>,
  state: Pinging,
  reply: {
    readonly from: number;
    readonly ttl: number;
    readonly at: Micros;
    readonly type?: string;
    readonly seq?: number;
  },
): Pinging {
  const { seq = 0, type } = reply;
  const sentAt = state.flying[seq];
  if (sentAt === undefined) return state;
  const { [seq]: _answered, ...flying } = state.flying;
  const from = formatIPv4(reply.from);
  if (type !== 'echo-reply') {
    const reason =
      type === 'time-exceeded'
        ? 'Time to live exceeded'
        : type === 'net-unreachable'
          ? 'Destination Net Unreachable'
          : 'Destination Host Unreachable';
    if (!ctx.busybox) ctx.out(`From ${from} icmp_seq=${seq} ${reason}\n`);
    return ctx.busybox ? state : { ...state, flying, errors: state.errors + 1 };
  }
  const took = reply.at - sentAt;
  const size = numberOf(ctx, 'size', 56) + 8;
  if (!ctx.flags.has('quiet')) {
    ctx.out(
      `${size} bytes from ${from}: ${ctx.busybox ? 'seq' : 'icmp_seq'}=${seq} ttl=${reply.ttl} time=${ms(ctx, took)} ms\n`,
    );
  }
  return { ...state, flying, received: state.received + 1, times: [...state.times, took] };
}

function finish(ctx: Context<K>, state: Pinging): number {
  const { sent, received, times, errors } = state;
  const host = ctx.operands[0] ?? '';
  const lost = Math.round((100 * (sent - received)) / sent);
  ctx.out(`\n--- ${host} ping statistics ---\n`);
  const errorText = errors > 0 ? `, +${errors} errors` : '';
  // From the first request to the last one, whenever the answers came.
  const took = Math.floor((state.next - interval(ctx) - state.startedAt) / 1000);
  ctx.out(
    ctx.busybox
      ? `${sent} packets transmitted, ${received} packets received, ${lost}% packet loss\n`
      : `${sent} packets transmitted, ${received} received${errorText}, ${lost}% packet loss, time ${took}ms\n`,
  );
  if (times.length > 0) {
    const [least, most] = [Math.min(...times), Math.max(...times)];
    const mean = times.reduce((sum, time) => sum + time, 0) / times.length;
    const fixed = (micros: number): string => (micros / 1000).toFixed(3);
    const deviation = Math.sqrt(
      Math.max(0, times.reduce((sum, time) => sum + time * time, 0) / times.length - mean * mean),
    );
    ctx.out(
      ctx.busybox
        ? `round-trip min/avg/max = ${fixed(least)}/${fixed(mean)}/${fixed(most)} ms\n`
        : `rtt min/avg/max/mdev = ${fixed(least)}/${fixed(mean)}/${fixed(most)}/${fixed(deviation)} ms\n`,
    );
  } else if (!ctx.busybox) ctx.out('\n');
  return received > 0 ? 0 : 1;
}

defineCommand<K>({
  name: 'ping',
  summary: 'Send ICMP ECHO_REQUEST to network hosts.',
  usage: '[options] <destination>',
  usageStatus: 2,
  flags: {
    four: { short: '4', help: 'use IPv4' },
    six: { short: '6', help: 'use IPv6' },
    count: { short: 'c', value: 'count', help: 'stop after <count> replies' },
    interval: { short: 'i', value: 'interval', help: 'seconds between sending each packet' },
    interface: { short: 'I', value: 'interface', help: 'either interface name or address' },
    numeric: { short: 'n', help: 'no reverse DNS name resolution' },
    quiet: { short: 'q', help: 'quiet output' },
    size: { short: 's', value: 'size', help: 'use <size> as number of data bytes to be sent' },
    ttl: { short: 't', value: 'ttl', help: 'define time to live' },
    deadline: { short: 'w', value: 'deadline', help: 'reply wait <deadline> in seconds' },
    adaptive: { short: 'A', help: 'use adaptive ping' },
    broadcast: { short: 'b', help: 'allow pinging broadcast' },
    flood: { short: 'f', help: 'flood ping' },
    mark: { short: 'm', value: 'mark', help: 'tag the packets going out' },
    path: { short: 'M', value: 'pmtud opt', help: 'define path MTU discovery' },
    preload: { short: 'l', value: 'preload', help: 'send <preload> number of packages while waiting replies' },
    record: { short: 'R', help: 'record route' },
    timestamp: { short: 'D', help: 'print timestamps' },
    wait: { short: 'W', value: 'timeout', help: 'time to wait for response' },
  },
  start,
  resume,
});
