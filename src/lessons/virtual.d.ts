declare module 'virtual:lessons' {
  import type { Language } from '../i18n/languages.ts';
  import type { QuestionSpec } from '../quiz/spec.ts';
  import type { Lesson } from './lesson.ts';

  /** Slug → language → the lesson's chunk (`virtual:lesson/<slug>/<language>`), loaded on demand. */
  export const lessons: Readonly<
    Record<string, Readonly<Record<Language, () => Promise<{ readonly default: Lesson }>>>>
  >;

  /** Slug → the chunk of the lesson's questions (`virtual:quiz/<slug>`): one for all languages. */
  export const quizzes: Readonly<Record<string, () => Promise<{ readonly default: readonly QuestionSpec[] }>>>;
}
