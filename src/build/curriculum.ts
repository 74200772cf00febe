import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';
import { parse } from 'yaml';
import * as z from 'zod/mini';

const localized = z.strictObject({ ko: z.string(), en: z.string() });

const curriculumSchema = z.strictObject({
  modules: z.array(
    z.strictObject({
      id: z.string(),
      title: localized,
      lessons: z.array(
        z.strictObject({
          slug: z.string().check(z.regex(/^[a-z0-9-]+$/)),
          title: localized,
          minutes: z.number(),
          diagram: z.string(),
          needs: z.array(z.string()),
        }),
      ),
    }),
  ),
});

export type Curriculum = z.infer<typeof curriculumSchema>;

/**
 * Reads content/curriculum.yaml. Throws, with the place named, on a wrong shape, a slug that stands twice, or a
 * `needs` that names no lesson.
 */
export function readCurriculum(root: string): Curriculum {
  const curriculum = curriculumSchema.parse(parse(readFileSync(join(root, 'content/curriculum.yaml'), 'utf8')));
  const seen = new Set<string>();
  const lessons = curriculum.modules.flatMap((module) => module.lessons);
  for (const { slug } of lessons) {
    if (seen.has(slug)) throw new Error(`content/curriculum.yaml: lesson ${slug} stands twice`);
    seen.add(slug);
  }
  for (const { slug, needs } of lessons)
    for (const need of needs)
      if (!seen.has(need)) throw new Error(`content/curriculum.yaml: ${slug} needs ${need}, which is no lesson`);
  return curriculum;
}

/** Slugs of the lessons whose folder exists in both languages: only those have pages. */
function liveLessons(root: string): readonly string[] {
  return readCurriculum(root)
    .modules.flatMap((module) => module.lessons)
    .map((lesson) => lesson.slug)
    .filter((slug) => ['ko', 'en'].every((lang) => existsSync(join(root, 'content/lessons', slug, `${lang}.md`))));
}

/** The curriculum with `live` on lessons that can be read. */
function modulesOf(root: string) {
  const live = new Set(liveLessons(root));
  return readCurriculum(root).modules.map((module) => ({
    ...module,
    lessons: module.lessons.map((lesson) => ({ ...lesson, live: live.has(lesson.slug) })),
  }));
}

/** Where a lesson stands in the course, as its page says it. */
function placingOf(root: string, slug: string) {
  for (const [m, { title, lessons }] of modulesOf(root).entries()) {
    const l = lessons.findIndex((lesson) => lesson.slug === slug);
    const lesson = lessons[l];
    if (lesson)
      return { moduleNumber: m + 1, moduleTitle: title, number: `${m + 1}.${l + 1}`, lesson, next: lessons[l + 1] };
  }
  throw new Error(`content/curriculum.yaml: no lesson is called ${slug}`);
}

/**
 * Serves `virtual:curriculum`, the whole course as plain data, and what a single lesson's page needs of it:
 * `virtual:placings`, by slug, of the lessons that can be read.
 */
export function curriculum(): Plugin {
  let root = '';
  return {
    name: 'curriculum',
    configResolved(config) {
      root = config.root;
    },
    resolveId: {
      filter: { id: /^virtual:(?:curriculum|placings|placing\/.+)$/ },
      handler: (id) => `\0${id}`,
    },
    load: {
      filter: { id: /^\0virtual:(?:curriculum|placings|placing\/.+)$/ },
      handler(id) {
        this.addWatchFile(join(root, 'content/curriculum.yaml'));
        if (id === '\0virtual:curriculum') return `export const modules = ${JSON.stringify(modulesOf(root))};`;
        if (id !== '\0virtual:placings')
          return `export default ${JSON.stringify(placingOf(root, id.slice(id.indexOf('/') + 1)))};`;
        const entries = liveLessons(root).map(
          (slug) => `${JSON.stringify(slug)}: () => import('virtual:placing/${slug}')`,
        );
        return `export const placings = {${entries.join()}};`;
      },
    },
  };
}
