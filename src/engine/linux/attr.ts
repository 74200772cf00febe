import { fail, ok, type Result } from '../core/errno.ts';
import type { Transaction } from '../core/transaction.ts';
import { readOnly } from './change.ts';
import { INODE, type Inode } from './inode.ts';
import { copyUp } from './overlay.ts';
import type { Process } from './process.ts';
import { resolve, stat, statOf } from './vfs.ts';

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
