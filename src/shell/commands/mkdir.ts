import { strerror } from '../../engine/core/errno.ts';
import { chmod, utimes } from '../../engine/linux/attr.ts';
import { mkdir, writeFile } from '../../engine/linux/change.ts';
import { link, mkfifo, symlink, unlink } from '../../engine/linux/namei.ts';
import { basename, stat } from '../../engine/linux/vfs.ts';
import { type Context, defineCommand } from '../command.ts';
import { changeMode } from '../fileMode.ts';

function makeOne(ctx: Context<'parents' | 'mode' | 'verbose'>, path: string): number {
  const { tx, self } = ctx.sys;
  const mode = ctx.flags.value('mode');
  const steps: string[] = [];
  if (ctx.flags.has('parents')) {
    const parts = path.split('/');
    for (let i = 1; i <= parts.length; i++) if (parts[i - 1] !== '') steps.push(parts.slice(0, i).join('/'));
  } else steps.push(path);
  for (const [i, step] of steps.entries()) {
    const made = mkdir(tx, self, step, 0o777);
    if (!made.ok) {
      const there = stat(tx, self, step);
      if (ctx.flags.has('parents') && there.ok && there.value.kind === 'dir') continue;
      const words = made.error === 'EEXIST' && i < steps.length - 1 ? strerror('ENOTDIR') : strerror(made.error);
      return ctx.fail(
        `${ctx.busybox ? "can't" : 'cannot'} create directory ${ctx.busybox ? `'${step}'` : `‘${step}’`}: ${words}`,
      );
    }
    if (ctx.flags.has('verbose')) ctx.out(`mkdir: created directory '${step}'\n`);
    if (mode !== undefined && i === steps.length - 1) {
      const bits = changeMode(0o777, mode, self.umask, true);
      if (bits === undefined) return ctx.fail(`invalid mode ‘${mode}’`);
      chmod(tx, self, step, bits);
    }
  }
  return 0;
}

defineCommand<'parents' | 'mode' | 'verbose'>({
  name: 'mkdir',
  summary: 'Create the DIRECTORY(ies), if they do not already exist.',
  usage: '[OPTION]... DIRECTORY...',
  flags: {
    mode: { short: 'm', long: 'mode', value: 'MODE', help: 'set file mode (as in chmod), not a=rwx - umask' },
    parents: { short: 'p', long: 'parents', help: 'no error if existing, make parent directories as needed' },
    verbose: { short: 'v', long: 'verbose', help: 'print a message for each created directory' },
  },
  start(ctx) {
    if (ctx.operands.length === 0) return ctx.misuse('missing operand');
    return ctx.operands.reduce((status, path) => makeOne(ctx, path) || status, 0);
  },
});

defineCommand<'mode'>({
  name: 'mkfifo',
  summary: 'Create named pipes (FIFOs) with the given NAMEs.',
  usage: '[OPTION]... NAME...',
  flags: { mode: { short: 'm', long: 'mode', value: 'MODE', help: 'set file permission bits to MODE' } },
  start(ctx) {
    if (ctx.operands.length === 0) return ctx.misuse('missing operand');
    let status = 0;
    for (const path of ctx.operands) {
      const made = mkfifo(ctx.sys.tx, ctx.sys.self, path);
      if (!made.ok) status = ctx.fail(`cannot create fifo '${path}': ${strerror(made.error)}`);
    }
    return status;
  },
});

defineCommand<'nocreate' | 'access' | 'modified' | 'date' | 'reference' | 'stamp'>({
  name: 'touch',
  summary: 'Update the access and modification times of each FILE to the current time.',
  usage: '[OPTION]... FILE...',
  flags: {
    access: { short: 'a', help: 'change only the access time' },
    nocreate: { short: 'c', long: 'no-create', help: 'do not create any files' },
    date: { short: 'd', long: 'date', value: 'STRING', help: 'parse STRING and use it instead of current time' },
    modified: { short: 'm', help: 'change only the modification time' },
    reference: { short: 'r', long: 'reference', value: 'FILE', help: "use this file's times instead of current time" },
    stamp: { short: 't', value: 'STAMP', help: 'use this time instead of the current time' },
  },
  start(ctx) {
    const { tx, self } = ctx.sys;
    if (ctx.operands.length === 0) return ctx.misuse('missing file operand');
    let status = 0;
    for (const path of ctx.operands) {
      const there = stat(tx, self, path);
      if (!there.ok && ctx.flags.has('nocreate')) continue;
      const done = there.ok ? utimes(tx, self, path) : writeFile(tx, self, path, '', { mode: 0o666 });
      if (!done.ok)
        status = ctx.fail(
          ctx.busybox ? `${path}: ${strerror(done.error)}` : `cannot touch '${path}': ${strerror(done.error)}`,
        );
    }
    return status;
  },
});

defineCommand<'symbolic' | 'force' | 'nodir' | 'verbose' | 'relative'>({
  name: 'ln',
  summary: 'Create links to TARGETs.',
  usage: '[OPTION]... [-T] TARGET LINK_NAME',
  flags: {
    force: { short: 'f', long: 'force', help: 'remove existing destination files' },
    nodir: {
      short: 'nT',
      long: 'no-dereference',
      help: 'treat LINK_NAME as a normal file if it is a symlink to a directory',
    },
    relative: { short: 'r', long: 'relative', help: 'with -s, create links relative to link location' },
    symbolic: { short: 's', long: 'symbolic', help: 'make symbolic links instead of hard links' },
    verbose: { short: 'v', long: 'verbose', help: 'print name of each linked file' },
  },
  start(ctx) {
    const { tx, self } = ctx.sys;
    const words = [...ctx.operands];
    if (words.length === 0) return ctx.misuse('missing file operand');
    const target = words.length > 1 ? (words.pop() as string) : '.';
    const there = stat(tx, self, target);
    const isDir = there.ok && there.value.kind === 'dir' && !(ctx.flags.has('nodir') && words.length === 1);
    let status = 0;
    for (const source of words) {
      const path = isDir ? `${target.replace(/\/$/, '')}/${basename(source)}` : target;
      if (ctx.flags.has('force')) unlink(tx, self, path);
      const soft = ctx.flags.has('symbolic');
      const done = soft ? symlink(tx, self, source, path) : link(tx, self, source, path);
      if (done.ok) {
        if (ctx.flags.has('verbose')) ctx.out(`'${path}' ${soft ? '->' : '=>'} '${source}'\n`);
        continue;
      }
      const words2 = strerror(done.error);
      if (ctx.busybox) status = ctx.fail(`${path}: ${words2}`);
      else if (!soft && !stat(tx, self, source, false).ok) status = ctx.fail(`failed to access '${source}': ${words2}`);
      else status = ctx.fail(`failed to create ${soft ? 'symbolic' : 'hard'} link '${path}': ${words2}`);
    }
    return status;
  },
});
