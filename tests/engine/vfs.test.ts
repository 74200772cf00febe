import { beforeEach, describe, expect, it } from 'vitest';
import type { Result } from '../../src/engine/core/errno.ts';
import type { Transaction } from '../../src/engine/core/transaction.ts';
import { chmod, chown, utimes } from '../../src/engine/linux/attr.ts';
import { mkdir, open, writeFile } from '../../src/engine/linux/change.ts';
import { execve, findInPath } from '../../src/engine/linux/exec.ts';
import { dropFile, fileKind, holdFile, OPEN_FILE } from '../../src/engine/linux/file.ts';
import { INODE } from '../../src/engine/linux/inode.ts';
import { link, mkfifo, rename, rmdir, symlink, unlink } from '../../src/engine/linux/namei.ts';
import { PROCESS, type Process, patchProcess } from '../../src/engine/linux/process.ts';
import { defineProgram } from '../../src/engine/linux/program.ts';
import { access, chdir, readdir, readFile, readlink, realpath, stat } from '../../src/engine/linux/vfs.ts';
import { bootHost } from './machine.ts';

const show = (result: Result<unknown>): unknown => (result.ok ? (result.value ?? 'ok') : result.error);

let tx: Transaction;
let self: () => Process;
beforeEach(() => {
  ({ tx, self } = bootHost());
  mkdir(tx, self(), '/tmp/d');
  writeFile(tx, self(), '/tmp/f', 'text\n');
  symlink(tx, self(), 'f', '/tmp/l');
  symlink(tx, self(), '/tmp/loop', '/tmp/loop');
  symlink(tx, self(), 'nowhere', '/tmp/dangling');
  writeFile(tx, self(), '/tmp/d/inner', '한글');
});

/** Operations on the little tree above, with what they give. */
const operations: readonly (readonly [string, () => Result<unknown>, unknown])[] = [
  ['read a file', () => readFile(tx, self(), '/tmp/f'), 'text\n'],
  ['read through a link', () => readFile(tx, self(), '/tmp/l'), 'text\n'],
  ['read through . and ..', () => readFile(tx, self(), '/tmp/d/.././d/inner'), '한글'],
  ['read relative to the working directory', () => readFile(tx, self(), '../tmp/f'), 'text\n'],
  ['read a directory as a file', () => readFile(tx, self(), '/tmp/d'), 'EISDIR'],
  ['read nothing', () => readFile(tx, self(), ''), 'ENOENT'],
  ['read below a file', () => readFile(tx, self(), '/tmp/f/x'), 'ENOTDIR'],
  ['read a file as a directory', () => readFile(tx, self(), '/tmp/f/'), 'ENOTDIR'],
  ['read a loop', () => readFile(tx, self(), '/tmp/loop'), 'ELOOP'],
  ['read a dangling link', () => readFile(tx, self(), '/tmp/dangling'), 'ENOENT'],
  ['write through a dangling link', () => writeFile(tx, self(), '/tmp/dangling', 'x'), 'ok'],
  ['write into a missing directory', () => writeFile(tx, self(), '/tmp/no/x', ''), 'ENOENT'],
  ['write a directory', () => writeFile(tx, self(), '/tmp/d', ''), 'EISDIR'],
  ['write without making', () => writeFile(tx, self(), '/tmp/new', '', { create: false }), 'ENOENT'],
  ['write what must not be there', () => writeFile(tx, self(), '/tmp/f', '', { excl: true }), 'EEXIST'],
  ['list a directory', () => readdir(tx, self(), '/tmp'), ['d', 'dangling', 'f', 'l', 'loop']],
  ['list a file', () => readdir(tx, self(), '/tmp/f'), 'ENOTDIR'],
  ['make a directory', () => mkdir(tx, self(), '/tmp/new/'), 'ok'],
  ['make a directory that is there', () => mkdir(tx, self(), '/tmp/d'), 'EEXIST'],
  ['make a directory below a missing one', () => mkdir(tx, self(), '/tmp/a/b'), 'ENOENT'],
  ['remove a full directory', () => rmdir(tx, self(), '/tmp/d'), 'ENOTEMPTY'],
  ['remove a file as a directory', () => rmdir(tx, self(), '/tmp/f'), 'ENOTDIR'],
  ['remove a mount point', () => rmdir(tx, self(), '/dev/shm'), 'EBUSY'],
  ['unlink a directory', () => unlink(tx, self(), '/tmp/d'), 'EISDIR'],
  ['unlink what is not there', () => unlink(tx, self(), '/tmp/no'), 'ENOENT'],
  ['a link over a file', () => symlink(tx, self(), 'x', '/tmp/f'), 'EEXIST'],
  ['a hard link to a directory', () => link(tx, self(), '/tmp/d', '/tmp/e'), 'EPERM'],
  ['a hard link to another filesystem', () => link(tx, self(), '/tmp/f', '/root/f'), 'EXDEV'],
  ['rename to another filesystem', () => rename(tx, self(), '/tmp/f', '/root/f'), 'EXDEV'],
  ['rename over a directory', () => rename(tx, self(), '/tmp/f', '/tmp/d'), 'EISDIR'],
  ['rename a directory over a file', () => rename(tx, self(), '/tmp/d', '/tmp/f'), 'ENOTDIR'],
  ['rename a directory into itself', () => rename(tx, self(), '/tmp/d', '/tmp/d/e'), 'EINVAL'],
  ['read a link', () => readlink(tx, self(), '/tmp/l'), 'f'],
  ['read a file as a link', () => readlink(tx, self(), '/tmp/f'), 'EINVAL'],
  ['the real path', () => realpath(tx, self(), '/root/../tmp/l'), '/tmp/f'],
  ['change directory', () => chdir(tx, self(), '/sbin'), '/usr/sbin'],
  ['change into a file', () => chdir(tx, self(), '/tmp/f'), 'ENOTDIR'],
  ['open a missing device', () => open(tx, self(), '/dev/tty', { read: true }), 'ENXIO'],
  ['the size in bytes of UTF-8', () => stat(tx, self(), '/tmp/d/inner'), expect.objectContaining({ size: 6 })],
];

