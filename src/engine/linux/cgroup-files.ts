import { fail, ok, type Result } from '../core/errno.ts';
import type { Transaction } from '../core/transaction.ts';
import type { Reader } from '../core/world.ts';
import { CGROUP, type Cgroup } from './cgroup.ts';
import { effectiveCpus, formatCpus, parseCpus } from './cpuset.ts';
import { FILESYSTEM } from './mount.ts';
import { PROCESS, type Process } from './process.ts';

/** Controllers in the order in which the kernel lists them. */
export const CONTROLLERS = ['cpuset', 'cpu', 'io', 'memory', 'hugetlb', 'pids', 'rdma', 'misc'] as const;

/** What a file of a cgroup shows; `value` is what was written, if anything. */
type Show = (read: Reader, cgroup: Cgroup, value: string | undefined) => string;
/** The text that is kept for a write, or the error. */
type Parse = (tx: Transaction, cgroup: Cgroup, text: string) => Result<string>;

export interface CgroupFile {
  /** The controller that brings it; without one it is always there. */
  readonly controller?: string;
  /** Where it is found: everywhere, in the root alone, or everywhere else. */
  readonly at?: 'root' | 'below';
  readonly show?: Show;
  readonly parse?: Parse;
}

const fixed =
  (text: string): Show =>
  () =>
    text;
/** A kept value with the one that stands before anything is written. */
const kept =
  (initial: string): Show =>
  (_read, _cgroup, value) =>
    `${value ?? initial}\n`;

/** Processes in a cgroup and below it. */
export function membersBelow(read: Reader, cgroup: Cgroup): readonly Process[] {
  const own = read.list(PROCESS, 'cgroup', cgroup.id);
  const children = read.list(CGROUP, 'parent', cgroup.id);
  return children.length === 0 ? own : [...own, ...children.flatMap((child) => membersBelow(read, child))];
}

function countBelow(read: Reader, cgroup: Cgroup): number {
  return read.list(CGROUP, 'parent', cgroup.id).reduce((n, child) => n + 1 + countBelow(read, child), 0);
}

const SUFFIX: Readonly<Record<string, number>> = { '': 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40, P: 2 ** 50 };
const PAGE = 4096;

/** memparse(): a number with K, M, G, T or P, rounded down to pages, or `max`. EINVAL. */
const bytes: Parse = (_tx, _cgroup, text) => {
  if (text === 'max') return ok('max');
  const match = /^(\d{1,18})([KMGTP]?)$/i.exec(text);
  if (!match) return fail('EINVAL');
  const value = Number(match[1]) * (SUFFIX[(match[2] as string).toUpperCase()] as number);
  return ok(value >= 2 ** 63 ? 'max' : String(Math.floor(value / PAGE) * PAGE));
};

/** A whole number in a range; `error` outside of it. */
const whole =
  (least: number, most: number, error: 'EINVAL' | 'ERANGE' = 'EINVAL'): Parse =>
  (_tx, _cgroup, text) => {
    if (!/^-?\d{1,15}$/.test(text)) return fail('EINVAL');
    return Number(text) < least || Number(text) > most ? fail(error) : ok(String(Number(text)));
  };
const count: Parse = (tx, cgroup, text) => (text === 'max' ? ok('max') : whole(0, 4194304)(tx, cgroup, text));

/** `$MAX $PERIOD` (cgroup-v2 §cpu.max): a missing period keeps the old one; at least 1 ms each, a period of at most 1 s. */
const cpuMax: Parse = (_tx, cgroup, text) => {
  const [quota = '', period, more] = text.split(/\s+/);
  const old = (cgroup.files['cpu.max'] ?? 'max 100000').split(' ')[1] as string;
  const length = period ?? old;
  if (more !== undefined || !/^(?:max|\d{1,15})$/.test(quota) || !/^\d{1,9}$/.test(length)) return fail('EINVAL');
  if (Number(length) < 1000 || Number(length) > 1_000_000 || Number(quota) < 1000) return fail('EINVAL');
  return ok(`${quota} ${Number(length)}`);
};

