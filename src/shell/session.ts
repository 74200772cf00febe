import type { Transaction } from '../engine/core/transaction.ts';
import type { Reader } from '../engine/core/world.ts';
import { execve } from '../engine/linux/exec.ts';
import { holdFile } from '../engine/linux/file.ts';
import { clone, exitProcess } from '../engine/linux/life.ts';
import { MACHINE, type Machine } from '../engine/linux/machine.ts';
import { findPid, PROCESS, type Process, patchProcess } from '../engine/linux/process.ts';
import { makeTty, ttyFiles } from '../engine/linux/terminal.ts';
import { TTY, type Tty } from '../engine/linux/tty.ts';
import { wakeProcess } from '../engine/linux/wait.ts';
import type { ShellState } from './state.ts';

export interface SessionOptions {
  /** The terminal's name, which inputs use. */
  readonly name: string;
  /** Without a terminal: stdin is empty, stdout and stderr are collected apart, commands are handed over whole. */
  readonly piped: boolean;
  /** What runs in it; a login shell unless given. Looked up along PATH. */
  readonly argv?: readonly string[];
  readonly cgroup?: number;
}

const ENVIRONMENT = {
  SHELL: '/bin/bash',
  USER: 'root',
  LOGNAME: 'root',
  HOME: '/root',
  LANG: 'C.UTF-8',
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
} as const;

/** Opens a terminal or a piped session on a machine and starts its shell: a child of the process that starts sessions. */
export function openSession(tx: Transaction, machine: Machine, options: SessionOptions): Tty {
  const tty = makeTty(tx, {
    name: options.name,
    machine: machine.id,
    piped: options.piped,
    columns: options.piped ? 200 : 80,
    lines: 24,
  });
  const init = tx.get(PROCESS, machine.login ?? 0) ?? findPid(tx, machine.ns.pid, 1);
  if (!init) return tty;
  const [input, output, error] = ttyFiles(tx, tty);
  const made = clone(tx, init, {
    fields: {
      fds: {},
      inert: false,
      tty: tty.id,
      cwd: '/root',
      env: options.piped
        ? { ...ENVIRONMENT, TERM: 'dumb', COLUMNS: '200' }
        : { ...ENVIRONMENT, TERM: 'xterm-256color' },
      caught: [],
      ignored: [],
      program: '',
      data: null,
      ...(options.cgroup === undefined ? {} : { cgroup: options.cgroup }),
    },
  });
  if (!made.ok) return tty;
  const { id } = made.value;
  for (const file of [input, output, error]) holdFile(tx, file);
  patchProcess(tx, id, { fds: { 0: input, 1: output, 2: error }, pgrp: id, session: id });
  const argv = options.argv ?? (options.piped ? ['bash', '--norc', '--noprofile', '--noediting', '-i'] : ['-bash']);
  const started = execve(tx, tx.need(PROCESS, id), pathOf(argv[0] ?? 'bash'), argv);
  if (started.ok) wakeProcess(tx, id);
  else exitProcess(tx, tx.need(PROCESS, id), { code: 127 });
  return tx.put(TTY, { ...tx.need(TTY, tty.id), session: id, foreground: id });
}

const pathOf = (name: string): string => (name.includes('/') ? name : `/bin/${name.replace(/^-/, '')}`);

/** The shells of a terminal, the innermost last. */
function shellsOn(read: Reader, ttyId: number): readonly (readonly [Process, ShellState])[] {
  return read.list(PROCESS, 'tty', ttyId).flatMap((process) => {
    const state = process.data as ShellState | null;
    return state?.shell && process.state !== 'Z' ? [[process, state] as const] : [];
  });
}

/** The shell of this terminal that waits for a command, and what it knows. */
export const waitingShell = (read: Reader, ttyId: number): readonly [Process, ShellState] | undefined =>
  shellsOn(read, ttyId).findLast(([process, state]) => state.idle && process.state === 'S');

/** Does a shell of this terminal wait for a command? */
export const isIdle = (read: Reader, ttyId: number): boolean => waitingShell(read, ttyId) !== undefined;

/** Status of the last command of the shell that waits. */
export const lastStatus = (read: Reader, ttyId: number): number =>
  shellsOn(read, ttyId).findLast(([, state]) => state.idle)?.[1].status ?? 0;

/** Has the session's first process ended? */
export function hasEnded(read: Reader, ttyId: number): boolean {
  const tty = read.get(TTY, ttyId);
  const leader = tty && read.get(PROCESS, tty.session);
  return !leader || leader.state === 'Z';
}

export const machineNamed = (read: Reader, name: string): Machine | undefined => read.find(MACHINE, 'name', name);
