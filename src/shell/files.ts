import { type Errno, fail, ok, type Result } from '../engine/core/errno.ts';
import { type OpenFlags, open } from '../engine/linux/change.ts';
import type { System } from '../engine/linux/system.ts';

const STANDARD: Readonly<Record<string, number>> = { stdin: 0, stdout: 1, stderr: 2 };

/** The descriptor that `/dev/stdin`, `/dev/fd/3` and `/proc/self/fd/3` name; undefined for other paths. */
function namedDescriptor(path: string): number | undefined {
  const match = /^\/dev\/(?:(stdin|stdout|stderr)|fd\/(\d+))$|^\/proc\/self\/fd\/(\d+)$/.exec(path);
  if (!match) return undefined;
  return match[1] === undefined ? Number(match[2] ?? match[3]) : STANDARD[match[1]];
}

/** open(2) into a descriptor: the lowest free one, or `fd`. Names of descriptors are duplicated (@sim simplified). */
export function openPath(sys: System, path: string, flags: OpenFlags, fd?: number): Result<number> {
  const named = namedDescriptor(path);
  if (named !== undefined) {
    const file = sys.self.fds[named];
    if (file === undefined) return fail('ENOENT');
    return ok(fd === undefined ? sys.install(file) : sys.install(file, fd));
  }
  const file = open(sys.tx, sys.self, path, flags);
  if (!file.ok) return file;
  return ok(fd === undefined ? sys.install(file.value.id) : sys.install(file.value.id, fd));
}

/** Where a reader of several files stands. Plain JSON. */
export interface Reading {
  readonly files: readonly string[];
  /** The file at which it is, and its descriptor once open. */
  readonly at: number;
  readonly fd?: number;
  /** Read and not yet given out: an unfinished line. */
  readonly rest: string;
}

export const readingOf = (files: readonly string[]): Reading => ({
  files: files.length > 0 ? files : ['-'],
  at: 0,
  rest: '',
});

export type Read =
  | { readonly kind: 'text'; readonly text: string; readonly reading: Reading }
  | { readonly kind: 'wait'; readonly channel: string; readonly reading: Reading }
  /** One file is at its end; more may follow. */
  | { readonly kind: 'next'; readonly reading: Reading }
  | { readonly kind: 'error'; readonly file: string; readonly error: Errno; readonly reading: Reading }
  | { readonly kind: 'end' };

/** The next piece of the files, in order; `-` is standard input. */
export function readOn(sys: System, reading: Reading): Read {
  const file = reading.files[reading.at];
  if (file === undefined) return { kind: 'end' };
  const skip = { files: reading.files, at: reading.at + 1, rest: '' };
  let { fd } = reading;
  if (fd === undefined) {
    const opened = file === '-' ? ok(0) : openPath(sys, file, { read: true });
    if (!opened.ok) return { kind: 'error', file, error: opened.error, reading: skip };
    fd = opened.value;
  }
  const here = { ...reading, fd };
  const text = sys.read(fd);
  if (text.ok && text.value !== '') return { kind: 'text', text: text.value, reading: here };
  const channel = sys.channel(fd);
  if (!text.ok && text.error === 'EAGAIN' && channel !== undefined) return { kind: 'wait', channel, reading: here };
  if (fd !== 0) sys.close(fd);
  return text.ok ? { kind: 'next', reading: skip } : { kind: 'error', file, error: text.error, reading: skip };
}
