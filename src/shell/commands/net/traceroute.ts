import { type Micros, SECOND } from '../../../engine/core/units.ts';
import { openPing, receiveDatagram, sendEcho } from '../../../engine/net/calls.ts';
import { formatIPv4 } from '../../../engine/net/ipv4.ts';
import { type Context, defineCommand, type Step } from '../../command.ts';
import { answerOf, isLookup, type Lookup, lookUp, lookupWait } from '../../net/resolve.ts';

type K = 'numeric' | 'hops' | 'queries' | 'wait' | 'icmp';

interface Tracing {
  readonly fd: number;
  readonly address: number;
  readonly ttl: number;
  readonly query: number;
  readonly sentAt: Micros;
  readonly from?: string;
}

type State = { readonly lookup: Lookup } | Tracing;

const number = (ctx: Context<K>, key: K, fallback: number): number => Number(ctx.flags.value(key) ?? fallback);

/** The first figure that is none, in the tool's words; undefined when all are. */
function refused(ctx: Context<K>): number | undefined {
  for (const flag of ['hops', 'queries', 'wait'] as const) {
    const text = ctx.flags.value(flag);
    if (text !== undefined && !/^[1-9]\d{0,3}$/.test(text)) return ctx.fail(`invalid number '${text}'`, 1);
  }
  return undefined;
}

function begin(ctx: Context<K>, answer: ReturnType<typeof lookUp>): Step {
  const [host = ''] = ctx.operands;
  if (isLookup(answer)) return { state: { lookup: answer } satisfies State, wait: lookupWait(ctx.sys, answer) };
  if (answer.kind !== 'address') return ctx.fail(ctx.busybox ? `bad address '${host}'` : `unknown host ${host}`, 1);
  ctx.out(
    `traceroute to ${host} (${formatIPv4(answer.address)}), ${number(ctx, 'hops', 30)} hops max, 46 byte packets\n`,
  );
  return probe(ctx, { fd: openPing(ctx.sys), address: answer.address, ttl: 1, query: 0, sentAt: 0 });
}

function probe(ctx: Context<K>, state: Tracing): Step {
  if (state.query === 0) ctx.out(`${String(state.ttl).padStart(2)} `);
  const sent = sendEcho(ctx.sys, state.fd, state.address, state.ttl * 16 + state.query, 18, state.ttl);
  if (!sent.ok) return ctx.fail('sendto: Network is unreachable', 1);
  return wait(ctx, { ...state, sentAt: ctx.sys.now });
}

function wait(ctx: Context<K>, state: Tracing): Step {
  const reply = receiveDatagram(ctx.sys, state.fd);
  const deadline = state.sentAt + number(ctx, 'wait', 5) * SECOND;
  if (!reply.ok && ctx.sys.now < deadline) {
    const channel = ctx.sys.channel(state.fd);
    return { state, wait: { channels: channel === undefined ? [] : [channel], until: deadline } };
  }
  const from = reply.ok ? formatIPv4(reply.value.from) : undefined;
  if (!reply.ok) ctx.out(' *');
  else ctx.out(`${from === state.from ? '' : ` ${from}`}  ${((reply.value.at - state.sentAt) / 1000).toFixed(3)} ms`);
  if (state.query + 1 < number(ctx, 'queries', 3))
    return probe(ctx, { ...state, query: state.query + 1, ...(from === undefined ? {} : { from }) });
  ctx.out('\n');
  const arrived = reply.ok && reply.value.type === 'echo-reply';
  if (arrived || state.ttl >= number(ctx, 'hops', 30)) return 0;
  const { from: _from, ...rest } = state;
  return probe(ctx, { ...rest, ttl: state.ttl + 1, query: 0 });
}

defineCommand<K>({
  name: 'traceroute',
  summary: 'Trace the route to HOST.',
  usage: '[-n] [-m MAXTTL] [-q PROBES] [-w SEC] HOST',
  flags: {
    hops: { short: 'm', value: 'MAXTTL', help: 'max TTL (30)' },
    icmp: { short: 'I', help: 'use ICMP ECHO' },
    numeric: { short: 'n', help: 'print numeric addresses' },
    queries: { short: 'q', value: 'PROBES', help: 'number of probes per TTL (3)' },
    wait: { short: 'w', value: 'SEC', help: 'wait for a response (5)' },
  },
  start(ctx) {
    const wrong = refused(ctx);
    if (wrong !== undefined) return wrong;
    const [host] = ctx.operands;
    return host === undefined ? ctx.fail('missing operand', 1) : begin(ctx, lookUp(ctx.sys, host));
  },
  resume(ctx, state) {
    const known = state as State;
    return 'lookup' in known ? begin(ctx, answerOf(ctx.sys, known.lookup)) : wait(ctx, known);
  },
});
