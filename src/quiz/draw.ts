import { draw, drawBelow } from '../engine/core/random.ts';
import type { Localized } from '../i18n/languages.ts';

/** Name of a variable → the value that the seed drew. */
export type Drawn = Readonly<Record<string, string>>;

/** Puts drawn values in at `@{name}`. An unknown name throws: it is a mistake in the content. */
export function fill(text: string, values: Drawn): string {
  return text.replace(/@\{(\w+)\}/g, (slot, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined) throw new Error(`${slot} is no variable of this question`);
    return value;
  });
}

export function fillBoth(text: Localized, values: Drawn): Localized {
  return { ko: fill(text.ko, values), en: fill(text.en, values) };
}

/** Draws every variable of a question; one hangs on the seed and its own name, never on the others. */
export function drawVariables(
  variables: Readonly<Record<string, readonly (string | number)[]>>,
  seed: number,
  question: string,
): Drawn {
  const drawn: Record<string, string> = {};
  for (const [name, values] of Object.entries(variables)) {
    const value = values[drawBelow(seed, `quiz/${question}/${name}`, 0, values.length)];
    drawn[name] = fill(String(value), drawn);
  }
  return drawn;
}

/** The seed of the nth attempt at the same question; attempt 0 is the seed itself. */
export function seedOfAttempt(seed: number, attempt: number): number {
  return attempt === 0 ? seed : draw(seed, 'quiz/attempt', attempt);
}

/** A new order of the items, decided by the seed (Fisher and Yates). */
export function shuffled<T>(items: readonly T[], seed: number, question: string): readonly T[] {
  const result = [...items];
  for (let last = result.length - 1; last > 0; last--) {
    const other = drawBelow(seed, `quiz/${question}/order`, last, last + 1);
    const [a, b] = [result[last], result[other]];
    if (a === undefined || b === undefined) continue;
    result[last] = b;
    result[other] = a;
  }
  return result;
}
