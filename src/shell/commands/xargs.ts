import { strerror } from '../../engine/core/errno.ts';
import { type Batch, runBatch } from '../batch.ts';
import { type Context, defineCommand, type Step } from '../command.ts';
import { type Reading, readingOf, readOn } from '../files.ts';

type K =
  | 'null'
  | 'delimiter'
  | 'replace'
  | 'lines'
  | 'args'
  | 'procs'
  | 'empty'
  | 'verbose'
  | 'file'
  | 'exit'
  | 'interactive';

/** Arguments that go into one command line unless -n says fewer. */
const MOST_ARGS = 5000;

/** Splits as the shell would, without expansions: blanks, quotes, backslashes. */
function words(text: string): readonly string[] | string {
  const out: string[] = [];
  let word: string | undefined;
  for (let i = 0; i < text.length; i++) {
    const c = text[i] as string;
    if (c === '\\') word = (word ?? '') + (text[++i] ?? '');
    else if (c === "'" || c === '"') {
      const end = text.indexOf(c, i + 1);
      if (end < 0)
        return `unmatched ${c === '"' ? 'double' : 'single'} quote; by default quotes are special to xargs unless you use the -0 option`;
      word = (word ?? '') + text.slice(i + 1, end);
      i = end;
    } else if (/\s/.test(c)) {
      if (word !== undefined) out.push(word);
      word = undefined;
    } else word = (word ?? '') + c;
  }
  if (word !== undefined) out.push(word);
  return out;
}

function items(ctx: Context<K>, text: string): readonly string[] | string {
  const { flags } = ctx;
  const cut = flags.has('null')
    ? '\0'
    : flags.value('delimiter')?.replace('\\n', '\n').replace('\\0', '\0').replace('\\t', '\t');
  if (cut !== undefined) {
    const parts = text.split(cut);
    if (parts.at(-1) === '') parts.pop();
    return parts;
  }
  if (flags.has('replace'))
    return text
      .split('\n')
      .map((line) => line.trim())
      .filter(Boolean);
  return words(text);
}

function commandsFor(ctx: Context<K>, all: readonly string[], text: string): readonly (readonly string[])[] {
  const { flags } = ctx;
  const command = ctx.operands.length > 0 ? ctx.operands : ['echo'];
  if (flags.has('replace')) {
    const mark = flags.value('replace') ?? '{}';
    return all.map((item) => command.map((word) => word.replaceAll(mark, item)));
  }
  if (all.length === 0) return flags.has('empty') ? [] : [command];
  const lines = Number(flags.value('lines') ?? 0);
  if (lines > 0) {
    const rows = text.split('\n').filter((line) => line.trim() !== '');
    const groups: (readonly string[])[] = [];
    for (let i = 0; i < rows.length; i += lines) {
      const some = words(rows.slice(i, i + lines).join('\n'));
      groups.push([...command, ...(typeof some === 'string' ? [] : some)]);
    }
    return groups;
  }
  const size = Math.max(1, Number(flags.value('args') ?? MOST_ARGS) || MOST_ARGS);
  const out: (readonly string[])[] = [];
  for (let i = 0; i < all.length; i += size) out.push([...command, ...all.slice(i, i + size)]);
  return out;
}

interface Reads {
  readonly reading: Reading;
  readonly text: string;
}

function gather(ctx: Context<K>, from: Reads): Step {
  let { reading, text } = from;
  for (;;) {
    const read = readOn(ctx.sys, reading);
    if (read.kind === 'end') return begin(ctx, text);
    reading = read.reading;
    if (read.kind === 'text') text += read.text;
    else if (read.kind === 'wait')
      return { state: { reading, text } satisfies Reads, wait: { channels: [read.channel] } };
    else if (read.kind === 'error') return ctx.fail(`Cannot open input file ‘${read.file}’: ${strerror(read.error)}`);
  }
}

function begin(ctx: Context<K>, text: string): Step {
  const all = items(ctx, text);
  if (typeof all === 'string') return ctx.fail(all);
  const commands = commandsFor(ctx, all, text);
  if (ctx.flags.has('verbose')) for (const command of commands) ctx.err(`${command.join(' ')}\n`);
  return runBatch(ctx, { commands, at: 0, status: 0, stopAt: [255], failure: 123 });
}

defineCommand<K>({
  name: 'xargs',
  summary: 'Run COMMAND with arguments INITIAL-ARGS and more arguments read from input.',
  usage: '[OPTION]... COMMAND [INITIAL-ARGS]...',
  stopAtOperand: true,
  flags: {
    null: { short: '0', long: 'null', help: 'items are separated by a null, not whitespace' },
    file: { short: 'a', long: 'arg-file', value: 'FILE', help: 'read arguments from FILE, not standard input' },
    delimiter: {
      short: 'd',
      long: 'delimiter',
      value: 'CHARACTER',
      help: 'items in input stream are separated by CHARACTER',
    },
    replace: { short: 'Ii', long: 'replace', value: 'R', help: 'replace R in INITIAL-ARGS with names read from input' },
    lines: {
      short: 'L',
      long: 'max-lines',
      value: 'MAX-LINES',
      help: 'use at most MAX-LINES non-blank input lines per command line',
    },
    args: { short: 'n', long: 'max-args', value: 'MAX-ARGS', help: 'use at most MAX-ARGS arguments per command line' },
    interactive: { short: 'p', long: 'interactive', help: 'prompt before running commands (never here)' },
    procs: { short: 'P', long: 'max-procs', value: 'MAX-PROCS', help: 'run at most MAX-PROCS processes at a time' },
    empty: { short: 'r', long: 'no-run-if-empty', help: 'if there are no arguments, then do not run COMMAND' },
    verbose: { short: 't', long: 'verbose', help: 'print commands before executing them' },
    exit: { short: 'x', long: 'exit', help: 'exit if the size is exceeded' },
  },
  start: (ctx) => gather(ctx, { reading: readingOf(ctx.flags.values('file').slice(-1)), text: '' }),
  resume: (ctx, state) =>
    'commands' in (state as object) ? runBatch(ctx, state as Batch) : gather(ctx, state as Reads),
});
