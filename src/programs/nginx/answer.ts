import { civil, MONTHS } from '../../engine/core/calendar.ts';
import type { System } from '../../engine/linux/system.ts';
import { readFile } from '../../engine/linux/vfs.ts';
import { type Config, two, VERSION } from './config.ts';

const page = (title: string): string =>
  `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n<hr><center>nginx/${VERSION}</center>\r\n</body>\r\n</html>\r\n`;

/** Answers one request by the files of its root, and writes it into the access log. A page has this only when one comes. */
export function answer(sys: System, config: Config, fd: number, from: string, request: string): void {
  const [line = '', ...headers] = request.split(/\r?\n/);
  const [method = 'GET', target = '/'] = line.split(' ');
  const path = target.split('?')[0] ?? '/';
  const found = path.endsWith('/')
    ? config.index.map((name) => readFile(sys.tx, sys.self, `${config.root}${path}${name}`)).find((file) => file.ok)
    : readFile(sys.tx, sys.self, config.root + path);
  const there = found?.ok ? found.value : undefined;
  const status = !/^(?:GET|HEAD)$/.test(method)
    ? '405 Not Allowed'
    : there === undefined || path.includes('..')
      ? '404 Not Found'
      : '200 OK';
  const body = status === '200 OK' ? (there ?? '') : page(status);
  const head = `HTTP/1.1 ${status}\r\nServer: nginx/${VERSION}\r\nContent-Type: text/html\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n`;
  sys.write(fd, head + (method === 'HEAD' ? '' : body));
  const agent = headers.find((header) => /^user-agent:/i.test(header))?.replace(/^[^:]*:\s*/, '') ?? '-';
  const t = civil(sys.now);
  const when = `${two(t.day)}/${MONTHS[t.month - 1]}/${t.year}:${two(t.hour)}:${two(t.minute)}:${two(t.second)} +0000`;
  sys.write(
    1,
    `${from} - - [${when}] "${line}" ${status.slice(0, 3)} ${method === 'HEAD' ? 0 : body.length} "-" "${agent}"\n`,
  );
}
