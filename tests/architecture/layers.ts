import { posix } from 'node:path';
import { parseSync } from 'vite';

/** One source file as it is checked: its path from the repository's root, with forward slashes, and its text. */
export interface Source {
  readonly path: string;
  readonly text: string;
}

/** What a run looked at and what it found; `imports` counts the statements that point into src/. */
export interface Report {
  readonly files: number;
  readonly imports: number;
  readonly violations: readonly string[];
}

const engine = ['engine/core', 'engine/linux', 'engine/net', 'engine/oci', 'engine/docker'];
const machine = [...engine, 'engine/compose', 'engine/swarm', 'engine/machine', 'engine'];
const lab = [...machine, 'programs', 'shell', 'lab'];

/** Layer → the layers it may import from besides itself. The longest matching folder decides; a file in none is an error. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  'engine/core': [],
  'engine/linux': ['engine/core'],
  'engine/net': ['engine/core', 'engine/linux'],
  'engine/oci': ['engine/core', 'engine/linux', 'engine/net'],
  'engine/docker': ['engine/core', 'engine/linux', 'engine/net', 'engine/oci'],
  'engine/compose': engine,
  'engine/swarm': engine,
  'engine/machine': engine,
  engine: machine,
  programs: [...machine, 'shell'],
  shell: [...machine, 'programs'],
  lab: [...machine, 'programs', 'shell'],
  i18n: [],
  'diagrams/scene': ['i18n'],
  'diagrams/layout': ['diagrams/scene'],
  'diagrams/render': ['diagrams/scene', 'diagrams/layout', 'i18n'],
  diagrams: [...machine, 'diagrams/scene', 'diagrams/layout', 'i18n'],
  quiz: [...lab, 'i18n'],
  links: [...lab, 'i18n'],
  lessons: [...lab, 'quiz', 'i18n'],
  progress: ['quiz', 'i18n'],
  app: [
    ...lab,
    'i18n',
    'diagrams/scene',
    'diagrams/layout',
    'diagrams/render',
    'diagrams',
    'quiz',
    'links',
    'lessons',
    'progress',
  ],
  build: [...lab, 'i18n', 'quiz', 'links', 'lessons', 'diagrams', 'diagrams/scene', 'app'],
};

const byLength = Object.keys(allowed).sort((a, b) => b.length - a.length);

/** The layer of a path such as `src/engine/net/bridge.ts`, or undefined when the map has no place for it. */
export function layerOf(path: string): string | undefined {
  const inside = path.replace(/^src\//, '');
  return byLength.find((layer) => inside.startsWith(`${layer}/`) || inside.replace(/\.tsx?$/, '') === layer);
}

/** Every module named by an import, a re-export, a dynamic import or import.meta.glob with a literal. */
export function importsOf(source: Source): readonly string[] {
  const { module, program, errors } = parseSync(source.path, source.text);
  if (errors.length > 0) throw new Error(`${source.path} does not parse: ${errors[0]?.message}`);
  const named = module.staticImports.map((statement) => statement.moduleRequest.value);
  for (const statement of module.staticExports)
    for (const entry of statement.entries) if (entry.moduleRequest) named.push(entry.moduleRequest.value);
  for (const { moduleRequest } of module.dynamicImports) {
    const literal = /^['"`](.*)['"`]$/s.exec(source.text.slice(moduleRequest.start, moduleRequest.end));
    if (literal?.[1]) named.push(literal[1]);
  }
  if (program.body.length > 0)
    for (const call of source.text.matchAll(/import\.meta\.glob\w*(?:<[^>]*>)?\(\s*(\[[^\]]*\]|['"`][^'"`]*['"`])/g))
      for (const pattern of (call[1] ?? '').matchAll(/['"`]([^'"`]+)['"`]/g)) if (pattern[1]) named.push(pattern[1]);
  return named;
}

function target(from: string, specifier: string): string | undefined {
  if (specifier.startsWith('/')) return specifier.slice(1);
  if (specifier.startsWith('.')) return posix.normalize(posix.join(posix.dirname(from), specifier));
  return undefined;
}

/** Checks who imports whom between the folders of src/. Tests may import anything; nothing imports tests. */
export function checkLayers(sources: readonly Source[]): Report {
  const violations: string[] = [];
  let imports = 0;
  for (const source of sources) {
    const layer = layerOf(source.path);
    if (layer === undefined) {
      violations.push(`${source.path}: belongs to no layer; give its folder a line in tests/architecture/layers.ts`);
      continue;
    }
    for (const specifier of importsOf(source)) {
      const to = target(source.path, specifier);
      if (to?.startsWith('tests/')) violations.push(`${source.path}: imports ${to}; the product never imports tests`);
      if (!to?.startsWith('src/')) continue;
      imports++;
      const other = layerOf(to);
      if (other === layer || (other !== undefined && allowed[layer]?.includes(other))) continue;
      violations.push(
        `${source.path}: ${layer} must not import ${other ?? 'an unknown layer'} (${specifier}); it may import ${allowed[layer]?.join(', ') || 'nothing'}`,
      );
    }
  }
  return { files: sources.length, imports, violations };
}
