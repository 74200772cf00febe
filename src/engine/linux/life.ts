import { fail, ok, type Result } from '../core/errno.ts';
import type { Transaction } from '../core/transaction.ts';
import { dropFile, holdFile } from './file.ts';
import {
  dropNamespace,
  holdNamespace,
  makeNamespace,
  NAMESPACE,
  NAMESPACE_KINDS,
  type NamespaceKind,
} from './namespace.ts';
import { childrenOf, type ExitStatus, findPid, ownPid, PID, PROCESS, type Process, patchProcess } from './process.ts';
import { defaultAction, type Signal } from './signal.ts';
import { WAITER, wake, wakeProcess } from './wait.ts';

export const childChannel = (process: number): string => `child:${process}`;

/** PID namespaces from the machine's own down to `ns`. */
function levels(tx: Transaction, ns: number): readonly number[] {
  const chain: number[] = [];
  for (let at: number | undefined = ns; at !== undefined; at = tx.get(NAMESPACE, at)?.parent) chain.unshift(at);
  return chain;
}

/**
 * The next number of a PID namespace. @sim simplified: numbers only grow; a real kernel wraps at pid_max.
 * `gap` numbers are skipped before it: what short-lived helpers (runc's stages, threads) used up.
 */
function nextPid(tx: Transaction, ns: number, gap = 0): number {
  if (gap > 0) tx.skipTo(`pid.${ns}`, tx.peek(`pid.${ns}`) + gap);
  return tx.next(`pid.${ns}`);
}

export interface CloneOptions {
  /** New namespaces (CLONE_NEW*); user and cgroup roots are the caller's business. */
  readonly unshare?: readonly NamespaceKind[];
  /** Fields of the child that differ from the parent's. */
  readonly fields?: Partial<Omit<Process, 'id' | 'pids' | 'ns'>>;
  /** Namespaces to be in instead of the parent's (setns before clone). */
  readonly ns?: Partial<Record<NamespaceKind, number>>;
  /** It leads a session and process group of its own (setsid(2) before anything else). */
  readonly leader?: boolean;
  /** Numbers used up before the child's, on the machine's level. */
  readonly gap?: number;
  /** Likewise in the child's own, innermost PID namespace. */
  readonly innerGap?: number;
  readonly frame?: boolean;
}

/**
 * clone(2): a child with the parent's memory, descriptors and namespaces, or new ones of the kinds asked for. ENOMEM
 * when the PID namespace it would enter has lost its init (pid_namespaces(7)). @sim exact, threads omitted.
 */
export function clone(tx: Transaction, parent: Process, options: CloneOptions = {}): Result<Process> {
  const ns: Record<NamespaceKind, number> = {
    ...parent.ns,
    pid: parent.nsForChildren.pid,
    time: parent.nsForChildren.time,
    ...options.ns,
  };
  for (const kind of NAMESPACE_KINDS) {
    if (options.unshare?.includes(kind)) ns[kind] = unshareOne(tx, parent, kind, ns[kind]).id;
  }
  const chain = levels(tx, ns.pid);
  const init = tx.peek(`pid.${ns.pid}`) > 0 ? findPid(tx, ns.pid, 1) : undefined;
  if (tx.peek(`pid.${ns.pid}`) > 0 && (!init || init.state === 'Z')) return fail('ENOMEM');
  const id = tx.id(PROCESS);
  const pids = chain.map((level, depth) =>
    nextPid(tx, level, depth === 0 ? options.gap : depth === chain.length - 1 ? options.innerGap : 0),
  );
  for (const [depth, level] of chain.entries()) {
    tx.put(PID, { id: tx.id(PID), ns: level, pid: pids[depth] as number, process: id });
  }
  for (const kind of NAMESPACE_KINDS) holdNamespace(tx, ns[kind]);
  const { kthread: _kthread, threads: _threads, ...inherited } = parent;
  const child: Process = {
    ...inherited,
    parent: parent.id,
    state: 'R',
    pending: [],
    startedAt: tx.now,
    sleeps: 0,
    woken: false,
    inert: false,
    subreaper: false,
    ...options.fields,
    ...(options.leader ? { pgrp: id, session: id } : {}),
    id,
    pids,
    ns,
    nsForChildren: { pid: ns.pid, time: ns.time },
  };
  tx.put(PROCESS, child);
  for (const file of Object.values(child.fds)) holdFile(tx, file);
  tx.emit(
    'process.clone',
    { table: 'process', id },
    { pid: pids[0] as number, own: ownPid(child), comm: child.comm },
    options.frame,
  );
  return ok(child);
}