/** Weights that nice levels -20 … 19 stand for (sched_prio_to_weight, as cpu.weight counts them). */
const NICE_WEIGHTS = [
  88761, 71755, 56483, 46273, 36291, 29154, 23254, 18705, 14949, 11916, 9548, 7620, 6100, 4904, 3906, 3121, 2501, 1991,
  1586, 1277, 1024, 820, 655, 526, 423, 335, 272, 215, 172, 137, 110, 87, 70, 56, 45, 36, 29, 23, 18, 15,
];
const weightOf = (cgroup: Cgroup): number =>
  cgroup.files['cpu.idle'] === '1' ? 1 : Number(cgroup.files['cpu.weight'] ?? 100);

const niceOf: Show = (_read, cgroup) => {
  const weight = (weightOf(cgroup) * 1024) / 100;
  let best = 0;
  for (const [at, candidate] of NICE_WEIGHTS.entries())
    if (Math.abs(candidate - weight) < Math.abs((NICE_WEIGHTS[best] as number) - weight)) best = at;
  return `${best - 20}\n`;
};

/** A list of CPUs, or nothing. EINVAL when it is no list, ERANGE beyond the machine's last. */
const cpus: Parse = (tx, cgroup, text) => {
  if (text === '') return ok('');
  const list = parseCpus(text);
  if (!list) return fail('EINVAL');
  let root = cgroup;
  for (let up = tx.get(CGROUP, root.parent); up; up = tx.get(CGROUP, root.parent)) root = up;
  const has = new Set(parseCpus(effectiveCpus(tx, root)));
  return list.every((cpu) => has.has(cpu)) ? ok(formatCpus(list)) : fail('ERANGE');
};

const IO_KEYS = ['rbps', 'wbps', 'riops', 'wiops'] as const;

/** `MAJ:MIN key=value …` (cgroup-v2 §io.max), one line a device; a device without limits has no line. ENODEV, EINVAL. */
const ioMax: Parse = (tx, cgroup, text) => {
  const [device = '', ...settings] = text.split(/\s+/);
  const [major, minor] = device.split(':');
  const known = tx
    .all(FILESYSTEM)
    .some((fs) => fs.machine === cgroup.machine && fs.dev[0] > 0 && fs.dev.join(':') === `${major}:${minor}`);
  if (!/^\d+:\d+$/.test(device)) return fail('EINVAL');
  if (!known) return fail('ENODEV');
  const lines = (cgroup.files['io.max'] ?? '').split('\n').filter(Boolean);
  const old = lines.find((line) => line.startsWith(`${device} `));
  const limits = Object.fromEntries(
    IO_KEYS.map((key) => [key, new RegExp(` ${key}=(\\w+)`).exec(old ?? '')?.[1] ?? 'max']),
  );
  for (const setting of settings) {
    const [key = '', value = ''] = setting.split('=');
    if (!Object.hasOwn(limits, key) || !/^(?:max|[1-9]\d{0,14})$/.test(value)) return fail('EINVAL');
    limits[key] = value;
  }
  const others = lines.filter((line) => line !== old);
  if (IO_KEYS.every((key) => limits[key] === 'max')) return ok(others.join('\n'));
  return ok([...others, `${device} ${IO_KEYS.map((key) => `${key}=${limits[key]}`).join(' ')}`].join('\n'));
};

const counters = (names: string): Show =>
  fixed(
    names
      .split(' ')
      .map((name) => `${name} 0\n`)
      .join(''),
  );
const PRESSURE = fixed(['some', 'full'].map((who) => `${who} avg10=0.00 avg60=0.00 avg300=0.00 total=0\n`).join(''));
const MEMORY_STAT =
  'anon file kernel kernel_stack pagetables sec_pagetables percpu sock vmalloc shmem zswap zswapped file_mapped file_dirty file_writeback swapcached anon_thp file_thp shmem_thp inactive_anon active_anon inactive_file active_file unevictable slab_reclaimable slab_unreclaimable slab workingset_refault_anon workingset_refault_file workingset_activate_anon workingset_activate_file workingset_restore_anon workingset_restore_file workingset_nodereclaim pgdemote_kswapd pgdemote_direct pgdemote_khugepaged pgpromote_success pgscan pgsteal pgscan_kswapd pgscan_direct pgscan_khugepaged pgsteal_kswapd pgsteal_direct pgsteal_khugepaged pgfault pgmajfault pgrefill pgactivate pgdeactivate pglazyfree pglazyfreed swpin_zero swpout_zero zswpin zswpout zswpwb thp_fault_alloc thp_collapse_alloc thp_swpout thp_swpout_fallback';

