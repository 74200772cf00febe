import '../engine/docker/shim.ts';
import '../shell/bash.ts';
import 'virtual:commands';
import type { Event } from '../engine/core/event.ts';
import { Transaction } from '../engine/core/transaction.ts';
import { type Micros, MS, SECOND } from '../engine/core/units.ts';
import type { World } from '../engine/core/world.ts';
import { mkdir, writeFile } from '../engine/linux/change.ts';
import { exitProcess } from '../engine/linux/life.ts';
import { MACHINE } from '../engine/linux/machine.ts';
import { findPid, PROCESS } from '../engine/linux/process.ts';
import { run } from '../engine/linux/scheduler.ts';
import { noteTo, typeKey, typeLine } from '../engine/linux/terminal.ts';
import { TTY, type Tty } from '../engine/linux/tty.ts';
import { hasEnded, isIdle, machineNamed, openSession } from '../shell/session.ts';
import type { Input } from './input.ts';

export interface Stepped {
  readonly world: World;
  readonly events: readonly Event[];
}

/** How far one input goes by itself: then the job keeps the terminal, and `advance` goes on. */
const PATIENCE: Micros = 10 * SECOND;
const MOST_WAKEUPS = 100_000;

/** What is seen of a frame inside a step. */
export type FrameSeen = (event: Event, world: () => World) => void;

/**
 * The seam of the house: a world and an input give the next world and what happened. Pure: the same two give the same
 * bits in Node and in every browser. `onFrame` sees the worlds at the frame events on the way.
 */
export function step(world: World, input: Input, onFrame?: FrameSeen): Stepped {
  const tx = new Transaction(world);
  if (onFrame) tx.onFrame = (event) => onFrame(event, () => tx.world());
  apply(tx, input);
  return { world: tx.world(), events: tx.events };
}

function apply(tx: Transaction, input: Input): void {
  switch (input.kind) {
    case 'exec':
    case 'key': {
      const tty = tx.find(TTY, 'name', input.tty);
      if (!tty) return;
      if (input.kind === 'exec') typeLine(tx, tty.id, input.line);
      else typeKey(tx, tty.id, input.key);
      settle(tx, tty);
      return;
    }
    case 'advance':
      run(tx, { until: Math.max(input.until, tx.now), most: MOST_WAKEUPS }, () => false);
      return;
    case 'open':
      open(tx, input);
      return;
    case 'close':
      close(tx, input.tty);
      return;
    default:
      save(tx, input.path, input.text);
  }
}

/** Runs until the terminal waits for a line again, its session ends, or patience does. */
function settle(tx: Transaction, tty: Tty): void {
  const done = (): boolean => isIdle(tx, tty.id) || hasEnded(tx, tty.id);
  // The line has been handed over: let its reader take it before asking whether it waits again.
  run(tx, { until: tx.now, most: 1 }, () => false);
  const why = run(tx, { until: tx.now + PATIENCE, most: MOST_WAKEUPS }, done);
  if (why === 'count') noteTo(tx, tty.id, 'note.busy');
  // What is still on a wire arrives before anybody can look: the next key comes later than this.
  if (why === 'done') run(tx, { until: tx.now + 2 * MS, most: MOST_WAKEUPS }, () => false);
}

function open(tx: Transaction, input: Extract<Input, { kind: 'open' }>): void {
  if (tx.find(TTY, 'name', input.tty)) return;
  const machine = input.machine === undefined ? tx.all(MACHINE)[0] : machineNamed(tx, input.machine);
  if (!machine) return;
  const tty = openSession(tx, machine, {
    name: input.tty,
    piped: input.piped ?? false,
    ...(input.argv ? { argv: input.argv } : {}),
  });
  run(tx, { until: tx.now + SECOND, most: MOST_WAKEUPS }, () => isIdle(tx, tty.id) || hasEnded(tx, tty.id));
}

function close(tx: Transaction, name: string): void {
  const tty = tx.find(TTY, 'name', name);
  if (!tty) return;
  for (const process of tx.list(PROCESS, 'tty', tty.id)) exitProcess(tx, process, { signal: 'KILL' });
  tx.delete(TTY, tty.id);
}

function save(tx: Transaction, path: string, text: string): void {
  const machine = tx.all(MACHINE)[0];
  const init = machine && findPid(tx, machine.ns.pid, 1);
  if (!init) return;
  let dir = '';
  for (const part of path.split('/').slice(1, -1)) {
    dir += `/${part}`;
    mkdir(tx, init, dir, 0o755);
  }
  writeFile(tx, init, path, text);
}
