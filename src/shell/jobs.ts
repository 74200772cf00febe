import type { CommandNode, Pipeline, Statement } from 'unbash';
import { dropFile, holdFile, makePipe } from '../engine/linux/file.ts';
import { PROCESS } from '../engine/linux/process.ts';
import type { Signal } from '../engine/linux/signal.ts';
import { System } from '../engine/linux/system.ts';
import { setForeground } from '../engine/linux/terminal.ts';
import { defineNode, type NodeFrame, onBackground, pushChild } from './flow.ts';
import { forkShell, hasJobControl, jobProcess, reapChildren } from './fork.ts';
import { type Doing, defineFrame, type Shell } from './shell.ts';
import { type Expanding, onSubstitution } from './shellScope.ts';
import type { Frame, Job, JobProcess } from './state.ts';
import { type NodeRef, nodeAt, refTo } from './syntax.ts';

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

function takeTerminal(shell: Shell): void {
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

const nextJobNumber = (shell: Shell): number => shell.jobs.reduce((most, job) => Math.max(most, job.number), 0) + 1;

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

const sourceOf = (frame: NodeFrame, node: { pos: number; end: number }): string =>
  frame.text.slice(node.pos, node.end).replace(/\s*\n\s*/g, '; ');

/** Forks the commands of a pipeline, joined by pipes. */
function launch(
  shell: Shell,
  frame: NodeFrame,
  commands: readonly CommandNode[],
  background: boolean,
): readonly JobProcess[] | undefined {
  const node = nodeAt(frame);
  const operators = node.type === 'Pipeline' ? node.operators : [];
  const { tx } = shell.sys;
  const processes: JobProcess[] = [];
  let input: number | undefined;
  for (const [i, command] of commands.entries()) {
    const ends = i < commands.length - 1 ? makePipe(tx) : undefined;
    if (ends) for (const end of [ends.read, ends.write]) holdFile(tx, end.id);
    const files: (readonly [number, number])[] = [];
    if (input !== undefined) files.push([0, input]);
    if (ends) files.push([1, ends.write.id]);
    if (ends && operators[i] === '|&') files.push([2, ends.write.id]);
    const child = forkShell(shell, {
      stack: [{ kind: 'node', ...refTo(frame.text, command) } as Frame],
      background,
      files,
      ...(processes[0] ? { group: processes[0].key } : {}),
    });
    if (input !== undefined) dropFile(tx, input);
    if (ends) dropFile(tx, ends.write.id);
    input = ends?.read.id;
    if (!child) {
      if (input !== undefined) dropFile(tx, input);
      return undefined;
    }
    processes.push(jobProcess(shell, child));
  }
  return processes;
}

interface AfterFrame extends Frame {
  readonly kind: 'not' | 'time';
  readonly condition?: boolean;
  readonly since: number;
}

defineFrame<AfterFrame>({ kind: 'not', step: (shell) => shell.finish(shell.status === 0 ? 1 : 0) });
defineFrame<AfterFrame>({
  kind: 'time',
  step(shell, frame) {
    const ms = Math.round((shell.sys.now - frame.since) / 1000);
    const clock = (of: number): string => `${Math.floor(of / 60000)}m${((of % 60000) / 1000).toFixed(3)}s`;
    shell.err(`\nreal\t${clock(ms)}\nuser\t${clock(0)}\nsys\t${clock(0)}\n`);
    return shell.finish();
  },
});

defineNode('Pipeline', (shell, frame) => {
  const { prefixes, commands } = nodeAt(frame) as Pipeline;
  for (const prefix of prefixes) {
    const not = prefix.type === 'Negation';
    shell.push<AfterFrame>({ kind: not ? 'not' : 'time', ...(not ? { condition: true } : {}), since: shell.sys.now });
  }
  const [only] = commands;
  if (!only) {
    shell.status = 0;
    return undefined;
  }
  if (commands.length === 1) return pushChild(shell, frame, only);
  const processes = launch(shell, frame, commands, false);
  if (!processes) return undefined;
  return shell.push<ForegroundFrame>({ kind: 'foreground', processes, text: sourceOf(frame, nodeAt(frame)) });
});

defineNode('Subshell', (shell, frame) => {
  const node = nodeAt(frame) as Extract<CommandNode, { type: 'Subshell' }>;
  const child = forkShell(shell, { stack: [{ kind: 'node', ...refTo(frame.text, node.body) } as Frame] });
  if (!child) return;
  const text = sourceOf(frame, node);
  shell.push<ForegroundFrame>({ kind: 'foreground', processes: [jobProcess(shell, child)], text });
});

onBackground((shell, frame, statement: Statement) => {
  const { command } = statement;
  const pipeline = command.type === 'Pipeline' && command.prefixes.length === 0;
  const commands = (pipeline ? command.commands : [command]) as readonly CommandNode[];
  const from = pipeline ? { ...frame, ...refTo(frame.text, command) } : frame;
  const processes = launch(shell, from, commands, true);
  if (!processes) return;
  const pid = processes.at(-1)?.pid ?? 0;
  const job: Job = {
    number: nextJobNumber(shell),
    processes,
    text: sourceOf(frame, command),
    state: 'running',
    group: hasJobControl(shell),
  };
  shell.jobs = [...shell.jobs, job];
  shell.background = pid;
  shell.status = 0;
  if (shell.base.interactive && shell.base.dialect === 'bash') shell.err(`[${job.number}] ${pid}\n`);
});

/** Gathering the output of `$(…)`. */
interface SubstitutionFrame extends Frame {
  readonly kind: 'substitution';
  readonly processes: readonly JobProcess[];
  readonly fd: number;
  output: string;
  closed?: boolean;
}

/** Most characters of one substitution; a command that writes more meets a closed pipe. */
const MOST_OUTPUT = 1 << 20;

defineFrame<SubstitutionFrame>({
  kind: 'substitution',
  step(shell, frame): Doing {
    const { sys } = shell;
    if (!frame.closed) {
      const read = sys.read(frame.fd);
      if (read.ok && read.value !== '' && frame.output.length < MOST_OUTPUT) {
        frame.output += read.value;
        return undefined;
      }
      const channel = sys.channel(frame.fd);
      if (!read.ok && read.error === 'EAGAIN' && channel !== undefined) return { wait: { channels: [channel] } };
      sys.close(frame.fd);
      frame.closed = true;
    }
    reapChildren(shell);
    const now = shell.top as SubstitutionFrame;
    const status = now.processes[0]?.status;
    if (status === undefined) return { wait: { channels: [sys.childChannel] } };
    shell.stack.pop();
    takeTerminal(shell);
    giveOutput(shell, now.output);
    shell.status = status;
    shell.substituted = status;
    return undefined;
  },
  leave(shell, frame) {
    if (!frame.closed) shell.sys.close(frame.fd);
  },
});

function giveOutput(shell: Shell, output: string): void {
  const frame = shell.top as Expanding | undefined;
  if (frame) frame.outputs = [...(frame.outputs ?? []), output];
}

onSubstitution((shell, script: NodeRef, kind) => {
  const { tx } = shell.sys;
  const ends = makePipe(tx);
  const [mine, theirs] = kind === '>' ? [ends.write, ends.read] : [ends.read, ends.write];
  holdFile(tx, theirs.id);
  const fd = shell.sys.install(mine.id, shell.sys.freeFd(kind === 'output' ? 10 : 60));
  const child = forkShell(shell, {
    stack: [{ kind: 'node', ...script } as Frame],
    files: [[kind === '>' ? 0 : 1, theirs.id]],
    background: kind !== 'output',
  });
  dropFile(tx, theirs.id);
  if (!child) {
    shell.sys.close(fd);
    return;
  }
  new System(tx, child.id).close(fd);
  if (kind === 'output') {
    shell.push<SubstitutionFrame>({ kind: 'substitution', processes: [jobProcess(shell, child)], fd, output: '' });
  } else giveOutput(shell, `/dev/fd/${fd}`);
});
