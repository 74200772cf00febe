import { fail, ok, type Result } from '../core/errno.ts';
import type { Transaction } from '../core/transaction.ts';
import { defineFileKind, OPEN_FILE, type OpenFile, openFile } from './file.ts';
import { holdInode, INODE, type Inode, linkInode, makeInode, type NewInode } from './inode.ts';
import type { Filesystem } from './mount.ts';
import { addName, copyUp, type Merged, removeName } from './overlay.ts';
import { PIPE } from './pipe.ts';
import { PROCESS, type Process } from './process.ts';
import {
  basename,
  dirname,
  type Found,
  kindOf,
  lookUp,
  may,
  readdir,
  resolve,
  stat,
  statOf,
  type Walked,
  walk,
} from './vfs.ts';

const readOnly = (found: Found): boolean => found.mount.flags.split(',').includes('ro');

/** The directory that a new name goes into: EROFS, EACCES, ENOTDIR, ENOENT; generated filesystems take none (proc: ENOENT). */
function place(tx: Transaction, process: Process, path: string): Result<Found> {
  const dir = lookUp(tx, process, dirname(path));
  if (!dir) return fail('ENOENT');
  if (kindOf(dir) !== 'dir') return fail('ENOTDIR');
  if (readOnly(dir)) return fail('EROFS');
  if (dir.virtual) return fail(dir.fs.type === 'proc' ? 'ENOENT' : 'EACCES');
  return may(process, statOf(dir), 'w') ? ok(dir) : fail('EACCES');
}

const below = (dir: Found, path: string): string => `${dir.inner}/${basename(path)}`;

/** Makes a node at a free path. */
function create(tx: Transaction, process: Process, walked: Walked, fields: NewInode): Result<Inode> {
  if (walked.found) return fail('EEXIST');
  const dir = place(tx, process, walked.path);
  if (!dir.ok) return dir;
  const inode = makeInode(tx, { uid: process.uid, gid: process.gid, ...fields });
  return addName(tx, dir.value.fs, below(dir.value, walked.path), inode.id)
    ? ok(tx.need(INODE, inode.id))
    : fail('ENOENT');
}

function createAt(tx: Transaction, process: Process, path: string, fields: NewInode): Result<Inode> {
  const walked = walk(tx, process, path, false);
  return walked.ok ? create(tx, process, walked.value, fields) : walked;
}

export interface OpenFlags {
  readonly read?: boolean;
  readonly write?: boolean;
  readonly append?: boolean;
  readonly create?: boolean;
  readonly excl?: boolean;
  readonly truncate?: boolean;
  readonly mode?: number;
}

/** Character devices by number: what opening them gives (Documentation/admin-guide/devices.txt). */
const DEVICES: Readonly<Record<string, string>> = {
  '1:3': 'null',
  '1:5': 'zero',
  '1:7': 'full',
  '1:8': 'random',
  '1:9': 'random',
};

/** open(2). The file has no descriptor yet: `install` it. EISDIR, EEXIST, EACCES, EROFS, ENOENT, ENXIO. */
export function open(tx: Transaction, process: Process, path: string, flags: OpenFlags): Result<OpenFile> {
  const walked = walk(tx, process, path, true);
  if (!walked.ok) return walked;
  let { found } = walked.value;
  if (!found) {
    if (!flags.create) return fail('ENOENT');
    if (path.endsWith('/')) return fail('EISDIR');
    const made = create(tx, process, walked.value, { kind: 'file', mode: (flags.mode ?? 0o666) & ~process.umask });
    if (!made.ok) return made;
    found = lookUp(tx, process, walked.value.path) as Found;
  } else if (flags.create && flags.excl) return fail('EEXIST');
  else {
    const st = statOf(found);
    if (st.kind === 'dir' && flags.write) return fail('EISDIR');
    if ((flags.write && !may(process, st, 'w')) || (flags.read && !may(process, st, 'r'))) return fail('EACCES');
    if (flags.write && st.kind === 'file' && readOnly(found)) return fail('EROFS');
  }
  return openFound(tx, process, found, flags);
}

