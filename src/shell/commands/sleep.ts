import { defineCommand, type Step } from '../command.ts';
import { intervalOf } from '../number.ts';

interface State {
  readonly until: number;
}

const waitFor = (until: number): Step => ({ state: { until } satisfies State, wait: { channels: [], until } });

defineCommand({
  name: 'sleep',
  summary: 'Pause for NUMBER seconds. SUFFIX may be s, m, h or d.',
  usage: 'NUMBER[SUFFIX]...',
  flags: {},
  start(ctx) {
    if (ctx.operands.length === 0) return ctx.misuse('missing operand');
    let sum = 0;
    for (const word of ctx.operands) {
      const time = intervalOf(word);
      if (time === undefined)
        return ctx.busybox ? ctx.fail(`invalid number '${word}'`) : ctx.misuse(`invalid time interval ‘${word}’`);
      sum += time;
    }
    return waitFor(Math.min(ctx.sys.now + sum, Number.MAX_SAFE_INTEGER));
  },
  resume(ctx, state) {
    const { until } = state as State;
    return ctx.sys.now >= until ? 0 : waitFor(until);
  },
});
