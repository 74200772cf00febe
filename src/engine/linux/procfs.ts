import { fail, ok } from '../core/errno.ts';
import { SECOND } from '../core/units.ts';
import type { Reader } from '../core/world.ts';
import { CGROUP } from './cgroup.ts';
import { OPEN_FILE } from './file.ts';
import { FILESYSTEM, MOUNT, type Mount } from './mount.ts';
import { NAMESPACE, NAMESPACE_KINDS, type NamespaceKind } from './namespace.ts';
import { statText, statusText } from './proc-status.ts';
import { findPid, type Process, patchProcess, pidIn, processesIn } from './process.ts';
import { type Entry, linkNode, type Parts, PseudoTree, textNode, writableNode } from './pseudo.ts';
import { defineVirtual, type Viewer, type VirtualNode } from './vfs.ts';

/**
 * proc(5), seen through the PID namespace that it was mounted in (`ns` of the filesystem). Other layers add their files
 * with `proc.define('net/dev', …)`; below `:pid` an entry finds its process with `processAt`.
 */
export const proc = new PseudoTree();
defineVirtual('proc', (viewer, path) => proc.lookUp(viewer, path));

/** The PID namespace whose numbers a proc mount shows. */
export const pidnsOf = (viewer: Viewer): number => viewer.fs.ns ?? viewer.process.ns.pid;

export const processAt = (viewer: Viewer, parts: Parts): Process | undefined =>
  findPid(viewer.read, pidnsOf(viewer), Number(parts.pid));

proc.part('pid', {
  names: (viewer) => processesIn(viewer.read, pidnsOf(viewer)).map(({ pid }) => String(pid)),
  has: (viewer, _parts, name) =>
    /^[1-9]\d*$/.test(name) && findPid(viewer.read, pidnsOf(viewer), Number(name)) !== undefined,
});

/** A file or link below /proc/PID, owned as the process is. */
function defineOfProcess(name: string, make: (process: Process, viewer: Viewer) => VirtualNode | undefined): void {
  const entry: Entry = (viewer, parts) => {
    const process = processAt(viewer, parts);
    const node = process && make(process, viewer);
    return node && { uid: process.uid, gid: process.gid, ...node };
  };
  proc.define(`:pid/${name}`, entry);
}

proc.define('self', ({ read, process, ...viewer }) => {
  const pid = pidIn(read, viewer.fs.ns ?? process.ns.pid, process.id);
  return pid === undefined ? undefined : linkNode(String(pid));
});
proc.define('mounts', () => linkNode('self/mounts'));
proc.define('net', () => linkNode('self/net'));

