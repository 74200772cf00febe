import { quizzes } from 'virtual:lessons';
import { kinds } from '../../quiz/kinds.ts';
import type { Question } from '../../quiz/question.ts';

/**
 * Poses a question of a lesson anew. Loads the engine and the lesson's quiz; undefined when the lesson has no such
 * question.
 */
export async function poseQuestion(slug: string, id: string, seed: number): Promise<Question | undefined> {
  const load = Object.hasOwn(quizzes, slug) ? quizzes[slug] : undefined;
  if (load === undefined) return undefined;
  const [{ replay }, { default: specs }] = await Promise.all([
    import('../../quiz/replay.ts'),
    load(),
    import('../stage/parts.ts').then(({ loadParts }) => loadParts()),
  ]);
  const spec = specs.find((candidate) => candidate.id === id);
  return spec && kinds[spec.kind]?.generate(spec, seed, replay());
}
