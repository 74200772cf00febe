import type * as z from 'zod/mini';
import { judged, type Kind, unsure } from '../../kind.ts';
import { pose, type Question, type Same } from '../../question.ts';
import type { schema } from './schema.ts';

/** A number, written freely. */
export interface NumberQuestion extends Question {
  readonly tolerance: number;
  readonly units: readonly string[];
}

/** Reads `3`, `3개`, `３ ports`, `1,024`; undefined when it is no number or its unit is unknown. */
function numberOf(text: string, units: readonly string[]): number | undefined {
  const [, digits, unit] = /^([-+]?[\d,]*\.?\d+)\s*(.*)$/s.exec(text.normalize('NFKC').trim()) ?? [];
  if (digits === undefined || (unit !== '' && !units.includes((unit ?? '').toLowerCase()))) return undefined;
  const number = Number(digits.replaceAll(',', ''));
  return Number.isFinite(number) ? number : undefined;
}

const same: Same = (a, b) => numberOf(a.en, []) === numberOf(b.en, []);

export const kind: Kind<z.infer<typeof schema>, NumberQuestion> = {
  generate(spec, seed, host) {
    const { question } = pose(spec, seed, host, same);
    for (const { en } of [question.key, ...question.wrong.map(({ value }) => value)])
      if (numberOf(en, []) === undefined) throw new Error(`question ${spec.id}: ${en} is no number`);
    const units = (spec.accept?.units ?? []).map((unit) => unit.normalize('NFKC').toLowerCase());
    return { ...question, tolerance: spec.accept?.tolerance ?? 0, units };
  },
  grade(question, answer) {
    if (answer === 'unsure') return unsure(question);
    const given = numberOf(answer.given, question.units);
    if (given === undefined) return undefined;
    const words = { ko: String(given), en: String(given) };
    const key = numberOf(question.key.en, []) ?? Number.NaN;
    return judged(question, words, Math.abs(given - key) <= question.tolerance, (known) => same(known, words));
  },
};