function openFound(tx: Transaction, process: Process, found: Found, flags: OpenFlags): Result<OpenFile> {
  const base = {
    read: flags.read ?? false,
    write: flags.write ?? false,
    append: flags.append ?? false,
    path: found.path,
    target: 0,
  };
  if (found.virtual) {
    if (found.virtual.file !== undefined) return reopen(tx, found.virtual.file, base);
    if (found.virtual.kind === 'dir') return ok(openFile(tx, { ...base, kind: 'dir' }));
    if (flags.write && !found.virtual.write) return fail('EACCES');
    return ok(
      openFile(tx, {
        ...base,
        kind: 'virtual',
        target: process.id,
        text: flags.read ? (found.virtual.text?.() ?? '') : '',
      }),
    );
  }
  const { inode } = found.merged as Merged;
  if (inode.kind === 'chr') {
    const [major, minor] = inode.rdev ?? [0, 0];
    if (major === 5 || major === 136)
      return process.tty === undefined
        ? fail('ENXIO')
        : ok(openFile(tx, { ...base, kind: 'tty', target: process.tty }));
    const kind = DEVICES[`${major}:${minor}`];
    return kind ? ok(openFile(tx, { ...base, kind })) : fail('ENXIO');
  }
  if (inode.kind === 'fifo') return openFifo(tx, inode, base);
  if (inode.kind === 'sock' || inode.kind === 'blk') return fail('ENXIO');
  if (inode.kind === 'dir') return ok(openFile(tx, { ...base, kind: 'dir' }));
  const mine = flags.write ? (copyUp(tx, found.fs, found.inner) ?? inode) : inode;
  if (flags.truncate && flags.write) setText(tx, mine.id, '');
  holdInode(tx, mine.id, 1);
  return ok(openFile(tx, { ...base, kind: 'inode', target: mine.id }));
}

type Base = Pick<OpenFile, 'read' | 'write' | 'append' | 'path'>;

/** Opening /proc/PID/fd/N or /dev/stdout: a new description of the same pipe, terminal or file. ENXIO for a socket. */
function reopen(tx: Transaction, id: number, base: Base): Result<OpenFile> {
  const file = tx.get(OPEN_FILE, id);
  if (!file) return fail('ENOENT');
  if (file.kind === 'socket') return fail('ENXIO');
  if (file.kind === 'inode') holdInode(tx, file.target, 1);
  if (file.kind === 'pipe') {
    const pipe = tx.need(PIPE, file.target);
    const [readers, writers] = [pipe.readers + (base.read ? 1 : 0), pipe.writers + (base.write ? 1 : 0)];
    tx.put(PIPE, { ...pipe, readers, writers });
  }
  const { kind, target, path } = file;
  return ok(openFile(tx, { ...base, kind, target, path, ...(file.text === undefined ? {} : { text: file.text }) }));
}

function openFifo(tx: Transaction, inode: Inode, base: Base): Result<OpenFile> {
  const there = inode.pipe === undefined ? undefined : tx.get(PIPE, inode.pipe);
  const pipe = there ?? tx.put(PIPE, { id: tx.id(PIPE), text: '', readers: 0, writers: 0 });
  if (!there) tx.put<Inode>(INODE, { ...tx.need(INODE, inode.id), pipe: pipe.id });
  tx.put(PIPE, { ...pipe, readers: pipe.readers + (base.read ? 1 : 0), writers: pipe.writers + (base.write ? 1 : 0) });
  return ok(openFile(tx, { ...base, kind: 'pipe', target: pipe.id }));
}

function setText(tx: Transaction, inode: number, text: string): void {
  const { size: _size, program: _program, ...row } = tx.need(INODE, inode);
  tx.put<Inode>(INODE, { ...row, text, mtime: tx.now });
}

/** Characters that one file may hold: the disk is full then (ENOSPC). @sim simplified: a bound per file, not per disk. */
const MOST_TEXT = 16 << 20;

defineFileKind('inode', {
  read(tx, file, max) {
    const text = (tx.get(INODE, file.target)?.text ?? '').slice(file.offset, file.offset + max);
    if (text) tx.put<OpenFile>(OPEN_FILE, { ...file, offset: file.offset + text.length });
    return ok(text);
  },
  write(tx, file, text) {
    const old = tx.get(INODE, file.target)?.text ?? '';
    const at = file.append ? old.length : file.offset;
    if (at + text.length > MOST_TEXT) return fail('ENOSPC');
    setText(tx, file.target, old.slice(0, at).padEnd(at, '\0') + text + old.slice(at + text.length));
    tx.put<OpenFile>(OPEN_FILE, { ...file, offset: at + text.length });
    return ok(text.length);
  },
  release: (tx, file) => holdInode(tx, file.target, -1),
});

