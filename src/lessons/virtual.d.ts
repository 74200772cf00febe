declare module 'virtual:lessons' {
  import type { Language } from '../i18n/languages.ts';
  import type { Lesson } from './lesson.ts';

  /** Slug → language → the lesson's chunk (`virtual:lesson/<slug>/<language>`), loaded on demand. */
  export const lessons: Readonly<
    Record<string, Readonly<Record<Language, () => Promise<{ readonly default: Lesson }>>>>
  >;
}
