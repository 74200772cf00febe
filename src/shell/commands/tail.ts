import { strerror } from '../../engine/core/errno.ts';
import { stat } from '../../engine/linux/vfs.ts';
import { type Context, defineCommand, type Step } from '../command.ts';
import { openPath } from '../files.ts';
import { MOST_MEMORY, wholeInput } from '../lines.ts';
import { countOf } from '../number.ts';

type K = 'bytes' | 'follow' | 'retry' | 'lines' | 'quiet' | 'verbose' | 'interval' | 'digits' | 'pid';

interface Follow {
  readonly follow: true;
  readonly fds: readonly (readonly [path: string, fd: number])[];
  readonly last: string;
}

function amount(
  ctx: Context<K>,
): { readonly count: number; readonly fromStart: boolean; readonly bytes: boolean } | string {
  const old = ctx.flags.has('digits') ? ctx.argv.find((word) => /^-\d+$/.test(word))?.slice(1) : undefined;
  const bytes = ctx.flags.has('bytes');
  const text = old ?? ctx.flags.value('bytes') ?? ctx.flags.value('lines') ?? '10';
  const count = countOf(text);
  if (count === undefined) return `invalid number of ${bytes ? 'bytes' : 'lines'}: ‘${text}’`;
  return { count: Math.abs(count), fromStart: text.startsWith('+'), bytes };
}

function lastOf(ctx: Context<K>, text: string): string {
  const how = amount(ctx);
  if (typeof how === 'string') return '';
  if (how.bytes)
    return how.fromStart ? text.slice(Math.max(0, how.count - 1)) : how.count === 0 ? '' : text.slice(-how.count);
  const lines = text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  return (
    how.fromStart ? lines.slice(Math.max(0, how.count - 1)) : how.count === 0 ? [] : lines.slice(-how.count)
  ).join('');
}

function banner(ctx: Context<K>, file: string, first: boolean, many: boolean): void {
  if (ctx.flags.has('quiet') || !(many || ctx.flags.has('verbose'))) return;
  ctx.out(`${first ? '' : '\n'}==> ${file === '-' ? 'standard input' : file} <==\n`);
}

/** How often a followed file is looked at, in microseconds. */
const EVERY = 1_000_000;

function followOn(ctx: Context<K>, from: Follow): Step {
  let { last } = from;
  for (const [path, fd] of from.fds) {
    for (let text = ctx.sys.read(fd); text.ok && text.value !== ''; text = ctx.sys.read(fd)) {
      if (path !== last && from.fds.length > 1) banner(ctx, path, false, true);
      last = path;
      ctx.out(text.value);
    }
  }
  return { state: { ...from, last } satisfies Follow, wait: { channels: [], until: ctx.sys.now + EVERY } };
}

function startFollow(ctx: Context<K>): Step {
  const fds: (readonly [string, number])[] = [];
  const { sys } = ctx;
  for (const path of ctx.operands) {
    const opened = openPath(sys, path, { read: true });
    if (!opened.ok) {
      ctx.complain(`cannot open '${path}' for reading: ${strerror(opened.error)}`);
      continue;
    }
    let text = '';
    for (let read = sys.read(opened.value); read.ok && read.value !== ''; read = sys.read(opened.value)) {
      text += read.value;
      if (text.length > MOST_MEMORY) return ctx.fail('memory exhausted');
    }
    banner(ctx, path, fds.length === 0, ctx.operands.length > 1);
    ctx.out(lastOf(ctx, text));
    const found = stat(sys.tx, sys.self, path);
    if (found.ok) fds.push([path, opened.value]);
  }
  if (fds.length === 0) return ctx.fail('no files remaining');
  return {
    state: { follow: true, fds, last: fds.at(-1)?.[0] ?? '' } satisfies Follow,
    wait: { channels: [], until: sys.now + EVERY },
  };
}

const whole = wholeInput<K>({
  check(ctx) {
    const how = amount(ctx);
    return typeof how === 'string' ? ctx.fail(how) : undefined;
  },
  done(ctx, _text, perFile) {
    for (const [i, [file, text]] of perFile.entries()) {
      banner(ctx, file, i === 0, ctx.operands.length > 1);
      ctx.out(lastOf(ctx, text));
    }
    return 0;
  },
  unreadable: (ctx, file, error) =>
    ctx.busybox
      ? `can't open '${file}': ${strerror(error)}`
      : error === 'EISDIR'
        ? `error reading '${file}': ${strerror(error)}`
        : `cannot open '${file}' for reading: ${strerror(error)}`,
});

defineCommand<K>({
  name: 'tail',
  summary: 'Print the last 10 lines of each FILE to standard output.',
  usage: '[OPTION]... [FILE]...',
  flags: {
    bytes: { short: 'c', long: 'bytes', value: '[+]NUM', help: 'output the last NUM bytes' },
    follow: { short: 'f', long: 'follow', help: 'output appended data as the file grows' },
    retry: { short: 'F', help: 'same as --follow=name --retry' },
    lines: { short: 'n', long: 'lines', value: '[+]NUM', help: 'output the last NUM lines, instead of the last 10' },
    pid: { long: 'pid', value: 'PID', help: 'with -f, terminate after process ID, PID dies' },
    quiet: { short: 'q', long: 'quiet', help: 'never output headers giving file names' },
    interval: { short: 's', long: 'sleep-interval', value: 'N', help: 'sleep for N seconds between iterations' },
    verbose: { short: 'v', long: 'verbose', help: 'always output headers giving file names' },
    digits: { short: '0123456789', value: 'NUM', optional: true },
  },
  start(ctx) {
    const follows = (ctx.flags.has('follow') || ctx.flags.has('retry')) && ctx.operands.length > 0;
    return follows ? startFollow(ctx) : whole.start(ctx);
  },
  resume: (ctx, state) =>
    (state as Partial<Follow>).follow ? followOn(ctx, state as Follow) : whole.resume(ctx, state),
});
