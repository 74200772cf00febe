import { findInPath } from '../../engine/linux/exec.ts';
import { access, stat } from '../../engine/linux/vfs.ts';
import { defineCommand } from '../command.ts';

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
