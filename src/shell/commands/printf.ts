import { defineCommand } from '../command.ts';
import { formatPrintf } from '../printf.ts';

defineCommand({
  name: 'printf',
  summary: 'Print ARGUMENT(s) according to FORMAT.',
  usage: 'FORMAT [ARGUMENT]...',
  raw: true,
  start(ctx) {
    const words = ctx.operands[0] === '--' ? ctx.operands.slice(1) : ctx.operands;
    if (words[0] === undefined) return ctx.misuse('missing operand');
    const { text, problems } = formatPrintf(words[0], words.slice(1));
    ctx.out(text);
    for (const problem of problems) ctx.complain(problem);
    return problems.length > 0 ? 1 : 0;
  },
});
