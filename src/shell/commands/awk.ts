import { strerror } from '../../engine/core/errno.ts';
import { writeFile } from '../../engine/linux/change.ts';
import { readFile } from '../../engine/linux/vfs.ts';
import { unquote } from '../awk/lex.ts';
import { parseAwk } from '../awk/parse.ts';
import type { AwkProgram } from '../awk/program.ts';
import { Awk, type AwkSaved } from '../awk/run.ts';
import { type Context, defineCommand } from '../command.ts';
import { lineFilter } from '../lines.ts';

type K = 'separator' | 'variable' | 'file' | 'version' | 'interactive';

interface State {
  readonly awk: Awk;
  readonly index: number;
}

function sourceOf(ctx: Context<K>): string | undefined {
  const files = ctx.flags.values('file');
  if (files.length === 0) return ctx.operands[0];
  return files
    .map((path) => {
      const text = readFile(ctx.sys.tx, ctx.sys.self, path);
      return text.ok ? text.value : '';
    })
    .join('\n');
}

const isAssignment = (word: string): boolean => /^[A-Za-z_]\w*=/.test(word);

const inputs = (ctx: Context<K>): readonly string[] => {
  const words = ctx.flags.has('file') ? ctx.operands : ctx.operands.slice(1);
  return words.filter((word) => !isAssignment(word));
};

function made(ctx: Context<K>, saved?: AwkSaved): Awk {
  const { sys } = ctx;
  return new Awk(
    parseAwk(sourceOf(ctx) ?? '') as AwkProgram,
    {
      out: (text) => ctx.out(text),
      err: (text) => ctx.err(text),
      write: (path, text, append) => {
        writeFile(sys.tx, sys.self, path, text, { append });
      },
      now: sys.now,
      random: (below) => sys.tx.chance('awk', below),
    },
    saved,
  );
}

function prepare(ctx: Context<K>, awk: Awk): void {
  const { flags, sys } = ctx;
  const separator = flags.value('separator');
  if (separator !== undefined) awk.assign('FS', separator === 't' ? '\t' : unquote(separator));
  const words = ctx.flags.has('file') ? ctx.operands : ctx.operands.slice(1);
  for (const word of [...flags.values('variable'), ...words.filter(isAssignment)]) {
    const at = word.indexOf('=');
    if (at > 0) awk.assign(word.slice(0, at), { input: unquote(word.slice(at + 1)) });
  }
  const environment = awk.table('ENVIRON');
  for (const [name, value] of Object.entries(sys.self.env)) environment.set(name, { input: value });
  const argv = awk.table('ARGV');
  for (const [i, word] of ['awk', ...words].entries()) argv.set(String(i), word);
  awk.assign('ARGC', words.length + 1);
}

defineCommand<K>({
  name: 'awk',
  aliases: ['mawk', 'gawk'],
  summary: 'Pattern scanning and text processing language.',
  usage: "[-F value] [-v var=value] [--] 'program text' [file ...]",
  usageStatus: 2,
  stopAtOperand: true,
  flags: {
    separator: { short: 'F', long: 'field-separator', value: 'fs', help: 'set the field separator' },
    file: { short: 'f', long: 'file', value: 'program-file', help: 'read the program from a file' },
    variable: { short: 'v', long: 'assign', value: 'var=value', help: 'assign a value before the program begins' },
    interactive: { short: 'W', value: 'option', help: 'options of mawk (ignored)' },
    version: { long: 'version', help: 'print the version' },
  },
  ...lineFilter<K, State>({
    files: inputs,
    badFile: 2,
    begin(ctx) {
      const source = sourceOf(ctx);
      if (source === undefined) {
        ctx.err(
          "Usage: awk [POSIX or GNU style options] -f progfile [--] file ...\nUsage: awk [POSIX or GNU style options] [--] 'program' file ...\n",
        );
        return 2;
      }
      const program = parseAwk(source);
      if (typeof program === 'string') return ctx.fail(program.startsWith('line') ? program : `line 1: ${program}`, 2);
      const awk = made(ctx);
      prepare(ctx, awk);
      awk.begin();
      if (awk.exitStatus !== undefined || !awk.readsLines) {
        if (awk.exitStatus !== undefined) awk.end();
        return awk.exitStatus ?? 0;
      }
      return { awk, index: -1 };
    },
    line(_ctx, { awk, index }, text, where) {
      awk.line(text, where.file, where.index !== index);
      if (awk.exitStatus === undefined) return { awk, index: where.index };
      awk.end();
      return { stop: awk.exitStatus ?? 0 };
    },
    end(_ctx, { awk }) {
      awk.end();
      return awk.exitStatus ?? 0;
    },
    save: ({ awk, index }) => ({ saved: awk.save(), index }),
    load(ctx, state) {
      const { saved, index } = state as { saved: AwkSaved; index: number };
      return { awk: made(ctx, saved), index };
    },
    unreadable: (ctx, file, error) =>
      ctx.busybox ? `${file}: ${strerror(error)}` : `cannot open "${file}" (${strerror(error)})`,
  }),
});
