import { fail, ok, type Result } from '../core/errno.ts';
import { defineTable, type Row } from '../core/table.ts';
import type { Transaction } from '../core/transaction.ts';
import type { Reader } from '../core/world.ts';
import { dropTree, makeInode } from './inode.ts';
import { onNamespaceMade } from './life.ts';
import { dropNamespace, holdNamespace, onNamespaceFreed } from './namespace.ts';

/** A superblock: what can be mounted at many places. */
export interface Filesystem extends Row {
  /** `ext4 tmpfs overlay proc sysfs cgroup2 devtmpfs devpts mqueue …` */
  readonly type: string;
  readonly machine: number;
  /** Files kept as inodes: the root directory. overlay: the upper one. */
  readonly root?: number;
  /** overlay: roots of the read-only layers, topmost first. */
  readonly lower?: readonly number[];
  /** Device numbers as stat and mountinfo show them. */
  readonly dev: readonly [number, number];
  /** proc: the PID namespace it was mounted in. sysfs: the network namespace. nsfs: the namespace that it pins. */
  readonly ns?: number;
  /** Mounts of it; at zero it is gone, unless it is kept (a disk, a container's layer). */
  readonly refs: number;
  readonly kept?: boolean;
}

export const FILESYSTEM = defineTable<Filesystem>({ name: 'filesystem' });

/** A filesystem attached to a directory in one mount namespace. */
export interface Mount extends Row {
  readonly ns: number;
  /** Where: an absolute path, `/` for the root of the namespace. */
  readonly point: string;
  readonly fs: number;
  /** Which part of the filesystem: '' for its root, else `/path/in/it` (bind mounts). */
  readonly root: string;
  readonly source: string;
  /** Per-mount flags: `rw,nosuid,nodev,noexec,relatime`. */
  readonly flags: string;
  /** The filesystem's own options. */
  readonly options: string;
  readonly propagation: 'shared' | 'private' | 'slave' | 'unbindable';
  /** Peer group of a shared mount, and the group that a slave follows (mount_namespaces(7)). */
  readonly group?: number;
  readonly master?: number;
  readonly parent: number;
}

export const MOUNT = defineTable<Mount>({
  name: 'mount',
  multi: {
    ns: (m) => m.ns,
    point: (m) => `${m.ns}:${m.point}`,
    group: (m) => m.group,
    master: (m) => m.master,
  },
});

export function makeFilesystem(
  tx: Transaction,
  fields: Pick<Filesystem, 'type' | 'machine'> & Partial<Filesystem>,
): Filesystem {
  const minor = tx.next(`anondev.${fields.machine}`) + 20;
  const keepsFiles = !['proc', 'sysfs', 'cgroup2', 'nsfs'].includes(fields.type);
  const root =
    fields.root ??
    (keepsFiles ? makeInode(tx, { kind: 'dir', mode: fields.type === 'tmpfs' ? 0o1777 : 0o755 }).id : undefined);
  return tx.put<Filesystem>(FILESYSTEM, {
    dev: [0, minor],
    refs: 0,
    ...fields,
    ...(root === undefined ? {} : { root }),
    id: tx.id(FILESYSTEM),
  });
}

/** The mount that is on top at exactly this path. */
export function mountAt(read: Reader, ns: number, point: string): Mount | undefined {
  const id = read.ids(MOUNT, 'point', `${ns}:${point}`).at(-1);
  return id === undefined ? undefined : read.get(MOUNT, id);
}

/** The mount that a path (canonical, in its namespace) lies in. */
export function mountOf(read: Reader, ns: number, path: string): Mount | undefined {
  for (let at = path; ; at = at.slice(0, at.lastIndexOf('/'))) {
    const mount = mountAt(read, ns, at === '' ? '/' : at);
    if (mount || at === '' || at === '/') return mount;
  }
}

type NewMount = Pick<Mount, 'point' | 'fs' | 'source'> &
  Partial<Pick<Mount, 'root' | 'flags' | 'options' | 'propagation' | 'group' | 'master'>>;

