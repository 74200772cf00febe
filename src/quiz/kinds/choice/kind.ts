import type * as z from 'zod/mini';
import type { Localized } from '../../../i18n/languages.ts';
import { shuffled } from '../../draw.ts';
import { judged, type Kind, unsure } from '../../kind.ts';
import { pose, type Question, type Same } from '../../question.ts';
import type { schema } from './schema.ts';

/** One right answer among several that are shown. */
export interface ChoiceQuestion extends Question {
  /** Key and wrong answers in an order that the seed decides. An answer is the index of one of them. */
  readonly options: readonly Localized[];
}

/** Two options that look alike in either language could not be told apart. */
const same: Same = (a, b) => a.ko === b.ko || a.en === b.en;

export const kind: Kind<z.infer<typeof schema>, ChoiceQuestion> = {
  generate(spec, seed, host) {
    const { question, drawnFrom } = pose(spec, seed, host, same);
    const options = shuffled([question.key, ...question.wrong.map(({ value }) => value)], drawnFrom, spec.id);
    return { ...question, options };
  },
  grade(question, answer) {
    if (answer === 'unsure') return unsure(question);
    const option = /^\d+$/.test(answer.given) ? question.options[Number(answer.given)] : undefined;
    return option && judged(question, option, same(option, question.key), (known) => same(known, option));
  },
};
