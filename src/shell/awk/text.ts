import { compileRegex, type Regex, search } from '../regex/regex.ts';

/** Fields of a text by a separator: blank, one character, or a regular expression. */
export function splitText(text: string, separator: string): readonly string[] {
  if (separator === ' ') return text.match(/[^ \t\n]+/g) ?? [];
  if (text === '') return [];
  if (separator === '') return [...text];
  if (separator.length === 1 && separator !== '\\') return text.split(separator);
  const regex = compileRegex(separator, { extended: true });
  return typeof regex === 'string' ? [text] : splitRegex(text, regex);
}

export function splitRegex(text: string, regex: Regex | undefined): readonly string[] {
  if (!regex || text === '') return text === '' ? [] : [text];
  const parts: string[] = [];
  let at = 0;
  for (let from = 0; from <= text.length; ) {
    const match = search(regex, text, from);
    if (!match) break;
    const [start, end] = match as unknown as [number, number];
    if (end === start) {
      from = start + 1;
      continue;
    }
    parts.push(text.slice(at, start));
    at = end;
    from = end;
  }
  return [...parts, text.slice(at)];
}

/** `sub` and `gsub`: the text with matches replaced, where `&` in the replacement is the match; and how many there were. */
export function substituted(
  regex: Regex,
  source: string,
  by: string,
  global: boolean,
): { readonly text: string; readonly count: number } {
  let out = '';
  let at = 0;
  let count = 0;
  for (let from = 0; from <= source.length; ) {
    const match = search(regex, source, from);
    if (!match) break;
    const [start, end] = match as unknown as [number, number];
    count++;
    out +=
      source.slice(at, start) +
      by.replace(/\\\\|\\&|&/g, (mark) => (mark === '&' ? source.slice(start, end) : mark.slice(1)));
    at = end;
    if (!global) break;
    if (end === start) {
      out += source.slice(at, at + 1);
      at++;
      from = at;
    } else from = end;
    if (end > start && end === source.length) break;
  }
  return { text: out + source.slice(at), count };
}
