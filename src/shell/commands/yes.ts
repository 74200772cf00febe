import { defineCommand, type Step } from '../command.ts';

/** Characters written at once. */
const CHUNK = 8192;

const more = (ctx: { operands: readonly string[]; out(text: string): void }): Step => {
  const line = `${ctx.operands.length > 0 ? ctx.operands.join(' ') : 'y'}\n`;
  ctx.out(line.repeat(Math.max(1, Math.floor(CHUNK / line.length))));
  return { state: null, busy: 500 };
};

defineCommand({
  name: 'yes',
  summary: "Repeatedly output a line with all specified STRING(s), or 'y'.",
  usage: '[STRING]...',
  raw: true,
  start: more,
  resume: more,
});
