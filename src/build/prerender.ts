import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { Plugin, Rolldown, ViteBuilder } from 'vite';
import type * as Server from '../app/entry-server.tsx';
import { composePage } from './page.ts';
import { serviceWorkerSource } from './serviceWorker.ts';

/** Files worth compressing before they are served. */
const compressible = /\.(?:html|js|css|json|svg|webmanifest|txt|xml)$/;

/** The chunks of the client build, by the modules that they were made of. */
class ChunkMap {
  private readonly chunks: readonly Rolldown.OutputChunk[];

  constructor(chunks: readonly Rolldown.OutputChunk[]) {
    this.chunks = chunks;
  }

  /** Files of the chunks that hold the modules whose ids end in these names, with the chunks that they import. */
  filesFor(names: readonly string[]): readonly string[] {
    const files = new Set<string>();
    const add = (file: string) => {
      const chunk = this.chunks.find((candidate) => candidate.fileName === file);
      if (chunk === undefined || files.has(file)) return;
      files.add(file);
      for (const imported of chunk.imports) add(imported);
    };
    for (const name of names) {
      const chunk = this.chunks.find((candidate) => candidate.moduleIds.some((id) => id.endsWith(name)));
      if (chunk === undefined) throw new Error(`no chunk was built for ${name}`);
      add(chunk.fileName);
    }
    return [...files];
  }
}

/** The modules that loadPage imports for a path: its words, its page, its content. */
function modulesOf(path: string): readonly string[] {
  const [language, section, name] = path.split('/').filter(Boolean);
  if (path === '/' || path === '/404/') {
    const page = path === '/' ? 'LanguagesPage' : 'NotFoundPage';
    return ['/locales/ko.json', '/locales/en.json', `/app/${page}.tsx`];
  }
  const words = `/locales/${language}.json`;
  if (section === undefined) return [words, '/app/home/HomePage.tsx'];
  if (section === 'lessons')
    return [
      words,
      '/app/lesson/LessonPage.tsx',
      '/app/lesson/catalogue.ts',
      `virtual:lesson/${name}/${language}`,
      `virtual:placing/${name}`,
    ];
  return [
    words,
    `/app/diagrams/${name === undefined ? 'DiagramListPage' : 'DiagramPage'}.tsx`,
    '/app/diagrams/gallery.ts',
  ];
}

function filesUnder(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(folder, name)).isFile())
    .map((name) => name.replaceAll('\\', '/'))
    .sort();
}

function compress(folder: string): void {
  for (const name of filesUnder(folder)) {
    const content = readFileSync(join(folder, name));
    if (!compressible.test(name) || content.length < 512) continue;
    writeFileSync(join(folder, `${name}.gz`), gzipSync(content, { level: 9 }));
    const brotli = { params: { [constants.BROTLI_PARAM_SIZE_HINT]: content.length } };
    writeFileSync(join(folder, `${name}.br`), brotliCompressSync(content, brotli));
  }
}

/**
 * Puts the order of the layers, which theme/tokens.css gives, before all rules: the bundler joins style sheets in the
 * order of its chunks, and the first mention of a layer decides.
 */
function layersFirst(root: string, style: string): string {
  const order = /^@layer [\w, -]+;/m.exec(readFileSync(join(root, 'src/app/theme/tokens.css'), 'utf8'))?.[0];
  if (order === undefined) throw new Error('theme/tokens.css does not give the order of the layers');
  return order + style;
}

