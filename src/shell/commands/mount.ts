import { strerror } from '../../engine/core/errno.ts';
import { DIRENT, INODE } from '../../engine/linux/inode.ts';
import { MACHINE } from '../../engine/linux/machine.ts';
import { FILESYSTEM, type Filesystem, MOUNT, type Mount, mountAt, setPropagation } from '../../engine/linux/mount.ts';
import { bindMount, mayMount, mountFilesystem, remount, umount } from '../../engine/linux/mount-calls.ts';
import type { System } from '../../engine/linux/system.ts';
import { readdir, resolve, stat } from '../../engine/linux/vfs.ts';
import { type Context, defineCommand } from '../command.ts';
import { humanSize } from '../number.ts';

export interface Seen {
  readonly mount: Mount;
  readonly fs: Filesystem;
  /** The mount point as seen from the process's root. */
  readonly point: string;
}

/** The mounts that a process can see, in the order in which they came. */
export function seenMounts(sys: System): readonly Seen[] {
  const { root, ns } = sys.self;
  return sys.tx.list(MOUNT, 'ns', ns.mnt).flatMap((mount) => {
    const fs = sys.tx.get(FILESYSTEM, mount.fs);
    if (!fs) return [];
    if (root === '/') return [{ mount, fs, point: mount.point }];
    if (mount.point !== root && !mount.point.startsWith(`${root}/`)) return [];
    return [{ mount, fs, point: mount.point.slice(root.length) || '/' }];
  });
}

/** Flags and the filesystem's own options in one list, as /proc/mounts shows them. */
export function allOptions({ flags, options }: Mount): string {
  const own = options.split(',').filter((option, i) => option !== '' && !(i === 0 && /^r[ow]$/.test(option)));
  return [...flags.split(','), ...own].join(',');
}

type K =
  | 'all'
  | 'bind'
  | 'rbind'
  | 'move'
  | 'options'
  | 'type'
  | 'readonly'
  | 'propagation'
  | 'noop'
  | 'verbose'
  | 'loop'
  | 'mkdir'
  | 'slave'
  | 'private'
  | 'shared'
  | 'unbindable'
  | 'rslave'
  | 'rprivate'
  | 'rshared'
  | 'runbindable';

const PROPAGATIONS = ['slave', 'private', 'shared', 'unbindable'] as const;

function listMounts(ctx: Context<K>): number {
  const type = ctx.flags.value('type');
  for (const { mount, fs, point } of seenMounts(ctx.sys)) {
    if (type !== undefined && !type.split(',').includes(fs.type)) continue;
    ctx.out(`${mount.source} on ${point} type ${fs.type} (${allOptions(mount)})\n`);
  }
  return 0;
}

function mountFailure(
  ctx: Context<K>,
  source: string,
  target: string,
  type: string,
  error: Parameters<typeof strerror>[0],
): number {
  const words = strerror(error);
  if (ctx.busybox) {
    if (error === 'EPERM') return ctx.fail('permission denied (are you root?)');
    return ctx.fail(`mounting ${source} on ${target} failed: ${words}`);
  }
  if (error === 'EPERM')
    return ctx.fail(
      `${target}: permission denied.\n       dmesg(1) may have more information after failed mount system call.`,
      32,
    );
  if (error === 'ENOENT') {
    const missing = stat(ctx.sys.tx, ctx.sys.self, target).ok
      ? `special device ${source} does not exist`
      : 'mount point does not exist';
    return ctx.fail(
      `${target}: ${missing}.\n       dmesg(1) may have more information after failed mount system call.`,
      32,
    );
  }
  if (error === 'ENODEV')
    return ctx.fail(
      `${target}: unknown filesystem type '${type}'.\n       dmesg(1) may have more information after failed mount system call.`,
      32,
    );
  return ctx.fail(
    `${target}: mount(2) system call failed: ${words}.\n       dmesg(1) may have more information after failed mount system call.`,
    32,
  );
}

