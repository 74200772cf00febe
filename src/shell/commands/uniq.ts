import { strerror } from '../../engine/core/errno.ts';
import { type Context, defineCommand } from '../command.ts';
import { lineFilter } from '../lines.ts';

type K = 'count' | 'repeated' | 'fold' | 'unique' | 'fields' | 'chars' | 'width';
interface State {
  readonly line?: string;
  readonly times: number;
}

function keyOf(ctx: Context<K>, line: string): string {
  const fields = Number(ctx.flags.value('fields') ?? 0);
  let key = line;
  for (let i = 0; i < fields; i++) key = key.replace(/^[ \t]*[^ \t]*/, '');
  key = key.slice(Number(ctx.flags.value('chars') ?? 0));
  const width = ctx.flags.value('width');
  if (width !== undefined) key = key.slice(0, Number(width));
  return ctx.flags.has('fold') ? key.toLowerCase() : key;
}

function give(ctx: Context<K>, { line, times }: State): void {
  if (line === undefined) return;
  if (ctx.flags.has('repeated') && times < 2) return;
  if (ctx.flags.has('unique') && times > 1) return;
  ctx.out(`${ctx.flags.has('count') ? `${String(times).padStart(7)} ` : ''}${line}\n`);
}

defineCommand<K>({
  name: 'uniq',
  summary: 'Filter adjacent matching lines from INPUT (or standard input), writing to standard output.',
  usage: '[OPTION]... [INPUT [OUTPUT]]',
  flags: {
    count: { short: 'c', long: 'count', help: 'prefix lines by the number of occurrences' },
    repeated: { short: 'd', long: 'repeated', help: 'only print duplicate lines, one for each group' },
    fields: { short: 'f', long: 'skip-fields', value: 'N', help: 'avoid comparing the first N fields' },
    fold: { short: 'i', long: 'ignore-case', help: 'ignore differences in case when comparing' },
    chars: { short: 's', long: 'skip-chars', value: 'N', help: 'avoid comparing the first N characters' },
    unique: { short: 'u', long: 'unique', help: 'only print unique lines' },
    width: { short: 'w', long: 'check-chars', value: 'N', help: 'compare no more than N characters in lines' },
  },
  ...lineFilter<K, State>({
    files: (ctx) => ctx.operands.slice(0, 1),
    begin: () => ({ times: 0 }),
    line(ctx, state, text) {
      if (state.line !== undefined && keyOf(ctx, state.line) === keyOf(ctx, text))
        return { ...state, times: state.times + 1 };
      give(ctx, state);
      return { line: text, times: 1 };
    },
    end(ctx, state) {
      give(ctx, state);
      return 0;
    },
    unreadable: (ctx, file, error) =>
      ctx.busybox ? `can't open '${file}': ${strerror(error)}` : `${file}: ${strerror(error)}`,
  }),
});