const copiers = new Map<NamespaceKind, (tx: Transaction, from: number, to: number) => void>();

/** What a new namespace of a kind starts with (a copy of the mounts, a loopback device …). */
export function onNamespaceMade(kind: NamespaceKind, copy: (tx: Transaction, from: number, to: number) => void): void {
  copiers.set(kind, copy);
}

/** A fresh namespace of a kind for a process: uts copies the names, pid and user nest, mnt copies the mounts, net starts with lo. */
export function unshareOne(tx: Transaction, process: Process, kind: NamespaceKind, from: number) {
  const old = tx.need(NAMESPACE, from);
  const made = makeNamespace(tx, process.machine, kind, {
    ...(kind === 'uts' ? { hostname: old.hostname ?? '', domainname: old.domainname ?? '(none)' } : {}),
    ...(kind === 'pid' || kind === 'user' ? { parent: from } : {}),
    ...(kind === 'cgroup' ? { root: process.cgroup } : {}),
    ...(kind === 'time' ? { bootOffset: old.bootOffset ?? 0 } : {}),
  });
  copiers.get(kind)?.(tx, from, made.id);
  return made;
}

/** unshare(2): mnt, uts, ipc, net, cgroup and user apply to the caller, pid and time to its next children. */
export function unshare(tx: Transaction, process: Process, kinds: readonly NamespaceKind[]): Process {
  let row = process;
  for (const kind of kinds) {
    if (kind === 'pid' || kind === 'time') {
      const made = unshareOne(tx, row, kind, row.nsForChildren[kind]);
      row = patchProcess(tx, row.id, { nsForChildren: { ...row.nsForChildren, [kind]: made.id } });
    } else {
      row = enter(tx, row, kind, unshareOne(tx, row, kind, row.ns[kind]).id);
    }
  }
  return row;
}

/** setns(2): pid and time apply to the next children, the others at once. */
export function setns(tx: Transaction, process: Process, kind: NamespaceKind, ns: number): Process {
  if (kind === 'pid' || kind === 'time') {
    return patchProcess(tx, process.id, { nsForChildren: { ...process.nsForChildren, [kind]: ns } });
  }
  return enter(tx, process, kind, ns);
}

function enter(tx: Transaction, process: Process, kind: NamespaceKind, ns: number): Process {
  holdNamespace(tx, ns);
  const row = patchProcess(tx, process.id, { ns: { ...tx.need(PROCESS, process.id).ns, [kind]: ns } });
  dropNamespace(tx, process.ns[kind]);
  return row;
}

/**
 * _exit(2) or death by a signal: descriptors close, children go to the nearest sub-reaper or to init, the parent is
 * told. Init of a PID namespace takes all its processes with it (pid_namespaces(7)). @sim exact.
 */
export function exitProcess(tx: Transaction, process: Process, exit: ExitStatus): void {
  const row = tx.get(PROCESS, process.id);
  if (!row || row.state === 'Z') return;
  patchProcess(tx, row.id, { state: 'Z', exit, fds: {}, data: null, woken: false });
  for (const file of Object.values(row.fds)) dropFile(tx, file);
  for (const waiter of tx.ids(WAITER, 'process', row.id)) tx.delete(WAITER, waiter);
  tx.emit('process.exit', { table: 'process', id: row.id }, { pid: row.pids[0] as number, comm: row.comm, ...exit });
  if (ownPid(row) === 1 && row.pids.length > 1) killNamespace(tx, row);
  for (const child of childrenOf(tx, row.id)) adopt(tx, child, row);
  for (const kind of NAMESPACE_KINDS) dropNamespace(tx, row.ns[kind]);
  const parent = tx.get(PROCESS, row.parent);
  if (!parent || parent.inert || parent.ignored.includes('CHLD')) reap(tx, row.id);
  else {
    wake(tx, childChannel(parent.id));
    signalProcess(tx, parent, 'CHLD');
  }
}

