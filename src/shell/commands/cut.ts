import { strerror } from '../../engine/core/errno.ts';
import { type Context, defineCommand } from '../command.ts';
import { lineFilter } from '../lines.ts';

type K = 'bytes' | 'chars' | 'fields' | 'delimiter' | 'complement' | 'only' | 'output';
type Range = readonly [from: number, to: number];

function parseList(text: string): readonly Range[] | undefined {
  const ranges: Range[] = [];
  for (const part of text.split(/[,\s]+/)) {
    const match = /^(\d*)(-?)(\d*)$/.exec(part);
    if (!match || (match[1] === '' && match[3] === '')) return undefined;
    const from = match[1] === '' ? 1 : Number(match[1]);
    const to = match[2] === '' ? from : match[3] === '' ? Number.MAX_SAFE_INTEGER : Number(match[3]);
    if (from < 1 || to < from) return undefined;
    ranges.push([from, to]);
  }
  return ranges;
}

const listOf = (ctx: Context<K>): string | undefined =>
  ctx.flags.value('fields') ?? ctx.flags.value('chars') ?? ctx.flags.value('bytes');

function select(ctx: Context<K>, parts: readonly string[], ranges: readonly Range[]): readonly string[] {
  const not = ctx.flags.has('complement');
  return parts.filter((_, i) => ranges.some(([from, to]) => i + 1 >= from && i + 1 <= to) !== not);
}

defineCommand<K>({
  name: 'cut',
  summary: 'Print selected parts of lines from each FILE to standard output.',
  usage: 'OPTION... [FILE]...',
  flags: {
    bytes: { short: 'b', long: 'bytes', value: 'LIST', help: 'select only these bytes' },
    chars: { short: 'c', long: 'characters', value: 'LIST', help: 'select only these characters' },
    delimiter: { short: 'd', long: 'delimiter', value: 'DELIM', help: 'use DELIM instead of TAB for field delimiter' },
    fields: { short: 'f', long: 'fields', value: 'LIST', help: 'select only these fields' },
    complement: { long: 'complement', help: 'complement the set of selected bytes, characters or fields' },
    only: { short: 's', long: 'only-delimited', help: 'do not print lines not containing delimiters' },
    output: { long: 'output-delimiter', value: 'STRING', help: 'use STRING as the output delimiter' },
  },
  ...lineFilter<K, null>({
    begin(ctx) {
      const list = listOf(ctx);
      const delimiter = ctx.flags.value('delimiter');
      if (list === undefined)
        return ctx.misuse(
          ctx.busybox
            ? 'expected a list of bytes, characters, or fields'
            : 'you must specify a list of bytes, characters, or fields',
        );
      if (!ctx.busybox && delimiter !== undefined && [...delimiter].length > 1)
        return ctx.misuse('the delimiter must be a single character');
      if (delimiter !== undefined && !ctx.flags.has('fields'))
        return ctx.misuse('an input delimiter may be specified only when operating on fields');
      const ranges = parseList(list);
      if (ranges) return null;
      const kind = ctx.flags.has('fields') ? 'field' : 'byte/character';
      return /^0|,0|\b0-/.test(list)
        ? ctx.misuse(`${kind === 'field' ? 'fields' : 'byte/character positions'} are numbered from 1`)
        : ctx.misuse(/\d+-\d+/.test(list) ? 'invalid decreasing range' : `invalid ${kind} value ‘${list}’`);
    },
    line(ctx, state, text) {
      const ranges = parseList(listOf(ctx) as string) ?? [];
      if (!ctx.flags.has('fields')) {
        ctx.out(`${select(ctx, [...text], ranges).join('')}\n`);
        return state;
      }
      const delimiter = ctx.flags.value('delimiter') ?? '\t';
      const parts = text.split(delimiter === '' ? '\0' : delimiter);
      if (parts.length > 1) ctx.out(`${select(ctx, parts, ranges).join(ctx.flags.value('output') ?? delimiter)}\n`);
      else if (!ctx.flags.has('only')) ctx.out(`${text}\n`);
      return state;
    },
    end: () => 0,
    unreadable: (ctx, file, error) =>
      ctx.busybox ? `can't open '${file}': ${strerror(error)}` : `${file}: ${strerror(error)}`,
  }),
});
