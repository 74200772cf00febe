// Runs a TypeScript entry in Node: `node src/build/run-ts.mjs ENTRY args…`.
// Node 20 reads no TypeScript and knows no import.meta.glob, so Vite bundles the entry once; the bundle is kept in
// node_modules/.cache and used again until a file of src/, content/ or the configuration changes. Then a start costs
// one walk over file times (a few milliseconds) instead of a build.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/** Fingerprint of everything a bundle can read: names, sizes and change times. */
function fingerprint() {
  const hash = createHash('sha256');
  const note = (/** @type {string} */ path) => {
    const { size, mtimeMs } = statSync(path);
    hash.update(`${path}:${size}:${mtimeMs}\n`);
  };
  for (const folder of ['src', 'content']) {
    if (!existsSync(join(root, folder))) continue;
    for (const entry of readdirSync(join(root, folder), { recursive: true, withFileTypes: true }))
      if (entry.isFile()) note(join(entry.parentPath ?? entry.path, entry.name));
  }
  for (const file of ['vite.config.ts', 'package-lock.json']) note(join(root, file));
  return hash.digest('hex').slice(0, 16);
}

/**
 * Bundles the entry when needed and returns the path of the bundle.
 * @param {string} entry path of a .ts file, from the repository's root
 */
export async function bundle(entry) {
  const path = resolve(root, entry);
  if (!existsSync(path)) throw new Error(`${entry}: no such file`);
  const name = entry.replace(/\.[cm]?tsx?$/, '').replace(/[^A-Za-z0-9]+/g, '-');
  const cache = join(root, 'node_modules/.cache/run-ts', name);
  const mark = join(cache, `${fingerprint()}.done`);
  const output = join(cache, 'entry.mjs');
  if (existsSync(mark) && existsSync(output)) return output;
  process.env.NODE_ENV ??= 'production';
  const { build } = await import('vite');
  rmSync(cache, { recursive: true, force: true });
  await build({
    root,
    configFile: join(root, 'vite.config.ts'),
    mode: 'run-ts',
    logLevel: 'error',
    publicDir: false,
    build: {
      ssr: path,
      outDir: cache,
      emptyOutDir: true,
      minify: false,
      target: 'node20',
      rollupOptions: { output: { entryFileNames: 'entry.mjs', chunkFileNames: '[name]-[hash].mjs' } },
    },
  });
  mkdirSync(cache, { recursive: true });
  writeFileSync(mark, '');
  return output;
}

async function main() {
  const [entry, ...rest] = process.argv.slice(2);
  if (!entry) {
    console.error('usage: node src/build/run-ts.mjs ENTRY [arguments…]');
    process.exit(2);
  }
  const path = await bundle(entry);
  // The entry sees the arguments as if Node had started it.
  process.argv.splice(1, process.argv.length - 1, resolve(root, entry), ...rest);
  await import(pathToFileURL(path).href);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  main().catch((error) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  });
}
