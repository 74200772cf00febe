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