function changePropagation(ctx: Context<K>, target: string): number | undefined {
  const { sys, flags } = ctx;
  let done: number | undefined;
  for (const how of PROPAGATIONS) {
    for (const key of [how, `r${how}`] as const) {
      if (!flags.has(key)) continue;
      const found = resolve(sys.tx, sys.self, target);
      const mount = found.ok ? mountAt(sys.tx, sys.self.ns.mnt, found.value.path) : undefined;
      if (!mayMount(sys.self)) return ctx.fail(`${target}: permission denied.`, 32);
      if (!mount) return ctx.fail(`${target}: not mount point or bad option.`, 32);
      setPropagation(sys.tx, mount, how, key.startsWith('r') && key !== how);
      done = 0;
    }
  }
  return done;
}

defineCommand<K>({
  name: 'mount',
  summary: 'Mount a filesystem.',
  usage: '[-lhV] | -a [options] | [options] [--source] <source> | [--target] <directory>',
  busyboxUsage: '[OPTIONS] [-o OPT] DEVICE NODE',
  flags: {
    all: { short: 'a', long: 'all', help: 'mount all filesystems mentioned in fstab' },
    bind: { short: 'B', long: 'bind', help: 'mount a subtree somewhere else' },
    rbind: { short: 'R', long: 'rbind', help: 'mount a subtree and all submounts somewhere else' },
    move: { short: 'M', long: 'move', help: 'move a subtree to some other place' },
    mkdir: { short: 'm', long: 'mkdir', help: 'alias to -o X-mount.mkdir' },
    noop: { short: 'fn', help: 'dry run; skip the mount(2) syscall' },
    options: { short: 'o', long: 'options', value: 'list', help: 'comma-separated list of mount options' },
    readonly: { short: 'r', long: 'read-only', help: 'mount the filesystem read-only' },
    type: { short: 't', long: 'types', value: 'list', help: 'limit the set of filesystem types' },
    verbose: { short: 'v', long: 'verbose', help: 'say what is being done' },
    loop: { short: 'l', help: 'show also filesystem labels' },
    propagation: { long: 'propagation', value: 'type', help: 'propagation of a new mount' },
    slave: { long: 'make-slave', help: 'mark a subtree as slave' },
    private: { long: 'make-private', help: 'mark a subtree as private' },
    shared: { long: 'make-shared', help: 'mark a subtree as shared' },
    unbindable: { long: 'make-unbindable', help: 'mark a subtree as unbindable' },
    rslave: { long: 'make-rslave', help: 'recursively mark a whole subtree as slave' },
    rprivate: { long: 'make-rprivate', help: 'recursively mark a whole subtree as private' },
    rshared: { long: 'make-rshared', help: 'recursively mark a whole subtree as shared' },
    runbindable: { long: 'make-runbindable', help: 'recursively mark a whole subtree as unbindable' },
  },
  start(ctx) {
    const { sys, flags } = ctx;
    const [first, second] = ctx.operands;
    if (first === undefined) return listMounts(ctx);
    const target = second ?? first;
    const changed = changePropagation(ctx, target);
    if (changed !== undefined && second === undefined) return changed;
    const options = [
      ...flags.values('options').flatMap((text) => text.split(',')),
      ...(flags.has('readonly') ? ['ro'] : []),
    ];
    const has = (option: string): boolean => options.includes(option);
    if (has('remount')) {
      const done = remount(
        sys.tx,
        sys.self,
        target,
        options.filter((option) => option !== 'remount' && option !== 'bind'),
      );
      return done.ok ? 0 : mountFailure(ctx, first, target, '', done.error);
    }
    if (second === undefined) {
      if (ctx.busybox) return ctx.fail(`can't find ${first} in /etc/fstab`);
      return ctx.fail(`${first}: can't find in /etc/fstab.`);
    }
    const recursive = flags.has('rbind') || has('rbind');
    if (flags.has('bind') || has('bind') || recursive) {
      const done = bindMount(sys.tx, sys.self, first, target, recursive);
      if (!done.ok) return mountFailure(ctx, first, target, 'none', done.error);
      if (has('ro')) remount(sys.tx, sys.self, target, ['ro']);
      return 0;
    }
    const type = flags.value('type') ?? 'ext4';
    const done = mountFilesystem(sys.tx, sys.self, { source: first, target, type, options });
    return done.ok ? 0 : mountFailure(ctx, first, target, type, done.error);
  },
});

