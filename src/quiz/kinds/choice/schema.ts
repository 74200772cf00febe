import * as z from 'zod/mini';
import { questionFields } from '../../spec.ts';

/** How quiz.yaml writes a question of this kind. */
export const schema = z.strictObject({ kind: z.literal('choice'), ...questionFields });
