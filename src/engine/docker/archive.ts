import type { Transaction } from '../core/transaction.ts';
import type { Reader } from '../core/world.ts';
import { INODE, type Inode, linkInode, makeInode } from '../linux/inode.ts';
import type { Filesystem } from '../linux/mount.ts';
import { listMerged, type Merged, stepMerged } from '../linux/overlay.ts';

/** A place in a filesystem, seen through its layers. */
export interface Place {
  readonly fs: Filesystem;
  readonly merged: Merged;
}

/** The names of a directory with what they stand for, sorted. */
export const entriesOf = (read: Reader, { fs, merged }: Place): readonly (readonly [string, Merged])[] =>
  listMerged(read, fs, merged.dirs).flatMap((name) => {
    const step = stepMerged(read, fs, merged, name);
    return step ? [[name, step] as const] : [];
  });

/** A copy of an inode without names; what a directory holds is copied with it, owners and modes are kept. */
export function copyInode(tx: Transaction, place: Place, fields: Partial<Inode> = {}): Inode {
  const { id: _id, nlink: _nlink, opens: _opens, opaque: _opaque, pipe: _pipe, ...own } = place.merged.inode;
  const copy = makeInode(tx, { ...own, ...fields });
  if (copy.kind === 'dir') copyContent(tx, place, copy.id);
  return tx.put<Inode>(INODE, { ...tx.need(INODE, copy.id), mtime: own.mtime });
}

/** Copies what a directory holds into another one. */
export function copyContent(tx: Transaction, place: Place, dir: number): void {
  for (const [name, merged] of entriesOf(tx, place))
    linkInode(tx, dir, name, copyInode(tx, { fs: place.fs, merged }).id);
}
