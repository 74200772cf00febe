import { defineCommand } from '../command.ts';
import { openPath } from '../files.ts';
import { startInstead } from '../start.ts';

defineCommand({
  name: 'nohup',
  summary: 'Run COMMAND, ignoring hangup signals.',
  usage: 'COMMAND [ARG]...',
  usageStatus: 125,
  stopAtOperand: true,
  flags: {},
  start(ctx) {
    const { sys } = ctx;
    if (ctx.operands.length === 0) return ctx.misuse('missing operand', 125);
    if (sys.file(1)?.kind === 'tty') {
      const out = openPath(sys, 'nohup.out', { write: true, append: true, create: true, mode: 0o600 }, 1);
      if (!out.ok) return ctx.refuse("failed to open 'nohup.out'", out.error, 125);
      sys.write(2, "nohup: ignoring input and appending output to 'nohup.out'\n");
      sys.dup2(1, 2);
    }
    if (sys.file(0)?.kind === 'tty') openPath(sys, '/dev/null', { read: true }, 0);
    sys.sigaction([], [...sys.self.ignored, 'HUP']);
    return startInstead(ctx as never, ctx.operands);
  },
});

defineCommand<'ctty' | 'fork' | 'wait'>({
  name: 'setsid',
  summary: 'Run a program in a new session.',
  usage: '[options] <program> [arguments ...]',
  stopAtOperand: true,
  flags: {
    ctty: { short: 'c', long: 'ctty', help: 'set the controlling terminal to the current one' },
    fork: { short: 'f', long: 'fork', help: 'always fork' },
    wait: { short: 'w', long: 'wait', help: 'wait program to exit, and use the same return' },
  },
  start(ctx) {
    if (ctx.operands.length === 0) return ctx.fail('no command specified');
    const { id } = ctx.sys;
    ctx.sys.change({ session: id, pgrp: id });
    return startInstead(ctx as never, ctx.operands);
  },
});
