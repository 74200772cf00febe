import type { Language } from '../i18n/languages.ts';
import type { Question } from '../quiz/question.ts';

/**
 * A rendered element tree as compact JSON: a text, or `[tag, props, ...children]`. A lower-case HTML tag is that
 * element; `step predict note quiz lab term out run show` are the directives, rendered by src/app/prose.
 */
export type ProseNode =
  | string
  | readonly [tag: string, props: Readonly<Record<string, unknown>> | null, ...children: ProseNode[]];

/** A command that a step runs on its host: `~~~sh run exit=1 tty=c1`. */
export interface StepCommand {
  readonly line: string;
  readonly exit?: number;
  readonly tty?: string;
}

/** One step of a lesson; ids are the same in every language. */
export interface LessonStep {
  readonly id: string;
  readonly title: string;
  readonly commands: readonly StepCommand[];
  readonly view?: string;
  readonly focus?: string;
}

export interface LessonSource {
  readonly title: string;
  readonly href: string;
}

/** One lesson in one language, as the page loads it. */
export interface Lesson {
  readonly slug: string;
  readonly language: Language;
  readonly title: string;
  readonly summary: string;
  readonly objectives: readonly string[];
  readonly sources: readonly LessonSource[];
  readonly tree: readonly ProseNode[];
  readonly steps: readonly LessonStep[];
  /** The questions of its quiz by id, posed with the first seed; further seeds are posed in the page. */
  readonly questions: Readonly<Record<string, Question>>;
}