/** An open generated file: its text was made at open; a write goes to the node as it is found then. */
defineFileKind('virtual', {
  read(tx, file, max) {
    const text = (file.text ?? '').slice(file.offset, file.offset + max);
    if (text) tx.put<OpenFile>(OPEN_FILE, { ...file, offset: file.offset + text.length });
    return ok(text);
  },
  write(tx, file, text, writer) {
    const process = tx.get(PROCESS, writer);
    const node = process && lookUp(tx, process, file.path)?.virtual;
    if (!node?.write) return fail('EACCES');
    const written = node.write(tx, text);
    return written.ok ? ok(text.length) : written;
  },
});
defineFileKind('dir', { read: () => fail('EISDIR') });
defineFileKind('random', {
  read: (tx, _file, max) =>
    ok(Array.from({ length: Math.min(max, 4096) }, () => String.fromCharCode(33 + tx.chance('random', 94))).join('')),
  write: (_tx, _file, text) => ok(text.length),
});

/** Writes a file as the shell's `>` (or, with `append`, `>>`) does. */
export function writeFile(
  tx: Transaction,
  process: Process,
  path: string,
  text: string,
  options: Omit<OpenFlags, 'read' | 'write'> = {},
): Result<undefined> {
  const file = open(tx, process, path, { create: true, truncate: !options.append, ...options, write: true });
  if (!file.ok) return file;
  const { kind, target } = file.value;
  let result: Result<unknown> = ok(undefined);
  if (kind === 'inode') {
    const old = options.append ? (tx.get(INODE, target)?.text ?? '') : '';
    setText(tx, target, old + text);
    holdInode(tx, target, -1);
  } else if (kind === 'virtual')
    result = lookUp(tx, process, file.value.path)?.virtual?.write?.(tx, text) ?? fail('EACCES');
  tx.delete(OPEN_FILE, file.value.id);
  return result.ok ? ok(undefined) : result;
}

export function mkdir(tx: Transaction, process: Process, path: string, mode = 0o777): Result<undefined> {
  const walked = walk(tx, process, path.replace(/\/+$/, '') || '/', false);
  if (!walked.ok) return walked;
  if (walked.value.found) return fail('EEXIST');
  const dir = lookUp(tx, process, dirname(walked.value.path));
  if (dir && readOnly(dir)) return fail('EROFS');
  if (dir?.virtual?.mkdir) return dir.virtual.mkdir(tx, basename(walked.value.path));
  const made = create(tx, process, walked.value, { kind: 'dir', mode: mode & ~process.umask });
  return made.ok ? ok(undefined) : made;
}

/** Who may take a name out of a directory with the sticky bit: the owner of the file or of the directory (inode(7)). */
function sticky(process: Process, dir: Found, found: Found): boolean {
  const at = statOf(dir);
  return (at.mode & 0o1000) !== 0 && process.uid !== 0 && ![at.uid, statOf(found).uid].includes(process.uid);
}

/** Takes a found name away: EROFS, EACCES, EPERM (sticky), EBUSY for a mount point. */
function remove(tx: Transaction, process: Process, found: Found): Result<undefined> {
  if (found.mount.point === found.path) return fail('EBUSY');
  const dir = place(tx, process, found.path);
  if (!dir.ok) return dir;
  if (sticky(process, dir.value, found)) return fail('EPERM');
  removeName(tx, found.fs, found.inner);
  return ok(undefined);
}

export function rmdir(tx: Transaction, process: Process, path: string): Result<undefined> {
  const found = resolve(tx, process, path, false);
  if (!found.ok) return found;
  if (kindOf(found.value) !== 'dir') return fail('ENOTDIR');
  if (found.value.virtual && readOnly(found.value)) return fail('EROFS');
  if (found.value.virtual) return found.value.virtual.rmdir?.(tx) ?? fail('EPERM');
  const names = readdir(tx, process, path);
  if (names.ok && names.value.length > 0) return fail('ENOTEMPTY');
  return remove(tx, process, found.value);
}

export function unlink(tx: Transaction, process: Process, path: string): Result<undefined> {
  const found = resolve(tx, process, path, false);
  if (!found.ok) return found;
  if (kindOf(found.value) === 'dir') return fail('EISDIR');
  return found.value.virtual ? fail('EPERM') : remove(tx, process, found.value);
}

export function symlink(tx: Transaction, process: Process, target: string, path: string): Result<undefined> {
  const made = createAt(tx, process, path, { kind: 'link', text: target });
  return made.ok ? ok(undefined) : made;
}

export function mkfifo(tx: Transaction, process: Process, path: string, mode = 0o666): Result<undefined> {
  const made = createAt(tx, process, path, { kind: 'fifo', mode: mode & ~process.umask });
  return made.ok ? ok(undefined) : made;
}

export function mknod(
  tx: Transaction,
  process: Process,
  path: string,
  kind: 'chr' | 'blk',
  rdev: readonly [number, number],
  mode = 0o666,
): Result<undefined> {
  const made = createAt(tx, process, path, { kind, rdev, mode: mode & ~process.umask });
  return made.ok ? ok(undefined) : made;
}

