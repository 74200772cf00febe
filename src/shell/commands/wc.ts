import { utf8Length } from '../../engine/linux/vfs.ts';
import { type Context, defineCommand } from '../command.ts';
import { wholeInput } from '../lines.ts';

type K = 'bytes' | 'chars' | 'lines' | 'words' | 'longest';
type Counts = Readonly<Record<K, number>>;

function count(text: string): Counts {
  const lines = text.split('\n');
  return {
    lines: lines.length - 1,
    words: text.split(/\s+/).filter(Boolean).length,
    bytes: utf8Length(text),
    chars: [...text].length,
    longest: lines.reduce((most, line) => Math.max(most, line.length), 0),
  };
}

function shown(ctx: Context<K>): readonly K[] {
  const order: readonly K[] = ['lines', 'words', 'chars', 'bytes', 'longest'];
  const asked = order.filter((key) => ctx.flags.has(key));
  return asked.length > 0 ? asked : ['lines', 'words', 'bytes'];
}

defineCommand<K>({
  name: 'wc',
  summary: 'Print newline, word, and byte counts for each FILE.',
  usage: '[OPTION]... [FILE]...',
  flags: {
    bytes: { short: 'c', long: 'bytes', help: 'print the byte counts' },
    chars: { short: 'm', long: 'chars', help: 'print the character counts' },
    lines: { short: 'l', long: 'lines', help: 'print the newline counts' },
    longest: { short: 'L', long: 'max-line-length', help: 'print the maximum display width' },
    words: { short: 'w', long: 'words', help: 'print the word counts' },
  },
  ...wholeInput<K>({
    done(ctx, _text, perFile) {
      const keys = shown(ctx);
      const rows = perFile.map(([file, text]) => [file, count(text)] as const);
      const sum = (key: K): number => rows.reduce((all, [, counts]) => all + counts[key], 0);
      const total: Counts = {
        lines: sum('lines'),
        words: sum('words'),
        bytes: sum('bytes'),
        chars: sum('chars'),
        longest: rows.reduce((most, [, counts]) => Math.max(most, counts.longest), 0),
      };
      const named = ctx.operands.length > 0;
      const width = widthOf(ctx, keys, rows.length, total.bytes);
      const row = (counts: Counts, name: string): string => {
        const cells = keys.map((key) => String(counts[key]).padStart(width)).join(' ');
        return `${cells}${name ? ` ${name}` : ''}\n`;
      };
      for (const [file, counts] of rows) ctx.out(row(counts, named ? file : ''));
      if (ctx.operands.length > 1) ctx.out(row(total, 'total'));
      return 0;
    },
  }),
});

/** GNU: as wide as the total of bytes, 7 when standard input is read for several counts; busybox likewise 9. */
function widthOf(ctx: Context<K>, keys: readonly K[], files: number, bytes: number): number {
  if (keys.length === 1 && files <= 1) return 1;
  if (ctx.busybox) return 9;
  return ctx.operands.length === 0 || ctx.operands.includes('-') ? 7 : String(bytes).length;
}
