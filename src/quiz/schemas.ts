import type * as z from 'zod/mini';
import type { QuestionSpec } from './spec.ts';

const files = import.meta.glob<{ readonly schema: z.ZodMiniType<QuestionSpec> }>('./kinds/*/schema.ts', {
  eager: true,
});

/** How each kind of question is written, by its name; apart from the kinds, so that the page does without the checker. */
export const schemas: Readonly<Record<string, z.ZodMiniType<QuestionSpec>>> = Object.fromEntries(
  Object.entries(files).map(([path, file]) => [path.split('/').at(-2) ?? path, file.schema]),
);
