import { type Errno, fail, ok, type Result } from '../core/errno.ts';
import type { Transaction } from '../core/transaction.ts';
import type { Micros } from '../core/units.ts';
import { dropFile, fileKind, holdFile, makePipe, OPEN_FILE, type OpenFile } from './file.ts';
import { type CloneOptions, childChannel, clone, reap, signalProcess } from './life.ts';
import { childrenOf, type ExitStatus, findPid, PROCESS, type Process, patchProcess, pidIn } from './process.ts';
import type { Signal } from './signal.ts';
import { wakeProcess } from './wait.ts';

/** What a waited-for child did. */
export interface ChildEvent {
  /** Key of the process. */
  readonly process: number;
  /** Its number in the waiter's PID namespace. */
  readonly pid: number;
  readonly exit?: ExitStatus;
  readonly stopped?: boolean;
}

/**
 * The kernel as one running process sees it: its system calls. Made afresh for each run of a program; `self` is read
 * again at each use. Calls give values or the kernel's error code and never throw for what a learner did.
 */
export class System {
  private last: Process;

  constructor(
    readonly tx: Transaction,
    readonly id: number,
  ) {
    this.last = tx.need(PROCESS, id);
  }

  /** The process; one that a call of its own has ended (SIGPIPE) and its parent reaped stays a zombie to its program. */
  get self(): Process {
    const row = this.tx.get(PROCESS, this.id);
    this.last = row ?? { ...this.last, state: 'Z', fds: {}, pending: [] };
    return this.last;
  }

  get now(): Micros {
    return this.tx.now;
  }

  /** getpid(2) */
  get pid(): number {
    const self = this.self;
    return self.pids[self.pids.length - 1] as number;
  }

  /** getppid(2): 0 when the parent is outside the PID namespace. */
  get ppid(): number {
    const self = this.self;
    return (self.parent && pidIn(this.tx, self.ns.pid, self.parent)) || 0;
  }

  change(fields: Partial<Omit<Process, 'id'>>): Process {
    return this.tx.get(PROCESS, this.id) ? patchProcess(this.tx, this.id, fields) : this.self;
  }

  file(fd: number): OpenFile | undefined {
    const file = this.self.fds[fd];
    return file === undefined ? undefined : this.tx.get(OPEN_FILE, file);
  }

  /** read(2): '' is end of file, EAGAIN means sleep on `channel(fd)`. */
  read(fd: number, max = 65536): Result<string> {
    const file = this.file(fd);
    if (!file?.read) return fail('EBADF');
    return fileKind(file).read?.(this.tx, file, max, this.id) ?? fail('EINVAL');
  }

  /** write(2): how many characters were taken; EAGAIN means sleep. EPIPE also raises SIGPIPE. */
  write(fd: number, text: string): Result<number> {
    const file = this.file(fd);
    if (!file?.write) return fail('EBADF');
    if (text === '') return ok(0);
    const result = fileKind(file).write?.(this.tx, file, text, this.id) ?? fail('EINVAL');
    if (!result.ok && result.error === 'EPIPE') signalProcess(this.tx, this.self, 'PIPE');
    return result;
  }

  /** What to sleep on until a descriptor can be read or written; undefined when it never blocks. */
  channel(fd: number): string | undefined {
    const file = this.file(fd);
    return file && fileKind(file).channel?.(file);
  }

  close(fd: number): Result<undefined> {
    const { [fd]: file, ...rest } = this.self.fds;
    if (file === undefined) return fail('EBADF');
    this.change({ fds: rest });
    dropFile(this.tx, file);
    return ok(undefined);
  }

  /** Puts an open file at a descriptor, closing what was there; the file is held once more. */
  install(file: number, fd = this.freeFd()): number {
    holdFile(this.tx, file);
    const old = this.self.fds[fd];
    this.change({ fds: { ...this.self.fds, [fd]: file } });
    if (old !== undefined) dropFile(this.tx, old);
    return fd;
  }

  /** dup2(2) */
  dup2(from: number, to: number): Result<number> {
    const file = this.self.fds[from];
    if (file === undefined) return fail('EBADF');
    if (from !== to) this.install(file, to);
    return ok(to);
  }

  freeFd(least = 0): number {
    const fds = this.self.fds;
    let fd = least;
    while (fds[fd] !== undefined) fd++;
    return fd;
  }

  /** pipe(2) at two free descriptors from `least` on. */
  pipe(least = 0): { readonly read: number; readonly write: number } {
    const ends = makePipe(this.tx);
    const read = this.install(ends.read.id, this.freeFd(least));
    const write = this.install(ends.write.id, this.freeFd(least));
    return { read, write };
  }

  /** fork(2) or clone(2); the child runs when this process sleeps. Its program state is given, for it shares no memory. */
  fork(data: unknown, options: CloneOptions = {}): Result<Process> {
    const child = clone(this.tx, this.self, { ...options, fields: { data, ...options.fields } });
    if (child.ok) wakeProcess(this.tx, child.value.id);
    return child;
  }

  /** waitpid(2) with WNOHANG|WUNTRACED: one child that ended (and is reaped) or stopped; ECHILD when there is none at all. */
  wait(only?: number): Result<ChildEvent | undefined> {
    const children = childrenOf(this.tx, this.id).filter((child) => only === undefined || child.id === only);
    if (children.length === 0) return fail('ECHILD');
    const ended = children.find((child) => child.state === 'Z');
    if (ended) {
      const event = { process: ended.id, pid: this.numberOf(ended.id), ...(ended.exit ? { exit: ended.exit } : {}) };
      reap(this.tx, ended.id);
      return ok(event);
    }
    const stopped = children.find((child) => child.state === 'T');
    return ok(stopped && { process: stopped.id, pid: this.numberOf(stopped.id), stopped: true });
  }

  /** What to sleep on until a child ends or stops. */
  get childChannel(): string {
    return childChannel(this.id);
  }

  /** The number by which this process knows another; 0 when it is not visible. */
  numberOf(process: number): number {
    return pidIn(this.tx, this.self.ns.pid, process) ?? 0;
  }

  find(pid: number): Process | undefined {
    return findPid(this.tx, this.self.ns.pid, pid);
  }

  /** kill(2): a pid, or (negative) a process group. ESRCH, EPERM. */
  kill(pid: number, signal: Signal | undefined): Result<undefined> {
    const target = this.find(Math.abs(pid));
    if (!target) return fail('ESRCH');
    const targets = pid < 0 ? this.tx.list(PROCESS, 'pgrp', target.id) : [target];
    const self = this.self;
    const may = (process: Process): boolean => self.uid === 0 || self.uid === process.uid;
    if (!targets.some(may)) return fail('EPERM');
    if (signal) for (const process of targets.filter(may)) signalProcess(this.tx, process, signal, self.ns.pid);
    return ok(undefined);
  }

  /** Says which signals the program looks at itself, and which it ignores; all others act by default. */
  sigaction(caught: readonly Signal[], ignored: readonly Signal[] = []): void {
    this.change({ caught, ignored });
  }

  /** The oldest caught signal that was not looked at yet. */
  takeSignal(): Signal | undefined {
    const [first, ...rest] = this.self.pending;
    if (first) this.change({ pending: rest });
    return first;
  }
}

/** `undefined` for success, else the code. */
export const errorOf = (result: Result<unknown>): Errno | undefined => (result.ok ? undefined : result.error);
