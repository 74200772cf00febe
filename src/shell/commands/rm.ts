import { strerror } from '../../engine/core/errno.ts';
import { rmdir, unlink } from '../../engine/linux/namei.ts';
import { readdir, stat } from '../../engine/linux/vfs.ts';
import { type Context, defineCommand } from '../command.ts';

type K = 'force' | 'recursive' | 'dir' | 'verbose' | 'interactive' | 'noroot';

function removeTree(ctx: Context<K>, path: string, depth: number): number {
  const { tx, self } = ctx.sys;
  const found = stat(tx, self, path, false);
  if (!found.ok) {
    if (found.error === 'ENOENT' && ctx.flags.has('force')) return 0;
    if (ctx.flags.has('force') && found.error === 'ENOTDIR') return 0;
    return ctx.fail(`${ctx.busybox ? "can't" : 'cannot'} remove '${path}': ${strerror(found.error)}`);
  }
  const isDir = found.value.kind === 'dir';
  if (isDir && !ctx.flags.has('recursive') && !ctx.flags.has('dir'))
    return ctx.fail(ctx.busybox ? `'${path}' is a directory` : `cannot remove '${path}': Is a directory`);
  let status = 0;
  if (isDir && ctx.flags.has('recursive') && depth < 200) {
    const names = readdir(tx, self, path);
    if (names.ok)
      for (const name of names.value)
        status = removeTree(ctx, `${path.replace(/\/$/, '')}/${name}`, depth + 1) || status;
    if (status !== 0) return status;
  }
  const done = (isDir ? rmdir : unlink)(tx, self, path);
  if (!done.ok) return ctx.fail(`${ctx.busybox ? "can't" : 'cannot'} remove '${path}': ${strerror(done.error)}`);
  if (ctx.flags.has('verbose')) ctx.out(isDir ? `removed directory '${path}'\n` : `removed '${path}'\n`);
  return 0;
}

defineCommand<K>({
  name: 'rm',
  summary: 'Remove (unlink) the FILE(s).',
  usage: '[OPTION]... [FILE]...',
  flags: {
    force: { short: 'f', long: 'force', help: 'ignore nonexistent files and arguments, never prompt' },
    interactive: { short: 'iI', long: 'interactive', help: 'prompt before every removal (never here)' },
    noroot: { long: 'no-preserve-root', help: "do not treat '/' specially" },
    recursive: { short: 'rR', long: 'recursive', help: 'remove directories and their contents recursively' },
    dir: { short: 'd', long: 'dir', help: 'remove empty directories' },
    verbose: { short: 'v', long: 'verbose', help: 'explain what is being done' },
  },
  start(ctx) {
    if (ctx.operands.length === 0) return ctx.flags.has('force') ? 0 : ctx.misuse('missing operand');
    let status = 0;
    for (const path of ctx.operands) {
      if (/^\/+$/.test(path) && ctx.flags.has('recursive') && !ctx.flags.has('noroot')) {
        ctx.err(
          "rm: it is dangerous to operate recursively on '/'\nrm: use --no-preserve-root to override this failsafe\n",
        );
        status = 1;
      } else if (/(?:^|\/)\.{1,2}\/?$/.test(path)) {
        status = ctx.fail(`refusing to remove '.' or '..' directory: skipping '${path}'`);
      } else status = removeTree(ctx, path, 0) || status;
    }
    return status;
  },
});

defineCommand<'parents' | 'verbose' | 'ignore'>({
  name: 'rmdir',
  summary: 'Remove the DIRECTORY(ies), if they are empty.',
  usage: '[OPTION]... DIRECTORY...',
  flags: {
    ignore: { long: 'ignore-fail-on-non-empty', help: 'ignore each failure to remove a non-empty directory' },
    parents: { short: 'p', long: 'parents', help: 'remove DIRECTORY and its ancestors' },
    verbose: { short: 'v', long: 'verbose', help: 'output a diagnostic for every directory processed' },
  },
  start(ctx) {
    if (ctx.operands.length === 0) return ctx.misuse('missing operand');
    let status = 0;
    for (const operand of ctx.operands) {
      for (let path = operand; path !== '' && path !== '/'; path = path.slice(0, path.lastIndexOf('/'))) {
        const done = rmdir(ctx.sys.tx, ctx.sys.self, path);
        if (!done.ok) {
          if (!(done.error === 'ENOTEMPTY' && ctx.flags.has('ignore')))
            status = ctx.fail(
              ctx.busybox
                ? `'${path}': ${strerror(done.error)}`
                : `failed to remove '${path}': ${strerror(done.error)}`,
            );
          break;
        }
        if (ctx.flags.has('verbose')) ctx.out(`rmdir: removing directory, '${path}'\n`);
        if (!ctx.flags.has('parents') || !path.includes('/')) break;
      }
    }
    return status;
  },
});

defineCommand({
  name: 'unlink',
  summary: 'Call the unlink function to remove the specified FILE.',
  usage: 'FILE',
  flags: {},
  start(ctx) {
    const [path] = ctx.operands;
    if (path === undefined) return ctx.misuse('missing operand');
    const done = unlink(ctx.sys.tx, ctx.sys.self, path);
    return done.ok ? 0 : ctx.fail(`cannot unlink '${path}': ${strerror(done.error)}`);
  },
});