defineOfProcess('status', (process, viewer) => textNode(() => statusText(viewer.read, pidnsOf(viewer), process)));
defineOfProcess('stat', (process, viewer) => textNode(() => statText(viewer.read, pidnsOf(viewer), process)));
defineOfProcess('comm', (process) =>
  writableNode(
    () => `${process.comm}\n`,
    (tx, text) => {
      patchProcess(tx, process.id, { comm: text.replace(/\n$/, '').slice(0, 15) });
      return ok(undefined);
    },
  ),
);
const strings = (list: readonly string[]): string => list.map((item) => `${item}\0`).join('');
defineOfProcess('cmdline', (process) => textNode(() => (process.state === 'Z' ? '' : strings(process.argv))));
defineOfProcess('environ', (process) =>
  textNode(() => strings(Object.entries(process.env).map(([name, value]) => `${name}=${value}`)), 0o400),
);
defineOfProcess('cgroup', (process, viewer) =>
  textNode(() => `0::${cgroupPath(viewer.read, viewer.process, process.cgroup)}\n`),
);
defineOfProcess('mountinfo', (process, viewer) => textNode(() => mountLines(viewer.read, process, infoLine(viewer))));
defineOfProcess('mounts', (process, viewer) => textNode(() => mountLines(viewer.read, process, mountLine)));
defineOfProcess('exe', (process) => (process.kthread ? undefined : linkNode(process.exe)));
defineOfProcess('cwd', (process) => linkNode(process.cwd));
defineOfProcess('root', (process) => linkNode(process.root));
defineOfProcess('limits', () => textNode(limitsText));
defineOfProcess('oom_score', (process) =>
  textNode(() => `${Math.max(0, 666 + Math.trunc(((process.oomScoreAdj ?? 0) * 2) / 3))}\n`),
);
defineOfProcess('oom_score_adj', (process) =>
  writableNode(
    () => `${process.oomScoreAdj ?? 0}\n`,
    (tx, text) => {
      const value = Number(text.trim());
      if (!Number.isInteger(value) || value < -1000 || value > 1000) return fail('EINVAL');
      patchProcess(tx, process.id, { oomScoreAdj: value });
      return ok(undefined);
    },
  ),
);
const IDENTITY = '         0          0 4294967295\n';
defineOfProcess('uid_map', () => textNode(() => IDENTITY));
defineOfProcess('gid_map', () => textNode(() => IDENTITY));
defineOfProcess('setgroups', () => textNode(() => 'allow\n'));
defineOfProcess('loginuid', () => textNode(() => '4294967295'));
defineOfProcess('timens_offsets', (process, viewer) =>
  textNode(() => {
    const ns = viewer.read.get(NAMESPACE, process.nsForChildren.time);
    const line = (name: string, offset: number): string =>
      `${name.padEnd(10)} ${String(Math.floor(offset / SECOND)).padStart(10)} ${String((offset % SECOND) * 1000).padStart(9)}\n`;
    return line('monotonic', ns?.monotonicOffset ?? 0) + line('boottime', ns?.bootOffset ?? 0);
  }),
);

proc.part('fd', {
  names: (viewer, parts) => Object.keys(processAt(viewer, parts)?.fds ?? {}),
});
proc.directory(':pid/fd', 0o500);
proc.define(':pid/fd/:fd', (viewer, parts) => {
  const process = processAt(viewer, parts);
  const file = process && viewer.read.get(OPEN_FILE, process.fds[Number(parts.fd)] ?? 0);
  if (!file) return undefined;
  const mode = 0o100 | (file.read ? 0o400 : 0) | (file.write ? 0o200 : 0);
  return { ...linkNode(file.path), mode, uid: process.uid, gid: process.gid, file: file.id };
});

proc.directory(':pid/ns', 0o511);
/** The namespace that a link of /proc/PID/ns stands for. */
function nsOf(process: Process, name: string): number {
  if (name === 'pid_for_children') return process.nsForChildren.pid;
  if (name === 'time_for_children') return process.nsForChildren.time;
  return process.ns[name as NamespaceKind];
}
for (const name of [...NAMESPACE_KINDS, 'pid_for_children', 'time_for_children']) {
  defineOfProcess(`ns/${name}`, (process, viewer) => {
    const ns = viewer.read.get(NAMESPACE, nsOf(process, name));
    if (!ns || process.state === 'Z') return undefined;
    return { ...linkNode(`${ns.kind}:[${ns.inode}]`), ns: ns.id, ino: ns.inode };
  });
}

/** A cgroup's path as seen from a process's cgroup namespace (cgroup_namespaces(7)). @sim exact. */
export const cgroupPath = (read: Reader, viewer: Process, cgroup: number): string =>
  pathInNamespace(read, viewer, read.get(CGROUP, cgroup)?.path ?? '/');

function pathInNamespace(read: Reader, viewer: Process, cgroup: string): string {
  const names = (path: string): readonly string[] => path.split('/').filter(Boolean);
  const root = names(read.get(CGROUP, read.get(NAMESPACE, viewer.ns.cgroup)?.root ?? 0)?.path ?? '/');
  const path = names(cgroup);
  let same = 0;
  while (same < root.length && root[same] === path[same]) same++;
  return `/${[...root.slice(same).map(() => '..'), ...path.slice(same)].join('/')}`;
}

