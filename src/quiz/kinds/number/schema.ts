import * as z from 'zod/mini';
import { questionFields } from '../../spec.ts';

const acceptSchema = z.strictObject({
  /** How far from the key is still right. */
  tolerance: z.optional(z.number().check(z.nonnegative())),
  /** Words that may follow the number and change nothing. */
  units: z.optional(z.array(z.string())),
});

/** How quiz.yaml writes a question of this kind. */
export const schema = z.strictObject({
  kind: z.literal('number'),
  ...questionFields,
  accept: z.optional(acceptSchema),
});
