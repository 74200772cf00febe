import { type Errno, strerror } from '../engine/core/errno.ts';
import type { Context, Step } from './command.ts';
import { type Reading, readingOf, readOn } from './files.ts';

/** Where a line came from. */
export interface Line {
  /** The operand that named its file. */
  readonly file: string;
  /** Number of the file among the operands, from 0. */
  readonly index: number;
  /** Its newline was there. */
  readonly ended: boolean;
}

/** A filter: what it does with each line. `state` is plain JSON; the filter may end early with a status. */
export interface LineFilter<K extends string, S> {
  files?(ctx: Context<K>): readonly string[];
  /** The state before the first line, or a status at once. */
  begin(ctx: Context<K>): S | number;
  line(ctx: Context<K>, state: S, text: string, line: Line): S | { readonly stop: number };
  /** A state that is not plain JSON while it runs: how it is put away and taken out again. */
  save?(state: S): unknown;
  load?(ctx: Context<K>, saved: unknown): S;
  /** It counts characters, not lines: text is handed over as it comes. */
  raw?(ctx: Context<K>): boolean;
  /** A file is at its end (or could not be read). */
  fileEnd?(ctx: Context<K>, state: S, file: string, index: number): S;
  end(ctx: Context<K>, state: S): number;
  /** Words for a file that cannot be read. */
  unreadable?(ctx: Context<K>, file: string, error: Errno): string;
  /** Status when a file could not be read; 1 unless given. */
  badFile?: number;
}

interface State<S> {
  readonly reading: Reading;
  readonly inner: S;
  readonly failed: boolean;
}

/** Characters that a filter takes before it lets others run, and the processor time that this costs (microseconds). */
const BURST = 65536;
const COST = 5000;

/** What a command may hold of its input: an endless line, or all of an endless file, ends it. */
const MOST_LINE = 2 << 20;
export const MOST_MEMORY = 32 << 20;

const couldNotOpen = (ctx: Context<never>, file: string, error: Errno): string =>
  ctx.busybox && error !== 'EISDIR' ? `can't open '${file}': ${strerror(error)}` : `${file}: ${strerror(error)}`;

/** `start` and `resume` of a command that is a filter. */
export function lineFilter<K extends string, S>(filter: LineFilter<K, S>) {
  return {
    start(ctx: Context<K>): Step {
      const inner = filter.begin(ctx);
      if (typeof inner === 'number') return inner;
      const reading = readingOf(filter.files ? filter.files(ctx) : ctx.operands);
      return advance(ctx, filter, { reading, inner: inner as S, failed: false });
    },
    resume(ctx: Context<K>, saved: unknown): Step {
      const state = saved as State<S>;
      return advance(ctx, filter, filter.load ? { ...state, inner: filter.load(ctx, state.inner) } : state);
    },
  };
}

const put = <K extends string, S>(filter: LineFilter<K, S>, state: State<S>): unknown =>
  filter.save ? { ...state, inner: filter.save(state.inner) } : state;

function advance<K extends string, S>(ctx: Context<K>, filter: LineFilter<K, S>, from: State<S>): Step {
  let { reading, inner, failed } = from;
  for (let taken = 0; taken < BURST; ) {
    const read = readOn(ctx.sys, reading);
    if (read.kind === 'end') {
      const status = filter.end(ctx, inner);
      return failed ? Math.max(status, filter.badFile ?? 1) : status;
    }
    if (read.kind === 'wait')
      return { state: put(filter, { reading: read.reading, inner, failed }), wait: { channels: [read.channel] } };
    const file = reading.files[reading.at] as string;
    const where = { file, index: reading.at };
    if (read.kind === 'text') {
      taken += read.text.length;
      const raw = filter.raw?.(ctx) === true;
      const lines = raw ? [] : (reading.rest + read.text).split('\n');
      reading = { ...read.reading, rest: raw ? '' : (lines.pop() as string) };
      if (reading.rest.length > MOST_LINE) return ctx.fail('memory exhausted', 2);
      if (raw) {
        const next = filter.line(ctx, inner, read.text, { ...where, ended: false });
        if (isStop(next)) return next.stop;
        inner = next as S;
      }
      for (const text of lines) {
        const next = filter.line(ctx, inner, text, { ...where, ended: true });
        if (isStop(next)) return next.stop;
        inner = next as S;
      }
      continue;
    }
    if (reading.rest !== '') {
      const next = filter.line(ctx, inner, reading.rest, { ...where, ended: false });
      if (isStop(next)) return next.stop;
      inner = next as S;
    }
    if (read.kind === 'error') {
      failed = true;
      ctx.complain((filter.unreadable ?? couldNotOpen)(ctx as never, file, read.error));
    }
    inner = filter.fileEnd?.(ctx, inner, file, where.index) ?? inner;
    reading = read.reading;
  }
  return { state: put(filter, { reading, inner, failed }), busy: COST };
}

const isStop = (next: unknown): next is { stop: number } =>
  typeof next === 'object' && next !== null && 'stop' in next && typeof next.stop === 'number';

/** `start` and `resume` of a command that needs all of its input before it can say anything (sort, jq). */
export function wholeInput<K extends string>(whole: {
  files?(ctx: Context<K>): readonly string[];
  /** A status that ends the command before it reads. */
  check?(ctx: Context<K>): number | undefined;
  done(ctx: Context<K>, text: string, perFile: readonly (readonly [file: string, text: string])[]): number;
  unreadable?(ctx: Context<K>, file: string, error: Errno): string;
  badFile?: number;
}) {
  type Got = readonly (readonly [string, string])[];
  interface Gathering {
    readonly reading: Reading;
    readonly got: Got;
    readonly failed: boolean;
  }
  const advanceWhole = (ctx: Context<K>, from: Gathering): Step => {
    let { reading, failed } = from;
    const got: (readonly [string, string])[] = [...from.got];
    for (let taken = 0; ; ) {
      const read = readOn(ctx.sys, reading);
      if (read.kind === 'end') {
        const status = whole.done(ctx, got.map(([, text]) => text).join(''), got);
        return failed && status === 0 ? (whole.badFile ?? 1) : status;
      }
      const file = reading.files[reading.at] as string;
      if (read.kind === 'error') {
        failed = true;
        ctx.complain((whole.unreadable ?? couldNotOpen)(ctx as never, file, read.error));
      } else if (reading.fd === undefined) got.push([file, '']);
      reading = read.reading;
      if (read.kind === 'text') {
        taken += read.text.length;
        got[got.length - 1] = [file, (got.at(-1) as readonly [string, string])[1] + read.text];
        if (got.reduce((sum, [, text]) => sum + text.length, 0) > MOST_MEMORY) return ctx.fail('memory exhausted', 2);
        if (taken > BURST) return { state: { reading, got, failed } satisfies Gathering, busy: COST };
      }
      if (read.kind === 'wait')
        return { state: { reading, got, failed } satisfies Gathering, wait: { channels: [read.channel] } };
    }
  };
  return {
    start(ctx: Context<K>): Step {
      const early = whole.check?.(ctx);
      if (early !== undefined) return early;
      const files = whole.files ? whole.files(ctx) : ctx.operands;
      return advanceWhole(ctx, { reading: readingOf(files), got: [], failed: false });
    },
    resume: (ctx: Context<K>, state: unknown): Step => advanceWhole(ctx, state as Gathering),
  };
}
