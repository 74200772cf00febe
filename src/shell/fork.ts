import type { Errno } from '../engine/core/errno.ts';
import { PROCESS, type Process, patchProcess } from '../engine/linux/process.ts';
import { SIGNALS, type Signal } from '../engine/linux/signal.ts';
import { System } from '../engine/linux/system.ts';
import { setForeground } from '../engine/linux/terminal.ts';
import { openPath } from './files.ts';
import type { Shell } from './shell.ts';
import type { Frame, JobProcess } from './state.ts';

export interface ForkOptions {
  /** What the child runs: frames of its stack, bottom first. */
  readonly stack?: readonly Frame[];
  /** Key of the group's leader; 0 makes the child a leader. Only with job control. */
  readonly group?: number;
  readonly background?: boolean;
  /** Open files to be put at descriptors. */
  readonly files?: readonly (readonly [fd: number, file: number])[];
}

/** Has this shell job control: each pipeline a process group of its own, the terminal lent to it? */
export const hasJobControl = (shell: Shell): boolean => shell.base.interactive && shell.base.terminal !== undefined;

/** fork(2) of the shell. The child is a subshell: no jobs, no traps but the ignored signals, and its stack is given. */
export function forkShell(shell: Shell, options: ForkOptions): Process | undefined {
  const { sys } = shell;
  const inherited = [...shell.traps].filter(([, action]) => action === '');
  const ignored = new Set([...shell.base.ignored, ...inherited.map(([signal]) => signal)]) as Set<Signal>;
  const jobControl = hasJobControl(shell);
  if (options.background && !jobControl) for (const signal of ['INT', 'QUIT'] as const) ignored.add(signal);
  const {
    control: _control,
    terminal: _terminal,
    ...base
  } = shell.freeze({
    stack: options.stack ?? [],
    interactive: false,
    oneShot: true,
    traps: inherited,
    jobs: [],
    ignored: [...ignored],
    depth: shell.base.depth + 1,
  });
  const child = sys.fork(base, { fields: { caught: [], ignored: [...ignored] } });
  if (!child.ok) {
    forkFailed(shell, child.error);
    return undefined;
  }
  shell.countFork();
  const { id } = child.value;
  if (jobControl) {
    const group = options.group || id;
    patchProcess(sys.tx, id, { pgrp: group });
    if (!options.background && shell.base.terminal !== undefined) setForeground(sys.tx, shell.base.terminal, group);
  }
  const inside = new System(sys.tx, id);
  for (const fd of privateFds(shell)) inside.close(fd);
  if (options.background && !jobControl) openPath(inside, '/dev/null', { read: true }, 0);
  for (const [fd, file] of options.files ?? []) inside.install(file, fd);
  return sys.tx.need(PROCESS, id);
}

/** Descriptors that a shell keeps for itself: copies put aside by redirections, ends of substitutions' pipes. */
export function privateFds(shell: Shell): readonly number[] {
  return shell.stack.flatMap((frame) => {
    const { saved, fd, kind } = frame as Frame & { saved?: readonly (readonly unknown[])[]; fd?: number };
    if (kind === 'redirect') return (saved ?? []).flatMap(([, copy]) => (typeof copy === 'number' ? [copy] : []));
    return kind === 'substitution' && fd !== undefined ? [fd] : [];
  });
}

/** Out of processes: the shell says so and drops what it was doing. */
function forkFailed(shell: Shell, _error: Errno): void {
  const { dialect } = shell.base;
  if (dialect === 'bash') shell.complain('fork: Cannot allocate memory');
  else if (dialect === 'ash') shell.complain("can't fork: Out of memory");
  else shell.complain('Cannot fork');
  shell.abort(dialect === 'bash' ? 254 : 2);
}

export const jobProcess = (shell: Shell, process: Process): JobProcess => ({
  key: process.id,
  pid: shell.sys.numberOf(process.id),
});

/** Takes the ends of all children that have ended, and notes who is stopped. */
export function reapChildren(shell: Shell): void {
  const { sys } = shell;
  for (;;) {
    const event = sys.wait();
    if (!event.ok || !event.value?.exit) break;
    const { exit, process } = event.value;
    const end = 'code' in exit ? { status: exit.code } : { status: 128 + SIGNALS[exit.signal], signal: exit.signal };
    const mark = (one: JobProcess): JobProcess => (one.key === process ? { ...one, ...end } : one);
    shell.jobs = shell.jobs.map((job) => {
      const processes = job.processes.map(mark);
      return { ...job, processes, state: processes.every((one) => one.status !== undefined) ? 'done' : job.state };
    });
    for (const [i, frame] of shell.stack.entries()) {
      const waiting = frame as Frame & { processes?: readonly JobProcess[] };
      if (waiting.processes) shell.stack[i] = { ...waiting, processes: waiting.processes.map(mark) } as Frame;
    }
  }
  shell.jobs = shell.jobs.map((job) => {
    if (job.state === 'done') return job;
    const alive = job.processes.filter((one) => one.status === undefined);
    const stopped = alive.length > 0 && alive.every((one) => sys.tx.get(PROCESS, one.key)?.state === 'T');
    return { ...job, state: stopped ? 'stopped' : 'running' };
  });
}
