import type * as z from 'zod/mini';
import { judged, type Kind, unsure } from '../../kind.ts';
import { pose, type Question, type Same } from '../../question.ts';
import type { schema } from './schema.ts';

/** A short text, written freely: an address, a name, a word of an output. */
export interface TextQuestion extends Question {
  readonly suffixes: readonly string[];
}

/** Case, blanks, quotes and wide letters do not make another answer. */
function plain(text: string): string {
  return text
    .normalize('NFKC')
    .trim()
    .replace(/^[`'"]+|[`'".]+$/g, '')
    .replace(/\s+/g, ' ')
    .toLowerCase();
}

const same: Same = (a, b) => plain(a.ko) === plain(b.ko) || plain(a.en) === plain(b.en);

export const kind: Kind<z.infer<typeof schema>, TextQuestion> = {
  generate(spec, seed, host) {
    const { question } = pose(spec, seed, host, same);
    return { ...question, suffixes: (spec.accept?.suffixes ?? []).map(plain) };
  },
  grade(question, answer) {
    if (answer === 'unsure') return unsure(question);
    const given = plain(answer.given);
    if (given === '') return undefined;
    const suffix = question.suffixes.find((end) => given.endsWith(end) && given !== end) ?? '';
    const bare = given.slice(0, given.length - suffix.length);
    const matches: (known: { ko: string; en: string }) => boolean = ({ ko, en }) =>
      [plain(ko), plain(en)].some((known) => known === given || known === bare);
    const words = answer.given.trim();
    return judged(question, { ko: words, en: words }, matches(question.key), matches);
  },
};