defineCommand<'all' | 'force' | 'lazy' | 'recursive' | 'type' | 'verbose' | 'readonly'>({
  name: 'umount',
  summary: 'Unmount filesystems.',
  usage: '[options] <source> | <directory>',
  flags: {
    all: { short: 'a', long: 'all', help: 'unmount all filesystems' },
    force: { short: 'f', long: 'force', help: 'force unmount' },
    lazy: { short: 'l', long: 'lazy', help: 'detach the filesystem now, clean up things later' },
    readonly: { short: 'r', long: 'read-only', help: 'in case unmounting fails, try to remount read-only' },
    recursive: { short: 'R', long: 'recursive', help: 'recursively unmount a target with all its children' },
    type: { short: 't', long: 'types', value: 'list', help: 'limit the set of filesystem types' },
    verbose: { short: 'v', long: 'verbose', help: 'say what is being done' },
  },
  start(ctx) {
    const { sys } = ctx;
    if (ctx.operands.length === 0) return ctx.misuse('bad usage');
    let status = 0;
    for (const path of ctx.operands) {
      const done = umount(sys.tx, sys.self, path, ctx.flags.has('lazy'));
      if (done.ok) continue;
      if (ctx.busybox) status = ctx.fail(`can't unmount ${path}: ${strerror(done.error)}`);
      else if (done.error === 'EINVAL') status = ctx.fail(`${path}: not mounted.`, 32);
      else if (done.error === 'ENOENT') status = ctx.fail(`${path}: no mount point specified.`, 32);
      else if (done.error === 'EBUSY') status = ctx.fail(`${path}: target is busy.`, 32);
      else if (done.error === 'EPERM') status = ctx.fail(`${path}: must be superuser to unmount.`, 32);
      else status = ctx.fail(`${path}: ${strerror(done.error)}.`, 32);
    }
    return status;
  },
});

/** Blocks of 1024 bytes. */
interface Space {
  readonly total: number;
  readonly used: number;
}

/** Inodes looked at for one filesystem's use. */
const MOST_INODES = 20_000;

/** What lies on the disk of the recorded host at rest, and how big it is, in kB. @sim simplified: files do not move it. */
const DISK: Space = { total: 12_302_864, used: 1_100_000 };

function treeUse(sys: System, root: number | undefined): number {
  if (root === undefined) return 0;
  let used = 0;
  const todo = [root];
  for (let seen = 0; todo.length > 0 && seen < MOST_INODES; seen++) {
    const inode = sys.tx.get(INODE, todo.pop() as number);
    if (!inode) continue;
    if (inode.kind === 'file') used += Math.ceil((inode.size ?? inode.text.length) / 4096) * 4;
    if (inode.kind === 'dir') for (const entry of sys.tx.list(DIRENT, 'dir', inode.id)) todo.push(entry.inode);
  }
  return used;
}

function spaceOf(sys: System, { mount, fs }: Seen): Space {
  if (fs.type === 'ext4' || fs.type === 'overlay') return DISK;
  if (!['tmpfs', 'devtmpfs', 'ramfs'].includes(fs.type)) return { total: 0, used: 0 };
  const size = /(?:^|,)size=(\d+)([kmg]?)/.exec(mount.options);
  const unit = { '': 1 / 1024, k: 1, m: 1024, g: 1024 * 1024 }[size?.[2] ?? 'k'] ?? 1;
  const total = size ? Math.ceil(Number(size[1]) * unit) : Math.floor((memoryOf(sys) / 1024) * 0.5);
  return { total, used: fs.type === 'devtmpfs' ? 0 : treeUse(sys, fs.root) };
}

const memoryOf = (sys: System): number => sys.tx.get(MACHINE, sys.self.machine)?.memory ?? 0;

type D =
  | 'all'
  | 'human'
  | 'kilo'
  | 'mega'
  | 'type'
  | 'only'
  | 'exclude'
  | 'total'
  | 'portable'
  | 'inodes'
  | 'local'
  | 'output';

