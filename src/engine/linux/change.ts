import { fail, ok, type Result } from '../core/errno.ts';
import type { Transaction } from '../core/transaction.ts';
import { defineFileKind, OPEN_FILE, type OpenFile, openFile } from './file.ts';
import { holdInode, INODE, type Inode, linkInode, makeInode, type NewInode } from './inode.ts';
import { addName, copyUp, type Merged } from './overlay.ts';
import { PROCESS, type Process } from './process.ts';
import { openFifo, reopen } from './specialFile.ts';
import { basename, dirname, type Found, kindOf, lookUp, may, statOf, type Walked, walk } from './vfs.ts';

/** The mount that it lies on is read-only. */
export const readOnly = (found: Found): boolean => found.mount.flags.split(',').includes('ro');

/** The directory that a new name goes into: EROFS, EACCES, ENOTDIR, ENOENT; generated filesystems take none (proc: ENOENT). */
export function place(tx: Transaction, process: Process, path: string): Result<Found> {
  const dir = lookUp(tx, process, dirname(path));
  if (!dir) return fail('ENOENT');
  if (kindOf(dir) !== 'dir') return fail('ENOTDIR');
  if (readOnly(dir)) return fail('EROFS');
  if (dir.virtual) return fail(dir.fs.type === 'proc' ? 'ENOENT' : 'EACCES');
  return may(process, statOf(dir), 'w') ? ok(dir) : fail('EACCES');
}

/** A name's place inside its directory's filesystem. */
export const below = (dir: Found, path: string): string => `${dir.inner}/${basename(path)}`;

/** Makes a node at a free path. EEXIST, and what `place` says. */
export function create(tx: Transaction, process: Process, walked: Walked, fields: NewInode): Result<Inode> {
  if (walked.found) return fail('EEXIST');
  const dir = place(tx, process, walked.path);
  if (!dir.ok) return dir;
  const inode = makeInode(tx, { uid: process.uid, gid: process.gid, ...fields });
  return addName(tx, dir.value.fs, below(dir.value, walked.path), inode.id)
    ? ok(tx.need(INODE, inode.id))
    : fail('ENOENT');
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

/** Links an inode that exists at a path below a filesystem's root: how layers and volumes are put together. */
export const graft = (tx: Transaction, dir: number, name: string, inode: number): void =>
  linkInode(tx, dir, name, inode);
