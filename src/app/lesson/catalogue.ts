import { lessons } from 'virtual:lessons';
import { type Placing, placings } from 'virtual:placings';
import type { Language } from '../../i18n/languages.ts';
import type { Lesson } from '../../lessons/lesson.ts';

// An address may name a property of every object ("constructor"): only own keys are lessons.
const own = <T>(map: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(map, key) ? map[key] : undefined;

/** Loads a lesson's text; undefined when there is no such lesson. */
export const loadLesson = async (slug: string, language: Language): Promise<Lesson | undefined> =>
  (await own(lessons, slug)?.[language]?.())?.default;

/** Loads a lesson's place in the course; undefined when there is no such lesson. */
export const loadPlacing = async (slug: string): Promise<Placing | undefined> =>
  (await own(placings, slug)?.())?.default;
