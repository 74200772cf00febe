import { strerror } from '../../engine/core/errno.ts';
import { readFile, stat } from '../../engine/linux/vfs.ts';
import { epochSeconds, strftime } from '../clock.ts';
import { type Context, defineCommand, type Step } from '../command.ts';
import { wholeInput } from '../lines.ts';

type K = 'unified' | 'brief' | 'ignoreCase' | 'blanks' | 'same' | 'context' | 'recursive' | 'newFile';

/** A stretch in which the files differ: lines from..to of each, the end not included. */
interface Hunk {
  readonly a: readonly [from: number, to: number];
  readonly b: readonly [from: number, to: number];
}

/** Lines compared at most, on each side after what is the same at both ends. */
const MOST = 2000;

/** The stretches that differ, by a longest common subsequence. @sim simplified: beyond a bound, one stretch. */
function hunksOf(a: readonly string[], b: readonly string[]): readonly Hunk[] {
  let [start, endA, endB] = [0, a.length, b.length];
  while (start < endA && start < endB && a[start] === b[start]) start++;
  while (endA > start && endB > start && a[endA - 1] === b[endB - 1]) {
    endA--;
    endB--;
  }
  const [n, m] = [endA - start, endB - start];
  if (n === 0 && m === 0) return [];
  if (n === 0 || m === 0 || n > MOST || m > MOST) return [{ a: [start, endA], b: [start, endB] }];
  const common = Array.from({ length: n + 1 }, () => new Uint16Array(m + 1));
  for (let i = n - 1; i >= 0; i--)
    for (let j = m - 1; j >= 0; j--) {
      const [row, below] = [common[i] as Uint16Array, common[i + 1] as Uint16Array];
      row[j] =
        a[start + i] === b[start + j]
          ? (below[j + 1] as number) + 1
          : Math.max(below[j] as number, row[j + 1] as number);
    }
  const hunks: Hunk[] = [];
  let [i, j] = [0, 0];
  while (i < n || j < m) {
    const [fromA, fromB] = [i, j];
    while (i < n || j < m) {
      if (i < n && j < m && a[start + i] === b[start + j]) break;
      if (j >= m || (i < n && (common[i + 1]?.[j] ?? 0) >= (common[i]?.[j + 1] ?? 0))) i++;
      else j++;
    }
    if (i > fromA || j > fromB) hunks.push({ a: [start + fromA, start + i], b: [start + fromB, start + j] });
    while (i < n && j < m && a[start + i] === b[start + j]) {
      i++;
      j++;
    }
  }
  return hunks;
}

const NO_NEWLINE = '\\ No newline at end of file\n';

/** Lines with their newlines; a last one without it stays distinct. */
const linesOf = (text: string): readonly string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
const shown = (mark: string, line: string): string => `${mark}${line}${line.endsWith('\n') ? '' : `\n${NO_NEWLINE}`}`;

function normal(ctx: Context<K>, a: readonly string[], b: readonly string[], hunks: readonly Hunk[]): void {
  const range = ([from, to]: readonly [number, number]): string => (to - from === 1 ? `${to}` : `${from + 1},${to}`);
  for (const { a: x, b: y } of hunks) {
    const [gone, came] = [a.slice(...x), b.slice(...y)];
    if (gone.length === 0) ctx.out(`${x[0]}a${range(y)}\n`);
    else if (came.length === 0) ctx.out(`${range(x)}d${y[0]}\n`);
    else ctx.out(`${range(x)}c${range(y)}\n`);
    ctx.out(gone.map((line) => shown('< ', line)).join(''));
    if (gone.length > 0 && came.length > 0) ctx.out('---\n');
    ctx.out(came.map((line) => shown('> ', line)).join(''));
  }
}

function unified(ctx: Context<K>, a: readonly string[], b: readonly string[], hunks: readonly Hunk[]): void {
  const around = Math.min(Number(ctx.flags.value('unified') ?? 3) || 0, 1000);
  const groups: Hunk[][] = [];
  for (const hunk of hunks) {
    const last = groups.at(-1);
    if (last && hunk.a[0] - (last.at(-1) as Hunk).a[1] <= 2 * around) last.push(hunk);
    else groups.push([hunk]);
  }
  const range = (from: number, to: number): string =>
    to - from === 1 ? `${from + 1}` : `${to === from ? from : from + 1},${to - from}`;
  for (const group of groups) {
    const [first, last] = [group[0] as Hunk, group.at(-1) as Hunk];
    const before = Math.min(around, first.a[0]);
    const after = Math.min(around, a.length - last.a[1]);
    const [fromA, toA] = [first.a[0] - before, last.a[1] + after];
    const [fromB, toB] = [first.b[0] - before, last.b[1] + after];
    ctx.out(`@@ -${range(fromA, toA)} +${range(fromB, toB)} @@\n`);
    let at = fromA;
    for (const { a: x, b: y } of group) {
      ctx.out(
        a
          .slice(at, x[0])
          .map((line) => shown(' ', line))
          .join(''),
      );
      ctx.out(
        a
          .slice(...x)
          .map((line) => shown('-', line))
          .join(''),
      );
      ctx.out(
        b
          .slice(...y)
          .map((line) => shown('+', line))
          .join(''),
      );
      at = x[1];
    }
    ctx.out(
      a
        .slice(at, toA)
        .map((line) => shown(' ', line))
        .join(''),
    );
  }
}

