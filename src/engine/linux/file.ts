import { fail, ok, type Result } from '../core/errno.ts';
import { defineTable, type Row } from '../core/table.ts';
import type { Transaction } from '../core/transaction.ts';
import { changePipe, PIPE, PIPE_SIZE, pipeChannel } from './pipe.ts';

/** An open file description (open(2)): what descriptors of one or many processes point to. */
export interface OpenFile extends Row {
  /** Which kind of thing it is (`inode`, `pipe`, `tty`, `null`, `socket` …) and its id among those. */
  readonly kind: string;
  readonly target: number;
  readonly read: boolean;
  readonly write: boolean;
  readonly append: boolean;
  /** Position in characters, for kinds that have one. */
  readonly offset: number;
  /** What /proc/PID/fd shows. */
  readonly path: string;
  /** Text of a generated file (procfs), fixed when it was opened. */
  readonly text?: string;
  readonly refs: number;
}

export const OPEN_FILE = defineTable<OpenFile>({ name: 'file' });

/** How a kind of file behaves; the file tables of a kernel (`struct file_operations`). */
interface FileKind {
  /** Up to `max` characters; '' is end of file, EAGAIN when there is nothing yet. */
  read?(tx: Transaction, file: OpenFile, max: number, reader: number): Result<string>;
  /** How many characters were taken; EAGAIN when there is no room. */
  write?(tx: Transaction, file: OpenFile, text: string, writer: number): Result<number>;
  /** The last descriptor is gone. */
  release?(tx: Transaction, file: OpenFile): void;
  /** What a sleeper waits on until it can read or write. */
  channel?(file: OpenFile): string;
}

const kinds = new Map<string, FileKind>();

export function defineFileKind(name: string, kind: FileKind): void {
  kinds.set(name, kind);
}

export const fileKind = (file: OpenFile): FileKind => kinds.get(file.kind) ?? {};

/** A new description without descriptors; `hold` it when a descriptor is made. */
export function openFile(
  tx: Transaction,
  fields: Omit<OpenFile, 'id' | 'refs' | 'offset' | 'append'> & { readonly append?: boolean },
): OpenFile {
  return tx.put(OPEN_FILE, { id: tx.id(OPEN_FILE), offset: 0, refs: 0, append: false, ...fields });
}

export function holdFile(tx: Transaction, id: number): void {
  const file = tx.need(OPEN_FILE, id);
  tx.put(OPEN_FILE, { ...file, refs: file.refs + 1 });
}

export function dropFile(tx: Transaction, id: number): void {
  const file = tx.get(OPEN_FILE, id);
  if (!file) return;
  if (file.refs > 1) {
    tx.put(OPEN_FILE, { ...file, refs: file.refs - 1 });
    return;
  }
  fileKind(file).release?.(tx, file);
  tx.delete(OPEN_FILE, id);
}

defineFileKind('null', { read: () => ok(''), write: (_tx, _file, text) => ok(text.length) });
defineFileKind('zero', {
  read: (_tx, _file, max) => ok('\0'.repeat(max)),
  write: (_tx, _file, text) => ok(text.length),
});
defineFileKind('full', { read: (_tx, _file, max) => ok('\0'.repeat(max)), write: () => fail('ENOSPC') });
defineFileKind('text', {
  read(tx, file, max) {
    const text = (file.text ?? '').slice(file.offset, file.offset + max);
    tx.put(OPEN_FILE, { ...file, offset: file.offset + text.length });
    return ok(text);
  },
});

/** pipe(2): the ends as two open files, reading and writing. */
export function makePipe(tx: Transaction): { readonly read: OpenFile; readonly write: OpenFile } {
  const pipe = tx.put(PIPE, { id: tx.id(PIPE), text: '', readers: 1, writers: 1 });
  const path = `pipe:[${pipe.id}]`;
  return {
    read: openFile(tx, { kind: 'pipe', target: pipe.id, read: true, write: false, path }),
    write: openFile(tx, { kind: 'pipe', target: pipe.id, read: false, write: true, path }),
  };
}

/** pipe(7). @sim exact: 64 KiB, blocking, end of file when no writer is left, EPIPE when no reader is. */
defineFileKind('pipe', {
  read(tx, file, max) {
    const pipe = tx.need(PIPE, file.target);
    if (pipe.text === '') return pipe.writers > 0 ? fail('EAGAIN') : ok('');
    const text = pipe.text.slice(0, max);
    changePipe(tx, pipe.id, { text: pipe.text.slice(max) });
    return ok(text);
  },
  write(tx, file, text) {
    const pipe = tx.need(PIPE, file.target);
    if (pipe.readers === 0) return fail('EPIPE');
    const room = PIPE_SIZE - pipe.text.length;
    if (room <= 0) return fail('EAGAIN');
    const taken = text.slice(0, room);
    if (taken) changePipe(tx, pipe.id, { text: pipe.text + taken });
    return ok(taken.length);
  },
  release(tx, file) {
    const pipe = tx.need(PIPE, file.target);
    const [readers, writers] = [pipe.readers - (file.read ? 1 : 0), pipe.writers - (file.write ? 1 : 0)];
    changePipe(tx, pipe.id, { readers, writers });
    if (readers + writers === 0) tx.delete(PIPE, pipe.id);
  },
  channel: (file) => pipeChannel(file.target),
});
