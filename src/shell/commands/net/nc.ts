import { strerror } from '../../../engine/core/errno.ts';
import { SECOND } from '../../../engine/core/units.ts';
import { accept, bind, connect, connected, shutdown } from '../../../engine/net/calls.ts';
import { formatIPv4, parseIPv4 } from '../../../engine/net/ipv4.ts';
import { type Context, defineCommand, type Step } from '../../command.ts';
import { answerOf, isLookup, type Lookup, lookUp, lookupWait } from '../../net/resolve.ts';
import { startInstead } from '../../start.ts';

type K =
  | 'listen'
  | 'port'
  | 'zero'
  | 'verbose'
  | 'wait'
  | 'keep'
  | 'numeric'
  | 'shut'
  | 'four'
  | 'program'
  | 'source'
  | 'quit';

/** Where a connection stands. Plain JSON. */
interface State {
  readonly phase: 'resolving' | 'connecting' | 'listening' | 'open';
  readonly lookup?: Lookup;
  readonly address?: number;
  readonly fd?: number;
  readonly listener?: number;
  /** Standard input is at its end. */
  readonly ended?: boolean;
  readonly deadline?: number;
}

const portOf = (word: string | undefined): number | undefined =>
  word !== undefined && /^\d{1,5}$/.test(word) && Number(word) <= 65535 && Number(word) > 0 ? Number(word) : undefined;

function start(ctx: Context<K>): Step {
  const { flags, operands } = ctx;
  if (flags.has('listen')) return listen(ctx, flags.value('port') ?? operands.at(-1));
  const [host, word] = operands;
  if (host === undefined || word === undefined) {
    ctx.err(
      ctx.busybox ? 'nc: no host and port\n' : 'usage: nc [-46lkNnvz] [-p port] [-w timeout] [destination] [port]\n',
    );
    return 1;
  }
  if (portOf(word) === undefined) return ctx.fail(ctx.busybox ? `bad port '${word}'` : `port number invalid: ${word}`);
  const timeout = flags.value('wait') ?? '0';
  if (!/^\d+$/.test(timeout))
    return ctx.fail(ctx.busybox ? `invalid number '${timeout}'` : `timeout invalid: ${timeout}`);
  const seconds = Number(timeout);
  const deadline = seconds > 0 ? { deadline: ctx.sys.now + seconds * SECOND } : {};
  return resolved(ctx, { phase: 'resolving', ...deadline }, lookUp(ctx.sys, host));
}

function resolved(ctx: Context<K>, state: State, answer: ReturnType<typeof lookUp>): Step {
  const host = ctx.operands[0] as string;
  if (isLookup(answer))
    return { state: { ...state, lookup: answer } satisfies State, wait: lookupWait(ctx.sys, answer) };
  if (answer.kind !== 'address')
    return ctx.fail(
      ctx.busybox
        ? `bad address '${host}'`
        : `getaddrinfo for host "${host}" port ${ctx.operands[1]}: Name or service not known`,
    );
  const fd = connect(ctx.sys, answer.address, portOf(ctx.operands[1]) as number);
  if (!fd.ok) return refused(ctx, answer.address, strerror(fd.error));
  return goOn(ctx, { ...state, phase: 'connecting', address: answer.address, fd: fd.value });
}

function refused(ctx: Context<K>, address: number, why: string): number {
  const [host, port] = ctx.operands as [string, string];
  if (ctx.busybox) return ctx.fail(`can't connect to remote host (${formatIPv4(address)}): ${why}`);
  const name = host === formatIPv4(address) ? host : `${host} (${formatIPv4(address)})`;
  if (ctx.flags.has('verbose')) ctx.complain(`connect to ${name} port ${port} (tcp) failed: ${why}`);
  return 1;
}

function listen(ctx: Context<K>, word: string | undefined): Step {
  const port = portOf(word);
  if (port === undefined) return ctx.fail(ctx.busybox ? 'bad port' : `port number invalid: ${word ?? ''}`);
  const address = ctx.operands.length > 1 || ctx.flags.has('port') ? (parseIPv4(ctx.operands[0] ?? '') ?? 0) : 0;
  const listener = bind(ctx.sys, 'tcp', address, port);
  if (!listener.ok) return ctx.fail(ctx.busybox ? `bind: ${strerror(listener.error)}` : strerror(listener.error));
  if (ctx.flags.has('verbose'))
    ctx.err(
      ctx.busybox
        ? `listening on ${formatIPv4(address)}:${port} ...\n`
        : `Listening on ${formatIPv4(address)} ${port}\n`,
    );
  return goOn(ctx, { phase: 'listening', listener: listener.value });
}