function dfRows(ctx: Context<D>): readonly Seen[] | number {
  const { sys, flags } = ctx;
  const mounts = seenMounts(sys);
  if (ctx.operands.length > 0) {
    let status = 0;
    const rows = ctx.operands.flatMap((path) => {
      const found = resolve(sys.tx, sys.self, path);
      if (!found.ok) {
        status = ctx.fail(ctx.busybox ? `${path}: can't find mount point` : `${path}: ${strerror(found.error)}`);
        return [];
      }
      return mounts.filter(({ mount }) => mount.id === found.value.mount.id).slice(-1);
    });
    return rows.length === 0 ? status : rows;
  }
  const devices = new Set<number>();
  return mounts.filter((one) => {
    const { fs, mount } = one;
    const type = flags.value('only');
    if (type !== undefined && type !== fs.type) return false;
    if (flags.value('exclude') === fs.type) return false;
    if (flags.has('all')) return true;
    if (
      spaceOf(sys, one).total === 0 ||
      devices.has(fs.id) ||
      mountAt(sys.tx, sys.self.ns.mnt, mount.point)?.id !== mount.id
    )
      return false;
    devices.add(fs.id);
    return true;
  });
}

defineCommand<D>({
  name: 'df',
  summary: 'Show information about the file system on which each FILE resides.',
  usage: '[OPTION]... [FILE]...',
  flags: {
    all: { short: 'a', long: 'all', help: 'include pseudo, duplicate, inaccessible file systems' },
    human: { short: 'h', long: 'human-readable', help: 'print sizes in powers of 1024 (e.g., 1023M)' },
    inodes: { short: 'i', long: 'inodes', help: 'list inode information instead of block usage' },
    kilo: { short: 'k', help: 'like --block-size=1K' },
    local: { short: 'l', long: 'local', help: 'limit listing to local file systems' },
    mega: { short: 'm', help: 'like --block-size=1M' },
    output: {
      long: 'output',
      value: 'FIELD_LIST',
      optional: true,
      help: 'use the output format defined by FIELD_LIST',
    },
    portable: { short: 'P', long: 'portability', help: 'use the POSIX output format' },
    type: { short: 'T', long: 'print-type', help: 'print file system type' },
    only: { short: 't', long: 'type', value: 'TYPE', help: 'limit listing to file systems of type TYPE' },
    exclude: {
      short: 'x',
      long: 'exclude-type',
      value: 'TYPE',
      help: 'limit listing to file systems not of type TYPE',
    },
    total: { long: 'total', help: 'produce a grand total' },
  },
  start(ctx) {
    const { flags, sys, busybox } = ctx;
    const rows = dfRows(ctx);
    if (typeof rows === 'number') return rows;
    const show = (kb: number): string =>
      flags.has('human') ? humanSize(kb * 1024) : flags.has('mega') ? String(Math.ceil(kb / 1024)) : String(kb);
    const cells = rows.map((one) => {
      const { total, used } = spaceOf(sys, one);
      const free = Math.max(
        0,
        Math.floor((total - used) * (one.fs.type === 'ext4' || one.fs.type === 'overlay' ? 0.957 : 1)),
      );
      const percent = used + free === 0 ? (total === 0 ? '-' : '0%') : `${Math.ceil((used * 100) / (used + free))}%`;
      return [
        one.mount.source,
        ...(flags.has('type') ? [one.fs.type] : []),
        show(total),
        show(used),
        show(free),
        percent,
        one.point,
      ];
    });
    const size = flags.has('human')
      ? 'Size'
      : flags.has('mega')
        ? '1M-blocks'
        : busybox || flags.has('portable')
          ? '1K-blocks'
          : '1K-blocks';
    const names = [
      'Filesystem',
      ...(flags.has('type') ? ['Type'] : []),
      flags.has('portable') && !flags.has('human') ? '1024-blocks' : size,
      'Used',
      flags.has('human') && !busybox ? 'Avail' : 'Available',
      flags.has('portable') ? 'Capacity' : 'Use%',
      'Mounted on',
    ];
    const least = busybox
      ? [20, ...(flags.has('type') ? [10] : []), 9, 9, 9, 4, 0]
      : [14, ...(flags.has('type') ? [4] : []), 5, 5, 5, 4, 0];
    const widths = names.map((name, i) =>
      cells.reduce((most, row) => Math.max(most, (row[i] as string).length), Math.max(name.length, least[i] as number)),
    );
    const left = (i: number): boolean => i === 0 || i === names.length - 1 || (flags.has('type') && i === 1);
    for (const row of [names, ...cells])
      ctx.out(
        `${row.map((cell, i) => (i === names.length - 1 ? cell : left(i) ? cell.padEnd(widths[i] as number) : cell.padStart(widths[i] as number))).join(' ')}\n`,
      );
    return 0;
  },
});