/** What stands behind a file's name in a unified header: its time. */
function stamp(ctx: Context<K>, path: string): string {
  const found = stat(ctx.sys.tx, ctx.sys.self, path);
  const at = found.ok ? found.value.mtime : ctx.sys.now;
  const micros = ((at % 1_000_000) + 1_000_000) % 1_000_000;
  return `${path}\t${strftime('%Y-%m-%d %H:%M:%S.%N %z', epochSeconds(at), micros)}`;
}

function compare(ctx: Context<K>, texts: readonly string[]): number {
  const { flags } = ctx;
  const [left, right] = ctx.operands as [string, string];
  const [a, b] = [linesOf(texts[0] ?? ''), linesOf(texts[1] ?? '')];
  const key = (line: string): string => {
    const narrow = flags.has('blanks') ? line.replace(/\s+/g, ' ').trimEnd() : line;
    return flags.has('ignoreCase') ? narrow.toLowerCase() : narrow;
  };
  const hunks = hunksOf(a.map(key), b.map(key));
  if (hunks.length === 0) {
    if (flags.has('same')) ctx.out(`Files ${left} and ${right} are identical\n`);
    return 0;
  }
  if (flags.has('brief')) ctx.out(`Files ${left} and ${right} differ\n`);
  else if (flags.has('unified') || ctx.busybox) {
    ctx.out(ctx.busybox ? `--- ${left}\n+++ ${right}\n` : `--- ${stamp(ctx, left)}\n+++ ${stamp(ctx, right)}\n`);
    unified(ctx, a, b, hunks);
  } else normal(ctx, a, b, hunks);
  return 1;
}

const whole = wholeInput<K>({
  done: (ctx, _text, perFile) =>
    perFile.length < 2
      ? 2
      : compare(
          ctx,
          perFile.map(([, text]) => text),
        ),
  unreadable: (_ctx, file, error) => `${file}: ${strerror(error)}`,
  badFile: 2,
});

defineCommand<K>({
  name: 'diff',
  summary: 'Compare FILES line by line.',
  usage: '[OPTION]... FILES',
  usageStatus: 2,
  flags: {
    brief: { short: 'q', long: 'brief', help: 'report only when files differ' },
    same: { short: 's', long: 'report-identical-files', help: 'report when two files are the same' },
    unified: {
      short: 'uU',
      long: 'unified',
      value: 'NUM',
      optional: true,
      help: 'output NUM (default 3) lines of unified context',
    },
    context: { short: 'c', help: '(normal output here)' },
    ignoreCase: { short: 'i', long: 'ignore-case', help: 'ignore case differences in file contents' },
    blanks: { short: 'bw', long: 'ignore-space-change', help: 'ignore changes in the amount of white space' },
    newFile: { short: 'N', long: 'new-file', help: 'treat absent files as empty' },
    recursive: { short: 'r', long: 'recursive', help: '(directories are not compared here)' },
  },
  start(ctx): Step {
    const { operands } = ctx;
    if (operands.length === 2) return whole.start(ctx);
    ctx.complain(
      operands.length > 2
        ? `extra operand '${operands[2]}'`
        : `missing operand after '${operands[0] ?? ctx.argv.at(-1)}'`,
    );
    if (!ctx.busybox) ctx.complain("Try 'diff --help' for more information.");
    return 2;
  },
  resume: whole.resume,
});

defineCommand<'silent' | 'verbose'>({
  name: 'cmp',
  summary: 'Compare two files byte by byte.',
  usage: '[OPTION]... FILE1 [FILE2]',
  usageStatus: 2,
  flags: {
    verbose: { short: 'l', long: 'verbose', help: 'output byte numbers and differing byte values' },
    silent: { short: 's', long: 'quiet', help: 'suppress all normal output' },
  },
  start(ctx) {
    const [left, right] = ctx.operands;
    if (left === undefined || right === undefined) return ctx.misuse(`missing operand after '${left ?? ctx.name}'`, 2);
    const texts: string[] = [];
    for (const path of [left, right]) {
      const text = readFile(ctx.sys.tx, ctx.sys.self, path);
      if (!text.ok) return ctx.refuse(path, text.error, 2);
      texts.push(text.value);
    }
    const [a, b] = texts as [string, string];
    let at = 0;
    while (at < a.length && at < b.length && a[at] === b[at]) at++;
    if (at === a.length && at === b.length) return 0;
    const line = a.slice(0, at).split('\n').length;
    if (ctx.flags.has('silent')) return 1;
    if (at < a.length && at < b.length) ctx.out(`${left} ${right} differ: byte ${at + 1}, line ${line}\n`);
    else {
      const short = at === a.length ? left : right;
      const where = a[at - 1] === '\n' ? `line ${line - 1}` : `in line ${line}`;
      ctx.err(at === 0 ? `cmp: EOF on ${short} which is empty\n` : `cmp: EOF on ${short} after byte ${at}, ${where}\n`);
    }
    return 1;
  },
});
