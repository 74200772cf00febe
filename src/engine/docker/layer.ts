import type { Transaction } from '../core/transaction.ts';
import type { Bytes } from '../core/units.ts';
import type { Reader } from '../core/world.ts';
import { DIRENT, INODE } from '../linux/inode.ts';
import { MACHINE } from '../linux/machine.ts';
import { addMount, FILESYSTEM, type Filesystem } from '../linux/mount.ts';
import { dropNamespace, holdNamespace, makeNamespace } from '../linux/namespace.ts';
import { isWhiteout, lookUpMerged } from '../linux/overlay.ts';
import { findPid, type Process } from '../linux/process.ts';
import { utf8Length } from '../linux/vfs.ts';
import { type Container, imageOf } from './container.ts';
import { mountPoints } from './mounting.ts';
import { mountOwnFiles } from './rootfs.ts';

/** What a container did to a name of its image. */
export interface Change {
  /** Added, changed (or something below it), deleted. */
  readonly kind: 'A' | 'C' | 'D';
  readonly path: string;
}

/** The layers below the writable one. */
function lowerOf(fs: Filesystem): Filesystem | undefined {
  const [root, ...lower] = fs.lower ?? [];
  return root === undefined ? undefined : { ...fs, root, lower };
}

/**
 * `docker diff`: the writable layer against the image's. @sim simplified: sorted by name, where the daemon gives the names
 * of a directory in no order.
 */
export function changesOf(read: Reader, container: Container): readonly Change[] {
  const fs = read.get(FILESYSTEM, container.fs);
  if (fs?.root === undefined) return [];
  const lower = lowerOf(fs);
  const before = (path: string): boolean => lower !== undefined && lookUpMerged(read, lower, path) !== undefined;
  const changes: Change[] = [];
  const visit = (dir: number, path: string): void => {
    const entries = [...read.list(DIRENT, 'dir', dir)].sort((a, b) => (a.name < b.name ? -1 : 1));
    const gone: Change[] = [];
    for (const { name, inode } of entries) {
      const row = read.get(INODE, inode);
      if (!row) continue;
      const at = `${path}/${name}`;
      if (isWhiteout(row)) gone.push({ kind: 'D', path: at });
      else {
        changes.push({ kind: before(at) ? 'C' : 'A', path: at });
        if (row.kind === 'dir') visit(row.id, at);
      }
    }
    changes.push(...gone);
  };
  visit(fs.root, '');
  return changes;
}

const BLOCK: Bytes = 4096;

/** Disk space of a tree: a block for a directory, whole blocks for files, none for links and devices. */
function diskUsage(read: Reader, inode: number): Bytes {
  const row = read.get(INODE, inode);
  if (row?.kind === 'file') return Math.ceil((row.size ?? utf8Length(row.text)) / BLOCK) * BLOCK;
  if (row?.kind !== 'dir') return 0;
  return read.list(DIRENT, 'dir', inode).reduce((sum, entry) => sum + diskUsage(read, entry.inode), BLOCK);
}

/** Bytes of a container's writable layer, and of all its layers together. */
export function sizeOf(read: Reader, container: Container): { readonly own: Bytes; readonly all: Bytes } {
  const root = read.get(FILESYSTEM, container.fs)?.root;
  const own = root === undefined ? 0 : diskUsage(read, root);
  const image = imageOf(read, container)?.layers.reduce((sum, layer) => sum + layer.unpacked, 0) ?? 0;
  return { own, all: own + image };
}

/** Bytes of the files below a directory of the host's disk. */
export const treeSize = (read: Reader, inode: number): Bytes => diskUsage(read, inode) - BLOCK;

/**
 * Shows a container's files, running or not, in a mount namespace of the daemon's own for as long as `work` takes
 * (moby, daemon/containerfs_linux.go).
 */
export function inContainerFs<T>(tx: Transaction, container: Container, work: (root: Process) => T): T {
  const machine = tx.need(MACHINE, container.machine);
  const systemd = findPid(tx, machine.ns.pid, 1) as Process;
  const mnt = makeNamespace(tx, container.machine, 'mnt').id;
  holdNamespace(tx, mnt);
  const flags = container.host.readOnly ? 'ro,relatime' : 'rw,relatime';
  addMount(tx, mnt, { point: '/', fs: container.fs, source: 'overlay', flags, options: 'rw', propagation: 'private' });
  const root: Process = { ...systemd, root: '/', cwd: '/', umask: 0o022, ns: { ...systemd.ns, mnt } };
  mountPoints(tx, container, root);
  if (container.startedAt !== undefined) mountOwnFiles(tx, container, mnt);
  const result = work(root);
  dropNamespace(tx, mnt);
  return result;
}
