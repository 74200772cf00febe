import { defineCommand } from '../command.ts';

defineCommand({
  name: 'printenv',
  summary: 'Print the values of the specified environment VARIABLE(s).',
  usage: '[VARIABLE]...',
  flags: {},
  start(ctx) {
    const { env } = ctx.sys.self;
    if (ctx.operands.length === 0) {
      for (const [name, value] of Object.entries(env)) ctx.out(`${name}=${value}\n`);
      return 0;
    }
    let status = 0;
    for (const name of ctx.operands) {
      if (Object.hasOwn(env, name)) ctx.out(`${env[name]}\n`);
      else status = 1;
    }
    return status;
  },
});
