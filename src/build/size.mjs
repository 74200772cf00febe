// Budgets of the built pages, in gzip bytes: what a first visit loads before the page is usable.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** kB (1000 bytes) of gzip. `first`: the page, its styles and every script it names; `html`: the page alone. */
const budgets = { html: 40, first: 220 };

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
 * @param {string} dist
 * @returns {{ passed: number, failed: number }}
 */
export function checkSizes(dist) {
  let passed = 0;
  let failed = 0;
  const pages = existsSync(dist)
    ? readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.html'))
    : [];
  for (const page of pages.sort()) {
    const file = join(dist, page);
    const html = gzip(file);
    const first = html + assetsOf(readFileSync(file, 'utf8'), dist).reduce((sum, asset) => sum + gzip(asset), 0);
    const ok = html <= budgets.html && first <= budgets.first;
    if (ok) passed++;
    else failed++;
    console.log(
      `${ok ? 'ok  ' : 'FAIL'} ${page.padEnd(44)} html ${html.toFixed(1).padStart(6)} kB ≤ ${budgets.html}, first load ${first.toFixed(1).padStart(6)} kB ≤ ${budgets.first}`,
    );
  }
  return { passed, failed };
}
