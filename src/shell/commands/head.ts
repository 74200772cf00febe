import { strerror } from '../../engine/core/errno.ts';
import { type Context, defineCommand } from '../command.ts';
import { lineFilter } from '../lines.ts';
import { countOf } from '../number.ts';

interface State {
  readonly left: number;
  readonly file: number;
}

type K = 'lines' | 'bytes' | 'quiet' | 'verbose' | 'digits';

/** How many lines or bytes; negative: all but the last so many. `-5` of old stands for `-n 5`. */
function limitOf(ctx: Context<K>): number {
  const old = ctx.flags.has('digits') ? ctx.argv.find((word) => /^-\d+$/.test(word))?.slice(1) : undefined;
  return countOf(old ?? ctx.flags.value('bytes') ?? ctx.flags.value('lines') ?? '10') ?? 10;
}

const files = (ctx: Context<K>): readonly string[] => ctx.operands;

function banner(ctx: Context<K>, file: string, index: number): void {
  const many = ctx.operands.length > 1;
  if (ctx.flags.has('quiet') || !(many || ctx.flags.has('verbose'))) return;
  ctx.out(`${index > 0 ? '\n' : ''}==> ${file === '-' ? 'standard input' : file} <==\n`);
}

defineCommand<K>({
  name: 'head',
  summary: 'Print the first 10 lines of each FILE to standard output.',
  usage: '[OPTION]... [FILE]...',
  flags: {
    bytes: { short: 'c', long: 'bytes', value: '[-]NUM', help: 'print the first NUM bytes of each file' },
    lines: { short: 'n', long: 'lines', value: '[-]NUM', help: 'print the first NUM lines instead of the first 10' },
    quiet: { short: 'q', long: 'quiet', help: 'never print headers giving file names' },
    verbose: { short: 'v', long: 'verbose', help: 'always print headers giving file names' },
    digits: { short: '0123456789', value: 'NUM', optional: true },
  },
  ...lineFilter<K, State & { readonly held: readonly string[] }>({
    files,
    begin(ctx) {
      const bad = invalid(ctx);
      if (bad !== undefined) return bad;
      if (ctx.operands.length > 0) banner(ctx, ctx.operands[0] as string, 0);
      return { left: limitOf(ctx), file: 0, held: [] };
    },
    line(ctx, state, text, { index, ended, file }) {
      let { left, held } = state;
      if (index !== state.file) {
        left = limitOf(ctx);
        held = [];
        banner(ctx, file, index);
      }
      const full = text + (ended ? '\n' : '');
      const bytes = ctx.flags.has('bytes');
      const single = ctx.operands.length <= 1;
      if (left < 0) {
        const kept = [...held, full];
        if (kept.length > -left) ctx.out(kept.shift() as string);
        return { left, file: index, held: kept };
      }
      const taken = bytes ? full.slice(0, left) : left > 0 ? full : '';
      ctx.out(taken);
      left -= bytes ? taken.length : Math.min(left, 1);
      if (left === 0 && single) return { stop: 0 };
      return { left, file: index, held };
    },
    end: () => 0,
    raw: (ctx) => ctx.flags.has('bytes') && limitOf(ctx) >= 0,
    unreadable: (ctx, file, error) =>
      ctx.busybox
        ? `${file}: ${strerror(error)}`
        : error === 'EISDIR'
          ? `error reading '${file}': ${strerror(error)}`
          : `cannot open '${file}' for reading: ${strerror(error)}`,
  }),
});

function invalid(ctx: Context<K>): number | undefined {
  for (const key of ['lines', 'bytes'] as const) {
    const text = ctx.flags.value(key);
    if (text === undefined || countOf(text) !== undefined) continue;
    return ctx.fail(ctx.busybox ? `invalid number '${text}'` : `invalid number of ${key}: ‘${text}’`);
  }
  return undefined;
}
