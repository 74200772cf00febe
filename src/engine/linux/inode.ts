import { defineTable, type Row } from '../core/table.ts';
import type { Transaction } from '../core/transaction.ts';
import type { Micros } from '../core/units.ts';
import type { Reader } from '../core/world.ts';

export type InodeKind = 'dir' | 'file' | 'link' | 'chr' | 'blk' | 'fifo' | 'sock';

/** A file of a filesystem that keeps its files (ext4, tmpfs, an image layer); generated files have none. */
export interface Inode extends Row {
  readonly kind: InodeKind;
  /** Permission bits, 0o7777. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtime: Micros;
  /** Names that point to it, and open files that hold it. */
  readonly nlink: number;
  readonly opens: number;
  /** file: its text. link: its target. */
  readonly text: string;
  /** A binary's size where its text does not stand for it, in bytes. */
  readonly size?: number;
  /** A binary: the program that runs it. */
  readonly program?: string;
  readonly rdev?: readonly [number, number];
  /** fifo: its pipe while somebody has it open. */
  readonly pipe?: number;
  /** A directory of an overlay's upper layer that hides those of the same name below. */
  readonly opaque?: boolean;
}

export const INODE = defineTable<Inode>({ name: 'inode' });

/** A name in a directory. A row each, so that a directory with thousands of names costs no more than one with few. */
interface Dirent extends Row {
  readonly dir: number;
  readonly name: string;
  readonly inode: number;
}

export const DIRENT = defineTable<Dirent>({
  name: 'dirent',
  unique: { name: (d) => `${d.dir}/${d.name}` },
  multi: { dir: (d) => d.dir },
});

export type NewInode = Pick<Inode, 'kind'> & Partial<Omit<Inode, 'id' | 'nlink' | 'opens'>>;

export function makeInode(tx: Transaction, fields: NewInode): Inode {
  const mode = fields.mode ?? (fields.kind === 'dir' ? 0o755 : fields.kind === 'link' ? 0o777 : 0o644);
  return tx.put<Inode>(INODE, {
    uid: 0,
    gid: 0,
    mtime: tx.now,
    text: '',
    ...fields,
    mode,
    nlink: 0,
    opens: 0,
    id: tx.id(INODE),
  });
}

/** Gives a name to an inode; the name must be free. */
export function linkInode(tx: Transaction, dir: number, name: string, inode: number): void {
  const row = tx.need(INODE, inode);
  tx.put(DIRENT, { id: tx.id(DIRENT), dir, name, inode });
  tx.put<Inode>(INODE, { ...row, nlink: row.nlink + 1 });
  const parent = tx.get(INODE, dir);
  if (parent) tx.put<Inode>(INODE, { ...parent, mtime: tx.now });
}

/** Takes a name away; an inode without names and open files is gone. */
export function unlinkName(tx: Transaction, dir: number, name: string): void {
  const entry = tx.find(DIRENT, 'name', `${dir}/${name}`);
  if (!entry) return;
  tx.delete(DIRENT, entry.id);
  const row = tx.get(INODE, entry.inode);
  if (row) settle(tx, { ...row, nlink: row.nlink - 1 });
  const parent = tx.get(INODE, dir);
  if (parent) tx.put<Inode>(INODE, { ...parent, mtime: tx.now });
}

export function holdInode(tx: Transaction, inode: number, more: 1 | -1): void {
  const row = tx.get(INODE, inode);
  if (row) settle(tx, { ...row, opens: row.opens + more });
}

function settle(tx: Transaction, row: Inode): void {
  if (row.nlink <= 0 && row.opens <= 0) dropTree(tx, row.id);
  else tx.put(INODE, row);
}

/** Frees an inode with everything below it (a directory tree that is unmounted for good). */
export function dropTree(tx: Transaction, inode: number): void {
  for (const entry of tx.list(DIRENT, 'dir', inode)) {
    tx.delete(DIRENT, entry.id);
    const row = tx.get(INODE, entry.inode);
    if (row) settle(tx, { ...row, nlink: row.nlink - 1 });
  }
  tx.delete(INODE, inode);
}

export function childOf(read: Reader, dir: number, name: string): Inode | undefined {
  const entry = read.find(DIRENT, 'name', `${dir}/${name}`);
  return entry && read.get(INODE, entry.inode);
}

export const namesOf = (read: Reader, dir: number): readonly string[] =>
  read.list(DIRENT, 'dir', dir).map((entry) => entry.name);

/** The inode at a path below a root, without following links; '' is the root itself. */
export function inodeAt(read: Reader, root: number, path: string): Inode | undefined {
  let at = read.get(INODE, root);
  for (const name of path.split('/')) {
    if (name === '') continue;
    at = at && childOf(read, at.id, name);
  }
  return at;
}

/** A tree of files as plain data: how hosts and image layers are given. */
export type Tree = { readonly [name: string]: TreeNode };
export type TreeNode =
  | string
  | {
      /** A directory's content. */
      readonly dir?: Tree;
      readonly text?: string;
      readonly link?: string;
      readonly program?: string;
      readonly size?: number;
      readonly mode?: number;
      readonly uid?: number;
      readonly gid?: number;
      readonly mtime?: Micros;
      readonly chr?: readonly [number, number];
    };

/**
 * Plants a tree below a directory; names with slashes make the directories on their way. `mtime` is for all that say none.
 * What is there already stays as it is and is filled up.
 */
export function plantTree(tx: Transaction, root: number, tree: Tree, mtime: Micros = tx.now): void {
  for (const name of Object.keys(tree)) {
    const node = tree[name] as TreeNode;
    const parts = name.split('/').filter(Boolean);
    let dir = root;
    for (const part of parts.slice(0, -1)) dir = plant(tx, dir, part, { dir: {} }, mtime);
    plant(tx, dir, parts.at(-1) as string, typeof node === 'string' ? { text: node } : node, mtime);
  }
}

function plant(tx: Transaction, dir: number, name: string, node: Exclude<TreeNode, string>, mtime: Micros): number {
  const { dir: content, link, chr, text, ...rest } = node;
  const there = childOf(tx, dir, name);
  if (there) {
    if (content) plantTree(tx, there.id, content, mtime);
    return there.id;
  }
  const kind: InodeKind = content ? 'dir' : link !== undefined ? 'link' : chr ? 'chr' : 'file';
  const mode = kind === 'dir' || rest.program !== undefined ? 0o755 : kind === 'link' ? 0o777 : 0o644;
  const id = tx.id(INODE);
  const body = { kind, text: link ?? text ?? '', ...(chr ? { rdev: chr } : {}) };
  tx.put<Inode>(INODE, { mode, uid: 0, gid: 0, mtime, ...rest, ...body, nlink: 1, opens: 0, id });
  tx.put(DIRENT, { id: tx.id(DIRENT), dir, name, inode: id });
  if (content) plantTree(tx, id, content, mtime);
  return id;
}
