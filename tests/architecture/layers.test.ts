import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { checkLayers, importsOf, layerOf } from './layers.ts';

function sources() {
  const names = readdirSync('src', { recursive: true, encoding: 'utf8' }).map((name) => name.replaceAll('\\', '/'));
  return names
    .filter((name) => /\.tsx?$/.test(name) && !name.endsWith('.d.ts'))
    .map((name) => ({ path: `src/${name}`, text: readFileSync(`src/${name}`, 'utf8') }));
}

it('every import in src/ points to a layer that its file may use', () => {
  const report = checkLayers(sources());
  expect(report.files).toBeGreaterThan(0);
  expect(report.imports).toBeGreaterThan(0);
  expect(report.violations).toEqual([]);
});

const planted: readonly (readonly [string, string])[] = [
  ['src/engine/core/x.ts', "import { a } from '../linux/a.ts';"],
  ['src/engine/core/x.ts', "import { a } from '../../app/a.ts';"],
  ['src/engine/linux/x.ts', "import type { A } from '../net/a.ts';"],
  ['src/engine/net/x.ts', "export { a } from '../oci/a.ts';"],
  ['src/engine/oci/x.ts', "export * from '../docker/a.ts';"],
  ['src/engine/docker/x.ts', "import '../swarm/a.ts';"],
  ['src/engine/docker/x.ts', "const a = import('../../shell/a.ts');"],
  ['src/engine/compose/x.ts', "import { a } from '../swarm/a.ts';"],
  ['src/programs/x.ts', "import { a } from '../lab/a.ts';"],
  ['src/shell/x.ts', "import.meta.glob('../lab/*.ts');"],
  ['src/lab/x.ts', "import { a } from '../quiz/a.ts';"],
  ['src/diagrams/scene.ts', "import { a } from '../engine/core/a.ts';"],
  ['src/diagrams/layout/x.ts', "import { a } from '../../engine/core/a.ts';"],
  ['src/diagrams/render/x.tsx', "import { a } from '../../engine/net/a.ts';"],
  ['src/diagrams/net-bridge/diagram.ts', "import { a } from '../../lab/a.ts';"],
  ['src/diagrams/net-bridge/diagram.ts', "import { a } from '../render/a.tsx';"],
  ['src/quiz/x.ts', "import { a } from '../app/a.ts';"],
  ['src/lessons/x.ts', "import { a } from '../app/a.ts';"],
  ['src/links/x.ts', "import { a } from '/src/app/a.ts';"],
  ['src/progress/x.ts', "import { a } from '../engine/core/a.ts';"],
  ['src/i18n/x.ts', "import { a } from '../app/a.ts';"],
  ['src/app/x.tsx', "import { a } from '../build/a.ts';"],
  ['src/app/x.tsx', "import { a } from '../../tests/app/a.ts';"],
  ['src/utils/x.ts', 'export const a = 1;'],
];

it.each(planted)('%s with %s is reported', (path, text) => {
  expect(checkLayers([{ path, text }]).violations).toHaveLength(1);
});

it('imports of every form are seen', () => {
  const text = `import a from './a.ts'; import type { B } from './b.ts'; export { c } from './c.ts'; export * from './d.ts';
    const e = import('./e.ts'); import.meta.glob(['./f/*.ts', './g/*.ts']); import './h.css';`;
  expect([...importsOf({ path: 'src/app/x.ts', text })].sort()).toEqual(
    ['./a.ts', './b.ts', './c.ts', './d.ts', './e.ts', './f/*.ts', './g/*.ts', './h.css'].sort(),
  );
});

it('an allowed import is not reported', () => {
  const text = "import { a } from '../core/a.ts'; import { parse } from 'yaml';";
  expect(checkLayers([{ path: 'src/engine/net/x.ts', text }])).toEqual({ files: 1, imports: 1, violations: [] });
});

it('a folder is placed by its longest name', () => {
  expect(layerOf('src/engine/core/table.ts')).toBe('engine/core');
  expect(layerOf('src/engine/step.ts')).toBe('engine');
  expect(layerOf('src/diagrams/scene.ts')).toBe('diagrams/scene');
  expect(layerOf('src/diagrams/net-bridge/diagram.ts')).toBe('diagrams');
});