/** Everything after the two bundles: pages, manifest, service worker, compressed twins. */
async function writePages(
  builder: ViteBuilder,
  output: readonly Rolldown.OutputChunk[],
  server: string,
): Promise<void> {
  const { root, base } = builder.config;
  const folder = resolve(root, builder.environments.client?.config.build.outDir ?? 'dist');
  const template = readFileSync(join(folder, 'index.html'), 'utf8');
  const chunks = new ChunkMap(output);
  const sheet = filesUnder(folder).find((name) => name.endsWith('.css'));
  if (sheet === undefined) throw new Error('the build made no style sheet');
  const style = layersFirst(root, readFileSync(join(folder, sheet), 'utf8').trim());
  const addresses = (names: readonly string[]) =>
    chunks
      .filesFor(names)
      .map((file) => base + file)
      .filter((address) => !template.includes(address));
  const { allPaths, renderPage } = (await import(pathToFileURL(server).href)) as typeof Server;
  for (const path of [...allPaths(), '/404/']) {
    const { language, html, data } = await renderPage(path);
    const modules = addresses(modulesOf(path));
    const page = composePage({
      template,
      language,
      rendered: html,
      data,
      modules,
      later:
        Object.keys(data).length === 0
          ? []
          : addresses(['/app/stage/engine.ts']).filter((address) => !modules.includes(address)),
      style,
      scripts: path === '/' ? [`${base}language.js`] : [],
    });
    const file = path === '/404/' ? join(folder, '404.html') : join(folder, path, 'index.html');
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, page);
  }
  rmSync(join(folder, sheet));
  // It shows the course to readers of the repository; no page does.
  rmSync(join(folder, 'readme.png'), { force: true });
  const addressOf = (name: string) => base + name.replace(/(?:^|(?<=\/))index\.html$/, '');
  const files = filesUnder(folder).map((name) => ({
    address: addressOf(name),
    content: readFileSync(join(folder, name)),
  }));
  writeFileSync(join(folder, 'sw.js'), serviceWorkerSource(base, files));
  compress(folder);
}

/** The chunks of a build; one that watches or writes several outputs is not ours. */
function chunksOf(built: Awaited<ReturnType<ViteBuilder['build']>>): readonly Rolldown.OutputChunk[] {
  if (Array.isArray(built) || !('output' in built)) throw new Error('expected one output of the client build');
  return built.output.filter((file) => file.type === 'chunk');
}

/**
 * The parts that pages share come as three files, for every request costs a slow network its latency: what each page
 * has, the engine with the commands that a page starts with, and (by itself) the other commands.
 */
const groups = [
  {
    name: 'host',
    test: /[\\/]src[\\/](?:lab[\\/](?:step|timeline)|app[\\/]stage[\\/](?:engine|parts))\./,
    priority: 2,
  },
  {
    name: 'site',
    test: /[\\/]src[\\/](?:app[\\/](?:Layout|PageHead|stage[\\/](?:[A-Z]|use|store|firstPicture))|diagrams[\\/]render[\\/]|app[\\/]lesson[\\/]catalogue|engine[\\/]core[\\/]random\.)/,
    priority: 3,
  },
];

/**
 * Names of classes in built pages: short, for they stand in the HTML, the style and the scripts of every page. Counted over
 * all sheets in order, so that both bundles agree on them.
 */
function shortNames(root: string): (name: string, file: string) => string {
  const sheets = filesUnder(join(root, 'src')).filter((file) => file.endsWith('.module.css'));
  const names = sheets.flatMap((sheet) => {
    const text = readFileSync(join(root, 'src', sheet), 'utf8');
    return [...new Set([...text.matchAll(/\.([A-Za-z_][\w-]*)/g)].map(([, name]) => `src/${sheet} ${name}`))];
  });
  const short = new Map(names.map((name, i) => [name, `c${i.toString(36)}`]));
  return (name, file) => {
    const key = `${relative(root, file.replace(/\?.*$/, '')).replaceAll('\\', '/')} ${name}`;
    const known = short.get(key);
    if (known === undefined) throw new Error(`${key} was not found when the sheets were counted`);
    return known;
  };
}

/** Builds client and server bundles, then writes every page as HTML. Only `vite build` does this; development renders in the browser. */
export function prerender(): Plugin {
  return {
    name: 'prerender',
    config: ({ root = process.cwd() }, { command, mode }) =>
      command === 'build' && mode === 'production'
        ? {
            css: { modules: { generateScopedName: shortNames(resolve(root)) } },
            environments: {
              client: {
                build: { cssCodeSplit: false, rolldownOptions: { output: { codeSplitting: { groups } } } },
              },
              ssr: {
                build: {
                  ssr: 'src/app/entry-server.tsx',
                  outDir: '.cache/server',
                  emptyOutDir: true,
                  copyPublicDir: false,
                },
              },
            },
          }
        : undefined,
    buildApp: {
      order: 'post',
      async handler(builder) {
        const { client, ssr } = builder.environments;
        if (client === undefined || ssr === undefined)
          throw new Error('the build has no client or no server environment');
        const built = await builder.build(client);
        await builder.build(ssr);
        await writePages(builder, chunksOf(built), resolve(builder.config.root, '.cache/server/entry-server.js'));
      },
    },
  };
}
