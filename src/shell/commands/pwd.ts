import { defineCommand } from '../command.ts';

defineCommand<'logical' | 'physical'>({
  name: 'pwd',
  summary: 'Print the full filename of the current working directory.',
  usage: '[OPTION]...',
  flags: {
    logical: { short: 'L', long: 'logical', help: 'use PWD from environment, even if it contains symlinks' },
    physical: { short: 'P', long: 'physical', help: 'avoid all symlinks' },
  },
  start(ctx) {
    ctx.out(`${ctx.cwd}\n`);
    return 0;
  },
});
