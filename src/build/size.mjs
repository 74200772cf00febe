// Budgets of the built pages, in gzip bytes: what a first visit loads before the page is usable.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/**
 * kB (1000 bytes) of gzip. `html`: the page alone; `first`: with every script that it begins with, then the picture
 * stands and keys are taken; `live`: with the engine, which comes after those, then what was typed runs.
 */
const budgets = { html: 20, first: 125, live: 220 };

const gzip = (/** @type {string} */ file) => gzipSync(readFileSync(file), { level: 6 }).length / 1000;

/**
 * Scripts and styles that a page names in its markup.
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
    const content = readFileSync(file, 'utf8');
    const sum = (/** @type {string} */ part) => assetsOf(part, dist).reduce((bytes, asset) => bytes + gzip(asset), 0);
    const first = html + sum(content.replaceAll(/<link [^>]*fetchpriority="low"[^>]*>/g, ''));
    const live = html + sum(content);
    const ok = html <= budgets.html && first <= budgets.first && live <= budgets.live;
    if (ok) passed++;
    else failed++;
    console.log(
      `${ok ? 'ok  ' : 'FAIL'} ${page.padEnd(44)} html ${html.toFixed(1).padStart(6)} kB ≤ ${budgets.html}, first ${first.toFixed(1).padStart(6)} kB ≤ ${budgets.first}, live ${live.toFixed(1).padStart(6)} kB ≤ ${budgets.live}`,
    );
  }
  return { passed, failed };
}
