import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Language, languages } from '../i18n/languages.ts';
import type { HostResult } from '../quiz/host.ts';
import { kinds } from '../quiz/kinds.ts';
import type { Question } from '../quiz/question.ts';
import type { QuestionSpec } from '../quiz/spec.ts';
import { ContentError } from './contentError.ts';
import type { Lesson, StepCommand } from './lesson.ts';
import type { Library } from './library.ts';
import { type LessonText, readLessonText } from './markdown.ts';
import { differences } from './parity.ts';
import { readQuiz } from './quiz.ts';

/** A lesson in all languages with its questions: everything of its folder, checked. */
export interface LessonFolder {
  readonly slug: string;
  readonly texts: Readonly<Record<Language, LessonText>>;
  readonly questions: readonly QuestionSpec[];
}

/** Runs commands on a fresh host, then one more, and gives its result: for `:out` and for the keys of questions. */
export type LessonHost = (commands: readonly (StepCommand | string)[], run: string) => HostResult;

/** The seed with which a page poses its questions when it is opened. */
const firstSeed = 1;

const lessonsFolder = 'content/lessons';

/** Files of a lesson, relative to the repository's root. */
export function lessonFiles(slug: string): readonly string[] {
  return [...languages.map((language) => `${language}.md`), 'quiz.yaml'].map(
    (name) => `${lessonsFolder}/${slug}/${name}`,
  );
}

/** Slugs of the lessons that stand in every language, sorted. */
export function lessonSlugs(root: string): readonly string[] {
  const folder = join(root, lessonsFolder);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((slug) => languages.every((language) => existsSync(join(folder, slug, `${language}.md`))))
    .sort();
}

function checkReferences(text: LessonText, questions: readonly QuestionSpec[], library: Library): void {
  const fail = (part: string, reason: string): never => {
    throw new ContentError(text.file, text.lineOf(part), reason);
  };
  for (const { directive, of } of text.references) {
    if (directive === 'term' && !Object.hasOwn(library.glossary, of))
      fail(`{of=${of}}`, `content/glossary.yaml has no ${of}`);
    if ((directive === 'predict' || directive === 'quiz') && !questions.some(({ id }) => id === of))
      fail(`{of=${of}}`, `quiz.yaml has no question ${of}`);
  }
  for (const source of text.frontMatter.sources)
    if (!Object.hasOwn(library.sources, source)) fail(source, `content/sources.yaml has no ${source}`);
}

/** Reads and checks one lesson. Throws a ContentError with file and line at the first fault. */
export function readLesson(root: string, slug: string, library: Library): LessonFolder {
  const read = (language: Language): LessonText => {
    const file = `${lessonsFolder}/${slug}/${language}.md`;
    return readLessonText(readFileSync(join(root, file), 'utf8'), file, language);
  };
  const texts = { ko: read('ko'), en: read('en') };
  const questions = readQuiz(root, `${lessonsFolder}/${slug}/quiz.yaml`, library);
  for (const language of languages) checkReferences(texts[language], questions, library);
  const [difference] = differences(texts.ko, texts.en);
  if (difference !== undefined) throw new ContentError(texts.ko.file, 1, difference);
  return { slug, texts, questions };
}

/** Puts into the tree what the host prints for every `:out[command]`; a command that fails is a ContentError. */
function fillOutputs(text: LessonText, host: LessonHost): void {
  for (const { command, after, properties } of text.outputs) {
    const { stdout, stderr, exit } = host(after, command);
    if (exit !== 0 || stdout.trim() === '')
      throw new ContentError(text.file, text.lineOf(`:out[${command}]`), `${command}: status ${exit} ${stderr}`.trim());
    properties.text = stdout.trim();
  }
}

function posed(folder: LessonFolder, host: LessonHost): Readonly<Record<string, Question>> {
  const questions: Record<string, Question> = {};
  for (const spec of folder.questions) {
    const kind = kinds[spec.kind];
    try {
      if (kind !== undefined) questions[spec.id] = kind.generate(spec, firstSeed, host);
    } catch (fault) {
      throw new ContentError(`${lessonsFolder}/${folder.slug}/quiz.yaml`, 1, String(fault));
    }
  }
  return questions;
}

/** One language of a lesson as the page loads it, with the words of the host put in. */
export function lessonOf(folder: LessonFolder, language: Language, library: Library, host: LessonHost): Lesson {
  const text = folder.texts[language];
  fillOutputs(text, host);
  const { title, summary, objectives, sources } = text.frontMatter;
  return {
    slug: folder.slug,
    language,
    title,
    summary,
    objectives,
    sources: sources.flatMap((id) => {
      const source = library.sources[id];
      if (source === undefined) return [];
      return [{ title: typeof source.title === 'string' ? source.title : source.title[language], href: source.href }];
    }),
    tree: text.tree,
    steps: text.steps,
    questions: posed(folder, host),
  };
}
