import { type Errno, ok, type Result, strerror } from '../../engine/core/errno.ts';
import { chmod, chown, utimes } from '../../engine/linux/attr.ts';
import { mkdir, writeFile } from '../../engine/linux/change.ts';
import { rename, rmdir, symlink, unlink } from '../../engine/linux/namei.ts';
import { basename, readdir, readFile, type Stat, stat } from '../../engine/linux/vfs.ts';
import { type Context, defineCommand } from '../command.ts';

type K =
  | 'archive'
  | 'recursive'
  | 'force'
  | 'noclobber'
  | 'preserve'
  | 'verbose'
  | 'update'
  | 'nodir'
  | 'target'
  | 'link'
  | 'interactive'
  | 'deref';

const join = (dir: string, name: string): string => `${dir.replace(/(.)\/+$/, '$1')}${dir === '/' ? '' : '/'}${name}`;

interface Problem {
  readonly text: string;
}

const MOST_FILES = 20_000;

/** Copies a file or (with `deep`) a tree. Gives the problems in GNU's words without the command's name. */
function copyTree(ctx: Context<K>, from: string, to: string): readonly Problem[] {
  const { tx, self } = ctx.sys;
  const keep = ctx.flags.has('archive') || ctx.flags.has('preserve');
  const deep = ctx.flags.has('archive') || ctx.flags.has('recursive');
  const problems: Problem[] = [];
  const todo: [string, string][] = [[from, to]];
  for (let count = 0; todo.length > 0 && count < MOST_FILES; count++) {
    const [source, target] = todo.shift() as [string, string];
    const found = stat(tx, self, source, !deep || ctx.flags.has('deref'));
    if (!found.ok) {
      problems.push({ text: `cannot stat '${source}': ${strerror(found.error)}` });
      continue;
    }
    const made = copyOne(ctx, source, target, found.value);
    if (!made.ok) {
      problems.push({ text: copyFailure(ctx, source, target, found.value, made.error) });
      continue;
    }
    if (ctx.flags.has('verbose')) ctx.out(`'${source}' -> '${target}'\n`);
    if (keep && found.value.kind !== 'link') {
      chown(tx, self, target, found.value.uid, found.value.gid);
      chmod(tx, self, target, found.value.mode);
      utimes(tx, self, target, found.value.mtime);
    }
    if (found.value.kind !== 'dir') continue;
    const names = readdir(tx, self, source);
    if (names.ok)
      todo.unshift(...names.value.map((name): [string, string] => [join(source, name), join(target, name)]));
  }
  return problems;
}

function copyOne(ctx: Context<K>, source: string, target: string, found: Stat): Result<undefined> {
  const { tx, self } = ctx.sys;
  switch (found.kind) {
    case 'dir': {
      const there = stat(tx, self, target);
      return there.ok && there.value.kind === 'dir' ? ok(undefined) : mkdir(tx, self, target, found.mode);
    }
    case 'link':
      unlink(tx, self, target);
      return symlink(tx, self, found.target ?? '', target);
    default: {
      if (ctx.flags.has('noclobber') && stat(tx, self, target).ok) return ok(undefined);
      const text = readFile(tx, self, source);
      if (!text.ok) return text;
      if (ctx.flags.has('force') && !stat(tx, self, target).ok) unlink(tx, self, target);
      return writeFile(tx, self, target, text.value, { mode: found.mode });
    }
  }
}

function copyFailure(ctx: Context<K>, source: string, target: string, found: Stat, error: Errno): string {
  const { tx, self } = ctx.sys;
  const words = strerror(error);
  if (found.kind === 'dir') return `cannot create directory '${target}': ${words}`;
  if (!readFile(tx, self, source).ok)
    return ctx.busybox ? `can't open '${source}': ${words}` : `cannot open '${source}' for reading: ${words}`;
  return ctx.busybox ? `can't create '${target}': ${words}` : `cannot create regular file '${target}': ${words}`;
}

/** Sources and where each goes, or what is wrong with the call. */
function pairs(ctx: Context<K>): readonly (readonly [string, string])[] | string {
  const words = [...ctx.operands];
  const given = ctx.flags.value('target');
  if (given === undefined) {
    if (words.length === 0) return 'missing file operand';
    if (words.length === 1) return `missing destination file operand after '${words[0]}'`;
  }
  const target = given ?? (words.pop() as string);
  const there = stat(ctx.sys.tx, ctx.sys.self, target);
  const isDir = there.ok && there.value.kind === 'dir' && !ctx.flags.has('nodir');
  if (!isDir && (words.length > 1 || given !== undefined))
    return `target '${target}'${there.ok ? ' is not a directory' : ': No such file or directory'}`;
  return words.map((word) => [word, isDir ? join(target, basename(word)) : target] as const);
}

function misuse(ctx: Context<K>, text: string): number {
  return text.startsWith('target') ? ctx.fail(text) : ctx.misuse(text);
}

