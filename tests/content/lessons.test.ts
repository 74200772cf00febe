import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { languages } from '../../src/i18n/languages.ts';
import { readLibrary } from '../../src/lessons/library.ts';
import { lessonOf, lessonSlugs, readLesson } from '../../src/lessons/read.ts';

const root = resolve(import.meta.dirname, '../..');

describe('content', () => {
  it('has lessons, and every one reads without a fault', () => {
    const library = readLibrary(root);
    const slugs = lessonSlugs(root);
    expect(slugs).toContain('net-bridge');
    for (const slug of slugs) {
      const folder = readLesson(root, slug, library);
      expect(folder.questions.length).toBeGreaterThanOrEqual(5);
      for (const language of languages) expect(folder.texts[language].steps.length).toBeGreaterThan(0);
    }
  });

  it('asks every question of a quiz in the lesson', () => {
    const library = readLibrary(root);
    for (const slug of lessonSlugs(root)) {
      const { texts, questions } = readLesson(root, slug, library);
      const asked = texts.ko.references.filter(({ directive }) => directive !== 'term').map(({ of }) => of);
      expect(asked.toSorted()).toEqual(questions.map(({ id }) => id).toSorted());
    }
  });

  it('knows all 56 misconceptions in both languages', () => {
    expect(Object.keys(readLibrary(root).misconceptions)).toHaveLength(56);
  });

  it('puts the words of the host into the prose', () => {
    const library = readLibrary(root);
    const folder = { ...readLesson(root, 'net-bridge', library), questions: [] };
    const lesson = lessonOf(folder, 'en', library, (after, run) => ({
      stdout: `${after.length}/${run}\n`,
      stderr: '',
      exit: 0,
    }));
    expect(JSON.stringify(lesson.tree)).toContain('"text":"9/bridge link | grep -c \'master docker0\'"');
    const failing = () => lessonOf(folder, 'en', library, () => ({ stdout: '', stderr: 'no such device', exit: 1 }));
    expect(failing).toThrow(/en\.md:\d+: .*status 1 no such device/);
  });
});

describe('a fault in a lesson', () => {
  let copy = '';
  beforeEach(() => {
    copy = mkdtempSync(join(tmpdir(), 'content-'));
    cpSync(join(root, 'content'), join(copy, 'content'), { recursive: true });
  });
  afterEach(() => rmSync(copy, { recursive: true }));

  const change = (file: string, from: string, to: string) => {
    const path = join(copy, 'content', file);
    const text = readFileSync(path, 'utf8');
    expect(text).toContain(from);
    writeFileSync(path, text.replace(from, to));
  };
  const read = () => readLesson(copy, 'net-bridge', readLibrary(copy));

  it.each([
    ['a step that only one language has', 'en.md', '{#routed', '{#routing', /ko\.md:1: steps: routed .* routing/],
    ['a command that differs', 'en.md', 'sleep 2\n', 'sleep 3\n', /run blocks: #empty-again sleep 2 .*sleep 3/],
    ['a value that only one language asks for', 'en.md', 'ip -br link show docker0 |', 'ip -br link |', /values from/],
    ['another order of questions', 'ko.md', '{of=next-ip}', '{of=port-count}', /questions and labs/],
    [
      'an unknown question',
      'ko.md',
      '::predict{of=ports-after-run}',
      '::predict{of=nothing}',
      /ko\.md:\d+: quiz\.yaml/,
    ],
    ['an unknown term', 'ko.md', '{of=cidr-notation}', '{of=cidr}', /ko\.md:\d+: content\/glossary\.yaml has no cidr/],
    ['an unknown source', 'ko.md', 'bridge-8,', 'bridge-9,', /content\/sources\.yaml has no bridge-9/],
    [
      'an unknown misconception',
      'quiz.yaml',
      'misconception: M34',
      'misconception: M99',
      /quiz\.yaml:\d+: there is no M99/,
    ],
    ['a question that stands twice', 'quiz.yaml', 'id: port-count', 'id: next-ip', /question next-ip stands twice/],
    ['a kind that does not exist', 'quiz.yaml', 'kind: number', 'kind: amount', /quiz\.yaml:\d+: 1\.kind/],
    [
      'a question without a language',
      'quiz.yaml',
      '    en: "When these',
      '    fr: "When these',
      /quiz\.yaml:\d+: 1\.ask/,
    ],
  ])('%s is named with its file', (_, file, from, to, message) => {
    change(`lessons/net-bridge/${file}`, from, to);
    expect(read).toThrow(message);
  });
});