describe('files', () => {
  it.each(operations)('%s', (_name, act, expected) => {
    expect(show(act())).toEqual(expected);
  });

  it('a rename replaces, and the old file is gone', () => {
    const old = stat(tx, self(), '/tmp/f');
    writeFile(tx, self(), '/tmp/g', 'new');
    expect(show(rename(tx, self(), '/tmp/g', '/tmp/f'))).toBe('ok');
    expect(show(readFile(tx, self(), '/tmp/f'))).toBe('new');
    expect(old.ok && tx.get(INODE, old.value.ino)).toBeUndefined();
  });

  it('hard links share one file and count', () => {
    link(tx, self(), '/tmp/f', '/tmp/h');
    writeFile(tx, self(), '/tmp/h', 'more', { append: true });
    expect(show(readFile(tx, self(), '/tmp/f'))).toBe('text\nmore');
    expect(stat(tx, self(), '/tmp/f')).toMatchObject({ value: { nlink: 2 } });
    unlink(tx, self(), '/tmp/f');
    expect(stat(tx, self(), '/tmp/h')).toMatchObject({ value: { nlink: 1 } });
  });

  it('an open file outlives its name', () => {
    const file = open(tx, self(), '/tmp/f', { read: true });
    if (!file.ok) throw new Error(file.error);
    holdFile(tx, file.value.id);
    const inode = tx.need(OPEN_FILE, file.value.id).target;
    unlink(tx, self(), '/tmp/f');
    expect(show(readFile(tx, self(), '/tmp/f'))).toBe('ENOENT');
    const row = tx.need(OPEN_FILE, file.value.id);
    expect(fileKind(row).read?.(tx, row, 3, self().id)).toEqual({ ok: true, value: 'tex' });
    dropFile(tx, file.value.id);
    expect(tx.get(INODE, inode)).toBeUndefined();
  });

  it('permissions bind users, not root', () => {
    writeFile(tx, self(), '/tmp/secret', 'x', { mode: 0o600 });
    patchProcess(tx, self().id, { uid: 1000, gid: 1000 });
    expect(show(readFile(tx, self(), '/tmp/secret'))).toBe('EACCES');
    expect(show(access(tx, self(), '/tmp/f', 'r'))).toBe('ok');
    expect(show(access(tx, self(), '/tmp/f', 'w'))).toBe('EACCES');
    expect(show(readdir(tx, self(), '/root'))).toBe('EACCES');
    expect(show(readFile(tx, self(), '/root/.bashrc'))).toBe('EACCES');
    expect(show(chmod(tx, self(), '/tmp/f', 0o666))).toBe('EPERM');
    expect(show(chown(tx, self(), '/tmp/f', 1000, 1000))).toBe('EPERM');
    expect(show(unlink(tx, self(), '/tmp/f'))).toBe('EPERM');
    expect(show(writeFile(tx, self(), '/tmp/mine', 'x'))).toBe('ok');
    expect(show(unlink(tx, self(), '/tmp/mine'))).toBe('ok');
  });

  it('attributes change', () => {
    chmod(tx, self(), '/tmp/f', 0o4755);
    chown(tx, self(), '/tmp/f', 33, undefined);
    utimes(tx, self(), '/tmp/f', -5);
    expect(stat(tx, self(), '/tmp/f')).toMatchObject({ value: { mode: 0o4755, uid: 33, gid: 0, mtime: -5 } });
  });

  it('a fifo is a pipe for those who open it', () => {
    mkfifo(tx, self(), '/tmp/p');
    const [reader, writer] = [open(tx, self(), '/tmp/p', { read: true }), open(tx, self(), '/tmp/p', { write: true })];
    if (!reader.ok || !writer.ok) throw new Error('no fifo');
    fileKind(writer.value).write?.(tx, writer.value, 'hi', self().id);
    expect(fileKind(reader.value).read?.(tx, reader.value, 10, self().id)).toEqual({ ok: true, value: 'hi' });
  });

  it('names in a large directory cost no more than in a small one', () => {
    for (let i = 0; i < 5000; i++) mkdir(tx, self(), `/tmp/many${i}`);
    const started = performance.now();
    for (let i = 0; i < 100; i++) mkdir(tx, self(), `/tmp/more${i}`);
    expect(performance.now() - started).toBeLessThan(150);
  });
});

