import * as z from 'zod/mini';
import { localized, readYaml } from './yaml.ts';

const slug = z.string().check(z.regex(/^[a-z0-9-]+$/));

/** content/sources.yaml: id → what a lesson may cite. */
const sourcesSchema = z.record(
  slug,
  z.strictObject({ title: z.union([z.string(), localized]), href: z.url({ protocol: /^https$/ }) }),
);

/** content/glossary.yaml: id → the term and its one-sentence definition, in both languages. */
const glossarySchema = z.record(slug, z.strictObject({ term: localized, definition: localized }));

/** content/misconceptions.yaml: id → what is believed, and the one line that is shown to who chose it. */
const misconceptionsSchema = z.record(
  z.string().check(z.regex(/^M\d\d$/)),
  z.strictObject({ claim: localized, truth: localized }),
);

/** What lessons and questions refer to by id. */
export interface Library {
  readonly sources: z.infer<typeof sourcesSchema>;
  readonly glossary: z.infer<typeof glossarySchema>;
  readonly misconceptions: z.infer<typeof misconceptionsSchema>;
}

/** Files of the library, relative to the repository's root. */
export const libraryFiles = {
  sources: 'content/sources.yaml',
  glossary: 'content/glossary.yaml',
  misconceptions: 'content/misconceptions.yaml',
} as const;

/** Reads the three shared files of the content. Throws a ContentError with file and line. */
export function readLibrary(root: string): Library {
  return {
    sources: readYaml(root, libraryFiles.sources, sourcesSchema),
    glossary: readYaml(root, libraryFiles.glossary, glossarySchema),
    misconceptions: readYaml(root, libraryFiles.misconceptions, misconceptionsSchema),
  };
}
