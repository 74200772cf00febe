import type { Reader } from '../core/world.ts';
import { CGROUP } from './cgroup.ts';
import { effectiveCpus, listOfCpus } from './cpuset.ts';
import { NAMESPACE } from './namespace.ts';
import { ownPid, PROCESS, type Process, pidIn } from './process.ts';
import { SIGNALS, type Signal } from './signal.ts';

const STATES = { R: 'R (running)', S: 'S (sleeping)', I: 'I (idle)', T: 'T (stopped)', Z: 'Z (zombie)' } as const;

/** Memory of a process in kB. @sim simplified: a small, fixed figure; only kernel threads have none. */
const MEMORY = { size: 2368, rss: 1484, anon: 52, file: 1432, data: 240, stack: 132, exe: 1584, lib: 8, pte: 40 };

/** A set of signals as the mask of proc(5). */
function mask(signals: readonly Signal[]): string {
  let bits = 0n;
  for (const signal of signals) bits |= 1n << BigInt(SIGNALS[signal] - 1);
  return bits.toString(16).padStart(16, '0');
}

/** CPUs that a process may run on, as a list. */
function cpusOf(read: Reader, process: Process): string {
  const cgroup = read.get(CGROUP, process.cgroup);
  return cgroup ? effectiveCpus(read, cgroup) : '0';
}

/** Numbers of a process from a PID namespace down to its own (NSpid). */
function numbersFrom(read: Reader, pidns: number, process: Process): string {
  let depth = 0;
  for (let at = read.get(NAMESPACE, pidns)?.parent; at !== undefined; at = read.get(NAMESPACE, at)?.parent) depth++;
  return process.pids.slice(depth).join('\t');
}

/** /proc/PID/status as a PID namespace shows it (proc_pid_status(5)). @sim simplified: memory and switches are fixed. */
export function statusText(read: Reader, pidns: number, process: Process): string {
  const pid = pidIn(read, pidns, process.id) ?? 0;
  const parent = process.parent ? (pidIn(read, pidns, process.parent) ?? 0) : 0;
  const numbers = numbersFrom(read, pidns, process);
  const leader = (id: number): string => {
    const row = read.get(PROCESS, id);
    return row ? numbersFrom(read, pidns, row) : '0';
  };
  const zombie = process.state === 'Z';
  let fdSize = 64;
  while (fdSize < Object.keys(process.fds).length) fdSize *= 2;
  const cpus = listOfCpus(cpusOf(read, process)).reduce((bits, cpu) => bits | (1 << cpu), 0);
  const four = (n: number): string => `${n}\t${n}\t${n}\t${n}`;
  const memory = zombie || process.kthread ? [] : memoryLines();
  const caps = process.caps.padStart(16, '0');
  return [
    `Name:\t${process.comm}`,
    `Umask:\t${process.umask.toString(8).padStart(4, '0')}`,
    `State:\t${STATES[process.state]}`,
    `Tgid:\t${pid}`,
    'Ngid:\t0',
    `Pid:\t${pid}`,
    `PPid:\t${parent}`,
    'TracerPid:\t0',
    `Uid:\t${four(process.uid)}`,
    `Gid:\t${four(process.gid)}`,
    `FDSize:\t${process.kthread ? 64 : fdSize}`,
    `Groups:\t${(process.groups.length > 0 ? process.groups : process.uid === 0 && !process.kthread ? [0] : []).join(' ')} `,
    `NStgid:\t${numbers}`,
    `NSpid:\t${numbers}`,
    `NSpgid:\t${leader(process.pgrp)}`,
    `NSsid:\t${leader(process.session)}`,
    `Kthread:\t${process.kthread ? 1 : 0}`,
    ...memory,
    'CoreDumping:\t0',
    'THP_enabled:\t1',
    'untag_mask:\t0xffffffffffffffff',
    `Threads:\t${process.threads ?? 1}`,
    'SigQ:\t0/11841',
    `SigPnd:\t${mask([])}`,
    `ShdPnd:\t${mask(process.pending)}`,
    `SigBlk:\t${mask([])}`,
    `SigIgn:\t${mask(process.ignored)}`,
    `SigCgt:\t${mask(process.caught)}`,
    `CapInh:\t${mask([])}`,
    `CapPrm:\t${process.uid === 0 ? caps : mask([])}`,
    `CapEff:\t${process.uid === 0 ? caps : mask([])}`,
    `CapBnd:\t${caps}`,
    `CapAmb:\t${mask([])}`,
    `NoNewPrivs:\t${process.noNewPrivs ? 1 : 0}`,
    `Seccomp:\t${process.seccomp}`,
    `Seccomp_filters:\t${process.seccomp === 2 ? 1 : 0}`,
    'Speculation_Store_Bypass:\tvulnerable',
    'SpeculationIndirectBranch:\talways enabled',
    `Cpus_allowed:\t${cpus.toString(16)}`,
    `Cpus_allowed_list:\t${cpusOf(read, process)}`,
    `Mems_allowed:\t${Array.from({ length: 32 }, (_, i) => (i === 31 ? '00000001' : '00000000')).join(',')}`,
    'Mems_allowed_list:\t0',
    'voluntary_ctxt_switches:\t1',
    'nonvoluntary_ctxt_switches:\t3',
    'x86_Thread_features:\t',
    'x86_Thread_features_locked:\t',
    '',
  ].join('\n');
}