describe('exec', () => {
  defineProgram({ name: 'test-shell', start: () => ({ exit: 0 }), resume: () => ({ exit: 0 }) });
  const plant = (path: string, text: string, mode = 0o755): void => {
    writeFile(tx, self(), path, text, { mode });
    chmod(tx, self(), path, mode);
  };
  const binary = (path: string, program: string): void => {
    plant(path, '');
    const found = stat(tx, self(), path);
    if (found.ok) tx.put(INODE, { ...tx.need(INODE, found.value.ino), program });
  };

  it('a script runs its interpreter with its own path as operand', () => {
    binary('/usr/bin/interp', 'test-shell');
    plant('/tmp/script', '#!/usr/bin/interp -e x\nbody\n');
    expect(execve(tx, self(), '/tmp/script', ['script', 'a', 'b']).ok).toBe(true);
    expect(tx.need(PROCESS, self().id)).toMatchObject({
      argv: ['/usr/bin/interp', '-e x', '/tmp/script', 'a', 'b'],
      comm: 'script',
      exe: '/usr/bin/interp',
      program: 'test-shell',
    });
  });

  it.each([
    ['/tmp/none', 'ENOENT'],
    ['/tmp', 'EACCES'],
    ['/tmp/plain', 'EACCES'],
    ['/tmp/text', 'ENOEXEC'],
    ['/tmp/lost', 'ENOENT'],
  ])('%s gives %s', (path, error) => {
    plant('/tmp/plain', 'x', 0o644);
    plant('/tmp/text', 'x');
    plant('/tmp/lost', '#!/no/such\n');
    expect(show(execve(tx, self(), path, [path]))).toBe(error);
  });

  it('finds words along PATH', () => {
    binary('/usr/bin/tool', 'test-shell');
    plant('/usr/sbin/notrun', '', 0o644);
    const path = '/nowhere:/usr/sbin:/usr/bin';
    expect(show(findInPath(tx, self(), 'tool', path))).toBe('/usr/bin/tool');
    expect(show(findInPath(tx, self(), 'nothing', path))).toBe('ENOENT');
    expect(show(findInPath(tx, self(), 'notrun', path))).toBe('EACCES');
  });
});
