import { PROCESS } from '../engine/linux/process.ts';
import type { Signal } from '../engine/linux/signal.ts';
import { setForeground } from '../engine/linux/terminal.ts';
import { hasJobControl, reapChildren } from './fork.ts';
import { type Doing, defineFrame, type Shell } from './shell.ts';
import type { Frame, Job, JobProcess } from './state.ts';

/** Waiting for a pipeline in the foreground. */
export interface ForegroundFrame extends Frame {
  readonly kind: 'foreground';
  readonly processes: readonly JobProcess[];
  readonly text: string;
  /** The job that was brought back by `fg`. */
  readonly job?: number;
}

defineFrame<ForegroundFrame>({
  kind: 'foreground',
  step(shell): Doing {
    reapChildren(shell);
    const frame = shell.top as ForegroundFrame;
    const alive = frame.processes.filter((one) => one.status === undefined);
    if (alive.length === 0) return foregroundDone(shell, frame);
    const { tx } = shell.sys;
    if (hasJobControl(shell) && alive.every((one) => tx.get(PROCESS, one.key)?.state === 'T'))
      return foregroundStopped(shell, frame);
    return { wait: { channels: [shell.sys.childChannel] } };
  },
  leave: takeTerminal,
});

/** The shell's own group is in the foreground again. */
export function takeTerminal(shell: Shell): void {
  const { terminal } = shell.base;
  if (hasJobControl(shell) && terminal !== undefined) setForeground(shell.sys.tx, terminal, shell.sys.self.pgrp);
}

function foregroundDone(shell: Shell, frame: ForegroundFrame): undefined {
  const statuses = frame.processes.map((one) => one.status as number);
  shell.pipeStatus = statuses;
  const last = statuses.at(-1) as number;
  const failed = shell.options.has('pipefail') ? statuses.findLast((status) => status !== 0) : undefined;
  if (frame.job !== undefined) shell.jobs = shell.jobs.filter((job) => job.number !== frame.job);
  shell.finish(failed ?? last);
  const { signal } = frame.processes.at(-1) as JobProcess;
  if (signal) sayDeath(shell, frame, signal);
  return undefined;
}

const DEATHS: Partial<Record<Signal, string>> = {
  HUP: 'Hangup',
  QUIT: 'Quit',
  ILL: 'Illegal instruction',
  ABRT: 'Aborted',
  BUS: 'Bus error',
  FPE: 'Floating point exception',
  KILL: 'Killed',
  USR1: 'User defined signal 1',
  USR2: 'User defined signal 2',
  SEGV: 'Segmentation fault',
  ALRM: 'Alarm clock',
  TERM: 'Terminated',
};

/** A shell on a terminal says what killed its command; a piped session does not, a script says it with the line. */
function sayDeath(shell: Shell, frame: ForegroundFrame, signal: Signal): void {
  if (shell.base.interactive && signal === 'INT') {
    shell.abort(130);
    return;
  }
  const text = DEATHS[signal];
  if (!text || shell.base.control !== undefined || shell.base.oneShot) return;
  if (shell.base.dialect !== 'bash' || shell.base.interactive) shell.err(`${text}\n`);
  else {
    const pid = String(frame.processes.at(-1)?.pid ?? 0);
    shell.err(`${shell.prefix()}${pid.padStart(5)} ${text.padEnd(23)} ${frame.text}\n`);
  }
}

function foregroundStopped(shell: Shell, frame: ForegroundFrame): undefined {
  const number = frame.job ?? nextJobNumber(shell);
  const job: Job = { number, processes: frame.processes, text: frame.text, state: 'stopped', group: true };
  shell.jobs = [...shell.jobs.filter((one) => one.number !== number), job];
  shell.finish();
  shell.err(`\n${describeJob(shell, job)}\n`);
  return shell.abort(148);
}

/** The number that the next job gets. */
export const nextJobNumber = (shell: Shell): number =>
  shell.jobs.reduce((most, job) => Math.max(most, job.number), 0) + 1;

/** The jobs that `%+` and `%-` mean: the last stopped or started, and the one before. */
export function currentJobs(shell: Shell): readonly [Job | undefined, Job | undefined] {
  const stopped = shell.jobs.filter((job) => job.state === 'stopped');
  const others = shell.jobs.filter((job) => job.state !== 'stopped');
  const [current, previous] = [...others, ...stopped].reverse();
  return [current, previous];
}

/** A line of `jobs`: `[1]+  Running                 sleep 100 &`. */
export function describeJob(shell: Shell, job: Job, long = false): string {
  const [current, previous] = currentJobs(shell);
  const mark = job.number === current?.number ? '+' : job.number === previous?.number ? '-' : ' ';
  const { status: last = 0, signal } = job.processes.at(-1) ?? {};
  const done = last === 0 ? 'Done' : ((signal && DEATHS[signal]) ?? `Exit ${last}`);
  const word = job.state === 'done' ? done : job.state === 'stopped' ? 'Stopped' : 'Running';
  const pid = long ? `${String(job.processes[0]?.pid ?? 0).padStart(5)} ` : ' ';
  const text = job.state === 'running' ? `${job.text} &` : job.text;
  return `[${job.number}]${mark} ${pid}${word.padEnd(23)} ${text}`;
}

/** Says which background jobs have ended, and forgets them; called before a prompt. */
export function notifyJobs(shell: Shell, say: boolean): void {
  reapChildren(shell);
  for (const job of shell.jobs) {
    if (job.state === 'done' && say && !job.disowned) shell.err(`${describeJob(shell, job)}\n`);
  }
  if (say) shell.jobs = shell.jobs.filter((job) => job.state !== 'done');
}
