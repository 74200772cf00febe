import { type Context, defineCommand, type Step } from '../command.ts';
import { escapes } from '../escapes.ts';
import { type Reading, readingOf, readOn } from '../files.ts';

type K = 'complement' | 'delete' | 'squeeze' | 'truncate';

const range = (from: string, to: string): string => {
  let out = '';
  for (let code = from.charCodeAt(0); code <= to.charCodeAt(0); code++) out += String.fromCharCode(code);
  return out;
};

const CLASSES: Readonly<Record<string, string>> = {
  alpha: range('A', 'Z') + range('a', 'z'),
  digit: range('0', '9'),
  alnum: range('0', '9') + range('A', 'Z') + range('a', 'z'),
  upper: range('A', 'Z'),
  lower: range('a', 'z'),
  space: '\t\n\v\f\r ',
  blank: '\t ',
  punct: `${range('!', '/')}${range(':', '@')}${range('[', '`')}${range('{', '~')}`,
  cntrl: `${range('\0', '\x1f')}\x7f`,
  xdigit: `${range('0', '9')}ABCDEFabcdef`,
  print: range(' ', '~'),
  graph: range('!', '~'),
};

function setOf(text: string): string {
  const named = text.replace(/\[:(\w+):\]/g, (all, name: string) => CLASSES[name] ?? all);
  const plain = escapes(named);
  let out = '';
  for (let i = 0; i < plain.length; i++) {
    const to = plain[i + 2];
    if (plain[i + 1] === '-' && to !== undefined && to >= (plain[i] as string)) {
      out += range(plain[i] as string, to);
      i += 2;
    } else out += plain[i];
  }
  return out;
}

function translate(ctx: Context<K>, text: string, last: string): string {
  const [first, second] = ctx.operands.map(setOf);
  const from = new Set(first ?? '');
  const inFirst = (c: string): boolean => from.has(c) !== ctx.flags.has('complement');
  const to = second ?? '';
  const squeezed = ctx.flags.has('squeeze') ? new Set(second ?? '') : undefined;
  const isSqueezed = (c: string): boolean => (second === undefined ? inFirst(c) : (squeezed as Set<string>).has(c));
  let out = '';
  let before = last;
  for (const char of text) {
    let c = char;
    if (inFirst(char)) {
      if (ctx.flags.has('delete')) continue;
      if (to !== '') {
        const at = ctx.flags.has('complement') ? to.length - 1 : (first ?? '').indexOf(char);
        c = to[Math.min(at, to.length - 1)] as string;
      }
    }
    if (squeezed && c === before && isSqueezed(c)) continue;
    out += c;
    before = c;
  }
  return out;
}

interface State {
  readonly reading: Reading;
  readonly last: string;
}

function go(ctx: Context<K>, from: State): Step {
  let { reading, last } = from;
  for (let taken = 0; taken < 65536; ) {
    const read = readOn(ctx.sys, reading);
    if (read.kind === 'end') return 0;
    reading = read.reading;
    if (read.kind === 'wait') return { state: { reading, last }, wait: { channels: [read.channel] } };
    if (read.kind === 'error') return ctx.refuse('read error', read.error);
    if (read.kind !== 'text') continue;
    taken += read.text.length;
    const out = translate(ctx, read.text, last);
    ctx.out(out);
    last = out.slice(-1) || last;
  }
  return { state: { reading, last }, busy: 1000 };
}

defineCommand<K>({
  name: 'tr',
  summary: 'Translate, squeeze, and/or delete characters from standard input, writing to standard output.',
  usage: '[OPTION]... STRING1 [STRING2]',
  flags: {
    complement: { short: 'cC', long: 'complement', help: 'use the complement of STRING1' },
    delete: { short: 'd', long: 'delete', help: 'delete characters in STRING1, do not translate' },
    squeeze: { short: 's', long: 'squeeze-repeats', help: 'replace each sequence of a repeated character by one' },
    truncate: { short: 't', long: 'truncate-set1', help: 'first truncate STRING1 to length of STRING2' },
  },
  start(ctx) {
    const [first, second] = ctx.operands;
    if (first === undefined) return ctx.misuse('missing operand');
    const two = !ctx.flags.has('delete') && !ctx.flags.has('squeeze');
    if (two && second === undefined) {
      ctx.complain(`missing operand after ‘${first}’`);
      ctx.err("Two strings must be given when translating.\nTry 'tr --help' for more information.\n");
      return 1;
    }
    const extra = ctx.operands[ctx.flags.has('delete') && !ctx.flags.has('squeeze') ? 1 : 2];
    if (extra !== undefined) return ctx.misuse(`extra operand ‘${extra}’`);
    return go(ctx, { reading: readingOf([]), last: '' });
  },
  resume: (ctx, state) => go(ctx, state as State),
});
