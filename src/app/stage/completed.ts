import type { Completion } from './Terminal.tsx';

/** What could stand from `from` to the caret instead. */
interface Candidates {
  readonly from: number;
  readonly candidates: readonly string[];
}

function commonStart(words: readonly string[]): string {
  const [first = '', ...others] = words;
  let length = first.length;
  for (const other of others) while (!other.startsWith(first.slice(0, length))) length--;
  return first.slice(0, length);
}

/** The line as Tab leaves it: the only candidate with a space behind it (a folder without), or what all have in common. */
export function completed(value: string, caret: number, { from, candidates }: Candidates): Completion {
  const [only] = candidates;
  if (only === undefined) return { value, caret, candidates };
  const after = value.slice(caret);
  const word = candidates.length > 1 ? commonStart(candidates) : only.endsWith('/') ? only : `${only} `;
  const typed = value.slice(from, caret);
  // Nothing in common beyond what was typed, perhaps in quotes: the line stays.
  if (candidates.length > 1 && word.length <= typed.length) return { value, caret, candidates };
  const before = value.slice(0, from) + word;
  return { value: before + after.replace(/^ /, word.endsWith(' ') ? '' : ' '), caret: before.length, candidates };
}
