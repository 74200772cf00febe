import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { schemas } from '../quiz/schemas.ts';
import type { QuestionSpec } from '../quiz/spec.ts';
import { ContentError } from './contentError.ts';
import type { Library } from './library.ts';
import { parseYaml } from './yaml.ts';

/** Every entry is read by the schema of its kind, so that a message names the field that is wrong. */
const quizSchema = z.array(
  z.looseObject({ kind: z.enum(Object.keys(schemas) as [string, ...string[]]) }).check(({ value, issues }) => {
    const checked = schemas[value.kind]?.safeParse(value);
    for (const { message, path } of checked?.error?.issues ?? [])
      issues.push({ code: 'custom', message, path: [...path], input: value });
  }),
);

/** A wrong answer without words of its own gets those of its misconception. */
function withReasons(
  spec: QuestionSpec,
  library: Library,
  fail: (part: string, reason: string) => never,
): QuestionSpec {
  const wrong = spec.wrong.map((answer) => {
    const { misconception } = answer;
    if (misconception === undefined) return answer;
    const known = Object.hasOwn(library.misconceptions, misconception)
      ? library.misconceptions[misconception]
      : undefined;
    if (known === undefined) return fail(misconception, `there is no ${misconception}`);
    return { ...answer, because: answer.because ?? known.truth };
  });
  return { ...spec, wrong };
}

/**
 * Reads a lesson's quiz.yaml; a lesson without one has no questions. Throws a ContentError with file and line for a
 * wrong shape, an id that stands twice, or an unknown misconception.
 */
export function readQuiz(root: string, file: string, library: Library): readonly QuestionSpec[] {
  if (!existsSync(join(root, file))) return [];
  const text = readFileSync(join(root, file), 'utf8');
  const fail = (part: string, reason: string): never => {
    throw new ContentError(file, text.slice(0, Math.max(0, text.indexOf(part))).split('\n').length, reason);
  };
  // The schemas of the kinds have checked the entries.
  const questions = parseYaml(text, quizSchema, file) as unknown as readonly QuestionSpec[];
  const seen = new Set<string>();
  for (const { id } of questions) {
    if (seen.has(id)) fail(`id: ${id}`, `question ${id} stands twice`);
    seen.add(id);
  }
  return questions.map((question) => withReasons(question, library, fail));
}
