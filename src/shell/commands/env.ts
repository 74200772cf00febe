import { chdir } from '../../engine/linux/vfs.ts';
import { defineCommand } from '../command.ts';
import { startInstead } from '../start.ts';

defineCommand<'ignore' | 'unset' | 'null' | 'chdir'>({
  name: 'env',
  summary: 'Set each NAME to VALUE in the environment and run COMMAND.',
  usage: '[OPTION]... [-] [NAME=VALUE]... [COMMAND [ARG]...]',
  usageStatus: 125,
  stopAtOperand: true,
  flags: {
    ignore: { short: 'i', long: 'ignore-environment', help: 'start with an empty environment' },
    null: { short: '0', long: 'null', help: 'end each output line with NUL, not newline' },
    unset: { short: 'u', long: 'unset', value: 'NAME', help: 'remove variable from the environment' },
    chdir: { short: 'C', long: 'chdir', value: 'DIR', help: 'change working directory to DIR' },
  },
  start(ctx) {
    const words = [...ctx.operands];
    const bare = words[0] === '-';
    if (bare) words.shift();
    const env = new Map(ctx.flags.has('ignore') || bare ? [] : Object.entries(ctx.sys.self.env));
    for (const name of ctx.flags.values('unset')) env.delete(name);
    for (let word = words[0]; word?.includes('='); word = words[0]) {
      words.shift();
      const at = word.indexOf('=');
      if (word.slice(0, at) !== '__proto__') env.set(word.slice(0, at), word.slice(at + 1));
    }
    const dir = ctx.flags.value('chdir');
    if (dir !== undefined) {
      const found = chdir(ctx.sys.tx, ctx.sys.self, dir);
      if (!found.ok) return ctx.refuse(`cannot change directory to '${dir}'`, found.error, 125);
      ctx.sys.change({ cwd: found.value });
    }
    if (words.length > 0) {
      const status = startInstead(ctx as never, words, Object.fromEntries(env));
      return typeof status === 'number' && !ctx.busybox ? enoent(ctx.queue, status) : status;
    }
    const end = ctx.flags.has('null') ? '\0' : '\n';
    for (const [name, value] of env) ctx.out(`${name}=${value}${end}`);
    return 0;
  },
});

/** GNU env words it without "failed to run command". */
function enoent(queue: (readonly [fd: 1 | 2, text: string])[], status: number): number {
  const [fd, text] = queue.at(-1) ?? [2 as const, ''];
  queue[queue.length - 1] = [fd, text.replace(/failed to run command '(.*)':/s, '‘$1’:')];
  return status;
}
