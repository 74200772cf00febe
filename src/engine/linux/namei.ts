import { fail, ok, type Result } from '../core/errno.ts';
import type { Transaction } from '../core/transaction.ts';
import { below, create, place, readOnly } from './change.ts';
import { holdInode, type Inode, type NewInode } from './inode.ts';
import type { Filesystem } from './mount.ts';
import { addName, copyUp, removeName } from './overlay.ts';
import type { Process } from './process.ts';
import { type Found, kindOf, readdir, resolve, statOf, walk } from './vfs.ts';

function createAt(tx: Transaction, process: Process, path: string, fields: NewInode): Result<Inode> {
  const walked = walk(tx, process, path, false);
  return walked.ok ? create(tx, process, walked.value, fields) : walked;
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
