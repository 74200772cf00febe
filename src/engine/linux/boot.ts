import type { Transaction } from '../core/transaction.ts';
import './cgroupfs.ts';
import './nsfs.ts';
import './proc-system.ts';
import './sysfs.ts';
import { CGROUP, type Cgroup, findCgroup, makeCgroup } from './cgroup.ts';
import { INODE, type Inode, plantTree, type Tree } from './inode.ts';
import { MACHINE, type Machine } from './machine.ts';
import { addMount, FILESYSTEM, type Filesystem, MOUNT, type Mount, makeFilesystem, mountOf } from './mount.ts';
import { holdNamespace, makeNamespace, NAMESPACE_KINDS, type NamespaceKind } from './namespace.ts';
import { findPid, PID, PROCESS, type Process } from './process.ts';
import type { MachineSpec } from './spec.ts';
import { dirname } from './vfs.ts';

/** All capabilities of a 6.12 kernel (capabilities(7)), as /proc/PID/status shows them. */
export const ALL_CAPS = '000001ffffffffff';

/**
 * A machine that has finished booting: initial namespaces, disk and mounts, cgroup tree, kernel threads and services. @sim
 * simplified: services show as they are and never run; the boot itself takes no time and is not seen.
 */
export function bootMachine(tx: Transaction, spec: MachineSpec): Machine {
  const id = tx.id(MACHINE);
  const root = tx.put<Cgroup>(CGROUP, { id: tx.id(CGROUP), machine: id, parent: 0, name: '', path: '/', files: {} });
  const ns = {} as Record<NamespaceKind, number>;
  for (const kind of NAMESPACE_KINDS) {
    const fields = kind === 'uts' ? { hostname: spec.name, domainname: '(none)' } : {};
    const own = kind === 'cgroup' ? { root: root.id } : kind === 'time' ? { bootOffset: 0 } : fields;
    ns[kind] = makeNamespace(tx, id, kind, own, true).id;
    // The kernel itself holds them, whatever processes come and go.
    holdNamespace(tx, ns[kind]);
  }
  const disk = plantDisk(tx, id, spec);
  const uuid = tx.hex('boot-id', 32);
  const machine = tx.put<Machine>(MACHINE, {
    id,
    name: spec.name,
    cpus: spec.cpus,
    memory: spec.memory,
    kernel: spec.kernel,
    version: spec.version,
    ns,
    cgroup: root.id,
    sysctl: spec.sysctl ?? {},
    bootId: uuid.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'),
    ...(spec.cpuinfo === undefined ? {} : { cpuinfo: spec.cpuinfo }),
    disk: disk.id,
  });
  mountAll(tx, machine, disk, spec);
  makeCgroups(tx, root, spec);
  for (const process of spec.processes) startProcess(tx, machine, process);
  tx.skipTo(`pid.${ns.pid}`, spec.lastPid);
  const login = findPid(tx, ns.pid, spec.login ?? 1);
  return tx.put<Machine>(MACHINE, { ...machine, ...(login ? { login: login.id } : {}) });
}

/** The root filesystem: files, and a binary for each command. */
function plantDisk(tx: Transaction, machine: number, spec: MachineSpec): Filesystem {
  const { type, dev } = spec.disk;
  const disk = makeFilesystem(tx, { type, machine, dev, kept: true });
  const root = disk.root as number;
  tx.put<Inode>(INODE, { ...tx.need(INODE, root), mtime: spec.installed });
  plantTree(tx, root, spec.files, spec.installed);
  for (const [dir, names] of Object.entries(spec.commands)) {
    const tree: Record<string, Tree[string]> = {};
    for (const name of names) tree[name] = { program: name, size: sizeOfBinary(name) };
    plantTree(tx, root, { [dir]: { dir: tree } }, spec.installed);
  }
  for (const mount of spec.mounts) {
    if (mount.point !== '/') plantTree(tx, root, { [mount.point]: { dir: {} } }, spec.installed);
  }
  return disk;
}

/** A likely size for a binary that is no real file: the same for the same name. */
function sizeOfBinary(name: string): number {
  let h = 7;
  for (let i = 0; i < name.length; i++) h = (h * 31 + name.charCodeAt(i)) % 5003;
  return 26_000 + h * 24;
}

/** Device nodes that every machine's /dev has. */
const DEVICES: Tree = {
  console: { chr: [5, 1], mode: 0o600 },
  fd: { link: '/proc/self/fd' },
  full: { chr: [1, 7], mode: 0o666 },
  kmsg: { chr: [1, 11], mode: 0o644 },
  null: { chr: [1, 3], mode: 0o666 },
  ptmx: { chr: [5, 2], mode: 0o666, gid: 5 },
  random: { chr: [1, 8], mode: 0o666 },
  stderr: { link: '/proc/self/fd/2' },
  stdin: { link: '/proc/self/fd/0' },
  stdout: { link: '/proc/self/fd/1' },
  tty: { chr: [5, 0], mode: 0o666, gid: 5 },
  urandom: { chr: [1, 9], mode: 0o666 },
  zero: { chr: [1, 5], mode: 0o666 },
};

