import { defineTable, type Row } from '../core/table.ts';
import type { Transaction } from '../core/transaction.ts';
import type { Micros } from '../core/units.ts';
import type { Reader } from '../core/world.ts';
import type { NamespaceKind } from './namespace.ts';
import type { Signal } from './signal.ts';

/** proc(5) states that occur here; I is an idle kernel thread. */
export type ProcessState = 'R' | 'S' | 'I' | 'T' | 'Z';

/** How a process ended: by exit(2) or by a signal. */
export type ExitStatus = { readonly code: number } | { readonly signal: Signal };

/**
 * A process. `id` is our key and never reused; its numbers are `pids`, one for each PID namespace it is in, the
 * machine's own first (NSpid order).
 */
export interface Process extends Row {
  readonly machine: number;
  readonly pids: readonly number[];
  /** Key of the parent, 0 for the first process of a machine. */
  readonly parent: number;
  /** Keys of the leaders of its process group and session. */
  readonly pgrp: number;
  readonly session: number;
  /** The controlling terminal. */
  readonly tty?: number;
  /** At most 15 bytes. */
  readonly comm: string;
  readonly argv: readonly string[];
  readonly exe: string;
  readonly env: Readonly<Record<string, string>>;
  /** Absolute paths in the process's mount namespace; `cwd` as seen from `root`. */
  readonly cwd: string;
  readonly root: string;
  readonly uid: number;
  readonly gid: number;
  readonly groups: readonly number[];
  readonly umask: number;
  readonly ns: Readonly<Record<NamespaceKind, number>>;
  /** The PID and time namespaces that its next child will be in (`pid_for_children`). */
  readonly nsForChildren: { readonly pid: number; readonly time: number };
  readonly cgroup: number;
  /** Effective, permitted and bounding sets are one here; bit numbers of capabilities(7), as a hex mask. */
  readonly caps: string;
  readonly seccomp: 0 | 2;
  readonly noNewPrivs?: boolean;
  /** Descriptor → open file. */
  readonly fds: Readonly<Record<number, number>>;
  readonly state: ProcessState;
  /** The program it runs, and that program's own state: plain JSON. */
  readonly program: string;
  readonly data: unknown;
  readonly caught: readonly Signal[];
  readonly ignored: readonly Signal[];
  /** Caught signals that its program has not looked at yet. */
  readonly pending: readonly Signal[];
  readonly exit?: ExitStatus;
  readonly startedAt: Micros;
  /** Grows with every sleep, so that a timer knows whether it is still waited for. */
  readonly sleeps: number;
  /** A wake-up for it is already in the queue. */
  readonly woken: boolean;
  /** Kernel threads and services show as they are and never run here. */
  readonly inert?: boolean;
  readonly subreaper?: boolean;
  readonly oomScoreAdj?: number;
  /** A thread of the kernel: no memory, no argv. */
  readonly kthread?: boolean;
  readonly nice?: number;
  /** How many threads it has; 1 when it says nothing. */
  readonly threads?: number;
}

export const PROCESS = defineTable<Process>({
  name: 'process',
  multi: {
    machine: (p) => p.machine,
    parent: (p) => p.parent,
    pgrp: (p) => p.pgrp,
    cgroup: (p) => (p.state === 'Z' ? undefined : p.cgroup),
    pidns: (p) => p.ns.pid,
    netns: (p) => (p.state === 'Z' ? undefined : p.ns.net),
    tty: (p) => p.tty,
    service: (p) => (p.inert && !p.kthread ? `${p.machine} ${p.comm}` : undefined),
  },
});

/** One number of a process in one PID namespace. */
interface PidEntry extends Row {
  readonly ns: number;
  readonly pid: number;
  readonly process: number;
}

export const PID = defineTable<PidEntry>({
  name: 'pid',
  unique: { pid: (e) => `${e.ns}:${e.pid}`, process: (e) => `${e.process}@${e.ns}` },
  multi: { ns: (e) => e.ns, process: (e) => e.process },
});

export function findPid(read: Reader, pidns: number, pid: number): Process | undefined {
  const entry = read.find(PID, 'pid', `${pidns}:${pid}`);
  return entry && read.get(PROCESS, entry.process);
}

/** The number by which `pidns` knows a process; undefined when it is not visible there. */
export const pidIn = (read: Reader, pidns: number, process: number): number | undefined =>
  read.find(PID, 'process', `${process}@${pidns}`)?.pid;

/** Its number in its own, innermost PID namespace. */
export const ownPid = (process: Process): number => process.pids[process.pids.length - 1] as number;

/** Processes of one PID namespace and its descendants, by the number there, ascending. */
export function processesIn(
  read: Reader,
  pidns: number,
): readonly { readonly pid: number; readonly process: Process }[] {
  return read
    .list(PID, 'ns', pidns)
    .map((entry) => ({ pid: entry.pid, process: read.get(PROCESS, entry.process) as Process }))
    .sort((a, b) => a.pid - b.pid);
}

export const childrenOf = (read: Reader, process: number): readonly Process[] => read.list(PROCESS, 'parent', process);

/** Replaces fields of a process that is there. */
export function patchProcess(tx: Transaction, id: number, fields: Partial<Omit<Process, 'id'>>): Process {
  return tx.put(PROCESS, { ...tx.need(PROCESS, id), ...fields });
}
