import { fail, ok, type Result } from '../core/errno.ts';
import type { Transaction } from '../core/transaction.ts';
import { OPEN_FILE, type OpenFile, openFile } from './file.ts';
import { holdInode, INODE, type Inode } from './inode.ts';
import { PIPE } from './pipe.ts';

type Base = Pick<OpenFile, 'read' | 'write' | 'append' | 'path'>;

/** Opening /proc/PID/fd/N or /dev/stdout: a new description of the same pipe, terminal or file. ENXIO for a socket. */
export function reopen(tx: Transaction, id: number, base: Base): Result<OpenFile> {
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

/** open(2) of a fifo: all who have it open share one pipe. */
export function openFifo(tx: Transaction, inode: Inode, base: Base): Result<OpenFile> {
  const there = inode.pipe === undefined ? undefined : tx.get(PIPE, inode.pipe);
  const pipe = there ?? tx.put(PIPE, { id: tx.id(PIPE), text: '', readers: 0, writers: 0 });
  if (!there) tx.put<Inode>(INODE, { ...tx.need(INODE, inode.id), pipe: pipe.id });
  tx.put(PIPE, { ...pipe, readers: pipe.readers + (base.read ? 1 : 0), writers: pipe.writers + (base.write ? 1 : 0) });
  return ok(openFile(tx, { ...base, kind: 'pipe', target: pipe.id }));
}