function killNamespace(tx: Transaction, init: Process): void {
  for (const entry of tx.list(PID, 'ns', init.ns.pid)) {
    const victim = tx.get(PROCESS, entry.process);
    if (victim && victim.id !== init.id && victim.state !== 'Z') exitProcess(tx, victim, { signal: 'KILL' });
  }
}

function adopt(tx: Transaction, child: Process, gone: Process): void {
  let heir: Process | undefined;
  for (let at = tx.get(PROCESS, gone.parent); at; at = tx.get(PROCESS, at.parent)) {
    if (at.state !== 'Z' && at.subreaper && at.ns.pid === gone.ns.pid) {
      heir = at;
      break;
    }
  }
  heir ??= findPid(tx, child.ns.pid, 1);
  if (!heir || heir.state === 'Z' || heir.id === child.id) heir = tx.get(PROCESS, gone.parent);
  if (child.state === 'Z' && (!heir || heir.inert)) {
    reap(tx, child.id);
    return;
  }
  patchProcess(tx, child.id, { parent: heir?.id ?? 0 });
  if (heir && child.state === 'Z') wake(tx, childChannel(heir.id));
}

/** The end of a zombie: its numbers are free and its row is gone. */
export function reap(tx: Transaction, process: number): void {
  for (const entry of tx.ids(PID, 'process', process)) tx.delete(PID, entry);
  tx.delete(PROCESS, process);
}

/**
 * kill(2) as the kernel delivers it. Init of a PID namespace gets from inside only what it catches; KILL and STOP from
 * an ancestor namespace always work (pid_namespaces(7)). `from` is the sender's PID namespace; without it the kernel sends.
 */
export function signalProcess(tx: Transaction, target: Process, signal: Signal, from?: number): void {
  const row = tx.get(PROCESS, target.id);
  if (!row || row.state === 'Z' || row.inert) return;
  const isInit = ownPid(row) === 1;
  const fromInside = from === row.ns.pid;
  if (signal === 'KILL' || signal === 'STOP') {
    if (isInit && fromInside) return;
  } else if (row.caught.includes(signal)) {
    if (!row.pending.includes(signal)) patchProcess(tx, row.id, { pending: [...row.pending, signal] });
    tx.emit('process.signal', { table: 'process', id: row.id }, { signal, action: 'caught' });
    if (row.state === 'T' && signal === 'CONT') resume(tx, row.id);
    wakeProcess(tx, row.id);
    return;
  } else if (row.ignored.includes(signal) || (isInit && defaultAction(signal) !== 'cont')) {
    if (defaultAction(signal) !== 'ignore')
      tx.emit('process.signal', { table: 'process', id: row.id }, { signal, action: 'dropped' });
    return;
  }
  act(tx, row, signal);
}

function act(tx: Transaction, row: Process, signal: Signal): void {
  const action = defaultAction(signal);
  if (action === 'ignore') return;
  tx.emit('process.signal', { table: 'process', id: row.id }, { signal, action });
  if (action === 'term') exitProcess(tx, row, { signal });
  else if (action === 'cont') resume(tx, row.id);
  else {
    patchProcess(tx, row.id, { state: 'T' });
    wake(tx, childChannel(row.parent));
  }
}

function resume(tx: Transaction, process: number): void {
  const row = tx.need(PROCESS, process);
  if (row.state !== 'T') return;
  patchProcess(tx, process, { state: 'S', woken: false });
  wakeProcess(tx, process);
}