function memoryLines(): readonly string[] {
  const kb = (n: number): string => `${String(n).padStart(8)} kB`;
  const { size, rss, anon, file, data, stack, exe, lib, pte } = MEMORY;
  return [
    `VmPeak:\t${kb(size)}`,
    `VmSize:\t${kb(size)}`,
    `VmLck:\t${kb(0)}`,
    `VmPin:\t${kb(0)}`,
    `VmHWM:\t${kb(rss)}`,
    `VmRSS:\t${kb(rss)}`,
    `RssAnon:\t${kb(anon)}`,
    `RssFile:\t${kb(file)}`,
    `RssShmem:\t${kb(0)}`,
    `VmData:\t${kb(data)}`,
    `VmStk:\t${kb(stack)}`,
    `VmExe:\t${kb(exe)}`,
    `VmLib:\t${kb(lib)}`,
    `VmPTE:\t${kb(pte)}`,
    `VmSwap:\t${kb(0)}`,
    `HugetlbPages:\t${kb(0)}`,
  ];
}

/** /proc/PID/stat, one line of 52 fields (proc_pid_stat(5)). @sim simplified: times of the CPU are 0, memory is fixed. */
export function statText(read: Reader, pidns: number, process: Process): string {
  const number = (id: number): number => (id ? (pidIn(read, pidns, id) ?? 0) : 0);
  const leads = ownPid(process) > 0 ? number(process.id) : 0;
  const nice = process.nice ?? 0;
  const memory = process.kthread || process.state === 'Z' ? { size: 0, rss: 0 } : MEMORY;
  const tty = process.tty === undefined ? 0 : (136 << 8) + process.tty - 1;
  const start = Math.floor(process.startedAt / 10_000);
  const ids = [number(process.parent), number(process.pgrp), number(process.session), tty, -1];
  const faults = [process.kthread ? 2129984 : 4194560, 0, 0, 0, 0];
  const times = [0, 0, 0, 0, 20 + nice, nice, process.threads ?? 1, 0, start];
  const space = [memory.size * 1024, memory.rss / 4, '18446744073709551615', ...Array(13).fill(0)];
  const tail = [17, 0, 0, 0, 0, 0, 0, ...Array(8).fill(0)];
  return `${leads} (${process.comm}) ${process.state} ${[...ids, ...faults, ...times, ...space, ...tail].join(' ')}\n`;
}
