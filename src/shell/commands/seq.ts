import { type Context, defineCommand, type Step } from '../command.ts';
import { floating, formatPrintf } from '../printf.ts';

type K = 'equal' | 'separator' | 'format';
interface State {
  readonly next: number;
}

const decimals = (text: string): number => text.split('.')[1]?.length ?? 0;

/** Numbers given out at once; then the pipe has its turn. */
const BURST = 1024;

function go(ctx: Context<K>, { next }: State): Step {
  const words = ctx.operands;
  const [first, step, last] = (
    words.length === 1 ? ['1', '1', words[0]] : words.length === 2 ? [words[0], '1', words[1]] : words
  ) as [string, string, string];
  const digits = Math.max(decimals(first), decimals(step));
  const [from, by, to] = [Number(first), Number(step), Number(last)];
  const at = (i: number): number => from + by * i;
  const inside = (i: number): boolean => (by > 0 ? at(i) <= to + 1e-9 : at(i) >= to - 1e-9);
  const width = ctx.flags.has('equal') ? Math.max(first.length, last.length) : 0;
  const glue = ctx.flags.value('separator') ?? '\n';
  const format = ctx.flags.value('format');
  const shown = (value: number): string =>
    format === undefined ? floating('f', '0', width, digits, value) : formatPrintf(format, [String(value)]).text;
  let text = '';
  let i = next;
  for (; i < next + BURST && inside(i); i++) text += (i > 0 ? glue : '') + shown(at(i));
  ctx.out(text);
  if (inside(i)) return { state: { next: i } satisfies State, busy: 5000 };
  if (i > 0) ctx.out('\n');
  return 0;
}

defineCommand<K>({
  name: 'seq',
  summary: 'Print numbers from FIRST to LAST, in steps of INCREMENT.',
  usage: '[OPTION]... LAST',
  stopAtOperand: true,
  flags: {
    equal: { short: 'w', long: 'equal-width', help: 'equalize width by padding with leading zeroes' },
    separator: { short: 's', long: 'separator', value: 'STRING', help: 'use STRING to separate numbers' },
    format: { short: 'f', long: 'format', value: 'FORMAT', help: 'use printf style floating-point FORMAT' },
  },
  start(ctx) {
    const { operands } = ctx;
    if (operands.length === 0) return ctx.misuse('missing operand');
    if (operands.length > 3) return ctx.misuse(`extra operand ‘${operands[3]}’`);
    const bad = operands.find((word) => !/^[-+]?(?:\d+\.?\d*|\.\d+)$/.test(word));
    if (bad !== undefined) return ctx.misuse(`invalid floating point argument: ‘${bad}’`);
    if (operands.length === 3 && Number(operands[1]) === 0)
      return ctx.misuse(`invalid Zero increment value: ‘${operands[1]}’`);
    return go(ctx, { next: 0 });
  },
  resume: (ctx, state) => go(ctx, state as State),
});
