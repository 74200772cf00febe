import { defineCommand } from '../command.ts';
import { wholeInput } from '../lines.ts';

const linesOf = (text: string): readonly string[] => {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
};

defineCommand<'delimiters' | 'serial'>({
  name: 'paste',
  summary: 'Write lines consisting of the sequentially corresponding lines from each FILE.',
  usage: '[OPTION]... [FILE]...',
  flags: {
    delimiters: { short: 'd', long: 'delimiters', value: 'LIST', help: 'reuse characters from LIST instead of TABs' },
    serial: { short: 's', long: 'serial', help: 'paste one file at a time instead of in parallel' },
  },
  ...wholeInput<'delimiters' | 'serial'>({
    done(ctx, _text, perFile) {
      const glue = [...(ctx.flags.value('delimiters') ?? '\t').replaceAll('\\n', '\n').replaceAll('\\t', '\t')];
      const join = (cells: readonly string[]): string =>
        cells.map((cell, i) => (i > 0 ? (glue[(i - 1) % glue.length] ?? '') : '') + cell).join('');
      const columns = perFile.map(([, text]) => linesOf(text));
      if (ctx.flags.has('serial')) {
        for (const column of columns) ctx.out(`${join(column)}\n`);
        return 0;
      }
      const rows = columns.reduce((most, column) => Math.max(most, column.length), 0);
      for (let row = 0; row < rows; row++) ctx.out(`${join(columns.map((column) => column[row] ?? ''))}\n`);
      return 0;
    },
  }),
});

defineCommand<'one' | 'two' | 'three'>({
  name: 'comm',
  summary: 'Compare sorted files FILE1 and FILE2 line by line.',
  usage: '[OPTION]... FILE1 FILE2',
  flags: {
    one: { short: '1', help: 'suppress column 1 (lines unique to FILE1)' },
    two: { short: '2', help: 'suppress column 2 (lines unique to FILE2)' },
    three: { short: '3', help: 'suppress column 3 (lines that appear in both files)' },
  },
  ...wholeInput<'one' | 'two' | 'three'>({
    check(ctx) {
      const { operands } = ctx;
      if (operands.length === 0) return ctx.misuse('missing operand');
      if (operands.length === 1) return ctx.misuse(`missing operand after ‘${operands[0]}’`);
      return operands.length > 2 ? ctx.misuse(`extra operand ‘${operands[2]}’`) : undefined;
    },
    done(ctx, _text, perFile) {
      const [a, b] = [linesOf(perFile[0]?.[1] ?? ''), linesOf(perFile[1]?.[1] ?? '')];
      const shown = [!ctx.flags.has('one'), !ctx.flags.has('two'), !ctx.flags.has('three')];
      const put = (column: 0 | 1 | 2, text: string): void => {
        if (shown[column]) ctx.out(`${'\t'.repeat(shown.slice(0, column).filter(Boolean).length)}${text}\n`);
      };
      let [i, j] = [0, 0];
      while (i < a.length || j < b.length) {
        const [x, y] = [a[i], b[j]];
        if (x !== undefined && x === y) {
          put(2, x);
          i++;
          j++;
        } else if (y === undefined || (x !== undefined && x < y)) {
          put(0, x as string);
          i++;
        } else {
          put(1, y);
          j++;
        }
      }
      return 0;
    },
  }),
});
