import type { Transaction } from '../core/transaction.ts';
import type { Reader } from '../core/world.ts';
import { childOf, DIRENT, INODE, type Inode, linkInode, makeInode, namesOf, unlinkName } from './inode.ts';
import type { Filesystem } from './mount.ts';

/** A name as the union shows it: the topmost inode, and for a directory all those that are merged, topmost first. */
export interface Merged {
  readonly inode: Inode;
  readonly dirs: readonly number[];
  /** The inode lies in the writable layer. */
  readonly upper: boolean;
}

/** overlayfs marks a deleted name in the upper layer by a 0/0 character device. */
export const isWhiteout = (inode: Inode): boolean =>
  inode.kind === 'chr' && inode.rdev?.[0] === 0 && inode.rdev[1] === 0;

/** The root of a filesystem, through all its layers. */
export function rootMerged(read: Reader, fs: Filesystem): Merged | undefined {
  const inode = read.get(INODE, fs.root as number);
  return inode && { inode, dirs: fs.lower ? [inode.id, ...fs.lower] : [inode.id], upper: true };
}

/** One name further (Documentation/filesystems/overlayfs.rst). A plain filesystem is one layer. */
export function stepMerged(read: Reader, fs: Filesystem, from: Merged, name: string): Merged | undefined {
  let inode: Inode | undefined;
  let upper = false;
  const dirs: number[] = [];
  for (let depth = 0; depth < from.dirs.length; depth++) {
    const found = childOf(read, from.dirs[depth] as number, name);
    if (!found) continue;
    if (fs.lower && isWhiteout(found)) break;
    if (!inode) {
      inode = found;
      upper = depth === 0 && from.upper;
    }
    if (found.kind !== 'dir') break;
    dirs.push(found.id);
    if (found.opaque && fs.lower) break;
  }
  return inode && { inode, dirs, upper };
}

/** Looks a path inside a filesystem up through its layers. */
export function lookUpMerged(read: Reader, fs: Filesystem, path: string): Merged | undefined {
  let at = rootMerged(read, fs);
  if (path === '') return at;
  for (const name of path.split('/')) if (name !== '' && at) at = stepMerged(read, fs, at, name);
  return at;
}

/** Names of a merged directory, without those that a higher layer deleted. */
export function listMerged(read: Reader, fs: Filesystem, dirs: readonly number[]): readonly string[] {
  const names = new Map<string, boolean>();
  for (const dir of dirs) {
    for (const name of namesOf(read, dir)) {
      if (names.has(name)) continue;
      const inode = childOf(read, dir, name) as Inode;
      names.set(name, !(fs.lower && isWhiteout(inode)));
    }
  }
  return [...names.keys()].filter((name) => names.get(name)).sort();
}

const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));
const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/**
 * Makes sure that a path lies in the writable layer: its directories are made there with their attributes, a file is
 * copied whole, once. @sim exact. Gives the inode to write to.
 */
export function copyUp(tx: Transaction, fs: Filesystem, path: string): Inode | undefined {
  const merged = lookUpMerged(tx, fs, path);
  if (!merged || merged.upper || path === '') return merged?.inode;
  const dir = copyUp(tx, fs, parentOf(path));
  if (!dir) return undefined;
  const { id: _id, nlink: _n, opens: _o, ...fields } = merged.inode;
  const copy = makeInode(tx, fields);
  linkInode(tx, dir.id, nameOf(path), copy.id);
  tx.emit('overlay.copy-up', { table: 'inode', id: copy.id }, { path, kind: copy.kind });
  return tx.need(INODE, copy.id);
}

/** Puts an inode at a free name. The directory is copied up; a whiteout there goes, and a directory in its place is opaque. */
export function addName(tx: Transaction, fs: Filesystem, path: string, inode: number): boolean {
  const dir = copyUp(tx, fs, parentOf(path));
  if (!dir) return false;
  const whiteout = childOf(tx, dir.id, nameOf(path));
  unlinkName(tx, dir.id, nameOf(path));
  linkInode(tx, dir.id, nameOf(path), inode);
  const row = tx.need(INODE, inode);
  if (whiteout && fs.lower && row.kind === 'dir') tx.put<Inode>(INODE, { ...row, opaque: true });
  return true;
}

/** Takes a name away; where a lower layer still has it, a whiteout hides it. */
export function removeName(tx: Transaction, fs: Filesystem, path: string): void {
  const merged = lookUpMerged(tx, fs, path);
  const dir = copyUp(tx, fs, parentOf(path));
  if (!merged || !dir) return;
  if (merged.upper) unlinkName(tx, dir.id, nameOf(path));
  if (!fs.lower) return;
  const below = lookUpMerged(tx, { ...fs, root: fs.lower[0] as number, lower: fs.lower.slice(1) }, path);
  if (!below || tx.find(DIRENT, 'name', `${dir.id}/${nameOf(path)}`)) return;
  const whiteout = makeInode(tx, { kind: 'chr', mode: 0, rdev: [0, 0] });
  linkInode(tx, dir.id, nameOf(path), whiteout.id);
  tx.emit('overlay.whiteout', { table: 'inode', id: whiteout.id }, { path });
}
