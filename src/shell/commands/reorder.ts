import { type Context, defineCommand } from '../command.ts';
import { lineFilter, wholeInput } from '../lines.ts';

defineCommand({
  name: 'rev',
  summary: 'Reverse lines characterwise.',
  usage: '[file ...]',
  flags: {},
  ...lineFilter<never, null>({
    begin: () => null,
    line(ctx, state, text, { ended }) {
      ctx.out([...text].reverse().join('') + (ended ? '\n' : ''));
      return state;
    },
    end: () => 0,
  }),
});

defineCommand({
  name: 'tac',
  summary: 'Write each FILE to standard output, last line first.',
  usage: '[OPTION]... [FILE]...',
  flags: {},
  ...wholeInput<never>({
    done(ctx, _text, perFile) {
      for (const [, text] of perFile) ctx.out((text.match(/[^\n]*\n|[^\n]+$/g) ?? []).reverse().join(''));
      return 0;
    },
    unreadable: (_ctx, file) => `failed to open '${file}' for reading: No such file or directory`,
  }),
});

type NlKey = 'body' | 'width' | 'separator' | 'start' | 'increment';

defineCommand<NlKey>({
  name: 'nl',
  summary: 'Write each FILE to standard output, with line numbers added.',
  usage: '[OPTION]... [FILE]...',
  flags: {
    body: { short: 'b', long: 'body-numbering', value: 'STYLE', help: 'use STYLE for numbering body lines: a, t or n' },
    increment: { short: 'i', long: 'line-increment', value: 'NUMBER', help: 'line number increment at each line' },
    separator: { short: 's', long: 'number-separator', value: 'STRING', help: 'add STRING after line number' },
    start: { short: 'v', long: 'starting-line-number', value: 'NUMBER', help: 'first line number' },
    width: { short: 'w', long: 'number-width', value: 'NUMBER', help: 'use NUMBER columns for line numbers' },
  },
  ...lineFilter<NlKey, { readonly next: number }>({
    begin: (ctx) => ({ next: Number(ctx.flags.value('start') ?? 1) || 0 }),
    line(ctx, state, text) {
      const { next } = state;
      const width = Math.min(Number(ctx.flags.value('width') ?? 6) || 6, 100);
      const style = ctx.flags.value('body') ?? 't';
      const separator = ctx.flags.value('separator') ?? '\t';
      if (style === 'n' || (style === 't' && text === '')) {
        ctx.out(`${' '.repeat(width + separator.length)}${text}\n`);
        return state;
      }
      ctx.out(`${String(next).padStart(width)}${separator}${text}\n`);
      return { next: next + (Number(ctx.flags.value('increment') ?? 1) || 0) };
    },
    end: () => 0,
  }),
});

type FoldKey = 'width' | 'spaces' | 'bytes';

/** Where to cut a line: at the width, or with `-s` behind the last blank before it. */
function folded(ctx: Context<FoldKey>, text: string, width: number): readonly string[] {
  const pieces: string[] = [];
  let rest = text;
  while (rest.length > width) {
    const blank = ctx.flags.has('spaces') ? rest.slice(0, width).lastIndexOf(' ') : -1;
    const cut = blank >= 0 ? blank + 1 : width;
    pieces.push(rest.slice(0, cut));
    rest = rest.slice(cut);
  }
  return [...pieces, rest];
}

defineCommand<FoldKey>({
  name: 'fold',
  summary: 'Wrap input lines in each FILE, writing to standard output.',
  usage: '[OPTION]... [FILE]...',
  flags: {
    bytes: { short: 'b', long: 'bytes', help: 'count bytes rather than columns' },
    spaces: { short: 's', long: 'spaces', help: 'break at spaces' },
    width: { short: 'w', long: 'width', value: 'WIDTH', help: 'use WIDTH columns instead of 80' },
  },
  ...lineFilter<FoldKey, { readonly width: number }>({
    begin(ctx) {
      const text = ctx.flags.value('width') ?? '80';
      return /^[1-9]\d{0,5}$/.test(text) ? { width: Number(text) } : ctx.fail(`invalid number of columns: ‘${text}’`);
    },
    line(ctx, state, text, { ended }) {
      ctx.out(folded(ctx, text, state.width).join('\n') + (ended ? '\n' : ''));
      return state;
    },
    end: () => 0,
  }),
});

for (const name of ['less', 'more']) {
  defineCommand<'quiet'>({
    name,
    summary: 'Show text; here all of it at once, as into a pipe.',
    usage: '[options] [file]...',
    flags: { quiet: { short: 'EFRSXNeinsdflpcu', help: '(no effect here)' } },
    ...lineFilter<'quiet', null>({
      begin: () => null,
      line(ctx, state, text, { ended }) {
        ctx.out(text + (ended ? '\n' : ''));
        return state;
      },
      end: () => 0,
      unreadable: (_ctx, file) => `${file}: No such file or directory`,
    }),
  });
}