function goOn(ctx: Context<K>, state: State): Step {
  const { sys } = ctx;
  if (state.phase === 'resolving' && state.lookup) return resolved(ctx, state, answerOf(sys, state.lookup));
  if (state.phase === 'listening') return accepted(ctx, state);
  if (state.phase === 'open') return copy(ctx, state);
  const fd = state.fd as number;
  const ready = connected(sys, fd);
  if (!ready.ok && ready.error !== 'EAGAIN') return refused(ctx, state.address as number, strerror(ready.error));
  if (!ready.ok) {
    if (state.deadline !== undefined && sys.now >= state.deadline)
      return ctx.busybox ? ctx.fail('timed out') : refused(ctx, state.address as number, 'Operation timed out');
    return sleepOn(ctx, state, [fd]);
  }
  const [host, port] = ctx.operands as [string, string];
  if (ctx.flags.has('verbose'))
    ctx.err(
      ctx.busybox
        ? `${host} (${formatIPv4(state.address as number)}:${port}) open\n`
        : `Connection to ${host} ${port} port [tcp/*] succeeded!\n`,
    );
  if (ctx.flags.has('zero')) return 0;
  return opened(ctx, { ...state, phase: 'open' }, fd);
}

function accepted(ctx: Context<K>, state: State): Step {
  const made = accept(ctx.sys, state.listener as number);
  if (!made.ok) return sleepOn(ctx, state, [state.listener as number]);
  if (ctx.flags.has('verbose'))
    ctx.err(
      ctx.busybox
        ? `connect to ${formatIPv4(made.value.from)}:${made.value.port}\n`
        : `Connection received on ${formatIPv4(made.value.from)} ${made.value.port}\n`,
    );
  const { listener, ...rest } = state;
  const keep = ctx.flags.has('keep');
  if (!keep && listener !== undefined) ctx.sys.close(listener);
  return opened(
    ctx,
    { ...rest, ...(keep && listener !== undefined ? { listener } : {}), phase: 'open' },
    made.value.fd,
  );
}

/** A connection stands: `-e` hands it to a program, else text goes both ways. */
function opened(ctx: Context<K>, state: State, fd: number): Step {
  const program = ctx.flags.value('program');
  if (program === undefined) return copy(ctx, { ...state, fd });
  for (const to of [0, 1, 2]) ctx.sys.dup2(fd, to);
  ctx.sys.close(fd);
  return startInstead(ctx as unknown as Context<never>, [
    program,
    ...ctx.operands.slice(ctx.flags.has('listen') ? 0 : 2),
  ]);
}

function copy(ctx: Context<K>, from: State): Step {
  const { sys } = ctx;
  const fd = from.fd as number;
  let state = from;
  for (;;) {
    const read = sys.read(fd);
    if (!read.ok && read.error === 'EAGAIN') break;
    if (!read.ok || read.value === '') {
      sys.close(fd);
      const { fd: _gone, ...rest } = state;
      return state.listener === undefined ? 0 : goOn(ctx, { ...rest, phase: 'listening' });
    }
    ctx.out(read.value);
  }
  while (!state.ended) {
    const typed = sys.read(0);
    if (!typed.ok && typed.error === 'EAGAIN') break;
    if (!typed.ok || typed.value === '') {
      state = { ...state, ended: true };
      if (ctx.busybox || ctx.flags.has('shut')) shutdown(sys, fd);
    } else if (!sys.write(fd, typed.value).ok) return 1;
  }
  return sleepOn(ctx, state, state.ended ? [fd] : [fd, 0]);
}

function sleepOn(ctx: Context<K>, state: State, fds: readonly number[]): Step {
  const channels = fds.flatMap((fd) => ctx.sys.channel(fd) ?? []);
  const until = state.phase === 'connecting' && state.deadline !== undefined ? { until: state.deadline } : {};
  return { state, wait: { channels, ...until } };
}

defineCommand<K>({
  name: 'nc',
  summary: 'Open a connection, or listen for one, and copy standard input and output over it.',
  usage: '[OPTION]... [HOST] [PORT]',
  busyboxUsage: '[OPTIONS] HOST PORT  - connect\nnc [OPTIONS] -l -p PORT [HOST] [PORT]  - listen',
  flags: {
    listen: { short: 'l', help: 'listen for a connection' },
    keep: { short: 'k', help: 'go on listening after a connection' },
    port: { short: 'p', value: 'PORT', help: 'local port' },
    zero: { short: 'z', help: 'only see whether somebody listens' },
    verbose: { short: 'v', help: 'say what happens' },
    wait: { short: 'w', value: 'SEC', help: 'give up connecting after so long' },
    quit: { short: 'q', value: 'SEC', help: 'quit after the end of standard input' },
    numeric: { short: 'n', help: 'no names' },
    shut: { short: 'N', help: 'end the connection at the end of standard input' },
    four: { short: '4', help: 'IPv4 only' },
    source: { short: 's', value: 'ADDR', help: 'local address' },
    program: { short: 'e', value: 'PROG', help: 'run PROG on the connection' },
  },
  start,
  resume: (ctx, state) => goOn(ctx, state as State),
});
