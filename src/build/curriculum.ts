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

const id = 'virtual:curriculum';

/** Serves `virtual:curriculum`: the curriculum as plain data, with `live` on lessons that can be read. */
export function curriculum(): Plugin {
  let root = '';
  return {
    name: 'curriculum',
    configResolved(config) {
      root = config.root;
    },
    resolveId: { filter: { id: /^virtual:curriculum$/ }, handler: () => `\0${id}` },
    load: {
      filter: { id: /^\0virtual:curriculum$/ },
      handler() {
        this.addWatchFile(join(root, 'content/curriculum.yaml'));
        const live = new Set(liveLessons(root));
        const modules = readCurriculum(root).modules.map((module) => ({
          ...module,
          lessons: module.lessons.map((lesson) => ({ ...lesson, live: live.has(lesson.slug) })),
        }));
        return `export const modules = ${JSON.stringify(modules)};`;
      },
    },
  };
}