defineCommand<'all' | 'bytes' | 'total' | 'human' | 'depth' | 'summary' | 'kilo' | 'mega' | 'same'>({
  name: 'du',
  summary: 'Summarize device usage of the set of FILEs, recursively for directories.',
  usage: '[OPTION]... [FILE]...',
  flags: {
    all: { short: 'a', long: 'all', help: 'write counts for all files, not just directories' },
    bytes: { short: 'b', long: 'bytes', help: 'apparent size in bytes' },
    total: { short: 'c', long: 'total', help: 'produce a grand total' },
    depth: { short: 'd', long: 'max-depth', value: 'N', help: 'print the total only if it is N or fewer levels below' },
    human: { short: 'h', long: 'human-readable', help: 'print sizes in human readable format' },
    kilo: { short: 'k', help: 'like --block-size=1K' },
    mega: { short: 'm', help: 'like --block-size=1M' },
    summary: { short: 's', long: 'summarize', help: 'display only a total for each argument' },
    same: { short: 'x', long: 'one-file-system', help: 'skip directories on different file systems' },
  },
  start(ctx) {
    const { sys, flags } = ctx;
    const most = flags.has('summary') ? 0 : Number(flags.value('depth') ?? 1000);
    let status = 0;
    let all = 0;
    const show = (kb: number): string =>
      flags.has('bytes')
        ? String(kb)
        : flags.has('human')
          ? humanSize(kb * 1024)
          : flags.has('mega')
            ? String(Math.ceil(kb / 1024))
            : String(kb);
    let seen = 0;
    const visit = (path: string, depth: number): number => {
      const found = stat(sys.tx, sys.self, path, false);
      if (!found.ok || seen++ > MOST_INODES || depth > 100) return 0;
      const { kind, size } = found.value;
      let sum = flags.has('bytes') ? size : kind === 'dir' || kind === 'file' ? Math.ceil(size / 4096) * 4 : 0;
      if (kind === 'dir') {
        const names = readdir(sys.tx, sys.self, path);
        if (names.ok) for (const name of names.value) sum += visit(`${path.replace(/\/$/, '')}/${name}`, depth + 1);
      }
      if (depth <= most && (kind === 'dir' || flags.has('all') || depth === 0)) ctx.out(`${show(sum)}\t${path}\n`);
      return sum;
    };
    for (const path of ctx.operands.length > 0 ? ctx.operands : ['.']) {
      const found = stat(sys.tx, sys.self, path, false);
      if (found.ok) all += visit(path, 0);
      else
        status = ctx.fail(
          ctx.busybox ? `${path}: ${strerror(found.error)}` : `cannot access '${path}': ${strerror(found.error)}`,
        );
    }
    if (flags.has('total')) ctx.out(`${show(all)}\ttotal\n`);
    return status;
  },
});

defineCommand<'quiet' | 'nofollow' | 'device'>({
  name: 'mountpoint',
  summary: 'Check whether a directory or file is a mountpoint.',
  usage: '[-qd] /path/to/directory',
  flags: {
    quiet: { short: 'q', long: 'quiet', help: 'quiet mode - no output to stdout' },
    nofollow: { short: 'n', long: 'nofollow', help: 'do not follow symlink' },
    device: { short: 'd', long: 'fs-devno', help: 'print maj:min device number of the filesystem' },
  },
  start(ctx) {
    const [path] = ctx.operands;
    if (path === undefined) return ctx.misuse('bad usage');
    const found = resolve(ctx.sys.tx, ctx.sys.self, path);
    if (!found.ok) return ctx.fail(`${path}: ${strerror(found.error)}`);
    const is = mountAt(ctx.sys.tx, ctx.sys.self.ns.mnt, found.value.path) !== undefined;
    if (!ctx.flags.has('quiet')) ctx.out(`${path} is ${is ? '' : 'not '}a mountpoint\n`);
    return is ? 0 : 32;
  },
});
