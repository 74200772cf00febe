/**
 * Brace expansion of a raw word: `{a,b}`, `{1..5}`, `{a..e..2}`, nested; quoted braces and `${…}` stay. At most 4,096
 * words come of one.
 */
export function braceWords(raw: string): readonly string[] {
  return expand(raw).slice(0, MOST);
}

const MOST = 4096;

function expand(raw: string): readonly string[] {
  const found = findBraces(raw);
  if (!found) return [raw];
  const { from, to, items } = found;
  const [head, tail] = [raw.slice(0, from), raw.slice(to + 1)];
  const rest = expand(tail);
  const words: string[] = [];
  for (const item of items.flatMap(expand)) {
    for (const end of rest) {
      words.push(head + item + end);
      if (words.length >= MOST) return words;
    }
  }
  return words;
}

function findBraces(
  raw: string,
): { readonly from: number; readonly to: number; readonly items: readonly string[] } | undefined {
  for (let i = 0; i < raw.length; i++) {
    const skipped = skipQuoted(raw, i);
    if (skipped > i) i = skipped - 1;
    else if (raw[i] === '{' && raw[i - 1] !== '$') {
      const to = closing(raw, i);
      const items = to === undefined ? undefined : itemsOf(raw.slice(i + 1, to));
      if (to !== undefined && items) return { from: i, to, items };
    }
  }
  return undefined;
}

/** The index after a quoted stretch or `${…}` that starts here; the same index when none does. */
function skipQuoted(raw: string, at: number): number {
  const char = raw[at];
  if (char === '\\') return at + 2;
  if (char === "'" || char === '"') {
    for (let i = at + 1; i < raw.length; i++) {
      if (raw[i] === '\\' && char === '"') i++;
      else if (raw[i] === char) return i + 1;
    }
    return raw.length;
  }
  if (char === '$' && (raw[at + 1] === '{' || raw[at + 1] === '(')) {
    const [open, close] = raw[at + 1] === '{' ? ['{', '}'] : ['(', ')'];
    let depth = 0;
    for (let i = at + 1; i < raw.length; i++) {
      if (raw[i] === open) depth++;
      else if (raw[i] === close && --depth === 0) return i + 1;
    }
    return raw.length;
  }
  return at;
}

function closing(raw: string, open: number): number | undefined {
  let depth = 0;
  for (let i = open; i < raw.length; i++) {
    const skipped = skipQuoted(raw, i);
    if (skipped > i) i = skipped - 1;
    else if (raw[i] === '{') depth++;
    else if (raw[i] === '}' && --depth === 0) return i;
  }
  return undefined;
}

function itemsOf(inner: string): readonly string[] | undefined {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i < inner.length; i++) {
    const skipped = skipQuoted(inner, i);
    if (skipped > i) i = skipped - 1;
    else if (inner[i] === '{') depth++;
    else if (inner[i] === '}') depth--;
    else if (inner[i] === ',' && depth === 0) {
      parts.push(inner.slice(start, i));
      start = i + 1;
    }
  }
  if (parts.length > 0) return [...parts, inner.slice(start)];
  return sequence(inner);
}

function sequence(inner: string): readonly string[] | undefined {
  const match = /^(-?\d+|[A-Za-z])\.\.(-?\d+|[A-Za-z])(?:\.\.(-?\d+))?$/.exec(inner);
  if (!match) return undefined;
  const [, from, to, by] = match as unknown as [string, string, string, string | undefined];
  const letters = /[A-Za-z]/.test(from) && /[A-Za-z]/.test(to);
  if (!letters && (/[A-Za-z]/.test(from) || /[A-Za-z]/.test(to))) return undefined;
  const [a, b] = letters ? [from.charCodeAt(0), to.charCodeAt(0)] : [Number(from), Number(to)];
  const step = Math.max(1, Math.abs(Number(by ?? 1))) * (a <= b ? 1 : -1);
  const width = !letters && (/^-?0\d/.test(from) || /^-?0\d/.test(to)) ? Math.max(from.length, to.length) : 0;
  const words: string[] = [];
  for (let n = a; (step > 0 ? n <= b : n >= b) && words.length < MOST; n += step) {
    words.push(letters ? String.fromCharCode(n) : String(n).padStart(width, '0'));
  }
  return words;
}