/** Bytes that a cgroup's processes take. @sim simplified: one megabyte each. */
const memoryNow: Show = (read, cgroup) => `${membersBelow(read, cgroup).length * 2 ** 20}\n`;
const tasksNow: Show = (read, cgroup) =>
  `${membersBelow(read, cgroup).reduce((n, process) => n + (process.threads ?? 1), 0)}\n`;

const CPU_STAT = 'usage_usec user_usec system_usec nice_usec';
const THROTTLE_STAT = 'nr_periods nr_throttled throttled_usec nr_bursts burst_usec';

const below = (controller: string, show: Show, parse?: Parse): CgroupFile => ({
  controller,
  at: 'below',
  show,
  ...(parse ? { parse } : {}),
});
const always = (show: Show): CgroupFile => ({ show });

/**
 * The files of a cgroup by name (Documentation/admin-guide/cgroup-v2.rst), without those of cgroup core that act
 * (cgroupfs.ts). What is written stands in `files` of the row under the same name. @sim simplified: counters stand still.
 */
export const CGROUP_FILES: Readonly<Record<string, CgroupFile>> = {
  'cgroup.max.depth': { show: kept('max'), parse: count },
  'cgroup.max.descendants': { show: kept('max'), parse: count },
  'cgroup.pressure': { show: kept('1'), parse: whole(0, 1) },
  'cgroup.stat': always((read, cgroup) => {
    const subsystems = CONTROLLERS.map((name) => `nr_subsys_${name} ${countBelow(read, cgroup) + 1}\n`).join('');
    return `nr_descendants ${countBelow(read, cgroup)}\n${subsystems}nr_dying_descendants 0\n`;
  }),
  'cgroup.type': { at: 'below', show: fixed('domain\n') },
  'cpu.idle': below('cpu', kept('0'), whole(0, 1)),
  'cpu.max': below('cpu', kept('max 100000'), cpuMax),
  'cpu.max.burst': below('cpu', kept('0'), whole(0, 1_000_000_000)),
  'cpu.pressure': always(PRESSURE),
  'cpu.stat': always((read, cgroup, value) => {
    const throttled = cgroup.parent !== 0 && isOn(read, cgroup, 'cpu');
    return counters(throttled ? `${CPU_STAT} ${THROTTLE_STAT}` : CPU_STAT)(read, cgroup, value);
  }),
  'cpu.stat.local': always(counters('throttled_usec')),
  'cpu.weight': below('cpu', (_read, cgroup) => `${weightOf(cgroup)}\n`, whole(1, 10000, 'ERANGE')),
  'cpu.weight.nice': below('cpu', niceOf),
  'cpuset.cpus': below('cpuset', kept(''), cpus),
  'cpuset.cpus.effective': { controller: 'cpuset', show: (read, cgroup) => `${effectiveCpus(read, cgroup)}\n` },
  'cpuset.cpus.exclusive': below('cpuset', kept(''), cpus),
  'cpuset.cpus.exclusive.effective': below('cpuset', fixed('\n')),
  'cpuset.cpus.isolated': { controller: 'cpuset', at: 'root', show: fixed('\n') },
  'cpuset.cpus.partition': below('cpuset', kept('member')),
  'cpuset.mems': below('cpuset', kept(''), (_tx, _cgroup, text) => (/^0?$/.test(text) ? ok(text) : fail('ERANGE'))),
  'cpuset.mems.effective': { controller: 'cpuset', show: fixed('0\n') },
  'hugetlb.2MB.current': below('hugetlb', fixed('0\n')),
  'hugetlb.2MB.events': below('hugetlb', fixed('max 0\n')),
  'hugetlb.2MB.events.local': below('hugetlb', fixed('max 0\n')),
  'hugetlb.2MB.max': below('hugetlb', kept('max'), bytes),
  'hugetlb.2MB.numa_stat': below('hugetlb', fixed('total=0 N0=0\n')),
  'hugetlb.2MB.rsvd.current': below('hugetlb', fixed('0\n')),
  'hugetlb.2MB.rsvd.max': below('hugetlb', kept('max'), bytes),
  'io.cost.model': { controller: 'io', at: 'root', show: fixed('') },
  'io.cost.qos': { controller: 'io', at: 'root', show: fixed('') },
  'io.max': below('io', (_read, _cgroup, value) => (value ? `${value}\n` : ''), ioMax),
  'io.pressure': always(PRESSURE),
  'io.stat': { controller: 'io', show: fixed('') },
  'io.weight': below(
    'io',
    (_read, _cgroup, value) => `default ${value ?? 100}\n`,
    (tx, cgroup, text) => whole(1, 10000, 'ERANGE')(tx, cgroup, text.replace(/^default\s+/, '')),
  ),
  'memory.current': below('memory', memoryNow),
  'memory.events': below('memory', counters('low high max oom oom_kill oom_group_kill')),
  'memory.events.local': below('memory', counters('low high max oom oom_kill oom_group_kill')),
  'memory.high': below('memory', kept('max'), bytes),
  'memory.low': below('memory', kept('0'), bytes),
  'memory.max': below('memory', kept('max'), bytes),
  'memory.min': below('memory', kept('0'), bytes),
  'memory.numa_stat': { controller: 'memory', show: fixed('anon N0=0\nfile N0=0\n') },
  'memory.oom.group': below('memory', kept('0'), whole(0, 1)),
  'memory.peak': below('memory', memoryNow),
  'memory.pressure': always(PRESSURE),
  'memory.reclaim': { controller: 'memory', parse: () => fail('EAGAIN') },
  'memory.stat': { controller: 'memory', show: counters(MEMORY_STAT) },
  'memory.swap.current': below('memory', fixed('0\n')),
  'memory.swap.events': below('memory', counters('high max fail')),
  'memory.swap.high': below('memory', kept('max'), bytes),
  'memory.swap.max': below('memory', kept('max'), bytes),
  'memory.swap.peak': below('memory', fixed('0\n')),
  'memory.zswap.current': below('memory', fixed('0\n')),
  'memory.zswap.max': below('memory', kept('max'), bytes),
  'memory.zswap.writeback': { controller: 'memory', show: kept('1'), parse: whole(0, 1) },
  'misc.capacity': { controller: 'misc', at: 'root', show: fixed('') },
  'misc.current': { controller: 'misc', show: fixed('') },
  'misc.events': below('misc', fixed('')),
  'misc.events.local': below('misc', fixed('')),
  'misc.max': below('misc', fixed('')),
  'misc.peak': { controller: 'misc', show: fixed('') },
  'pids.current': below('pids', tasksNow),
  'pids.events': below('pids', counters('max')),
  'pids.events.local': below('pids', counters('max')),
  'pids.max': below('pids', kept('max'), count),
  'pids.peak': below('pids', tasksNow),
  'rdma.current': below('rdma', fixed('')),
  'rdma.max': below('rdma', fixed('')),
};

/** The controllers that a cgroup has: all in the root, elsewhere those that its parent hands down. */
export function controllersOf(read: Reader, cgroup: Cgroup): readonly string[] {
  const parent = read.get(CGROUP, cgroup.parent);
  return parent ? (parent.files['cgroup.subtree_control'] ?? '').split(' ').filter(Boolean) : CONTROLLERS;
}

const isOn = (read: Reader, cgroup: Cgroup, controller: string): boolean =>
  controllersOf(read, cgroup).includes(controller);

/** A cgroup's file of this name, if it has one there. */
export function cgroupFile(read: Reader, cgroup: Cgroup, name: string): CgroupFile | undefined {
  const file = Object.hasOwn(CGROUP_FILES, name) ? CGROUP_FILES[name] : undefined;
  if (!file || (file.at !== undefined && (file.at === 'root') !== (cgroup.parent === 0))) return undefined;
  return file.controller === undefined || isOn(read, cgroup, file.controller) ? file : undefined;
}
