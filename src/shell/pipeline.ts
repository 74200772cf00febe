import type { CommandNode, Pipeline, Statement } from 'unbash';
import { dropFile, holdFile, makePipe } from '../engine/linux/file.ts';
import { System } from '../engine/linux/system.ts';
import { defineNode, type NodeFrame, onBackground, pushChild } from './flow.ts';
import { forkShell, hasJobControl, jobProcess, reapChildren } from './fork.ts';
import { type ForegroundFrame, nextJobNumber, takeTerminal } from './jobs.ts';
import { type Doing, defineFrame, type Shell } from './shell.ts';
import { type Expanding, onSubstitution } from './shellScope.ts';
import type { Frame, Job, JobProcess } from './state.ts';
import { type NodeRef, nodeAt, refTo } from './syntax.ts';

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
