import { type Errno, strerror } from '../engine/core/errno.ts';
import { execve, findInPath } from '../engine/linux/exec.ts';
import type { Context, Step } from './command.ts';

/** What env, nohup, xargs … say when a command cannot be started. */
export const startFailure = (busybox: boolean, name: string, error: Errno): string =>
  busybox ? `can't execute '${name}': ${strerror(error)}` : `failed to run command '${name}': ${strerror(error)}`;

/** execvp(3) in the command's own process. */
export function startInstead(
  ctx: Context<never>,
  words: readonly string[],
  env: Readonly<Record<string, string>> = ctx.sys.self.env,
): Step {
  const { sys } = ctx;
  const [name] = words as [string];
  const path = name.includes('/')
    ? { ok: true as const, value: name }
    : findInPath(sys.tx, sys.self, name, env.PATH ?? '/bin:/usr/bin');
  const done = path.ok ? execve(sys.tx, sys.self, path.value, words, env) : path;
  if (done.ok) return { replaced: true };
  ctx.complain(startFailure(ctx.busybox, name, done.error));
  return done.error === 'ENOENT' ? 127 : 126;
}
