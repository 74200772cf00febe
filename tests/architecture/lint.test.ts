import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

/** A file that breaks one rule of biome.json, and words of the diagnostic that must name it. */
interface Planted {
  readonly path: string;
  readonly text: string;
  readonly says: string;
}

const engineRule = (index: number, text: string, says: string): Planted => ({
  path: `src/engine/core/planted${index}.ts`,
  text,
  says,
});

const planted: readonly Planted[] = [
  engineRule(0, 'export const now = () => Date.now();', 'Time is world.now'),
  engineRule(1, 'export const roll = () => Math.random();', 'same bits in every browser'),
  engineRule(2, 'export const wave = (x: number) => Math.sin(x);', 'same bits in every browser'),
  engineRule(3, 'export const text = (n: number) => n.toLocaleString();', 'the engine has no locale'),
  engineRule(4, 'export const order = (a: string, b: string) => a.localeCompare(b);', 'LC_ALL=C'),
  engineRule(5, 'export const format = new Intl.NumberFormat();', 'The engine has no locale'),
  engineRule(6, 'export const later = () => setTimeout(() => {}, 1);', 'wake-up into the event queue'),
  engineRule(7, 'export const pending = Promise.resolve(1);', 'pending in the JavaScript heap'),
  engineRule(8, 'export async function wait(x: number) {\n  await x;\n}', 'no promise and no generator'),
  engineRule(9, 'export const wait = async (x: number) => x;', 'no promise and no generator'),
  engineRule(10, 'export function* walk(x: number) {\n  yield x;\n}', 'no promise and no generator'),
  engineRule(11, "import { useState } from 'react';\nexport const use = useState;", 'React lives in src/app'),
  engineRule(12, "import { scaleLinear } from 'd3';\nexport const scale = scaleLinear;", 'd3 lives in'),
  engineRule(13, 'export const title = () => document.title;', 'The engine knows no screen'),
  engineRule(14, 'export const log = () => console.log(1);', 'noConsole'),
  engineRule(15, 'export const any = (x: any) => x;', 'noExplicitAny'),
  { path: 'src/shell/planted.ts', text: 'export const now = () => Date.now();', says: 'Time is world.now' },
  { path: 'src/programs/planted.ts', text: 'export const roll = () => Math.random();', says: 'same bits' },
  { path: 'src/lab/planted.ts', text: 'export const now = () => performance.now();', says: 'Time is world.now' },
  {
    path: 'src/app/planted.tsx',
    text: "import { select } from 'd3';\nexport const pick = select;",
    says: 'd3 lives in',
  },
  {
    path: 'src/quiz/kinds/choice/kind.ts',
    text: "import { useState } from 'react';\nexport const use = useState;",
    says: 'React lives in src/app',
  },
  {
    path: 'src/diagrams/layout/planted.ts',
    text: "import { useState } from 'react';\nexport const use = useState;",
    says: 'React lives in src/diagrams/render',
  },
  {
    path: 'src/links/cycleA.ts',
    text: "import { b } from './cycleB.ts';\nexport const a = () => b;",
    says: 'part of a cycle',
  },
  {
    path: 'src/links/cycleB.ts',
    text: "import { a } from './cycleA.ts';\nexport const b = () => a;",
    says: 'part of a cycle',
  },
];

const fine: readonly Planted[] = [
  { path: 'src/app/fine.tsx', text: "import { useState } from 'react';\nexport const use = useState;", says: '' },
  { path: 'src/quiz/FineView.tsx', text: "import { useState } from 'react';\nexport const use = useState;", says: '' },
  {
    path: 'src/diagrams/layout/fine.ts',
    text: "import { scaleLinear } from 'd3';\nexport const scale = scaleLinear;",
    says: '',
  },
  {
    path: 'src/diagrams/render/fine.tsx',
    text: "import { interpolate } from 'd3';\nimport { useRef } from 'react';\nexport const tween = [interpolate, useRef];",
    says: '',
  },
  { path: 'src/lab/cli/fine.ts', text: 'export const now = () => Date.now();', says: '' },
  { path: 'src/engine/core/fine.ts', text: 'export const half = (x: number) => Math.floor(x / 2);', says: '' },
];

const folder = mkdtempSync(join(tmpdir(), 'lint-'));
let output = '';

beforeAll(() => {
  const config = JSON.parse(readFileSync('biome.json', 'utf8')) as Record<string, unknown>;
  const { $schema: _, ...rest } = config;
  const files: [string, string][] = [
    ['biome.json', JSON.stringify({ ...rest, vcs: { enabled: false } })],
    ['package.json', JSON.stringify({ name: 'planted', dependencies: { react: '19', d3: '7' } })],
    ...[...planted, ...fine].map(({ path, text }): [string, string] => [path, `${text}\n`]),
  ];
  for (const [path, text] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  mkdirSync(join(folder, 'src/build'), { recursive: true });
  copyFileSync('src/build/engine-sync.grit', join(folder, 'src/build/engine-sync.grit'));
  const biome = resolve('node_modules/@biomejs/biome/bin/biome');
  const args = ['lint', '--max-diagnostics=none', '.'];
  const run = spawnSync(process.execPath, [biome, ...args], { cwd: folder, encoding: 'utf8' });
  output = run.stdout + run.stderr;
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A diagnostic starts with `file:line:column rule` in its first column. */
const said = (path: string) => output.split(/\n(?=src\/)/).filter((block) => block.startsWith(path));

it.each(planted.map((file) => [file.path, file.says] as const))('%s is reported: %s', (path, says) => {
  expect(said(path).join('\n')).toContain(says);
});

it.each(fine.map((file) => [file.path] as const))('%s is left alone', (path) => {
  expect(said(path)).toEqual([]);
});
