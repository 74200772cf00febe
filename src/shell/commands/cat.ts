import { defineCommand } from '../command.ts';
import { lineFilter } from '../lines.ts';

interface State {
  readonly number: number;
  readonly blank: boolean;
}

defineCommand({
  name: 'cat',
  summary: 'Concatenate FILE(s) to standard output.',
  usage: '[OPTION]... [FILE]...',
  flags: {
    all: { short: 'A', long: 'show-all', help: 'equivalent to -vET' },
    nonblank: { short: 'b', long: 'number-nonblank', help: 'number nonempty output lines, overrides -n' },
    ends: { short: 'eE', long: 'show-ends', help: 'display $ at end of each line' },
    number: { short: 'n', long: 'number', help: 'number all output lines' },
    squeeze: { short: 's', long: 'squeeze-blank', help: 'suppress repeated empty output lines' },
    tabs: { short: 'tT', long: 'show-tabs', help: 'display TAB characters as ^I' },
    visible: { short: 'v', long: 'show-nonprinting', help: 'use ^ and M- notation, except for LFD and TAB' },
    unbuffered: { short: 'u', help: '(ignored)' },
  },
  ...lineFilter<'all' | 'nonblank' | 'ends' | 'number' | 'squeeze' | 'tabs' | 'visible' | 'unbuffered', State>({
    begin: () => ({ number: 0, blank: false }),
    line(ctx, state, text, { ended }) {
      const { flags } = ctx;
      const blank = text === '';
      if (flags.has('squeeze') && blank && state.blank) return state;
      const all = flags.has('all');
      let shown = text;
      if (all || flags.has('visible'))
        shown = [...shown]
          .map((c) => (c < ' ' && c !== '\t' ? `^${String.fromCharCode(c.charCodeAt(0) + 64)}` : c))
          .join('');
      if (all || flags.has('tabs')) shown = shown.replaceAll('\t', '^I');
      const counted = flags.has('nonblank') ? !blank : flags.has('number');
      const number = counted ? state.number + 1 : state.number;
      const lead = counted ? `${String(number).padStart(6)}\t` : '';
      ctx.out(`${lead}${shown}${(all || flags.has('ends')) && ended ? '$' : ''}${ended ? '\n' : ''}`);
      return { number, blank };
    },
    end: () => 0,
  }),
});