const escaped = (text: string): string =>
  text.replace(/[ \t\n\\]/g, (c) => `\\${c.charCodeAt(0).toString(8).padStart(3, '0')}`);

/** The mounts that a process can reach, in the order in which they were made. */
function mountLines(
  read: Reader,
  process: Process,
  line: (read: Reader, mount: Mount, point: string) => string,
): string {
  return read
    .list(MOUNT, 'ns', process.ns.mnt)
    .map((mount) => {
      if (process.root === '/') return line(read, mount, mount.point);
      if (mount.point === process.root) return line(read, mount, '/');
      const inside = mount.point.startsWith(`${process.root}/`);
      return inside ? line(read, mount, mount.point.slice(process.root.length)) : '';
    })
    .join('');
}

/** Mount flags and filesystem options together, as fstab(5) writes them. */
export const mountOptions = (mount: Mount): string => {
  const own = mount.options.split(',').slice(1).join(',');
  return own ? `${mount.flags},${own}` : mount.flags;
};

function mountLine(read: Reader, mount: Mount, point: string): string {
  const fs = read.get(FILESYSTEM, mount.fs);
  return `${escaped(mount.source)} ${escaped(point)} ${fs?.type} ${mountOptions(mount)} 0 0\n`;
}

const infoLine =
  (viewer: Viewer) =>
  (read: Reader, mount: Mount, point: string): string => {
    const fs = read.get(FILESYSTEM, mount.fs);
    const tags = [
      ...(mount.group === undefined ? [] : [`shared:${mount.group}`]),
      ...(mount.master === undefined ? [] : [`master:${mount.master}`]),
      ...(mount.propagation === 'unbindable' ? ['unbindable'] : []),
    ];
    const left = [
      mount.id,
      mount.parent,
      fs?.dev.join(':'),
      escaped(fs?.type === 'cgroup2' ? pathInNamespace(read, viewer.process, mount.root) : mount.root || '/'),
      escaped(point),
      mount.flags,
      ...tags,
    ];
    return `${left.join(' ')} - ${fs?.type} ${escaped(mount.source)} ${mount.options}\n`;
  };

/** /proc/PID/limits of a service of systemd 257 on the recorded host. @sim simplified: nobody changes them. */
function limitsText(): string {
  const rows: readonly (readonly [string, string, string, string])[] = [
    ['Limit', 'Soft Limit', 'Hard Limit', 'Units'],
    ['Max cpu time', 'unlimited', 'unlimited', 'seconds'],
    ['Max file size', 'unlimited', 'unlimited', 'bytes'],
    ['Max data size', 'unlimited', 'unlimited', 'bytes'],
    ['Max stack size', '8388608', 'unlimited', 'bytes'],
    ['Max core file size', '0', 'unlimited', 'bytes'],
    ['Max resident set', 'unlimited', 'unlimited', 'bytes'],
    ['Max processes', '11841', '11841', 'processes'],
    ['Max open files', '1024', '524288', 'files'],
    ['Max locked memory', '8388608', '8388608', 'bytes'],
    ['Max address space', 'unlimited', 'unlimited', 'bytes'],
    ['Max file locks', 'unlimited', 'unlimited', 'locks'],
    ['Max pending signals', '11841', '11841', 'signals'],
    ['Max msgqueue size', '819200', '819200', 'bytes'],
    ['Max nice priority', '0', '0', ''],
    ['Max realtime priority', '0', '0', ''],
    ['Max realtime timeout', 'unlimited', 'unlimited', 'us'],
  ];
  return rows.map(([a, b, c, d]) => `${a.padEnd(25)} ${b.padEnd(20)} ${c.padEnd(20)} ${d.padEnd(10)}\n`).join('');
}
