import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { serve } from '../../src/build/serve.mjs';

const root = mkdtempSync(join(tmpdir(), 'serve-'));
let site: Awaited<ReturnType<typeof serve>>;

beforeAll(async () => {
  mkdirSync(join(root, 'en'));
  mkdirSync(join(root, 'assets'));
  writeFileSync(join(root, 'index.html'), 'root');
  writeFileSync(join(root, 'en/index.html'), 'english');
  writeFileSync(join(root, '404.html'), 'missing');
  writeFileSync(join(root, 'assets/a-1.js'), 'script');
  writeFileSync(join(root, 'assets/a-1.js.gz'), gzipSync('script'));
  site = await serve({ root, base: '/sub/', port: 4290 });
});

afterAll(async () => {
  await site.close();
  rmSync(root, { recursive: true, force: true });
});

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(new URL(path, site.url), { redirect: 'manual', headers: { 'accept-encoding': 'identity', ...headers } });

it.each([
  ['/sub/', 200, 'root'],
  ['/sub/en/', 200, 'english'],
  ['/sub/nothing/', 404, 'missing'],
  ['/elsewhere/', 404, 'missing'],
  ['/sub/assets/', 404, 'missing'],
])('%s answers %i', async (path, status, body) => {
  const response = await get(path);
  expect(response.status).toBe(status);
  expect(await response.text()).toBe(body);
});

it.each([
  ['/sub', '/sub/'],
  ['/sub/en?x=1', '/sub/en/?x=1'],
  ['/sub/en/index.html', '/sub/en/'],
])('%s goes on to %s', async (path, location) => {
  const response = await get(path);
  expect(response.status).toBe(301);
  expect(response.headers.get('location')).toBe(location);
});

it('a path that climbs out of the folder gets nothing from outside', async () => {
  for (const path of ['/sub/..%2f..%2fetc/passwd', '/sub/%00', '/sub/%E0%A4%A']) {
    const response = await get(path);
    expect([400, 404]).toContain(response.status);
    expect(await response.text()).not.toContain('root:');
  }
});

it('a compressed twin is sent to those who take it, and hashed files may be kept for ever', async () => {
  const response = await get('/sub/assets/a-1.js', { 'accept-encoding': 'gzip' });
  expect(response.headers.get('content-encoding')).toBe('gzip');
  expect(response.headers.get('content-type')).toContain('text/javascript');
  expect(response.headers.get('cache-control')).toContain('immutable');
  expect(await response.text()).toBe(gunzipSync(gzipSync('script')).toString());
  const again = await get('/sub/assets/a-1.js', {
    'if-none-match': response.headers.get('etag') ?? '',
    'accept-encoding': 'gzip',
  });
  expect(again.status).toBe(304);
});

it('takes the next free port, or fails when it must have this one', async () => {
  const port = Number(new URL(site.url).port);
  const next = await serve({ root, port });
  expect(Number(new URL(next.url).port)).toBeGreaterThan(port);
  await next.close();
  await expect(serve({ root, port, strict: true })).rejects.toThrow('EADDRINUSE');
});