/**
 * mount(2) in a namespace, on top of whatever is mounted there. The caller has checked that the place exists. On a shared
 * mount it appears at every peer and slave as well, and is shared itself unless `propagation` says otherwise
 * (mount_namespaces(7)).
 */
export function addMount(tx: Transaction, ns: number, fields: NewMount): Mount {
  const parent = mountOf(tx, ns, fields.point);
  const shared = parent?.group !== undefined && fields.propagation !== 'private';
  const group = fields.group ?? (shared ? newGroup(tx) : undefined);
  const row = attach(tx, ns, parent, { ...fields, ...(group === undefined ? {} : { group, propagation: 'shared' }) });
  if (parent && shared) {
    for (const other of receivers(tx, parent)) {
      const point = placeIn(other.mount, parent, row.point);
      const own = other.slave
        ? { propagation: 'slave' as const, master: group as number }
        : { propagation: 'shared' as const, group: group as number };
      attach(tx, other.mount.ns, other.mount, { ...fields, point, ...own });
    }
  }
  return row;
}

const newGroup = (tx: Transaction): number => tx.next('peergroup');

function attach(tx: Transaction, ns: number, parent: Mount | undefined, fields: NewMount): Mount {
  const fs = tx.need(FILESYSTEM, fields.fs);
  tx.put<Filesystem>(FILESYSTEM, { ...fs, refs: fs.refs + 1 });
  const row = tx.put<Mount>(MOUNT, {
    root: '',
    flags: 'rw,relatime',
    options: 'rw',
    propagation: 'private',
    ...fields,
    id: tx.id(MOUNT),
    ns,
    parent: parent?.id ?? 0,
  });
  tx.emit('mount.add', { table: 'mount', id: row.id }, { point: row.point, type: fs.type, source: row.source });
  return row;
}

/** Where in a peer of `parent` a place on `parent` is. */
const placeIn = (peer: Mount, parent: Mount, point: string): string => {
  const rest = parent.point === '/' ? point : point.slice(parent.point.length);
  return peer.point === '/' ? rest : peer.point + rest;
};

/** The mounts that hear of what happens on one: its peers, and the slaves of its group. */
function receivers(read: Reader, mount: Mount): readonly { readonly mount: Mount; readonly slave: boolean }[] {
  if (mount.group === undefined) return [];
  const peers = read.list(MOUNT, 'group', mount.group).filter((peer) => peer.id !== mount.id);
  const slaves = read.list(MOUNT, 'master', mount.group);
  return [
    ...peers.map((peer) => ({ mount: peer, slave: false })),
    ...slaves.map((slave) => ({ mount: slave, slave: true })),
  ];
}

/** MS_SHARED, MS_PRIVATE, MS_SLAVE or MS_UNBINDABLE for a mount, and (MS_REC) for all below it. */
export function setPropagation(tx: Transaction, mount: Mount, to: Mount['propagation'], recursive: boolean): void {
  const { group, master, ...rest } = tx.need(MOUNT, mount.id);
  const own =
    to === 'shared'
      ? { group: group ?? newGroup(tx), ...(master === undefined ? {} : { master }) }
      : to === 'slave' && (group ?? master) !== undefined
        ? { master: (group ?? master) as number }
        : {};
  const propagation = to === 'slave' && !('master' in own) ? 'private' : to;
  tx.put<Mount>(MOUNT, { ...rest, ...own, propagation });
  if (!recursive) return;
  for (const child of tx.list(MOUNT, 'ns', mount.ns))
    if (child.parent === mount.id) setPropagation(tx, child, to, true);
}

/** Keeps a namespace alive by a name: its nsfs file mounted on a file (`ip netns add`, a container's sandbox key). */
export function pinNamespace(tx: Transaction, mntns: number, point: string, ns: number, machine: number): Mount {
  const fs = makeFilesystem(tx, { type: 'nsfs', machine, ns, dev: [0, 4] });
  holdNamespace(tx, ns);
  return addMount(tx, mntns, { point, fs: fs.id, source: 'nsfs', flags: 'rw' });
}

