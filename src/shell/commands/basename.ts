import { basename, dirname } from '../../engine/linux/vfs.ts';
import { defineCommand } from '../command.ts';

defineCommand<'many' | 'suffix'>({
  name: 'basename',
  summary: 'Print NAME with any leading directory components removed.',
  usage: 'NAME [SUFFIX]',
  flags: {
    many: { short: 'a', long: 'multiple', help: 'support multiple arguments' },
    suffix: { short: 's', long: 'suffix', value: 'SUFFIX', help: 'remove a trailing SUFFIX; implies -a' },
  },
  start(ctx) {
    const { operands, flags } = ctx;
    if (operands.length === 0) return ctx.misuse('missing operand');
    const many = flags.has('many') || flags.has('suffix');
    if (!many && operands.length > 2) return ctx.misuse(`extra operand ‘${operands[2]}’`);
    const suffix = flags.value('suffix') ?? (many ? '' : (operands[1] ?? ''));
    for (const name of many ? operands : operands.slice(0, 1)) {
      const base = basename(name);
      ctx.out(`${suffix !== '' && base !== suffix && base.endsWith(suffix) ? base.slice(0, -suffix.length) : base}\n`);
    }
    return 0;
  },
});

defineCommand({
  name: 'dirname',
  summary: 'Output each NAME with its last non-slash component removed.',
  usage: 'NAME...',
  flags: {},
  start(ctx) {
    if (ctx.operands.length === 0) return ctx.misuse('missing operand');
    for (const name of ctx.operands) {
      const trimmed = name.replace(/(.)\/+$/, '$1');
      ctx.out(`${trimmed.includes('/') ? dirname(trimmed).replace(/(.)\/+$/, '$1') : '.'}\n`);
    }
    return 0;
  },
});
