import { execve, findInPath } from '../engine/linux/exec.ts';
import { exitProcess } from '../engine/linux/life.ts';
import { PROCESS } from '../engine/linux/process.ts';
import { SIGNALS } from '../engine/linux/signal.ts';
import { System } from '../engine/linux/system.ts';
import type { Context, Step } from './command.ts';
import { openPath } from './files.ts';
import { startFailure } from './start.ts';

/** Command lines to be run one after the other: what xargs and `find -exec` do. Plain JSON. */
export interface Batch {
  readonly commands: readonly (readonly string[])[];
  readonly at: number;
  /** Key of the one that runs. */
  readonly child?: number;
  readonly status: number;
  /** Statuses of a command that end the batch: xargs stops at 255. */
  readonly stopAt: readonly number[];
  /** xargs: any failure gives this status. */
  readonly failure?: number;
}

/** Goes on with a batch: starts the next command, or waits for the one that runs. */
export function runBatch<K extends string>(ctx: Context<K>, from: Batch): Step {
  const { sys } = ctx;
  let batch = from;
  for (;;) {
    if (batch.child !== undefined) {
      const event = sys.wait(batch.child);
      if (event.ok && !event.value?.exit) return { state: batch, wait: { channels: [sys.childChannel] } };
      const exit = event.ok ? event.value?.exit : undefined;
      const ended = !exit ? 0 : 'code' in exit ? exit.code : 128 + SIGNALS[exit.signal];
      const { child: _done, ...rest } = batch;
      batch = { ...rest, status: statusAfter(batch, ended) };
      if (batch.stopAt.includes(ended)) return 124;
    }
    const words = batch.commands[batch.at];
    if (words === undefined) return batch.status;
    // What was printed so far comes before what the command prints.
    if (ctx.queue.length > 0) return { state: batch, again: true };
    const child = startChild(ctx, words);
    if (typeof child === 'number' && child < 0) return batch.failure === undefined ? 1 : -child;
    batch = { ...batch, at: batch.at + 1, child };
  }
}

function statusAfter(batch: Batch, ended: number): number {
  if (ended === 0 || batch.failure === undefined) return batch.status;
  return batch.failure;
}

/** Key of the child, or minus the status with which the batch ends. */
function startChild<K extends string>(ctx: Context<K>, words: readonly string[]): number {
  const { sys } = ctx;
  const [name] = words as [string];
  const path = name.includes('/')
    ? { ok: true as const, value: name }
    : findInPath(sys.tx, sys.self, name, sys.self.env.PATH ?? '');
  if (!path.ok) {
    ctx.complain(
      ctx.busybox
        ? startFailure(true, name, path.error)
        : ctx.name === 'find'
          ? `‘${name}’: No such file or directory`
          : `${name}: No such file or directory`,
    );
    return -127;
  }
  const child = sys.fork(null);
  if (!child.ok) {
    ctx.complain('cannot fork: Resource temporarily unavailable');
    return -1;
  }
  const inside = new System(sys.tx, child.value.id);
  if (ctx.name === 'xargs') openPath(inside, '/dev/null', { read: true }, 0);
  const done = execve(sys.tx, inside.self, path.value, words);
  if (!done.ok) {
    ctx.complain(startFailure(ctx.busybox, name, done.error));
    exitProcess(sys.tx, sys.tx.need(PROCESS, child.value.id), { code: 126 });
  }
  return child.value.id;
}
