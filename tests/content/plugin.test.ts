import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createServer, type ViteDevServer } from 'vite';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { Lesson } from '../../src/lessons/lesson.ts';
import { lessons } from '../../src/lessons/plugin.ts';

const project = resolve(import.meta.dirname, '../..');

let root = '';
let server: ViteDevServer;

/** A host that answers every command with another number. */
const answering = async () => {
  let count = 1;
  return () => ({ stdout: `${++count}\n`, stderr: '', exit: 0 });
};

beforeAll(async () => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'lessons-')));
  cpSync(join(project, 'content'), join(root, 'content'), { recursive: true });
  server = await createServer({
    root,
    configFile: false,
    logLevel: 'silent',
    appType: 'custom',
    server: { middlewareMode: true, watch: { usePolling: true, interval: 50 }, ws: false },
    plugins: [lessons(answering)],
  });
});
afterAll(async () => {
  await server.close();
  rmSync(root, { recursive: true });
});

const load = async (language: string) =>
  (await server.ssrLoadModule(`virtual:lesson/net-bridge/${language}`)).default as Lesson;

const edit = (from: string, to: string) => {
  const file = join(root, 'content/lessons/net-bridge/ko.md');
  writeFileSync(file, readFileSync(file, 'utf8').replace(from, to));
};

it('serves the catalogue, texts with posed questions, and quizzes', async () => {
  const { lessons: texts, quizzes } = await server.ssrLoadModule('virtual:lessons');
  expect(Object.keys(texts)).toContain('net-bridge');
  expect(Object.keys(quizzes)).toEqual(Object.keys(texts));
  const lesson = await load('en');
  expect(lesson).toMatchObject({ slug: 'net-bridge', language: 'en', title: 'docker0 and veth' });
  expect(Object.keys(lesson.questions)).toContain('next-ip');
  const { default: specs } = await server.ssrLoadModule('virtual:quiz/net-bridge');
  expect(specs.map(({ id }: { id: string }) => id).toSorted()).toEqual(Object.keys(lesson.questions).toSorted());
});

it('a saved text reloads the page, and a fault in it is named with file and line', async () => {
  await load('ko');
  const send = vi.spyOn(server.environments.client.hot, 'send');
  edit('title: docker0와 veth', 'title: 바뀐 제목');
  await vi.waitFor(() => expect(send).toHaveBeenCalledWith({ type: 'full-reload' }), 5000);
  await vi.waitFor(async () => expect((await load('ko')).title).toBe('바뀐 제목'), 5000);
  edit(':::note{kind="deeper"}', ':::nota{kind="deeper"}');
  await vi.waitFor(async () => await expect(load('ko')).rejects.toThrow(/ko\.md:\d+: there is no :::nota/), 5000);
});
