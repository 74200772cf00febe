import { defineCommand } from '../command.ts';
import { testWords } from '../testExpression.ts';

defineCommand({
  name: 'test',
  aliases: ['['],
  summary: 'Exit with the status determined by EXPRESSION.',
  usage: 'EXPRESSION',
  raw: true,
  start(ctx) {
    if (ctx.name === '[' && ctx.operands.at(-1) !== ']') return ctx.fail("missing ']'", 2);
    const words = ctx.name === '[' ? ctx.operands.slice(0, -1) : ctx.operands;
    const value = testWords(ctx.sys, words, (name) => Object.hasOwn(ctx.sys.self.env, name));
    return typeof value === 'boolean' ? (value ? 0 : 1) : ctx.fail(value.problem, 2);
  },
});