/** link(2): EPERM for a directory, EXDEV across filesystems. */
export function link(tx: Transaction, process: Process, from: string, to: string): Result<undefined> {
  const found = resolve(tx, process, from, false);
  if (!found.ok) return found;
  if (kindOf(found.value) === 'dir' || !found.value.merged) return fail('EPERM');
  const walked = walk(tx, process, to, false);
  if (!walked.ok) return walked;
  if (walked.value.found) return fail('EEXIST');
  const dir = place(tx, process, walked.value.path);
  if (!dir.ok) return dir;
  if (dir.value.fs.id !== found.value.fs.id) return fail('EXDEV');
  const inode = copyUp(tx, found.value.fs, found.value.inner) as Inode;
  addName(tx, dir.value.fs, below(dir.value, walked.value.path), inode.id);
  return ok(undefined);
}

/** rename(2): replaces a file (an empty directory) at the target. EXDEV, ENOTEMPTY, EISDIR, ENOTDIR, EINVAL into itself. */
export function rename(tx: Transaction, process: Process, from: string, to: string): Result<undefined> {
  const found = resolve(tx, process, from, false);
  if (!found.ok) return found;
  const walked = walk(tx, process, to.replace(/(.)\/+$/, '$1'), false);
  if (!walked.ok) return walked;
  const { path, found: there } = walked.value;
  if (path === found.value.path) return ok(undefined);
  if (path.startsWith(`${found.value.path}/`)) return fail('EINVAL');
  const dir = place(tx, process, path);
  if (!dir.ok) return dir;
  if (dir.value.fs.id !== found.value.fs.id) return fail('EXDEV');
  const isDir = kindOf(found.value) === 'dir';
  if (there && kindOf(there) === 'dir') {
    if (!isDir) return fail('EISDIR');
    const gone = rmdir(tx, process, to);
    if (!gone.ok) return gone;
  } else if (there) {
    if (isDir) return fail('ENOTDIR');
    const gone = remove(tx, process, there);
    if (!gone.ok) return gone;
  }
  return move(tx, process, found.value, dir.value.fs, below(dir.value, path));
}

function move(tx: Transaction, process: Process, found: Found, fs: Filesystem, inner: string): Result<undefined> {
  const source = place(tx, process, found.path);
  if (!source.ok) return source;
  if (sticky(process, source.value, found)) return fail('EPERM');
  // A directory that lies in a lower layer cannot be renamed without redirects: overlayfs gives EXDEV.
  if (kindOf(found) === 'dir' && found.merged && (found.merged.dirs.length > 1 || !found.merged.upper) && fs.lower)
    return fail('EXDEV');
  const inode = copyUp(tx, fs, found.inner) as Inode;
  holdInode(tx, inode.id, 1);
  removeName(tx, fs, found.inner);
  addName(tx, fs, inner, inode.id);
  holdInode(tx, inode.id, -1);
  return ok(undefined);
}

function changeInode(
  tx: Transaction,
  process: Process,
  path: string,
  fields: Partial<Pick<Inode, 'mode' | 'uid' | 'gid' | 'mtime'>>,
  follow = true,
): Result<undefined> {
  const found = resolve(tx, process, path, follow);
  if (!found.ok) return found;
  if (found.value.virtual) return fail('EPERM');
  if (readOnly(found.value)) return fail('EROFS');
  if (process.uid !== 0 && statOf(found.value).uid !== process.uid) return fail('EPERM');
  const inode = copyUp(tx, found.value.fs, found.value.inner) as Inode;
  tx.put<Inode>(INODE, { ...tx.need(INODE, inode.id), ...fields });
  return ok(undefined);
}

export const chmod = (tx: Transaction, process: Process, path: string, mode: number): Result<undefined> =>
  changeInode(tx, process, path, { mode });

/** chown(2): only root may give files away. */
export function chown(
  tx: Transaction,
  process: Process,
  path: string,
  uid: number | undefined,
  gid: number | undefined,
): Result<undefined> {
  if (process.uid !== 0) return stat(tx, process, path).ok ? fail('EPERM') : fail('ENOENT');
  return changeInode(tx, process, path, {
    ...(uid === undefined ? {} : { uid }),
    ...(gid === undefined ? {} : { gid }),
  });
}

export const utimes = (tx: Transaction, process: Process, path: string, mtime = tx.now): Result<undefined> =>
  changeInode(tx, process, path, { mtime });

/** Links an inode that exists at a path below a filesystem's root: how layers and volumes are put together. */
export const graft = (tx: Transaction, dir: number, name: string, inode: number): void =>
  linkInode(tx, dir, name, inode);
