import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readLibrary } from '../../src/lessons/library.ts';
import { lessonSlugs, readLesson } from '../../src/lessons/read.ts';
import { kinds } from '../../src/quiz/kinds.ts';
import { replay } from '../../src/quiz/replay.ts';

const root = resolve(import.meta.dirname, '../..');
const library = readLibrary(root);
const seeds = Array.from({ length: 50 }, (_, seed) => seed);

describe.each(lessonSlugs(root))('%s on the host', (slug) => {
  const { texts, questions } = readLesson(root, slug, library);
  const commands = texts.ko.steps.flatMap((step) => step.commands);

  it('every command ends with the status that the lesson expects', () => {
    const host = replay();
    const ended = commands.map((command, index) => {
      const { exit, stderr } = host(commands.slice(0, index), command);
      return `${command.line} → ${exit} ${stderr}`.trim();
    });
    expect(ended).toEqual(commands.map(({ line, exit = 0 }) => `${line} → ${exit}`));
  }, 30_000);

  it('every value in the prose is printed by its command', () => {
    const host = replay();
    for (const { command, after } of texts.ko.outputs) {
      const { stdout, stderr, exit } = host(after, command);
      expect(`${command} → ${exit} ${stderr}`.trim()).toBe(`${command} → 0`);
      expect(stdout.trim(), command).not.toBe('');
    }
  });

  it.each(questions.map((spec) => [spec.id, spec] as const))(
    '%s: 50 seeds give one right answer and distinct wrong ones',
    (_, spec) => {
      const kind = kinds[spec.kind];
      const host = replay();
      const keys = new Set<string>();
      for (const seed of seeds) {
        const question = kind?.generate(spec, seed, host);
        if (kind === undefined || question === undefined) throw new Error(`no kind ${spec.kind}`);
        keys.add(JSON.stringify([question.host, question.asked, question.key]));
        for (const language of ['ko', 'en'] as const) {
          const values = [question.key, ...question.wrong.map(({ value }) => value)].map((value) => value[language]);
          expect(new Set(values).size, `seed ${seed}: ${values}`).toBe(values.length);
          expect(question.wrong.every(({ because }) => because?.[language])).toBe(true);
        }
        if (seed % 10 === 0) expect(kind.generate(spec, seed, host)).toEqual(question);
      }
      expect(keys.size).toBeGreaterThan(1);
    },
    30_000,
  );
});