function mountAll(tx: Transaction, machine: Machine, disk: Filesystem, spec: MachineSpec): void {
  const ns = machine.ns.mnt;
  for (const { point, type, source, flags, options = '', minor } of spec.mounts) {
    const mode = /(?:^|,)mode=(\d+)/.exec(options)?.[1];
    const fs =
      point === '/'
        ? disk
        : makeFilesystem(tx, {
            type,
            machine: machine.id,
            ...(minor === undefined ? {} : { dev: [0, minor] as const }),
            ...(type === 'proc' ? { ns: machine.ns.pid } : type === 'sysfs' ? { ns: machine.ns.net } : {}),
          });
    const rw = flags.split(',')[0] as string;
    addMount(tx, ns, {
      point,
      fs: fs.id,
      source,
      flags,
      options: options ? `${rw},${options}` : rw,
      propagation: 'shared',
      group: tx.next('peergroup'),
    });
    if (fs === disk || fs.root === undefined) continue;
    if (mode) tx.put<Inode>(INODE, { ...tx.need(INODE, fs.root), mode: Number.parseInt(mode, 8) });
    if (type === 'devtmpfs') plantTree(tx, fs.root, DEVICES);
  }
  // /proc/mounts keeps the order in which they came; the root came after some that now lie on it.
  for (const mount of tx.list(MOUNT, 'ns', ns)) {
    const parent = mount.point === '/' ? undefined : mountOf(tx, ns, dirname(mount.point));
    if (parent && mount.parent !== parent.id && mount.parent === 0)
      tx.put<Mount>(MOUNT, { ...mount, parent: parent.id });
    plantPoint(tx, mount, parent);
  }
}

/** The directory that a mount lies on, in filesystems that keep files. */
function plantPoint(tx: Transaction, mount: Mount, parent: Mount | undefined): void {
  const fs = parent && tx.get(FILESYSTEM, parent.fs);
  if (!parent || fs?.root === undefined || parent.point === '/') return;
  const inner = mount.point.slice(parent.point.length + 1);
  plantTree(tx, fs.root, { [inner]: { dir: {} } });
}

function makeCgroups(tx: Transaction, root: Cgroup, spec: MachineSpec): void {
  for (const { path, controllers } of spec.cgroups) {
    const files = controllers === undefined ? {} : { 'cgroup.subtree_control': controllers };
    if (path === '/') {
      tx.put<Cgroup>(CGROUP, { ...root, files });
      continue;
    }
    const parent = findCgroup(tx, root.machine, dirname(path));
    if (!parent) throw new Error(`${spec.name}: cgroup ${path} has no parent`);
    makeCgroup(tx, parent, path.slice(path.lastIndexOf('/') + 1), files);
  }
}

function startProcess(tx: Transaction, machine: Machine, spec: MachineSpec['processes'][number]): void {
  const id = tx.id(PROCESS);
  const parent = spec.ppid === 0 ? undefined : findPid(tx, machine.ns.pid, spec.ppid);
  const ns = { ...machine.ns };
  for (const kind of ['mnt', 'uts'] as const) {
    const inode = spec[kind];
    if (inode === undefined) continue;
    const fields = kind === 'uts' ? { inode, hostname: machine.name, domainname: '(none)' } : { inode };
    ns[kind] = makeNamespace(tx, machine.id, kind, fields).id;
  }
  for (const kind of NAMESPACE_KINDS) holdNamespace(tx, ns[kind]);
  const kthread = spec.argv === undefined;
  const cgroup = findCgroup(tx, machine.id, spec.cgroup ?? '/');
  if (!cgroup) throw new Error(`${machine.name}: no cgroup ${spec.cgroup}`);
  tx.put<Process>(PROCESS, {
    id,
    machine: machine.id,
    pids: [spec.pid],
    parent: parent?.id ?? 0,
    pgrp: kthread ? 0 : id,
    session: kthread ? 0 : id,
    comm: spec.comm,
    argv: spec.argv ?? [],
    exe: spec.exe ?? spec.argv?.[0] ?? '',
    env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' },
    cwd: '/',
    root: '/',
    uid: spec.uid ?? 0,
    gid: spec.gid ?? spec.uid ?? 0,
    groups: [],
    umask: 0o022,
    ns,
    nsForChildren: { pid: ns.pid, time: ns.time },
    cgroup: cgroup.id,
    caps: ALL_CAPS,
    seccomp: 0,
    fds: {},
    state: spec.state ?? 'S',
    program: '',
    data: null,
    caught: [],
    ignored: [],
    pending: [],
    startedAt: tx.now,
    sleeps: 0,
    woken: false,
    inert: true,
    ...(kthread ? { kthread } : {}),
    ...(spec.nice === undefined ? {} : { nice: spec.nice }),
    ...(spec.threads === undefined ? {} : { threads: spec.threads }),
  });
  tx.put(PID, { id: tx.id(PID), ns: machine.ns.pid, pid: spec.pid, process: id });
}
