import { strerror } from '../../engine/core/errno.ts';
import { writeFile } from '../../engine/linux/change.ts';
import { readFile, utf8Length } from '../../engine/linux/vfs.ts';
import { type Context, defineCommand, type Step } from '../command.ts';
import { openPath } from '../files.ts';
import { countOf, humanSize } from '../number.ts';

interface State {
  readonly input: number;
  readonly output: number;
  /** Characters still to be passed over, and to be copied (absent: to the end). */
  readonly skip: number;
  readonly left?: number;
  readonly inFull: number;
  readonly inPart: number;
  readonly bytes: number;
  readonly outFull: number;
  readonly outPart: number;
  readonly startedAt: number;
}

const KNOWN = new Set([
  'if',
  'of',
  'bs',
  'ibs',
  'obs',
  'count',
  'skip',
  'seek',
  'status',
  'conv',
  'oflag',
  'iflag',
  'cbs',
]);

function operandsOf(ctx: Context): ReadonlyMap<string, string> | string {
  const found = new Map<string, string>();
  for (const word of ctx.argv.slice(1)) {
    const at = word.indexOf('=');
    if (at < 0 || !KNOWN.has(word.slice(0, at))) return word;
    found.set(word.slice(0, at), word.slice(at + 1));
  }
  return found;
}

/** Characters copied before others run, and what that costs (microseconds). */
const BURST = 1 << 20;
const COST = 1000;

function start(ctx: Context): Step {
  const words = operandsOf(ctx);
  if (typeof words === 'string') return ctx.misuse(`unrecognized operand ‘${words}’`);
  const sizeOf = (name: string): number | undefined => countOf(words.get(name) ?? '');
  for (const name of ['bs', 'count', 'skip', 'seek'])
    if (words.has(name) && (sizeOf(name) ?? -1) < (name === 'bs' ? 1 : 0))
      return ctx.fail(`invalid number: ‘${words.get(name)}’`);
  const size = Math.min(sizeOf('bs') ?? sizeOf('ibs') ?? 512, BURST);
  const [from, to] = [words.get('if'), words.get('of')];
  const input = from === undefined ? { ok: true as const, value: 0 } : openPath(ctx.sys, from, { read: true });
  if (!input.ok) return ctx.fail(`failed to open '${from}': ${strerror(input.error)}`);
  const truncate = !(words.get('conv') ?? '').includes('notrunc') && !words.has('seek');
  const output =
    to === undefined
      ? { ok: true as const, value: 1 }
      : openPath(ctx.sys, to, { write: true, create: true, truncate, mode: 0o666 });
  if (!output.ok) return ctx.fail(`failed to open '${to}': ${strerror(output.error)}`);
  const count = sizeOf('count');
  return copy(ctx, {
    input: input.value,
    output: output.value,
    skip: (sizeOf('skip') ?? 0) * size,
    ...(count === undefined ? {} : { left: count * size }),
    inFull: 0,
    inPart: 0,
    bytes: 0,
    outFull: 0,
    outPart: 0,
    startedAt: ctx.sys.now,
  });
}

function copy(ctx: Context, from: State): Step {
  const words = operandsOf(ctx) as ReadonlyMap<string, string>;
  const size = Math.min(countOf(words.get('bs') ?? words.get('ibs') ?? '512') ?? 512, BURST);
  let state = from;
  for (let taken = 0; taken < BURST; ) {
    if (state.left !== undefined && state.left <= 0) return finish(ctx, words, state);
    const most = Math.min(size, state.left ?? size);
    const read = ctx.sys.read(state.input, state.skip > 0 ? Math.min(state.skip, size) : most);
    const channel = ctx.sys.channel(state.input);
    if (!read.ok && read.error === 'EAGAIN' && channel !== undefined) return { state, wait: { channels: [channel] } };
    if (!read.ok) return ctx.fail(`error reading '${words.get('if') ?? 'standard input'}': ${strerror(read.error)}`);
    if (read.value === '') return finish(ctx, words, state);
    taken += read.value.length;
    if (state.skip > 0) {
      state = { ...state, skip: state.skip - read.value.length };
      continue;
    }
    const conv = words.get('conv') ?? '';
    const text = conv.includes('ucase')
      ? read.value.toUpperCase()
      : conv.includes('lcase')
        ? read.value.toLowerCase()
        : read.value;
    const full = text.length >= size ? 1 : 0;
    if (state.output === 1) ctx.out(text);
    else {
      const wrote = ctx.sys.write(state.output, text);
      if (!wrote.ok) {
        ctx.complain(`error writing '${words.get('of')}': ${strerror(wrote.error)}`);
        finish(ctx, words, state);
        return 1;
      }
    }
    state = {
      ...state,
      ...(state.left === undefined ? {} : { left: state.left - size }),
      inFull: state.inFull + full,
      inPart: state.inPart + 1 - full,
      outFull: state.outFull + full,
      outPart: state.outPart + 1 - full,
      bytes: state.bytes + utf8Length(text),
    };
  }
  return { state, busy: COST };
}

