import { fail, ok, type Result } from '../core/errno.ts';
import type { Transaction } from '../core/transaction.ts';
import { SECOND } from '../core/units.ts';
import { BOOT_EPOCH, type Reader } from '../core/world.ts';
import { CGROUP } from './cgroup.ts';
import { MACHINE, type Machine } from './machine.ts';
import { NAMESPACE } from './namespace.ts';
import { PROCESS } from './process.ts';
import { proc } from './procfs.ts';
import { type Entry, textNode, writableNode } from './pseudo.ts';
import type { Viewer } from './vfs.ts';

const machineOf = (viewer: Viewer): Machine => viewer.read.get(MACHINE, viewer.fs.machine) as Machine;

/** A file of the whole machine. */
function define(path: string, make: (machine: Machine, viewer: Viewer) => string): void {
  proc.define(path, (viewer) => textNode(() => make(machineOf(viewer), viewer)));
}

/** Boot clock of a viewer's time namespace, in seconds (time_namespaces(7)). */
export function uptimeOf(read: Reader, timens: number): number {
  return (read.now + (read.get(NAMESPACE, timens)?.bootOffset ?? 0)) / SECOND;
}

/** The kernel's own part of memory on the recorded host, in kB of /proc/meminfo; MemTotal is the machine's. */
const MEMINFO: readonly (readonly [string, number | ((total: number) => number)])[] = [
  ['MemTotal', (total) => total],
  ['MemFree', (total) => total - 440840],
  ['MemAvailable', (total) => total - 287888],
  ['Buffers', 4120],
  ['Cached', 290348],
  ['SwapCached', 0],
  ['Active', 341532],
  ['Inactive', 7492],
  ['Active(anon)', 63024],
  ['Inactive(anon)', 0],
  ['Active(file)', 278508],
  ['Inactive(file)', 7492],
  ['Unevictable', 0],
  ['Mlocked', 0],
  ['SwapTotal', 0],
  ['SwapFree', 0],
  ['Zswap', 0],
  ['Zswapped', 0],
  ['Dirty', 0],
  ['Writeback', 0],
  ['AnonPages', 54616],
  ['Mapped', 110512],
  ['Shmem', 8496],
  ['KReclaimable', 5484],
  ['Slab', 27636],
  ['SReclaimable', 5484],
  ['SUnreclaim', 22152],
  ['KernelStack', 1536],
  ['PageTables', 1368],
  ['SecPageTables', 0],
  ['NFS_Unstable', 0],
  ['Bounce', 0],
  ['WritebackTmp', 0],
  ['CommitLimit', (total) => total / 2],
  ['Committed_AS', 277692],
  ['VmallocTotal', 34359738367],
  ['VmallocUsed', 11788],
  ['VmallocChunk', 0],
  ['Percpu', 696],
  ['HardwareCorrupted', 0],
  ['AnonHugePages', 32768],
  ['ShmemHugePages', 0],
  ['ShmemPmdMapped', 0],
  ['FileHugePages', 0],
  ['FilePmdMapped', 0],
  ['Unaccepted', 0],
];

/** proc_meminfo(5). @sim simplified: the figures of the recorded host at rest; processes do not move them. */
define('meminfo', (machine) => {
  const total = Math.floor(machine.memory / 1024);
  const line = (name: string, value: number): string => {
    const label = `${name}:`.padEnd(16);
    return label + String(value).padStart(24 - label.length);
  };
  const lines = MEMINFO.map(([name, value]) => {
    const kb = Math.max(0, Math.floor(typeof value === 'number' ? value : value(total)));
    return `${line(name, kb)} kB\n`;
  });
  const pages = ['HugePages_Total', 'HugePages_Free', 'HugePages_Rsvd', 'HugePages_Surp'];
  const huge = pages.map((name) => `${line(name, 0)}\n`);
  return [...lines, ...huge, `${line('Hugepagesize', 2048)} kB\n`, `${line('Hugetlb', 0)} kB\n`].join('');
});

define('cpuinfo', (machine) =>
  Array.from({ length: machine.cpus }, (_, cpu) => {
    const text = machine.cpuinfo ?? 'processor\t: 0\n';
    const own = text.replace(/^(processor\t|core id\t\t|apicid\t\t|initial apicid\t): 0$/gm, `$1: ${cpu}`);
    return `${own.replace(/\n+$/, '')}\n\n`;
  }).join(''),
);

define('uptime', (machine, { read, process }) => {
  const up = uptimeOf(read, process.ns.time);
  return `${up.toFixed(2)} ${(up * machine.cpus * 0.98).toFixed(2)}\n`;
});

define('loadavg', (machine, { read }) => {
  const all = read.list(PROCESS, 'machine', machine.id);
  const running = Math.max(1, all.filter((p) => p.state === 'R').length);
  const last = all.reduce((most, p) => Math.max(most, p.pids[0] ?? 0), 0);
  return `0.00 0.00 0.00 ${running}/${all.reduce((n, p) => n + (p.threads ?? 1), 0)} ${last}\n`;
});

define(
  'version',
  ({ kernel, version }) =>
    `Linux version ${kernel} (debian-kernel@lists.debian.org) (x86_64-linux-gnu-gcc-14 (Debian 14.2.0-19) 14.2.0, GNU ld (GNU Binutils for Debian) 2.44) ${version}\n`,
);

