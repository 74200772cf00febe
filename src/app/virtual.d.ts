declare module 'virtual:curriculum' {
  import type { Localized } from '../i18n/languages.ts';

  /** One lesson of the course map; `live` when its text exists in both languages. */
  export interface CourseLesson {
    readonly slug: string;
    readonly title: Localized;
    readonly minutes: number;
    readonly diagram: string;
    readonly needs: readonly string[];
    readonly live: boolean;
  }

  export interface CourseModule {
    readonly id: string;
    readonly title: Localized;
    readonly lessons: readonly CourseLesson[];
  }

  /** content/curriculum.yaml, in the order of the course. */
  export const modules: readonly CourseModule[];
}

declare module 'virtual:placings' {
  import type { CourseLesson } from 'virtual:curriculum';
  import type { Localized } from '../i18n/languages.ts';

  /** Where a lesson stands in the course. */
  export interface Placing {
    /** Counted from 1. */
    readonly moduleNumber: number;
    readonly moduleTitle: Localized;
    readonly number: string;
    readonly lesson: CourseLesson;
    readonly next?: CourseLesson;
  }

  /** By slug; of the lessons that can be read, each a chunk of its own. */
  export const placings: Readonly<Record<string, () => Promise<{ readonly default: Placing }>>>;
}
