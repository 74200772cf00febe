import { strerror } from '../../../engine/core/errno.ts';
import { System } from '../../../engine/linux/system.ts';
import { readFile, stat } from '../../../engine/linux/vfs.ts';
import { accept, bind } from '../../../engine/net/calls.ts';
import { parseIPv4 } from '../../../engine/net/ipv4.ts';
import { type Context, defineCommand, type Step } from '../../command.ts';
import { openPath } from '../../files.ts';

type K = 'foreground' | 'port' | 'home' | 'verbose' | 'config' | 'realm';

interface State {
  readonly listener: number;
  readonly home: string;
  /** Connections whose request is not whole yet. */
  readonly open: readonly (readonly [fd: number, text: string])[];
}

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html',
  htm: 'text/html',
  txt: 'text/plain',
  css: 'text/css',
  js: 'application/javascript',
  json: 'application/json',
};

function serve(ctx: Context<K>, state: State): Step {
  const { sys } = ctx;
  const open = [...state.open];
  for (let next = accept(sys, state.listener); next.ok; next = accept(sys, state.listener))
    open.push([next.value.fd, '']);
  const left = open.flatMap(([fd, before]) => {
    const read = sys.read(fd);
    if (!read.ok && read.error === 'EAGAIN') return [[fd, before] as const];
    const text = before + (read.ok ? read.value : '');
    if (read.ok && read.value !== '' && !/\r?\n\r?\n/.test(text)) return [[fd, text] as const];
    if (text !== '') sys.write(fd, answer(ctx, state.home, text));
    sys.close(fd);
    return [];
  });
  const channels = [state.listener, ...left.map(([fd]) => fd)].flatMap((fd) => sys.channel(fd) ?? []);
  return { state: { ...state, open: left } satisfies State, wait: { channels } };
}

/** busybox's httpd: files below its home, index.html for a directory, its own short error pages. */
function answer(ctx: Context<K>, home: string, request: string): string {
  const [method = '', target = '/'] = (request.split(/\r?\n/)[0] ?? '').split(' ');
  const path = (target.split('?')[0] ?? '/').replace(/\/$/, '/index.html');
  const { sys } = ctx;
  const error = (status: string, words: string): string => {
    const title = `<HTML><HEAD><TITLE>${status}</TITLE></HEAD>\n<BODY><H1>${status}</H1>\n${words}\n</BODY></HTML>\n`;
    return `HTTP/1.1 ${status}\r\nContent-type: text/html\r\nConnection: close\r\n\r\n${method === 'HEAD' ? '' : title}`;
  };
  if (method !== 'GET' && method !== 'HEAD')
    return error('501 Not Implemented', 'The requested method is not recognized');
  if (path.split('/').includes('..')) return error('400 Bad Request', 'Unsupported method');
  const found = stat(sys.tx, sys.self, home + path);
  const body = found.ok && found.value.kind === 'file' ? readFile(sys.tx, sys.self, home + path) : undefined;
  if (!body?.ok) return error('404 Not Found', 'The requested URL was not found');
  const type = TYPES[/\.(\w+)$/.exec(path)?.[1] ?? ''] ?? 'application/octet-stream';
  const head = `HTTP/1.1 200 OK\r\nContent-type: ${type}\r\nConnection: close\r\nContent-length: ${body.value.length}\r\n\r\n`;
  return head + (method === 'HEAD' ? '' : body.value);
}

defineCommand<K>({
  name: 'httpd',
  summary: 'Listen for incoming HTTP requests.',
  usage: '[-ifv[v]] [-c CONFFILE] [-p [IP:]PORT] [-h HOME]',
  flags: {
    foreground: { short: 'f', help: "don't run in background" },
    verbose: { short: 'v', help: 'verbose' },
    port: { short: 'p', value: '[IP:]PORT', help: 'bind to IP:PORT (default *:80)' },
    home: { short: 'h', value: 'HOME', help: 'home directory (default .)' },
    config: { short: 'c', value: 'FILE', help: 'configuration file (not read here)' },
    realm: { short: 'r', value: 'REALM', help: 'authentication realm' },
  },
  start(ctx) {
    const { sys } = ctx;
    const [port = '80', address] = (ctx.flags.value('port') ?? '80').split(':').reverse();
    const home = ctx.flags.value('home') ?? '.';
    const there = stat(sys.tx, sys.self, home);
    if (!there.ok || there.value.kind !== 'dir')
      return ctx.fail(`can't change directory to '${home}': ${strerror(there.ok ? 'ENOTDIR' : there.error)}`);
    const at = home.startsWith('/') ? home : `${ctx.cwd}/${home}`;
    const listener = bind(sys, 'tcp', parseIPv4(address ?? '0.0.0.0') ?? 0, Number(port) || 80);
    if (!listener.ok) return ctx.fail(`bind: ${strerror(listener.error)}`);
    const state: State = { listener: listener.value, home: at.replace(/\/$/, ''), open: [] };
    if (ctx.flags.has('foreground')) return serve(ctx, state);
    // daemon(3): a child in a session of its own goes on, its standard files closed.
    const child = sys.fork({ out: [], inner: state });
    if (!child.ok) return ctx.fail('fork: Resource temporarily unavailable');
    const inside = new System(sys.tx, child.value.id);
    inside.change({ session: child.value.id, pgrp: child.value.id });
    for (const fd of [0, 1, 2]) openPath(inside, '/dev/null', { read: true, write: true }, fd);
    return 0;
  },
  resume: (ctx, state) => serve(ctx, state as State),
});
