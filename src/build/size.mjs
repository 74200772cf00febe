// Budgets of the built pages, in gzip bytes: what a first visit loads before the page is usable.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/**
 * kB (1000 bytes) of gzip. `html`: the page alone; `first`: with its styles and every script it names, then the picture
 * is live and the terminal takes keys; `live`: with the engine, then what was typed runs.
 */
const budgets = { html: 40, first: 150, live: 310 };

const gzip = (/** @type {string} */ file) => gzipSync(readFileSync(file), { level: 6 }).length / 1000;

/**
 * Scripts and styles that a page names, in its markup: those load before it is usable.
 * @param {string} html
 * @param {string} dist
 */
function assetsOf(html, dist) {
  const named = [...html.matchAll(/(?:src|href)="([^"]+\.(?:js|css))"/g)].map((match) => match[1] ?? '');
  return [...new Set(named)]
    .map((address) => join(dist, address.replace(/^\//, '')))
    .filter((file) => existsSync(file));
}

/**
 * The engine's chunk and all that it imports.
 * @param {string} dist
 */
function engineOf(dist) {
  const folder = join(dist, 'assets');
  const files = new Set(readdirSync(folder).filter((name) => /^engine-.*\.js$/.test(name)));
  for (const file of files)
    for (const [, imported] of readFileSync(join(folder, file), 'utf8').matchAll(/from"\.\/([^"]+)"/g))
      if (imported) files.add(imported);
  return [...files].map((file) => join(folder, file));
}

/**
 * @param {string} dist
 * @returns {{ passed: number, failed: number }}
 */
export function checkSizes(dist) {
  let passed = 0;
  let failed = 0;
  const pages = existsSync(dist)
    ? readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.html'))
    : [];
  const engine = pages.length > 0 ? engineOf(dist) : [];
  for (const page of pages.sort()) {
    const file = join(dist, page);
    const html = gzip(file);
    const content = readFileSync(file, 'utf8');
    const named = assetsOf(content, dist);
    const first = html + named.reduce((sum, asset) => sum + gzip(asset), 0);
    const later = content.includes('id="scene"') ? engine.filter((asset) => !named.includes(asset)) : [];
    const live = first + later.reduce((sum, asset) => sum + gzip(asset), 0);
    const ok = html <= budgets.html && first <= budgets.first && live <= budgets.live;
    if (ok) passed++;
    else failed++;
    console.log(
      `${ok ? 'ok  ' : 'FAIL'} ${page.padEnd(44)} html ${html.toFixed(1).padStart(6)} kB ≤ ${budgets.html}, first ${first.toFixed(1).padStart(6)} kB ≤ ${budgets.first}, live ${live.toFixed(1).padStart(6)} kB ≤ ${budgets.live}`,
    );
  }
  return { passed, failed };
}
