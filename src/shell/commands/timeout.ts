import { execve, findInPath } from '../../engine/linux/exec.ts';
import { exitProcess } from '../../engine/linux/life.ts';
import { PROCESS } from '../../engine/linux/process.ts';
import { parseSignal, SIGNALS, type Signal } from '../../engine/linux/signal.ts';
import { System } from '../../engine/linux/system.ts';
import { type Context, defineCommand, type Step } from '../command.ts';
import { intervalOf } from '../number.ts';
import { startFailure } from '../start.ts';

type K = 'kill' | 'signal' | 'preserve' | 'foreground' | 'verbose';

interface State {
  readonly child: number;
  readonly pid: number;
  readonly until: number;
  readonly killAt?: number;
  readonly timedOut: boolean;
}

function watch(ctx: Context<K>, state: State): Step {
  const { sys, flags } = ctx;
  const event = sys.wait(state.child);
  if (event.ok && event.value?.exit) {
    const { exit } = event.value;
    const status = 'code' in exit ? exit.code : 128 + SIGNALS[exit.signal];
    if (!state.timedOut || flags.has('preserve')) return status;
    return 'signal' in exit && exit.signal === 'KILL' ? 137 : ctx.busybox ? 143 : 124;
  }
  if (!state.timedOut && sys.now >= state.until) {
    const signal = parseSignal(flags.value('signal') ?? 'TERM') as Signal;
    if (flags.has('verbose')) ctx.complain(`sending signal ${signal} to command '${ctx.operands[1]}'`);
    sys.kill(state.pid, signal);
    sys.kill(state.pid, 'CONT');
    const after = intervalOf(flags.value('kill') ?? '');
    return watch(ctx, { ...state, timedOut: true, ...(after === undefined ? {} : { killAt: sys.now + after }) });
  }
  if (state.killAt !== undefined && sys.now >= state.killAt) {
    sys.kill(state.pid, 'KILL');
    const { killAt: _done, ...rest } = state;
    return watch(ctx, rest);
  }
  const until = state.timedOut ? state.killAt : state.until;
  return {
    state,
    wait: { channels: [sys.childChannel], ...(until === undefined || until <= sys.now ? {} : { until }) },
  };
}

defineCommand<K>({
  name: 'timeout',
  summary: 'Start COMMAND, and kill it if still running after DURATION.',
  usage: '[OPTION] DURATION COMMAND [ARG]...',
  usageStatus: 125,
  stopAtOperand: true,
  flags: {
    foreground: { short: 'f', long: 'foreground', help: 'when not running timeout directly from a shell prompt' },
    kill: { short: 'k', long: 'kill-after', value: 'DURATION', help: 'also send a KILL signal this long after' },
    preserve: { short: 'p', long: 'preserve-status', help: "exit with COMMAND's status on timeout" },
    signal: { short: 's', long: 'signal', value: 'SIGNAL', help: 'specify the signal to be sent on timeout' },
    verbose: { short: 'v', long: 'verbose', help: 'diagnose to stderr any signal sent upon timeout' },
  },
  start(ctx) {
    const [duration, name, ...args] = ctx.operands;
    if (duration === undefined || name === undefined) {
      ctx.err(ctx.busybox ? 'timeout: missing operand\n' : "Try 'timeout --help' for more information.\n");
      return 125;
    }
    const time = intervalOf(duration);
    if (time === undefined) return ctx.misuse(`invalid time interval ‘${duration}’`, 125);
    if (!parseSignal(ctx.flags.value('signal') ?? 'TERM'))
      return ctx.misuse(`${ctx.flags.value('signal')}: invalid signal`, 125);
    const { sys } = ctx;
    const child = sys.fork(null);
    if (!child.ok) return ctx.fail('fork system call failed: Resource temporarily unavailable', 125);
    const path = name.includes('/')
      ? { ok: true as const, value: name }
      : findInPath(sys.tx, sys.self, name, sys.self.env.PATH ?? '');
    const inside = new System(sys.tx, child.value.id);
    const done = path.ok ? execve(sys.tx, inside.self, path.value, [name, ...args]) : path;
    if (!done.ok) {
      ctx.complain(startFailure(ctx.busybox, name, done.error));
      exitProcess(sys.tx, sys.tx.need(PROCESS, child.value.id), { code: done.error === 'ENOENT' ? 127 : 126 });
    }
    const until = time === 0 ? Number.MAX_SAFE_INTEGER : Math.min(sys.now + time, Number.MAX_SAFE_INTEGER);
    return watch(ctx, { child: child.value.id, pid: sys.numberOf(child.value.id), until, timedOut: false });
  },
  resume: (ctx, state) => watch(ctx, state as State),
});
