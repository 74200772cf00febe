import { fail, ok, type Result } from '../core/errno.ts';
import type { Reader } from '../core/world.ts';
import { NAMESPACE, type Namespace } from './namespace.ts';
import type { Process } from './process.ts';
import { defineVirtual, resolve } from './vfs.ts';

/** The one file of an nsfs mount: a namespace that is kept by a name. */
defineVirtual('nsfs', ({ read, fs }) => {
  const ns = fs.ns === undefined ? undefined : read.get(NAMESPACE, fs.ns);
  return ns && { kind: 'file', mode: 0o444, ino: ns.inode, ns: ns.id };
});

/** The namespace behind /proc/PID/ns/net or a file it is pinned to. ENOENT, EINVAL when it is another kind of file. */
export function namespaceAt(read: Reader, process: Process, path: string): Result<Namespace> {
  const found = resolve(read, process, path);
  if (!found.ok) return found;
  const id = found.value.virtual?.ns;
  const ns = id === undefined ? undefined : read.get(NAMESPACE, id);
  return ns ? ok(ns) : fail('EINVAL');
}
