import type { World } from '../engine/core/world.ts';
import { Headless } from '../lab/headless.ts';
import type { HostResult } from './host.ts';

/** A command of a session: a line alone goes to the first terminal, `tty` names a further one. */
type Typed = string | { readonly line: string; readonly tty?: string };

/** Worlds kept after a list of commands; beyond that the oldest goes. */
const mostKept = 60;

function played(world: World, command: Typed) {
  const headless = new Headless(world);
  const { line, tty } = typeof command === 'string' ? { line: command, tty: undefined } : command;
  if (tty !== undefined) headless.input({ kind: 'open', tty, piped: true });
  const { stdout, stderr, exit } = headless.run(line, tty);
  // A command that does not end in time is like one under timeout(1): status 124.
  return { result: { stdout, stderr, exit: exit ?? 124 }, world: headless.world };
}

/**
 * A host runner on the simulated machine: boots `host`, the course's one by default, with `seed`, plays the commands, and then one more, whose result
 * it gives. What has been played once is kept, so that runs with the same beginning share it.
 */
export function replay(host = 'docker-host', seed = 1): (commands: readonly Typed[], run: Typed) => HostResult {
  const kept = new Map<string, World>();

  const after = (commands: readonly Typed[]): World => {
    const key = JSON.stringify(commands);
    const known = kept.get(key);
    if (known !== undefined) return known;
    const last = commands.at(-1);
    const world =
      last === undefined ? Headless.boot(host, seed).world : played(after(commands.slice(0, -1)), last).world;
    kept.set(key, world);
    const oldest = kept.keys().next().value;
    if (kept.size > mostKept && oldest !== undefined) kept.delete(oldest);
    return world;
  };

  return (commands, run) => played(after(commands), run).result;
}
