// `npm start`: builds the course when the build is missing or older than its sources, then serves it.
//   --port N   first port to try (4173)      --strict   fail when it is taken
//   --dir DIR  folder to serve (dist)        --no-build serve what is there
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { serve } from './serve.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '4173' },
    strict: { type: 'boolean', default: false },
    dir: { type: 'string', default: join(root, 'dist') },
    base: { type: 'string', default: process.env.BASE ?? '/' },
    'no-build': { type: 'boolean', default: false },
  },
});

/** Time of the newest file that goes into the build. */
function newestSource() {
  let newest = 0;
  for (const folder of ['src', 'content', 'public'])
    for (const entry of readdirSync(join(root, folder), { recursive: true, withFileTypes: true }))
      if (entry.isFile()) newest = Math.max(newest, statSync(join(entry.parentPath ?? entry.path, entry.name)).mtimeMs);
  for (const file of ['index.html', 'vite.config.ts', 'package-lock.json'])
    newest = Math.max(newest, statSync(join(root, file)).mtimeMs);
  return newest;
}

function upToDate() {
  const page = join(values.dir, '404.html');
  return existsSync(page) && statSync(page).mtimeMs > newestSource();
}

if (!values['no-build'] && !upToDate()) {
  console.log('Building the course …');
  const vite = join(root, 'node_modules/vite/bin/vite.js');
  const run = spawnSync(process.execPath, [vite, 'build', '--logLevel', 'warn', '--outDir', values.dir], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, BASE: values.base },
  });
  if (run.status !== 0) process.exit(run.status ?? 1);
}

const { url, close } = await serve({
  root: values.dir,
  base: values.base,
  port: Number(values.port),
  strict: values.strict,
});
console.log(`Inside Containers · 컨테이너 속으로\n  ${url}\nStop with Ctrl+C.`);
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => void close().then(() => process.exit(0)));
