import { strerror } from '../../engine/core/errno.ts';
import { type Context, defineCommand, type Step } from '../command.ts';
import { openPath } from '../files.ts';

type K = 'append' | 'ignore';
interface State {
  readonly fds: readonly number[];
  readonly status: number;
}

function go(ctx: Context<K>, state: State): Step {
  const { sys } = ctx;
  const read = sys.read(0);
  const channel = sys.channel(0);
  if (!read.ok) {
    if (read.error === 'EAGAIN' && channel !== undefined) return { state, wait: { channels: [channel] } };
    return ctx.refuse('read error', read.error);
  }
  if (read.value === '') return state.status;
  ctx.out(read.value);
  for (const fd of state.fds) sys.write(fd, read.value);
  return { state, busy: 1000 };
}

defineCommand<K>({
  name: 'tee',
  summary: 'Copy standard input to each FILE, and also to standard output.',
  usage: '[OPTION]... [FILE]...',
  flags: {
    append: { short: 'a', long: 'append', help: 'append to the given FILEs, do not overwrite' },
    ignore: { short: 'i', long: 'ignore-interrupts', help: 'ignore interrupt signals' },
  },
  start(ctx) {
    const fds: number[] = [];
    let status = 0;
    for (const path of ctx.operands) {
      const how = ctx.flags.has('append') ? { append: true } : { truncate: true };
      const opened = openPath(ctx.sys, path, { write: true, create: true, mode: 0o666, ...how });
      if (opened.ok) fds.push(opened.value);
      else status = ctx.fail(`${path}: ${strerror(opened.error)}`);
    }
    return go(ctx, { fds, status });
  },
  resume: (ctx, state) => go(ctx, state as State),
});
