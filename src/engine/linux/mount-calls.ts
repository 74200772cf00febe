import { fail, ok, type Result } from '../core/errno.ts';
import type { Transaction } from '../core/transaction.ts';
import { INODE, type Inode } from './inode.ts';
import {
  addMount,
  detachTree,
  FILESYSTEM,
  MOUNT,
  type Mount,
  makeFilesystem,
  mountAt,
  pivotRoot,
  removeMount,
} from './mount.ts';
import type { Process } from './process.ts';
import { kindOf, resolve } from './vfs.ts';

/** CAP_SYS_ADMIN, bit 21 of the mask (capabilities(7)). */
export const mayMount = (process: Process): boolean =>
  process.uid === 0 && (Number.parseInt(process.caps.slice(-8), 16) & (1 << 21)) !== 0;

/** Types that anybody with the right may mount without a device. */
const NODEV = ['tmpfs', 'proc', 'sysfs', 'cgroup2', 'devpts', 'mqueue', 'devtmpfs', 'ramfs'];
const FLAGS = ['ro', 'rw', 'nosuid', 'nodev', 'noexec', 'noatime', 'relatime', 'nosymfollow'];

interface MountCall {
  readonly source: string;
  readonly target: string;
  readonly type: string;
  /** As after `mount -o`. */
  readonly options?: readonly string[];
}

/** Options as the kernel sorts them: per mount, and the filesystem's own. */
function sortOptions(options: readonly string[], type: string): Pick<Mount, 'flags' | 'options'> {
  const has = (name: string): boolean => options.includes(name);
  const access = has('ro') ? 'ro' : 'rw';
  const set = FLAGS.filter((flag) => flag.startsWith('no') && has(flag));
  const own = options.filter((option) => option !== '' && !FLAGS.includes(option) && option !== 'defaults');
  const inode64 = type === 'tmpfs' ? ['inode64'] : [];
  const atime = has('noatime') ? [] : ['relatime'];
  return { flags: [access, ...set, ...atime].join(','), options: [access, ...own, ...inode64].join(',') };
}

/**
 * mount(2) of a filesystem without a device, or of one that is there already (cgroup2: one tree a machine). EPERM without
 * CAP_SYS_ADMIN, ENOENT, ENOTDIR, ENODEV for a type that the kernel has not.
 */
export function mountFilesystem(tx: Transaction, process: Process, call: MountCall): Result<Mount> {
  if (!mayMount(process)) return fail('EPERM');
  const found = resolve(tx, process, call.target);
  if (!found.ok) return found;
  if (!NODEV.includes(call.type)) return fail('ENODEV');
  if (kindOf(found.value) !== 'dir') return fail('ENOTDIR');
  const options = call.options ?? [];
  const mode = options.map((option) => /^mode=(0?[0-7]{3,4})$/.exec(option)?.[1]).find((text) => text !== undefined);
  const tree = tx.all(FILESYSTEM).find((fs) => fs.type === 'cgroup2' && fs.machine === process.machine);
  const ns = call.type === 'proc' ? process.ns.pid : call.type === 'sysfs' ? process.ns.net : undefined;
  const fs =
    call.type === 'cgroup2' && tree
      ? tree
      : makeFilesystem(tx, { type: call.type, machine: process.machine, ...(ns === undefined ? {} : { ns }) });
  if (mode && fs.root !== undefined)
    tx.put<Inode>(INODE, { ...tx.need(INODE, fs.root), mode: Number.parseInt(mode, 8) });
  const sorted = sortOptions(options, call.type);
  return ok(addMount(tx, process.ns.mnt, { point: found.value.path, fs: fs.id, source: call.source, ...sorted }));
}

/**
 * mount --bind: the tree at `from` at a second place; with `recursive` also what is mounted below it. EPERM, ENOENT,
 * ENOTDIR when one is a directory and the other is not, EINVAL from an unbindable mount.
 */
export function bindMount(
  tx: Transaction,
  process: Process,
  from: string,
  to: string,
  recursive = false,
): Result<Mount> {
  if (!mayMount(process)) return fail('EPERM');
  const [source, target] = [resolve(tx, process, from), resolve(tx, process, to)];
  if (!source.ok) return source;
  if (!target.ok) return target;
  if ((kindOf(source.value) === 'dir') !== (kindOf(target.value) === 'dir')) return fail('ENOTDIR');
  if (source.value.mount.propagation === 'unbindable') return fail('EINVAL');
  const below = recursive
    ? tx.list(MOUNT, 'ns', process.ns.mnt).filter((m) => m.point.startsWith(`${source.value.path}/`))
    : [];
  const { mount, inner, path } = source.value;
  const copy = (of: Mount, point: string, root: string): Mount =>
    addMount(tx, process.ns.mnt, {
      point,
      fs: of.fs,
      root,
      source: of.source,
      flags: of.flags,
      options: of.options,
      ...(of.group === undefined ? {} : { group: of.group }),
    });
  const made = copy(mount, target.value.path, inner);
  for (const child of below) copy(child, target.value.path + child.point.slice(path.length), child.root);
  return ok(made);
}

/** mount -o remount,…: other flags for the mount at a path; the filesystem's options stay. EPERM, ENOENT, EINVAL. */
export function remount(
  tx: Transaction,
  process: Process,
  path: string,
  options: readonly string[],
): Result<undefined> {
  if (!mayMount(process)) return fail('EPERM');
  const found = resolve(tx, process, path);
  if (!found.ok) return found;
  const mount = mountAt(tx, process.ns.mnt, found.value.path);
  if (!mount) return fail('EINVAL');
  const kept = options.some((option) => option === 'ro' || option === 'rw')
    ? []
    : [mount.flags.split(',')[0] as string];
  tx.put<Mount>(MOUNT, { ...mount, flags: sortOptions([...kept, ...options], '').flags });
  return ok(undefined);
}

/** umount(2). EPERM, ENOENT, EINVAL when it is no mount point, EBUSY when mounts lie below or a process stands inside. */
export function umount(tx: Transaction, process: Process, path: string, lazy = false): Result<undefined> {
  if (!mayMount(process)) return fail('EPERM');
  const found = resolve(tx, process, path);
  if (!found.ok) return found;
  return removeMount(tx, process.ns.mnt, found.value.path, lazy);
}

/**
 * pivot_root(2) by a process: `newRoot` becomes /, the old root goes to `putOld`; `.` `.` puts it away for good once it is
 * unmounted, which happens here at once. EPERM, EINVAL when the new root is no mount point.
 */
export function pivotRootTo(tx: Transaction, process: Process, newRoot: string, putOld: string): Result<undefined> {
  if (!mayMount(process)) return fail('EPERM');
  const [root, old] = [resolve(tx, process, newRoot), resolve(tx, process, putOld)];
  if (!root.ok) return root;
  if (!old.ok) return old;
  if (root.value.mount.propagation === 'shared') return fail('EINVAL');
  const pivoted = pivotRoot(tx, process.ns.mnt, root.value.path, old.value.path);
  if (!pivoted.ok) return pivoted;
  if (old.value.path === root.value.path) detachTree(tx, pivoted.value);
  return ok(undefined);
}