/** `20 k`, `1.5 M`: one decimal below ten. */
function scaled(n: number, step: 1000 | 1024): string {
  const letters = ['', step === 1000 ? 'k' : 'K', 'M', 'G', 'T'];
  let [size, power] = [n, 0];
  while (size >= step && power < letters.length - 1) [size, power] = [size / step, power + 1];
  return `${power > 0 && size < 10 ? size.toFixed(1) : Math.round(size)} ${letters[power]}`;
}

function finish(ctx: Context, words: ReadonlyMap<string, string>, state: State): number {
  const status = words.get('status');
  if (status === 'none') return 0;
  ctx.err(`${state.inFull}+${state.inPart} records in\n${state.outFull}+${state.outPart} records out\n`);
  if (status === 'noxfer') return 0;
  const seconds = Math.max(1e-6, (ctx.sys.now - state.startedAt) / 1e6);
  const { bytes } = state;
  const sizes = bytes < 1000 ? '' : ` (${scaled(bytes, 1000)}B${bytes < 1024 ? '' : `, ${scaled(bytes, 1024)}iB`})`;
  if (ctx.busybox)
    ctx.err(
      `${bytes} bytes${bytes < 1024 ? '' : ` (${humanSize(bytes)}B)`} copied, ${seconds.toFixed(6)} seconds, ${humanSize(Math.floor(bytes / seconds))}B/s\n`,
    );
  else
    ctx.err(
      `${bytes} byte${bytes === 1 ? '' : 's'}${sizes} copied, ${seconds} s, ${scaled(bytes / seconds, 1000)}B/s\n`,
    );
  return 0;
}

defineCommand({
  name: 'dd',
  summary: 'Copy a file, converting and formatting according to the operands.',
  usage: '[OPERAND]...',
  raw: true,
  start,
  resume: (ctx, state) => copy(ctx, state as State),
});

defineCommand<'size' | 'create'>({
  name: 'truncate',
  summary: 'Shrink or extend the size of each FILE to the specified size.',
  usage: 'OPTION... FILE...',
  flags: {
    create: { short: 'c', long: 'no-create', help: 'do not create any files' },
    size: { short: 's', long: 'size', value: 'SIZE', help: 'set or adjust the file size by SIZE bytes' },
  },
  start(ctx) {
    const size = ctx.flags.value('size');
    if (size === undefined) return ctx.misuse('you must specify either ‘--size’ or ‘--reference’');
    if (ctx.operands.length === 0) return ctx.misuse('missing file operand');
    const count = countOf(size.replace(/^[+-]/, ''));
    if (count === undefined) return ctx.fail(`Invalid number: ‘${size}’`);
    for (const path of ctx.operands) {
      const old = readFile(ctx.sys.tx, ctx.sys.self, path);
      if (!old.ok && ctx.flags.has('create')) continue;
      const text = old.ok ? old.value : '';
      const wanted = size.startsWith('+')
        ? text.length + count
        : size.startsWith('-')
          ? Math.max(0, text.length - count)
          : count;
      if (wanted > MOST) return ctx.fail(`failed to truncate '${path}' at ${wanted} bytes: ${strerror('ENOSPC')}`);
      const done = writeFile(ctx.sys.tx, ctx.sys.self, path, text.slice(0, wanted).padEnd(wanted, '\0'));
      if (!done.ok) return ctx.fail(`cannot open '${path}' for writing: ${strerror(done.error)}`);
    }
    return 0;
  },
});

/** Files are kept as text: none grows beyond this. */
const MOST = 16 << 20;
