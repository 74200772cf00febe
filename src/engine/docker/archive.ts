import { fail, ok, type Result } from '../core/errno.ts';
import type { Transaction } from '../core/transaction.ts';
import type { Reader } from '../core/world.ts';
import { INODE, type Inode, linkInode, makeInode } from '../linux/inode.ts';
import type { Filesystem } from '../linux/mount.ts';
import { addName, listMerged, type Merged, removeName, stepMerged } from '../linux/overlay.ts';
import type { Process } from '../linux/process.ts';
import { basename, dirname, kindOf, lookUp, walk } from '../linux/vfs.ts';
import { type TarEntry, tarEntry } from '../oci/tar.ts';

/** A place in a filesystem, seen through its layers. */
export interface Place {
  readonly fs: Filesystem;
  readonly merged: Merged;
}

/** The names of a directory with what they stand for, sorted. */
const entriesOf = (read: Reader, { fs, merged }: Place): readonly (readonly [string, Merged])[] =>
  listMerged(read, fs, merged.dirs).flatMap((name) => {
    const step = stepMerged(read, fs, merged, name);
    return step ? [[name, step] as const] : [];
  });

type Owner = Partial<Pick<Inode, 'uid' | 'gid'>>;

/** A copy of an inode without names; what a directory holds is copied with it. Modes are kept, owners unless given. */
function copyInode(tx: Transaction, place: Place, owner: Owner): Inode {
  const { id: _id, nlink: _nlink, opens: _opens, opaque: _opaque, pipe: _pipe, ...own } = place.merged.inode;
  const copy = makeInode(tx, { ...own, ...owner });
  if (copy.kind === 'dir') copyContent(tx, place, copy.id, owner);
  return tx.put<Inode>(INODE, { ...tx.need(INODE, copy.id), mtime: own.mtime });
}

/** Copies what a directory holds into another one. */
export function copyContent(tx: Transaction, place: Place, dir: number, owner: Owner = {}): void {
  for (const [name, merged] of entriesOf(tx, place))
    linkInode(tx, dir, name, copyInode(tx, { fs: place.fs, merged }, owner).id);
}

/**
 * Puts a copy at a path as somebody sees it: a directory is merged into one that is there, a file takes a file's place.
 * ENOENT, EISDIR, ENOTDIR, EROFS.
 */
export function placeCopy(
  tx: Transaction,
  from: Place,
  who: Process,
  path: string,
  owner: Owner = {},
): Result<undefined> {
  const walked = walk(tx, who, path, true);
  if (!walked.ok) return walked;
  const { found, path: at } = walked.value;
  const isDir = from.merged.inode.kind === 'dir';
  if (found && isDir && kindOf(found) === 'dir') {
    for (const [name, merged] of entriesOf(tx, from)) {
      const put = placeCopy(tx, { fs: from.fs, merged }, who, `${path}/${name}`, owner);
      if (!put.ok) return put;
    }
    return ok(undefined);
  }
  if (found) {
    if (isDir) return fail('ENOTDIR');
    if (kindOf(found) === 'dir') return fail('EISDIR');
  }
  const dir = lookUp(tx, who, dirname(at));
  if (!dir) return fail('ENOENT');
  if (!dir.merged || kindOf(dir) !== 'dir') return fail('ENOTDIR');
  if (dir.mount.flags.split(',').includes('ro')) return fail('EROFS');
  if (found) removeName(tx, dir.fs, found.inner);
  addName(tx, dir.fs, `${dir.inner}/${basename(at)}`, copyInode(tx, from, owner).id);
  return ok(undefined);
}

/** Members of an archive of a place, a directory before what it holds. */
export function tarEntries(read: Reader, place: Place, name: string, epoch: number): readonly TarEntry[] {
  const own = tarEntry(name, place.merged.inode, epoch);
  if (!own) return [];
  if (own.kind !== 'dir') return [own];
  const inner = entriesOf(read, place).flatMap(([child, merged]) =>
    tarEntries(read, { fs: place.fs, merged }, name === '' ? child : `${name}/${child}`, epoch),
  );
  return name === '' ? inner : [own, ...inner];
}
