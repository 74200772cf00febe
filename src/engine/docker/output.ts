import { ok } from '../core/errno.ts';
import type { Transaction } from '../core/transaction.ts';
import { defineFileKind, type OpenFile, openFile } from '../linux/file.ts';
import { wake } from '../linux/wait.ts';
import { containerChannel, LOG, type LogEntry } from './container.ts';

/** Kept lines of one container's log; older ones fall away, as with a rotating json-file. */
const MOST_LINES = 10_000;

function append(tx: Transaction, container: number, stream: LogEntry['stream'], text: string): void {
  tx.put<LogEntry>(LOG, { id: tx.id(LOG), container, stream, text, at: tx.now });
  const ids = tx.ids(LOG, 'container', container);
  if (ids.length > MOST_LINES) tx.delete(LOG, ids[0] as number);
  wake(tx, containerChannel(container));
}

const kindOf = (stream: LogEntry['stream']) => ({
  write(tx: Transaction, file: OpenFile, text: string) {
    append(tx, file.target, stream, text);
    return ok(text.length);
  },
});

/** The pipes that a shim holds: what a container writes goes to its log, and from there to whoever is attached. */
defineFileKind('container-out', kindOf('stdout'));
defineFileKind('container-err', kindOf('stderr'));

/** Standard files of a container without a terminal. `stdin` is an open file to read from; without it `/dev/null`. */
export function containerFiles(tx: Transaction, container: number, stdin?: number): Readonly<Record<number, number>> {
  const out = (kind: string): number =>
    openFile(tx, { kind, target: container, read: false, write: true, path: `pipe:[${container}]` }).id;
  const input = stdin ?? openFile(tx, { kind: 'null', target: 0, read: true, write: false, path: '/dev/null' }).id;
  return { 0: input, 1: out('container-out'), 2: out('container-err') };
}
