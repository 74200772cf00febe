import { CGROUP } from './cgroup.ts';
import { effectiveCpus } from './cpuset.ts';
import { MACHINE } from './machine.ts';
import { PseudoTree, textNode } from './pseudo.ts';
import { defineVirtual, type Viewer } from './vfs.ts';

/**
 * sysfs(5). Other layers add their devices: `sys.define('class/net/:netdev', …)` after `sys.part('netdev', …)`. What is
 * per network namespace follows `fs.ns`, the one that it was mounted in.
 */
export const sys = new PseudoTree();
defineVirtual('sysfs', (viewer, path) => sys.lookUp(viewer, path));

// Mount points of the filesystems that live below /sys, and directories that are there on every machine.
for (const path of [
  'block',
  'bus',
  'class/net',
  'dev',
  'devices/virtual/net',
  'firmware',
  'fs/bpf',
  'fs/cgroup',
  'fs/fuse/connections',
  'fs/pstore',
  'hypervisor',
  'kernel/config',
  'kernel/debug',
  'kernel/security',
  'kernel/tracing',
  'module',
  'power',
])
  sys.directory(path, 0o755);

const cpuList = ({ read, fs }: Viewer): string => {
  const root = read.get(MACHINE, fs.machine)?.cgroup;
  const cgroup = root === undefined ? undefined : read.get(CGROUP, root);
  return `${cgroup ? effectiveCpus(read, cgroup) : '0'}\n`;
};
for (const name of ['online', 'possible', 'present'])
  sys.define(`devices/system/cpu/${name}`, (viewer) => textNode(() => cpuList(viewer)));
