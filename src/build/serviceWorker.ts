import { createHash } from 'node:crypto';

/** One file of the build as the service worker knows it. */
export interface CachedFile {
  readonly address: string;
  readonly content: Buffer;
}

/** A fingerprint of the whole build: any change makes a new cache. */
function versionOf(files: readonly CachedFile[]): string {
  const hash = createHash('sha256');
  for (const { address, content } of files) hash.update(address).update('\0').update(content);
  return hash.digest('hex').slice(0, 16);
}

/**
 * Writes the service worker. It is made after prerendering, so that it knows every page.
 * On the first visit it keeps the shell (scripts, styles, icons) and, of the pages, those in the visitor's language;
 * pages of the other language are kept when they are visited. Pages come from the network first, so that a release is
 * seen at once, and from the cache when the network is silent; files with a hash in their name come from the cache.
 */
export function serviceWorkerSource(base: string, files: readonly CachedFile[]): string {
  const addresses = files.map((file) => file.address);
  const pages = addresses.filter((address) => address.endsWith('/') || address.endsWith('.html'));
  const shell = addresses.filter((address) => !pages.includes(address));
  return `const base = ${JSON.stringify(base)};
const cacheName = 'site-${versionOf(files)}';
const shell = ${JSON.stringify(shell)};
const pages = ${JSON.stringify(pages)};
const missing = base + '404.html';

async function languageOfVisitor() {
  const windows = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const found = windows.map((client) => new URL(client.url).pathname.slice(base.length).split('/')[0]);
  return found.find((part) => part === 'ko' || part === 'en') ?? 'en';
}

async function install() {
  const cache = await caches.open(cacheName);
  await cache.addAll(shell);
  const language = await languageOfVisitor();
  await cache.addAll(pages.filter((page) => page === missing || page === base || page.startsWith(base + language + '/')));
  await self.skipWaiting();
}

async function activate() {
  for (const name of await caches.keys()) if (name.startsWith('site-') && name !== cacheName) await caches.delete(name);
  await self.clients.claim();
}

async function page(request) {
  const cache = await caches.open(cacheName);
  try {
    const response = await fetch(request);
    if (response.ok && !response.redirected) await cache.put(new URL(request.url).pathname, response.clone());
    return response;
  } catch {
    const path = new URL(request.url).pathname;
    return (await cache.match(path)) ?? (await cache.match(path + '/')) ?? (await cache.match(missing)) ?? Response.error();
  }
}

async function file(request) {
  const cache = await caches.open(cacheName);
  return (await cache.match(request, { ignoreSearch: true })) ?? fetch(request);
}

self.addEventListener('install', (event) => event.waitUntil(install()));
self.addEventListener('activate', (event) => event.waitUntil(activate()));
self.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method !== 'GET' || new URL(request.url).origin !== self.location.origin) return;
  event.respondWith(request.mode === 'navigate' ? page(request) : file(request));
});
`;
}
