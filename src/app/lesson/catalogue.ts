import { type CourseLesson, type CourseModule, modules } from 'virtual:curriculum';
import { lessons } from 'virtual:lessons';
import type { Language } from '../../i18n/languages.ts';
import type { Lesson } from '../../lessons/lesson.ts';

/** Where a lesson stands in the course. */
export interface Placing {
  readonly module: CourseModule;
  /** Counted from 1. */
  readonly moduleNumber: number;
  readonly number: string;
  readonly lesson: CourseLesson;
  readonly next: CourseLesson | undefined;
}

/** The place of a lesson in the course, or undefined for a slug that the curriculum does not have. */
export function placingOf(slug: string): Placing | undefined {
  for (const [m, module] of modules.entries()) {
    const l = module.lessons.findIndex((lesson) => lesson.slug === slug);
    const lesson = module.lessons[l];
    if (lesson !== undefined)
      return { module, moduleNumber: m + 1, number: `${m + 1}.${l + 1}`, lesson, next: module.lessons[l + 1] };
  }
  return undefined;
}

/** Loads a lesson's text; undefined when there is no such lesson. */
export async function loadLesson(slug: string, language: Language): Promise<Lesson | undefined> {
  // An address may name a property of every object ("constructor"): only own keys are lessons.
  const load = Object.hasOwn(lessons, slug) ? lessons[slug]?.[language] : undefined;
  return load === undefined ? undefined : (await load()).default;
}
