import { expect, it } from 'vitest';
import { completed } from '../../src/app/stage/completed.ts';

const at = (line: string) => {
  const caret = line.indexOf('|');
  return [line.replace('|', ''), caret] as const;
};

it.each([
  ['dock|', 0, ['docker'], 'docker |'],
  ['docker st|', 7, ['start', 'stats', 'stop'], 'docker st|'],
  ['docker sta|', 7, ['start', 'stats'], 'docker sta|'],
  ['docker s|', 7, ['start', 'stats'], 'docker sta|'],
  ['cat /pro|', 4, ['/proc/'], 'cat /proc/|'],
  ['docker sto| web', 7, ['stop'], 'docker stop |web'],
  ['nothing|', 0, [], 'nothing|'],
  ['ls "/et|', 3, ['/etc/', '/etc2/'], 'ls "/et|'],
])('%s', (line, from, candidates, expected) => {
  const [value, caret] = at(line);
  const made = completed(value, caret, { from, candidates });
  expect(`${made.value.slice(0, made.caret)}|${made.value.slice(made.caret)}`).toBe(expected);
  expect(made.candidates).toEqual(candidates);
});
