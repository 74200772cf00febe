/**
 * Shell patterns (glob(7)): `*`, `?`, `[…]`. A pattern is a list of characters of which some are literal because they
 * were quoted; matching is by table, so that no pattern takes longer than its length times the text's.
 */
export interface Pattern {
  readonly text: string;
  /** Quoted characters, which stand for themselves. */
  readonly literal: readonly boolean[];
}

export const literally = (text: string): Pattern => ({
  text,
  literal: Array.from({ length: text.length }, () => true),
});
export const bare = (text: string): Pattern => ({ text, literal: Array.from({ length: text.length }, () => false) });

export const joinPatterns = (parts: readonly Pattern[]): Pattern => ({
  text: parts.map((part) => part.text).join(''),
  literal: parts.flatMap((part) => part.literal),
});

export const hasMagic = (pattern: Pattern): boolean =>
  [...pattern.text].some((char, i) => !pattern.literal[i] && '*?['.includes(char));

type Token = { readonly any: true } | { readonly star: true } | { readonly is: (char: string) => boolean };

function tokenize(pattern: Pattern): readonly Token[] {
  const tokens: Token[] = [];
  const { text, literal } = pattern;
  for (let i = 0; i < text.length; i++) {
    const char = text[i] as string;
    if (!literal[i] && char === '\\' && i + 1 < text.length) {
      const next = text[++i] as string;
      tokens.push({ is: (c) => c === next });
    } else if (literal[i] || !'*?['.includes(char)) tokens.push({ is: (c) => c === char });
    else if (char === '*') tokens.push({ star: true });
    else if (char === '?') tokens.push({ any: true });
    else {
      const set = bracket(text, literal, i);
      if (!set) tokens.push({ is: (c) => c === '[' });
      else {
        tokens.push({ is: set.is });
        i = set.end;
      }
    }
  }
  return tokens;
}

const CLASSES: Readonly<Record<string, (c: string) => boolean>> = {
  alpha: (c) => /[A-Za-z]/.test(c),
  digit: (c) => /[0-9]/.test(c),
  alnum: (c) => /[A-Za-z0-9]/.test(c),
  upper: (c) => /[A-Z]/.test(c),
  lower: (c) => /[a-z]/.test(c),
  space: (c) => /\s/.test(c),
  blank: (c) => c === ' ' || c === '\t',
  punct: (c) => /[!-/:-@[-`{-~]/.test(c),
  xdigit: (c) => /[0-9A-Fa-f]/.test(c),
};

function bracket(
  text: string,
  literal: readonly boolean[],
  from: number,
): { readonly is: (c: string) => boolean; readonly end: number } | undefined {
  let i = from + 1;
  const not = text[i] === '!' || text[i] === '^';
  if (not) i++;
  const tests: ((c: string) => boolean)[] = [];
  for (let first = true; i < text.length; first = false, i++) {
    const char = text[i] as string;
    if (char === ']' && !first && !literal[i]) return { is: (c) => tests.some((test) => test(c)) !== not, end: i };
    const named = /^\[:(\w+):\]/.exec(text.slice(i));
    if (named) {
      const test = CLASSES[named[1] as string];
      if (test) tests.push(test);
      i += named[0].length - 1;
    } else if (text[i + 1] === '-' && text[i + 2] !== undefined && text[i + 2] !== ']') {
      const [low, high] = [char, text[i + 2] as string];
      tests.push((c) => c >= low && c <= high);
      i += 2;
    } else tests.push((c) => c === char);
  }
  return undefined;
}

/** Ends of all prefixes of `text` that match, ascending. */
export function matchPrefixes(pattern: Pattern, text: string): readonly number[] {
  let reached = new Set([0]);
  for (const token of tokenize(pattern)) {
    const next = new Set<number>();
    if ('star' in token) {
      const first = Math.min(...reached);
      if (reached.size > 0) for (let at = first; at <= text.length; at++) next.add(at);
    } else
      for (const at of reached)
        if (at < text.length && ('any' in token || token.is(text[at] as string))) next.add(at + 1);
    reached = next;
    if (reached.size === 0) return [];
  }
  return [...reached].sort((a, b) => a - b);
}

export const matchesPattern = (pattern: Pattern, text: string): boolean =>
  matchPrefixes(pattern, text).at(-1) === text.length;
