import { strerror } from '../../../engine/core/errno.ts';
import { writeFile } from '../../../engine/linux/change.ts';
import { readdir, readFile, stat } from '../../../engine/linux/vfs.ts';
import { type Context, defineCommand } from '../../command.ts';

type K = 'all' | 'names' | 'values' | 'ignore' | 'quiet' | 'write';

const ROOT = '/proc/sys';

/** `net.ipv4.ip_forward` → its file; slashes may stand for the dots. */
const fileOf = (key: string): string => `${ROOT}/${key.includes('/') ? key : key.replaceAll('.', '/')}`;
const keyOf = (file: string): string => file.slice(ROOT.length + 1).replaceAll('/', '.');

function print(ctx: Context<K>, file: string, value: string): void {
  for (const line of value.replace(/\n$/, '').split('\n')) {
    if (ctx.flags.has('names')) ctx.out(`${keyOf(file)}\n`);
    else ctx.out(ctx.flags.has('values') ? `${line}\n` : `${keyOf(file)} = ${line}\n`);
  }
}

/** All parameters below a directory, in the order of their names. */
function walk(ctx: Context<K>, dir: string): void {
  const names = readdir(ctx.sys.tx, ctx.sys.self, dir);
  for (const name of names.ok ? names.value : []) {
    const path = `${dir}/${name}`;
    const info = stat(ctx.sys.tx, ctx.sys.self, path);
    if (info.ok && info.value.kind === 'dir') walk(ctx, path);
    else {
      const text = readFile(ctx.sys.tx, ctx.sys.self, path);
      if (text.ok) print(ctx, path, text.value);
    }
  }
}

function set(ctx: Context<K>, key: string, value: string): number {
  const file = fileOf(key);
  if (!stat(ctx.sys.tx, ctx.sys.self, file).ok) return missing(ctx, file);
  const done = writeFile(ctx.sys.tx, ctx.sys.self, file, `${value}\n`);
  if (!done.ok) {
    const why = done.error === 'EACCES' ? 'permission denied on key' : `setting key "${keyOf(file)}"`;
    return ctx.fail(done.error === 'EACCES' ? `${why} "${keyOf(file)}"` : `${why}: ${strerror(done.error)}`, 255);
  }
  if (!ctx.flags.has('quiet')) print(ctx, file, value);
  return 0;
}

function missing(ctx: Context<K>, file: string): number {
  return ctx.flags.has('ignore') ? 0 : ctx.fail(`cannot stat ${file}: No such file or directory`, 255);
}

/** procps-ng 4. @sim simplified: no patterns and no files of settings. */
defineCommand<K>({
  name: 'sysctl',
  summary: 'Read and write kernel parameters at run time.',
  usage: '[options] [variable[=value] ...]',
  flags: {
    all: { short: 'aA', long: 'all', help: 'display all variables' },
    names: { short: 'N', long: 'names', help: 'print variable names without values' },
    values: { short: 'n', long: 'values', help: 'print only values of the given variable(s)' },
    ignore: { short: 'e', long: 'ignore', help: 'ignore unknown variables errors' },
    quiet: { short: 'q', long: 'quiet', help: 'do not echo variable set' },
    write: { short: 'w', long: 'write', help: 'enable writing a value to variable' },
  },
  start(ctx) {
    if (ctx.flags.has('all')) {
      walk(ctx, ROOT);
      return 0;
    }
    if (ctx.operands.length === 0) return ctx.fail("no variables specified\nTry `sysctl --help' for more information.");
    let status = 0;
    for (const word of ctx.operands) {
      const equals = word.indexOf('=');
      const one =
        equals > 0 ? set(ctx, word.slice(0, equals).trim(), word.slice(equals + 1).trim()) : show(ctx, fileOf(word));
      status = status || one;
    }
    return status;
  },
});

function show(ctx: Context<K>, file: string): number {
  const info = stat(ctx.sys.tx, ctx.sys.self, file);
  if (!info.ok) return missing(ctx, file);
  if (info.value.kind === 'dir') {
    walk(ctx, file);
    return 0;
  }
  const text = readFile(ctx.sys.tx, ctx.sys.self, file);
  if (!text.ok) return ctx.fail(`permission denied on key '${keyOf(file)}'`, 255);
  print(ctx, file, text.value);
  return 0;
}
