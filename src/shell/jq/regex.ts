import { compileRegex, type Regex, search } from '../regex/regex.ts';
import { JqError, shortly, typeOf } from './value.ts';

interface Pattern {
  readonly regex: Regex;
  /** Names of the groups that count, by their numbers; null for one without a name. */
  readonly groups: readonly (readonly [number: number, name: string | null])[];
}

const ESCAPES: Readonly<Record<string, string>> = { d: '[0-9]', D: '[^0-9]', n: '\n', t: '\t', h: '[0-9a-fA-F]' };

/** An Oniguruma pattern in ERE's words. @sim simplified: no lookaround; lazy quantifiers are greedy. */
function compile(source: string, flags: string): Pattern {
  const groups: (readonly [number, string | null])[] = [];
  let out = '';
  let count = 0;
  for (let i = 0; i < source.length; i++) {
    const rest = source.slice(i);
    const named = /^\(\?<(\w+)>/.exec(rest);
    const char = source[i] as string;
    if (char === '\\') {
      const next = source[++i] ?? '';
      out += ESCAPES[next] ?? `\\${next}`;
    } else if (char === '(') {
      count++;
      out += '(';
      if (named) groups.push([count, named[1] as string]);
      else if (!rest.startsWith('(?:')) groups.push([count, null]);
      i += named ? named[0].length - 1 : rest.startsWith('(?:') ? 2 : 0;
    } else if (char === '?' && /[*+?}]/.test(source[i - 1] ?? '') && source[i - 2] !== '\\') continue;
    else out += char;
  }
  const regex = compileRegex(out, { extended: true, ignoreCase: flags.includes('i') });
  if (typeof regex === 'string') throw new JqError(`${source} (at offset 0) is not a valid regex: ${regex}`);
  return { regex, groups };
}

interface Capture {
  readonly offset: number;
  readonly length: number;
  readonly string: string | null;
  readonly name?: string | null;
}

/** What `match` gives: one object for each match (one only without `g`). */
export function captures(
  input: unknown,
  re: unknown,
  flags: unknown,
): readonly (Capture & { captures: readonly Capture[] })[] {
  if (Array.isArray(re)) return captures(input, re[0], re[1] ?? flags);
  if (typeof input !== 'string' || typeof re !== 'string')
    throw new JqError(`${typeOf(input)} (${shortly(input)}) cannot be matched, as it is not a string`);
  const how = typeof flags === 'string' ? flags : '';
  const { regex, groups } = compile(re, how);
  const found: (Capture & { captures: readonly Capture[] })[] = [];
  for (let from = 0; from <= input.length; ) {
    const match = search(regex, input, from);
    if (!match) break;
    const piece = (n: number): Capture => {
      const [start, end] = [match[2 * n] ?? -1, match[2 * n + 1] ?? -1];
      const string = start < 0 || end < start ? null : input.slice(start, end);
      return { offset: string === null ? -1 : start, length: string?.length ?? 0, string };
    };
    const whole = piece(0);
    found.push({ ...whole, captures: groups.map(([n, name]) => ({ ...piece(n), name })) });
    if (!how.includes('g')) break;
    from = Math.max(whole.offset + whole.length, from) + (whole.length === 0 ? 1 : 0);
  }
  return found;
}

export function splitBy(input: unknown, re: unknown, flags: unknown): readonly string[] {
  const parts: string[] = [];
  let at = 0;
  for (const { offset, length } of captures(input, re, `g${typeof flags === 'string' ? flags : ''}`)) {
    parts.push((input as string).slice(at, offset));
    at = offset + length;
  }
  return [...parts, (input as string).slice(at)];
}

/** `sub` and `gsub`: the replacement sees the named groups as an object. */
export function substitute(input: unknown, re: unknown, flags: unknown, by: (groups: unknown) => unknown): string {
  let out = '';
  let at = 0;
  for (const match of captures(input, re, flags)) {
    const groups = Object.fromEntries(match.captures.flatMap(({ name, string }) => (name ? [[name, string]] : [])));
    const text = by(groups);
    if (typeof text !== 'string') throw new JqError(`${typeOf(text)} (${shortly(text)}) cannot be added to a string`);
    out += (input as string).slice(at, match.offset) + text;
    at = match.offset + match.length;
  }
  return out + (input as string).slice(at);
}
