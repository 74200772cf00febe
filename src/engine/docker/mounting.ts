import { strerror } from '../core/errno.ts';
import type { Transaction } from '../core/transaction.ts';
import { mkdir, writeFile } from '../linux/change.ts';
import { INODE, type Inode } from '../linux/inode.ts';
import { MACHINE } from '../linux/machine.ts';
import { addMount, MOUNT, type Mount, makeFilesystem, mountAt } from '../linux/mount.ts';
import { findPid, type Process } from '../linux/process.ts';
import { type Found, kindOf, resolve, stat } from '../linux/vfs.ts';
import { type Answer, answer, type Container, type MountPoint, refuse } from './container.ts';
import { daemonEvent } from './events.ts';

/** Makes a directory with those on its way, as root. */
function makeDirs(tx: Transaction, who: Process, path: string): void {
  let at = '';
  for (const part of path.split('/').filter(Boolean)) {
    at += `/${part}`;
    if (!stat(tx, who, at).ok) mkdir(tx, who, at, 0o755);
  }
}

const depth = (point: MountPoint): number => point.destination.split('/').length;

/** `--tmpfs PATH[:options]` are mounts like the others. */
const tmpfsPoints = (container: Container): readonly MountPoint[] =>
  Object.entries(container.host.tmpfs).map(([destination, options]) => ({
    type: 'tmpfs',
    source: '',
    destination,
    mode: '',
    readOnly: options.split(',').includes('ro'),
    propagation: '',
    copies: false,
    makesSource: false,
    options: kernelOptions(options),
  }));

const SUFFIX: Readonly<Record<string, number>> = { '': 1 / 1024, k: 1, m: 1024, g: 1024 * 1024 };

/** The kernel shows sizes in KiB, and flags of the mount elsewhere. */
const kernelOptions = (options: string): string =>
  options
    .split(',')
    .filter((option) => !/^(?:|rw|ro|no(?:suid|dev|exec)|suid|dev|exec|relatime)$/.test(option))
    .map((option) =>
      option.replace(
        /^size=(\d+)([kmg]?)$/i,
        (_all, n: string, unit: string) => `size=${Math.ceil(Number(n) * (SUFFIX[unit.toLowerCase()] ?? 1))}k`,
      ),
    )
    .join(',');

/**
 * Mounts volumes, host directories and tmpfs into a container's mount namespace, shallow ones first; the places are made
 * in whatever lies there (runc, rootfs_linux.go), also in a root that will be read-only. The runtime's words on failure.
 */
export function mountPoints(tx: Transaction, container: Container, init: Process): Answer<undefined> {
  const points = [...container.mounts, ...tmpfsPoints(container)].sort((a, b) => depth(a) - depth(b));
  if (points.length === 0) return answer(undefined);
  const root = mountAt(tx, init.ns.mnt, '/') as Mount;
  const { flags } = root;
  tx.put<Mount>(MOUNT, { ...root, flags: flags.replace(/^ro\b/, 'rw') });
  const inside = { ...init, uid: 0, umask: 0o022, cwd: '/' };
  for (const point of points) {
    const problem = point.type === 'tmpfs' ? mountTmpfs(tx, inside, point) : bind(tx, container, inside, point);
    if (problem !== undefined) return refuse(problem);
  }
  tx.put<Mount>(MOUNT, { ...tx.need(MOUNT, root.id), flags });
  return answer(undefined);
}

function mountTmpfs(tx: Transaction, inside: Process, point: MountPoint): string | undefined {
  makeDirs(tx, inside, point.destination);
  const place = resolve(tx, inside, point.destination);
  if (!place.ok)
    return `error mounting "tmpfs" to rootfs at "${point.destination}": ${strerror(place.error).toLowerCase()}`;
  const fs = makeFilesystem(tx, { type: 'tmpfs', machine: inside.machine });
  const mode = /(?:^|,)mode=([0-7]+)/.exec(point.options ?? '')?.[1];
  if (mode && fs.root !== undefined)
    tx.put<Inode>(INODE, { ...tx.need(INODE, fs.root), mode: Number.parseInt(mode, 8) });
  addMount(tx, inside.ns.mnt, {
    point: place.value.path,
    fs: fs.id,
    source: 'tmpfs',
    flags: `${point.readOnly ? 'ro' : 'rw'},nosuid,nodev,noexec,relatime`,
    options: ['rw', point.options, 'inode64'].filter(Boolean).join(','),
    propagation: 'private',
  });
  return undefined;
}

function bind(tx: Transaction, container: Container, inside: Process, point: MountPoint): string | undefined {
  const { source, destination } = point;
  const systemd = findPid(tx, tx.need(MACHINE, container.machine).ns.pid, 1) as Process;
  if (point.makesSource && !stat(tx, systemd, source).ok) makeDirs(tx, systemd, source);
  const from = resolve(tx, systemd, source);
  const failed = (why: string): string => `error mounting "${source}" to rootfs at "${destination}": ${why}`;
  if (!from.ok) return failed(`mount src=${source}, dst=${destination}: ${strerror(from.error).toLowerCase()}`);
  const isDir = kindOf(from.value) === 'dir';
  if (isDir) makeDirs(tx, inside, destination);
  else if (!stat(tx, inside, destination).ok) {
    makeDirs(tx, inside, destination.slice(0, destination.lastIndexOf('/')));
    writeFile(tx, inside, destination, '');
  }
  const to = resolve(tx, inside, destination);
  if (!to.ok || (kindOf(to.value) === 'dir') !== isDir) {
    return failed(
      'not a directory: Are you trying to mount a directory onto a file (or vice-versa)? Check if the specified host path exists and is the expected type',
    );
  }
  attach(tx, systemd, inside, from.value, to.value.path, point);
  if (point.name !== undefined) {
    const attributes = {
      container: container.cid,
      destination,
      driver: 'local',
      propagation: point.propagation,
      'read/write': String(!point.readOnly),
    };
    daemonEvent(tx, container.machine, { type: 'volume', action: 'mount', actor: point.name, attributes });
  }
  return undefined;
}

/** The mount itself, with what is mounted below the source (MS_BIND|MS_REC); `ro` is for all of them. */
function attach(tx: Transaction, systemd: Process, inside: Process, from: Found, to: string, point: MountPoint): void {
  const { mount, inner, path } = from;
  const copy = (of: Mount, at: string, root: string): void => {
    const { fs, source, options } = of;
    const flags = point.readOnly ? of.flags.replace(/^rw\b/, 'ro') : of.flags;
    addMount(tx, inside.ns.mnt, { point: at, fs, root, source, options, flags, propagation: 'private' });
  };
  copy(mount, to, inner);
  if (point.type !== 'bind') return;
  for (const child of tx.list(MOUNT, 'ns', systemd.ns.mnt))
    if (child.point !== path && child.point.startsWith(path === '/' ? '/' : `${path}/`))
      copy(child, to + child.point.slice(path === '/' ? 0 : path.length), child.root);
}
