import { join, relative } from 'node:path';
import type { Plugin } from 'vite';
import { isLanguage, type Language, type Localized, languages } from '../i18n/languages.ts';
import { ContentError } from './contentError.ts';
import { libraryFiles, readLibrary } from './library.ts';
import { type LessonHost, lessonFiles, lessonOf, lessonSlugs, readLesson } from './read.ts';

const ours = /^\0virtual:(?:lessons$|lesson\/|quiz\/)/;

/** Module of `virtual:lessons`: every text and every quiz is a chunk of its own. */
function catalogue(root: string): string {
  const entries = lessonSlugs(root).map((slug) => {
    const texts = languages.map((language) => `${language}: () => import('virtual:lesson/${slug}/${language}')`);
    return { lesson: `'${slug}': { ${texts.join(', ')} }`, quiz: `'${slug}': () => import('virtual:quiz/${slug}')` };
  });
  return [
    `export const lessons = { ${entries.map(({ lesson }) => lesson).join(', ')} };`,
    `export const quizzes = { ${entries.map(({ quiz }) => quiz).join(', ')} };`,
  ].join('\n');
}

const isLocalized = (value: object): value is Localized =>
  Object.keys(value).length === languages.length &&
  languages.every((language) => typeof (value as Record<string, unknown>)[language] === 'string');

/**
 * Plain data as source text. What is said in all languages is written in one: a page has one language, and another page
 * is another module; so every language leads to it (`l(…)`).
 */
function inOneLanguage(value: unknown, language: Language): string {
  if (Array.isArray(value)) return `[${value.map((one) => inOneLanguage(one, language)).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (isLocalized(value)) return `l(${JSON.stringify(value[language])})`;
  const entries = Object.entries(value).filter(([, one]) => one !== undefined);
  return `{${entries.map(([key, one]) => `${JSON.stringify(key)}:${inOneLanguage(one, language)}`).join()}}`;
}

/** Module of `virtual:lesson/<slug>/<language>` or `virtual:quiz/<slug>`; undefined for an id that names neither. */
async function contentModule(root: string, id: string, host: () => Promise<LessonHost>): Promise<string | undefined> {
  const [what, slug, language] = id.replace('\0virtual:', '').split('/');
  if (slug === undefined) return undefined;
  const library = readLibrary(root);
  const folder = readLesson(root, slug, library);
  if (what === 'quiz') return `export default ${JSON.stringify(folder.questions)};`;
  if (!isLanguage(language)) return undefined;
  const lesson = lessonOf(folder, language, library, await host());
  const all = languages.map((one) => `${one}:text`).join();
  return `const l = (text) => ({${all}});\nexport default ${inOneLanguage(lesson, language)};`;
}

/**
 * Serves content/lessons: `virtual:lessons` and, on demand, its texts and quizzes, rendered from Markdown and YAML at
 * build. `loadHost` gives the machine whose words stand in the prose and that answers the questions; it is asked when a
 * lesson is first read. A fault stops the build with file and line. In development a saved file reloads the page.
 */
export function lessons(loadHost: () => Promise<LessonHost>): Plugin {
  let root = '';
  let host: Promise<LessonHost> | undefined;
  return {
    name: 'lessons',
    configResolved(config) {
      root = config.root;
    },
    resolveId: {
      filter: { id: /^virtual:(?:lessons$|lesson\/|quiz\/)/ },
      handler: (id) => `\0${id}`,
    },
    load: {
      filter: { id: ours },
      async handler(id) {
        const slugs = id === '\0virtual:lessons' ? [] : [id.split('/')[1] ?? ''];
        for (const file of [...slugs.flatMap(lessonFiles), ...Object.values(libraryFiles)])
          this.addWatchFile(join(root, file));
        const machine = () => {
          host ??= loadHost();
          return host;
        };
        try {
          return id === '\0virtual:lessons' ? catalogue(root) : await contentModule(root, id, machine);
        } catch (fault) {
          if (!(fault instanceof ContentError)) throw fault;
          return this.error({
            message: fault.message,
            id: join(root, fault.file),
            loc: { file: join(root, fault.file), line: fault.line, column: 0 },
          });
        }
      },
    },
    hotUpdate({ file, server }) {
      const path = relative(root, file).replaceAll('\\', '/');
      if (/^(?:src\/(?:engine|programs|shell|lab|quiz)|content\/hosts)\/|^content\/images\.yaml/.test(path))
        host = undefined;
      if (!path.startsWith('content/') || path.startsWith('content/locales/')) return undefined;
      const { moduleGraph, hot } = this.environment;
      for (const [id, module] of moduleGraph.idToModuleMap) if (ours.test(id)) moduleGraph.invalidateModule(module);
      server.config.logger.info(`content: ${path}`, { timestamp: true });
      hot.send({ type: 'full-reload' });
      return [];
    },
  };
}
