import * as z from 'zod/mini';
import { questionFields } from '../../spec.ts';

const acceptSchema = z.strictObject({
  /** What may follow the key and change nothing, such as `/16` after an address. */
  suffixes: z.optional(z.array(z.string().check(z.minLength(1)))),
});

/** How quiz.yaml writes a question of this kind. */
export const schema = z.strictObject({ kind: z.literal('text'), ...questionFields, accept: z.optional(acceptSchema) });
