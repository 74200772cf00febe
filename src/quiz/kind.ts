import type { Language, Localized } from '../i18n/languages.ts';
import type { Translate } from '../i18n/messages.ts';
import type { HostRunner } from './host.ts';
import type { Question } from './question.ts';
import type { QuestionSpec } from './spec.ts';

/** What the reader gave: a value in the form of the kind, or that she is not sure. */
export type Answer = { readonly given: string } | 'unsure';

/** An answer, judged. */
export interface Verdict {
  readonly right: boolean;
  /** The answer in words; absent when she was not sure. */
  readonly answer?: Localized;
  readonly key: Localized;
  /** What speaks against this very answer. */
  readonly because?: Localized;
  readonly misconception?: string;
}

/** A kind of question: pure functions over plain data. Its folder registers it by its name. */
export interface Kind<Spec extends QuestionSpec = QuestionSpec, Posed extends Question = Question> {
  /** Throws when the content is at fault: see `pose`. */
  generate(spec: Spec, seed: number, host: HostRunner): Posed;
  /** Undefined when the answer cannot be read: then nothing is judged. */
  grade(question: Posed, answer: Answer): Verdict | undefined;
}

/** The verdict on a known wrong answer, on the key, or on a value that nobody foresaw. */
export function judged(
  question: Question,
  answer: Localized,
  right: boolean,
  same: (known: Localized) => boolean,
): Verdict {
  const known = right ? undefined : question.wrong.find(({ value }) => same(value));
  return {
    right,
    answer,
    key: question.key,
    ...(known?.because === undefined ? {} : { because: known.because }),
    ...(known?.misconception === undefined ? {} : { misconception: known.misconception }),
  };
}

/** Not sure is an answer too: it shows the key and judges nobody. */
export const unsure = (question: Question): Verdict => ({ right: false, key: question.key });

/** What a kind's part of the page works with. */
export interface KindViewProps<Posed extends Question = Question> {
  readonly question: Posed;
  readonly language: Language;
  readonly t: Translate;
  /** Present once the question has been answered: then nothing can be given any more. */
  readonly verdict: Verdict | undefined;
  /** What was given last, while it could not be read or after it was judged. */
  readonly given: string | undefined;
  /** Id of the element that holds the question's text. */
  readonly labelledBy: string;
  answer(given: string): void;
}

/** The part of a question that takes the answer: a component of React, which this layer does not know. */
export type KindView = (props: KindViewProps) => unknown;