/** proc_stat(5). @sim simplified: all time since boot was idle. */
define('stat', (machine, { read }) => {
  const ticks = Math.floor(read.now / 10_000);
  const line = (name: string, idle: number): string => `${name} 0 0 0 ${idle} 0 0 0 0 0 0\n`;
  const cpus = Array.from({ length: machine.cpus }, (_, cpu) => line(`cpu${cpu}`, ticks)).join('');
  const all = read.list(PROCESS, 'machine', machine.id);
  const running = Math.max(1, all.filter((p) => p.state === 'R').length);
  return `${line('cpu ', ticks * machine.cpus)}${cpus}intr 0\nctxt 0\nbtime ${BOOT_EPOCH}\nprocesses ${all.length}\nprocs_running ${running}\nprocs_blocked 0\n`;
});

const FILESYSTEMS =
  'sysfs tmpfs bdev proc cgroup cgroup2 cpuset devtmpfs configfs debugfs tracefs securityfs sockfs bpf pipefs ramfs hugetlbfs devpts mqueue pstore autofs binfmt_misc overlay';
const ON_DEVICES = new Set(['ext3', 'ext2', 'ext4', 'fuseblk']);
define('filesystems', () =>
  [...FILESYSTEMS.split(' '), ...ON_DEVICES].map((fs) => `${ON_DEVICES.has(fs) ? '' : 'nodev'}\t${fs}\n`).join(''),
);
define('swaps', () => 'Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n');
define('cmdline', () => 'BOOT_IMAGE=/vmlinuz root=/dev/vda rw console=ttyS0\n');
define('partitions', () => 'major minor  #blocks  name\n\n 254        0   12582912 vda\n');

/** Controllers as the v1 file of proc_cgroups names them. */
const SUBSYSTEMS =
  'cpuset cpu cpuacct blkio memory devices freezer net_cls perf_event net_prio hugetlb pids rdma misc'.split(' ');
define('cgroups', (machine, { read }) => {
  const count = read.all(CGROUP).filter((cgroup) => cgroup.machine === machine.id).length;
  const rows = SUBSYSTEMS.map((name) => `${name}\t0\t${count}\t1\n`);
  return `#subsys_name\thierarchy\tnum_cgroups\tenabled\n${rows.join('')}`;
});
// Paths that a container runtime hides or remounts: they are there, and there is nothing in them.
for (const name of ['acpi', 'bus', 'fs', 'irq', 'driver', 'tty']) proc.directory(name);
for (const name of ['interrupts', 'kcore', 'keys', 'timer_list']) define(name, () => '');
proc.define('sysrq-trigger', () => ({ kind: 'file', mode: 0o200, write: () => ok(undefined) }));

/** Kernel parameters of a machine with their values at boot (Documentation/admin-guide/sysctl). */
const SYSCTLS: Readonly<Record<string, string>> = {
  'fs/file-max': '9223372036854775807',
  'fs/inotify/max_user_watches': '22905',
  'kernel/dmesg_restrict': '1',
  'kernel/ostype': 'Linux',
  'kernel/panic': '0',
  'kernel/pid_max': '4194304',
  'kernel/threads-max': '23682',
  'kernel/unprivileged_userns_clone': '1',
  'user/max_user_namespaces': '11841',
  'vm/max_map_count': '65530',
  'vm/overcommit_memory': '0',
  'vm/swappiness': '60',
};
const READ_ONLY = new Set(['kernel/ostype']);

function setMachineSysctl(tx: Transaction, machine: number, path: string, value: string): Result<undefined> {
  const row = tx.need(MACHINE, machine);
  if (/^\d+$/.test(SYSCTLS[path] ?? '') && !/^-?\d+$/.test(value)) return fail('EINVAL');
  tx.put<Machine>(MACHINE, { ...row, sysctl: { ...row.sysctl, [path]: value } });
  return ok(undefined);
}
for (const [path, value] of Object.entries(SYSCTLS)) {
  const entry: Entry = (viewer) => {
    const text = () => `${machineOf(viewer).sysctl[path] ?? value}\n`;
    if (READ_ONLY.has(path)) return textNode(text);
    return writableNode(text, (tx, line) => setMachineSysctl(tx, viewer.fs.machine, path, line.trim()));
  };
  proc.define(`sys/${path}`, entry);
}
define('sys/kernel/osrelease', ({ kernel }) => `${kernel}\n`);
define('sys/kernel/version', ({ version }) => `${version}\n`);
define('sys/kernel/random/boot_id', ({ bootId }) => `${bootId}\n`);
proc.directory('sys/fs/binfmt_misc', 0o755);

/** The names of a viewer's UTS namespace; writing sets them (uts_namespaces(7)). */
for (const field of ['hostname', 'domainname'] as const) {
  proc.define(`sys/kernel/${field}`, ({ read, process }) => {
    const ns = process.ns.uts;
    return writableNode(
      () => `${read.get(NAMESPACE, ns)?.[field] ?? ''}\n`,
      (tx, text) => {
        tx.put(NAMESPACE, { ...tx.need(NAMESPACE, ns), [field]: text.trim().slice(0, 64) });
        return ok(undefined);
      },
    );
  });
}