defineCommand<K>({
  name: 'cp',
  summary: 'Copy SOURCE to DEST, or multiple SOURCE(s) to DIRECTORY.',
  usage: '[OPTION]... SOURCE... DIRECTORY',
  flags: {
    archive: { short: 'a', long: 'archive', help: 'same as -dR --preserve=all' },
    deref: { short: 'LH', long: 'dereference', help: 'always follow symbolic links in SOURCE' },
    force: { short: 'f', long: 'force', help: 'if a destination file cannot be opened, remove it' },
    interactive: { short: 'iP', help: 'prompt before overwrite (never here)' },
    link: { short: 'ld', help: 'hard link files instead of copying' },
    noclobber: { short: 'n', long: 'no-clobber', help: 'do not overwrite an existing file' },
    preserve: { short: 'p', long: 'preserve', value: 'ATTR', optional: true, help: 'preserve attributes' },
    recursive: { short: 'rR', long: 'recursive', help: 'copy directories recursively' },
    target: {
      short: 't',
      long: 'target-directory',
      value: 'DIRECTORY',
      help: 'copy all SOURCE arguments into DIRECTORY',
    },
    nodir: { short: 'T', long: 'no-target-directory', help: 'treat DEST as a normal file' },
    update: { short: 'u', long: 'update', help: 'copy only when the SOURCE file is newer' },
    verbose: { short: 'v', long: 'verbose', help: 'explain what is being done' },
  },
  start(ctx) {
    const list = pairs(ctx);
    if (typeof list === 'string') return misuse(ctx, list);
    let status = 0;
    for (const [from, to] of list) status = copyChecked(ctx, from, to) || status;
    return status;
  },
});

function copyChecked(ctx: Context<K>, from: string, to: string): number {
  const { tx, self } = ctx.sys;
  const source = stat(tx, self, from);
  const target = stat(tx, self, to);
  const deep = ctx.flags.has('archive') || ctx.flags.has('recursive');
  if (!source.ok && !stat(tx, self, from, false).ok)
    return ctx.fail(
      ctx.busybox
        ? `can't stat '${from}': ${strerror(source.error)}`
        : `cannot stat '${from}': ${strerror(source.error)}`,
    );
  if (source.ok && source.value.kind === 'dir' && !deep)
    return ctx.fail(ctx.busybox ? `omitting directory '${from}'` : `-r not specified; omitting directory '${from}'`);
  if (
    source.ok &&
    target.ok &&
    source.value.ino === target.value.ino &&
    source.value.dev.join() === target.value.dev.join()
  )
    return ctx.fail(`'${from}' and '${to}' are the same file`);
  if (deep && `${to}/`.startsWith(`${from.replace(/\/$/, '')}/`))
    return ctx.fail(`cannot copy a directory, '${from}', into itself, '${to}'`);
  const problems = copyTree(ctx, from, to);
  for (const { text } of problems) ctx.complain(text);
  return problems.length > 0 ? 1 : 0;
}

defineCommand<K>({
  name: 'mv',
  summary: 'Rename SOURCE to DEST, or move SOURCE(s) to DIRECTORY.',
  usage: '[OPTION]... SOURCE... DIRECTORY',
  flags: {
    force: { short: 'f', long: 'force', help: 'do not prompt before overwriting' },
    interactive: { short: 'i', long: 'interactive', help: 'prompt before overwrite (never here)' },
    noclobber: { short: 'n', long: 'no-clobber', help: 'do not overwrite an existing file' },
    target: {
      short: 't',
      long: 'target-directory',
      value: 'DIRECTORY',
      help: 'move all SOURCE arguments into DIRECTORY',
    },
    nodir: { short: 'T', long: 'no-target-directory', help: 'treat DEST as a normal file' },
    verbose: { short: 'v', long: 'verbose', help: 'explain what is being done' },
    archive: { long: 'preserve-all' },
    recursive: { long: 'deep' },
    preserve: { long: 'keep', value: 'ATTR', optional: true },
    update: { short: 'u', long: 'update', help: 'move only when the SOURCE file is newer' },
    link: { long: 'hard' },
    deref: { long: 'follow' },
  },
  start(ctx) {
    const list = pairs(ctx);
    if (typeof list === 'string') return misuse(ctx, list);
    let status = 0;
    for (const [from, to] of list) status = move(ctx, from, to) || status;
    return status;
  },
});

function move(ctx: Context<K>, from: string, to: string): number {
  const { tx, self } = ctx.sys;
  const source = stat(tx, self, from, false);
  if (!source.ok)
    return ctx.fail(`${ctx.busybox ? "can't rename" : 'cannot stat'} '${from}': ${strerror(source.error)}`);
  if (ctx.flags.has('noclobber') && stat(tx, self, to, false).ok) return 0;
  const done = rename(tx, self, from, to);
  if (done.ok) {
    if (ctx.flags.has('verbose')) ctx.out(`renamed '${from}' -> '${to}'\n`);
    return 0;
  }
  if (done.error !== 'EXDEV') return ctx.fail(`cannot move '${from}' to '${to}': ${strerror(done.error)}`);
  const problems = moveAcross(ctx, from, to, source.value);
  for (const { text } of problems) ctx.complain(text);
  return problems.length > 0 ? 1 : 0;
}

/** Between filesystems: copy, then remove. */
function moveAcross(ctx: Context<K>, from: string, to: string, found: Stat): readonly Problem[] {
  const { tx, self } = ctx.sys;
  const todo: [string, string, Stat][] = [[from, to, found]];
  const done: [string, Stat][] = [];
  while (todo.length > 0 && done.length < MOST_FILES) {
    const [source, target, one] = todo.shift() as [string, string, Stat];
    const made = copyOne(ctx, source, target, one);
    if (!made.ok) return [{ text: copyFailure(ctx, source, target, one, made.error) }];
    if (one.kind !== 'link') {
      chown(tx, self, target, one.uid, one.gid);
      chmod(tx, self, target, one.mode);
      utimes(tx, self, target, one.mtime);
    }
    done.unshift([source, one]);
    const names = one.kind === 'dir' ? readdir(tx, self, source) : undefined;
    if (!names?.ok) continue;
    for (const name of names.value) {
      const below = stat(tx, self, join(source, name), false);
      if (below.ok) todo.push([join(source, name), join(target, name), below.value]);
    }
  }
  for (const [path, one] of done) (one.kind === 'dir' ? rmdir : unlink)(tx, self, path);
  return [];
}