/** umount(2): EINVAL when nothing is mounted there, EBUSY when something is mounted below (without `lazy`). Peers follow. */
export function removeMount(tx: Transaction, ns: number, point: string, lazy = false): Result<undefined> {
  const mount = mountAt(tx, ns, point);
  if (!mount) return fail('EINVAL');
  const below = tx.list(MOUNT, 'ns', ns).filter((m) => m.parent === mount.id);
  if (below.length > 0 && !lazy) return fail('EBUSY');
  const parent = tx.get(MOUNT, mount.parent);
  const others = parent ? receivers(tx, parent).map((other) => ({ parent, peer: other.mount })) : [];
  detachTree(tx, mount);
  for (const { parent: from, peer } of others) {
    const copy = mountAt(tx, peer.ns, placeIn(peer, from, point));
    const alone = copy && copy.fs === mount.fs && !tx.list(MOUNT, 'ns', peer.ns).some((m) => m.parent === copy.id);
    if (alone) detachTree(tx, copy);
  }
  return ok(undefined);
}

function detach(tx: Transaction, mount: Mount): void {
  tx.delete(MOUNT, mount.id);
  tx.emit('mount.remove', { table: 'mount', id: mount.id }, { point: mount.point });
  const fs = tx.get(FILESYSTEM, mount.fs);
  if (!fs) return;
  if (fs.refs > 1 || fs.kept) tx.put<Filesystem>(FILESYSTEM, { ...fs, refs: fs.refs - 1 });
  else dropFilesystem(tx, fs);
}

/** Frees a filesystem with its files; the layers of an overlay stay. */
export function dropFilesystem(tx: Transaction, fs: Filesystem): void {
  if (fs.root !== undefined) dropTree(tx, fs.root);
  if (fs.type === 'nsfs' && fs.ns !== undefined) dropNamespace(tx, fs.ns);
  tx.delete(FILESYSTEM, fs.id);
}

/** umount2(2) with MNT_DETACH of one mount, wherever it lies: it goes with all that is mounted on it. */
export function detachTree(tx: Transaction, mount: Mount): void {
  for (const child of tx.list(MOUNT, 'ns', mount.ns)) if (child.parent === mount.id) detachTree(tx, child);
  if (tx.get(MOUNT, mount.id)) detach(tx, mount);
}

/**
 * pivot_root(2): the mount at `root` becomes `/`, the old root with all on it moves to `old`, at or below the new root; with
 * `old` = `root` (runc's way) it lies under the new one until it is detached. EINVAL. Gives the old root's mount.
 */
export function pivotRoot(tx: Transaction, ns: number, root: string, old: string): Result<Mount> {
  const [before, after] = [mountAt(tx, ns, '/'), mountAt(tx, ns, root)];
  if (root === '/' || !before || !after || !(old === root || old.startsWith(`${root}/`))) return fail('EINVAL');
  const put = old === root ? '' : old.slice(root.length);
  for (const mount of tx.list(MOUNT, 'ns', ns)) {
    const inside = mount.point === root || mount.point.startsWith(`${root}/`);
    const point = inside
      ? mount.point.slice(root.length) || '/'
      : `${put}${mount.point === '/' ? '' : mount.point}` || '/';
    const parent = mount.id === after.id ? before.parent : mount.id === before.id ? after.id : mount.parent;
    tx.put<Mount>(MOUNT, { ...mount, point, parent });
  }
  return ok(tx.need(MOUNT, before.id));
}

onNamespaceMade('mnt', (tx, from, to) => {
  const mounts = tx.list(MOUNT, 'ns', from);
  const ids = new Map(mounts.map((mount) => [mount.id, tx.id(MOUNT)]));
  for (const mount of mounts) {
    tx.put<Mount>(MOUNT, { ...mount, id: ids.get(mount.id) as number, ns: to, parent: ids.get(mount.parent) ?? 0 });
    const fs = tx.need(FILESYSTEM, mount.fs);
    tx.put<Filesystem>(FILESYSTEM, { ...fs, refs: fs.refs + 1 });
  }
});

onNamespaceFreed('mnt', (tx, ns) => {
  for (const mount of tx.list(MOUNT, 'ns', ns.id)) detach(tx, mount);
});
