import { findInPath } from '../../engine/linux/exec.ts';
import { access, stat } from '../../engine/linux/vfs.ts';
import { commandNames, defineCommand, findCommand } from '../command.ts';

defineCommand<'all' | 'silent'>({
  name: 'which',
  summary: 'Locate a command.',
  usage: '[-as] command ...',
  flags: { all: { short: 'a', help: 'print all matching pathnames' }, silent: { short: 's', help: 'silently return' } },
  start(ctx) {
    const { sys, flags } = ctx;
    let status = 0;
    for (const name of ctx.operands) {
      const dirs = (sys.self.env.PATH ?? '').split(':');
      const found = name.includes('/')
        ? access(sys.tx, sys.self, name, 'x').ok && stat(sys.tx, sys.self, name).ok
          ? [name]
          : []
        : dirs.flatMap((dir) => {
            const path = findInPath(sys.tx, sys.self, name, dir);
            return path.ok ? [path.value] : [];
          });
      if (found.length === 0) status = 1;
      else if (!flags.has('silent'))
        for (const path of flags.has('all') ? found : found.slice(0, 1)) ctx.out(`${path}\n`);
    }
    return status;
  },
});

defineCommand({
  name: 'man',
  summary: 'An interface to the system reference manuals.',
  usage: '[SECTION] PAGE...',
  flags: {},
  start(ctx) {
    const name = ctx.operands.at(-1);
    if (name === undefined) return ctx.fail('what manual page do you want?', 1);
    const command = findCommand(name);
    if (!command) {
      ctx.err(`No manual entry for ${name}\n`);
      return 16;
    }
    ctx.out(`NAME\n       ${name} - ${command.summary}\n\nSYNOPSIS\n       ${name} ${command.usage ?? ''}\n`);
    for (const flag of Object.values(command.flags ?? {}) as {
      short?: string;
      long?: string;
      value?: string;
      help?: string;
    }[]) {
      const names = [flag.short ? `-${flag.short[0]}` : '', flag.long ? `--${flag.long}` : '']
        .filter(Boolean)
        .join(', ');
      if (flag.help) ctx.out(`\n       ${names}${flag.value ? ` ${flag.value}` : ''}\n              ${flag.help}\n`);
    }
    return 0;
  },
});

defineCommand({
  name: 'help',
  summary: 'List the commands that there are.',
  flags: {},
  start(ctx) {
    ctx.out(`${commandNames().join('\n')}\n`);
    return 0;
  },
});
