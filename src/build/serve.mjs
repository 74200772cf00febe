// The static server of `npm start` and of the browser tests: dist/ as any static host would give it.
import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, resolve, sep } from 'node:path';

/** @type {Readonly<Record<string, string>>} */
const types = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.svg': 'image/svg+xml; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.xml': 'application/xml; charset=utf-8',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
};

const encodings = /** @type {const} */ ([
  ['br', '.br'],
  ['gzip', '.gz'],
]);

/** @param {string} path */
function isFile(path) {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

/**
 * What stands at an address: a file with its status, or a redirect to the canonical address.
 * Folders end in `/`; `index.html` is never part of an address; what does not exist is 404.html.
 * @param {string} root absolute folder
 * @param {string} base `/` or `/sub/`
 * @param {string} pathname decoded path of the request
 * @returns {{ status: 200 | 404, file: string } | { status: 301, location: string } | { status: 400 }}
 */
function resolveAddress(root, base, pathname) {
  if (pathname.includes('\0')) return { status: 400 };
  if (`${pathname}/` === base) return { status: 301, location: base };
  const missing = /** @type {const} */ ({ status: 404, file: join(root, '404.html') });
  if (!pathname.startsWith(base)) return missing;
  const inside = resolve(root, `./${pathname.slice(base.length)}`);
  if (inside !== root && !inside.startsWith(root + sep)) return { status: 400 };
  if (pathname.endsWith('/index.html')) return { status: 301, location: pathname.slice(0, -'index.html'.length) };
  if (pathname.endsWith('/')) {
    const index = join(inside, 'index.html');
    return isFile(index) ? { status: 200, file: index } : missing;
  }
  if (isFile(inside)) return { status: 200, file: inside };
  if (isFile(join(inside, 'index.html'))) return { status: 301, location: `${pathname}/` };
  return missing;
}

/**
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 * @param {string} root
 * @param {string} base
 */
function answer(request, response, root, base) {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.writeHead(405, { allow: 'GET, HEAD' }).end();
    return;
  }
  const url = new URL(request.url ?? '/', 'http://localhost');
  let pathname = '';
  try {
    pathname = decodeURIComponent(url.pathname);
  } catch {
    response.writeHead(400, { 'content-type': 'text/plain' }).end('Bad address\n');
    return;
  }
  const found = resolveAddress(root, base, pathname);
  if (found.status === 400) {
    response.writeHead(400, { 'content-type': 'text/plain' }).end('Bad address\n');
    return;
  }
  if (found.status === 301) {
    response.writeHead(301, { location: encodeURI(found.location) + url.search }).end();
    return;
  }
  if (!existsSync(found.file)) {
    response.writeHead(404, { 'content-type': 'text/plain' }).end('Not found\n');
    return;
  }
  send(request, response, found.file, found.status, pathname.startsWith(`${base}assets/`));
}

/**
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 * @param {string} file
 * @param {number} status
 * @param {boolean} hashed the name carries a hash of the content, so it may be kept for ever
 */
function send(request, response, file, status, hashed) {
  const accepted = String(request.headers['accept-encoding'] ?? '');
  const packed = encodings.find(([name, suffix]) => accepted.includes(name) && isFile(file + suffix));
  const path = packed ? file + packed[1] : file;
  const { size, mtimeMs } = statSync(path);
  const etag = `"${size.toString(36)}-${Math.floor(mtimeMs).toString(36)}${packed ? `-${packed[0]}` : ''}"`;
  /** @type {Record<string, string | number>} */
  const headers = {
    'content-type': types[extname(file)] ?? 'application/octet-stream',
    'cache-control': hashed && status === 200 ? 'public, max-age=31536000, immutable' : 'no-cache',
    'x-content-type-options': 'nosniff',
    vary: 'Accept-Encoding',
    etag,
  };
  if (packed) headers['content-encoding'] = packed[0];
  if (status === 200 && request.headers['if-none-match'] === etag) {
    response.writeHead(304, headers).end();
    return;
  }
  response.writeHead(status, { ...headers, 'content-length': size });
  if (request.method === 'HEAD') response.end();
  else createReadStream(path).pipe(response);
}

/**
 * Serves `root` on 127.0.0.1. With `strict` a taken port is an error; otherwise the next free one is used.
 * @param {{ root: string, base?: string, port?: number, strict?: boolean }} options
 * @returns {Promise<{ url: string, close: () => Promise<void> }>}
 */
export async function serve({ root, base = '/', port = 4173, strict = false }) {
  const folder = resolve(root);
  const server = createServer((request, response) => answer(request, response, folder, base));
  for (let attempt = port; ; attempt++) {
    const error = await new Promise((done) => {
      server.once('error', done);
      server.listen(attempt, '127.0.0.1', () => {
        server.off('error', done);
        done(undefined);
      });
    });
    if (error === undefined)
      return {
        url: `http://127.0.0.1:${attempt}${base}`,
        close: () =>
          new Promise((done) => {
            server.closeAllConnections();
            server.close(() => done());
          }),
      };
    if (strict || error.code !== 'EADDRINUSE' || attempt >= port + 100) throw error;
  }
}
