import { strerror } from '../core/errno.ts';
import type { Transaction } from '../core/transaction.ts';
import { MS, SECOND } from '../core/units.ts';
import { CGROUP, findCgroup, makeCgroup, removeCgroup } from '../linux/cgroup.ts';
import { mkdir } from '../linux/change.ts';
import { execve, findInPath } from '../linux/exec.ts';
import { dropFile, holdFile } from '../linux/file.ts';
import { clone, exitProcess } from '../linux/life.ts';
import { MACHINE } from '../linux/machine.ts';
import { dropNamespace, holdNamespace, makeNamespace, NAMESPACE, type NamespaceKind } from '../linux/namespace.ts';
import { type ExitStatus, findPid, PROCESS, type Process, patchProcess } from '../linux/process.ts';
import { onWakeup } from '../linux/scheduler.ts';
import { SIGNALS } from '../linux/signal.ts';
import { System } from '../linux/system.ts';
import { readFile, resolve, stat } from '../linux/vfs.ts';
import { wakeProcess } from '../linux/wait.ts';
import { addAddress } from '../net/address.ts';
import { findNetdev, setUp } from '../net/netdev.ts';
import { setSysctl } from '../net/sysctl.ts';
import {
  type Answer,
  answer,
  CONTAINER,
  type Container,
  changeContainer,
  endpointsOf,
  findContainer,
  isUp,
  refuse,
} from './container.ts';
import { mountPoints } from './mounting.ts';
import { joinNetwork, leaveNetwork } from './network.ts';
import { containerFiles } from './output.ts';
import { removeContainer } from './remove.ts';
import { maskPaths, mountRootfs, writeOwnFiles } from './rootfs.ts';

/** Capabilities of a default container and of a privileged one, as masks (FACTS.md, capabilities). */
const DEFAULT_CAPS = '00000000a80425fb';
const ALL_CAPS = '000001ffffffffff';

/** Process numbers that runc's stages and the shim's threads use up before a container's first process. */
const RUNC_GAP = 18;

const TASK =
  'failed to create task for container: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: ';

/** A refusal to start, and the exit status that the container keeps from it. */
export type Started = Answer<Container> & { readonly code?: number };

/**
 * `POST /containers/ID/start`: shim, namespaces, cgroup, mounts; then the network; then the program. In this order, so
 * that what fails late leaves a container *created* (facts.md §3.9). `files` are its standard files.
 */
export function startContainer(
  tx: Transaction,
  id: number,
  files: Readonly<Record<number, number>>,
  tty?: number,
): Started {
  const container = tx.need(CONTAINER, id);
  const made = createTask(tx, container, files, tty);
  if (!made.ok) {
    changeContainer(tx, id, { exitCode: made.code ?? 128, error: made.message });
    tx.emit('container.fail', { table: 'container', id }, { error: made.message });
    return made;
  }
  const { init, argv, path, env } = made.value;
  connectNetwork(tx, container, init);
  setUpInside(tx, container, init);
  const run = execve(tx, tx.need(PROCESS, init.id), path, argv, env);
  tx.emit('container.exec', { table: 'process', id: init.id }, { argv }, true);
  wakeProcess(tx, init.id);
  const row = changeContainer(tx, id, {
    state: 'running',
    startedAt: tx.now,
    exitCode: 0,
    error: '',
    manuallyStopped: false,
  });
  if (!run.ok) refuseToRun(tx, tx.need(PROCESS, init.id), path, strerror(run.error).toLowerCase());
  tx.emit('container.start', { table: 'container', id }, { name: row.name });
  return answer(row);
}

/** The runtime's last words when the kernel will not run the file: on the container's own standard error, status 255. */
function refuseToRun(tx: Transaction, init: Process, path: string, why: string): void {
  new System(tx, init.id).write(2, `exec ${path}: ${why}\n`);
  exitProcess(tx, init, { code: 255 });
}

interface Task {
  readonly init: Process;
  readonly path: string;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

type Created =
  | { readonly ok: true; readonly value: Task }
  | { readonly ok: false; readonly message: string; readonly code?: number };

function createTask(
  tx: Transaction,
  container: Container,
  files: Readonly<Record<number, number>>,
  tty: number | undefined,
): Created {
  const shim = startShim(tx, container);
  const cgroup = scopeOf(tx, container);
  const init = cloneInit(tx, container, shim, cgroup, files, tty);
  if (!init.ok) return init;
  holdNamespace(tx, init.value.ns.net);
  changeContainer(tx, container.id, { process: init.value.id, shim: shim.id, cgroup, netns: init.value.ns.net });
  const mounted = mountPoints(tx, container, init.value);
  if (!mounted.ok) return undo(tx, container, `${TASK}error during container init: ${mounted.message}`, 127);
  maskPaths(tx, container, init.value.ns.mnt);
  tx.emit('rootfs.mount', { table: 'namespace', id: init.value.ns.mnt }, { container: container.name }, true);
  const user = userOf(tx, init.value, container.config.user);
  if (!user.ok) return undo(tx, container, user.message, 125);
  const program = commandOf(tx, container, init.value);
  const row = patchProcess(tx, init.value.id, { ...user.value.ids });
  enterWorkingDir(tx, container, row);
  const env = environment(container, user.value.home);
  const found = program(env.PATH ?? '');
  if (!found.ok) return undo(tx, container, TASK + found.message, found.code);
  return { ok: true, value: { init: tx.need(PROCESS, init.value.id), env, ...found.value } };
}

function undo(tx: Transaction, container: Container, message: string, code: number): Created {
  const row = tx.need(CONTAINER, container.id);
  const init = row.process === undefined ? undefined : tx.get(PROCESS, row.process);
  if (init) exitProcess(tx, init, { signal: 'KILL' });
  tearDown(tx, row);
  return { ok: false, message, code };
}

/** The shim: child of the machine's init, parent of the container, its sub-reaper (containerd, runtime v2). */
function startShim(tx: Transaction, container: Container): Process {
  const machine = tx.need(MACHINE, container.machine);
  const systemd = findPid(tx, machine.ns.pid, 1) as Process;
  const cgroup = findCgroup(tx, machine.id, '/system.slice/containerd.service') ?? tx.need(CGROUP, machine.cgroup);
  const argv = [
    '/usr/bin/containerd-shim-runc-v2',
    '-namespace',
    'moby',
    '-id',
    container.cid,
    '-address',
    '/run/containerd/containerd.sock',
  ];
  const made = clone(tx, systemd, {
    gap: RUNC_GAP,
    fields: {
      program: 'containerd-shim',
      data: { container: container.id },
      comm: 'containerd-shim',
      argv,
      exe: argv[0] as string,
      cgroup: cgroup.id,
      subreaper: true,
      oomScoreAdj: -998,
    },
  });
  if (!made.ok) throw new Error('the first PID namespace has lost its init');
  const shim = patchProcess(tx, made.value.id, { pgrp: made.value.id, session: made.value.id });
  tx.emit('shim.start', { table: 'process', id: shim.id }, { comm: shim.comm }, true);
  wakeProcess(tx, shim.id);
  return shim;
}

/** The scope that systemd makes for a container, with the limits it was given as files. */
function scopeOf(tx: Transaction, container: Container): number {
  const { host } = container;
  const slice =
    findCgroup(tx, container.machine, '/system.slice') ?? tx.need(CGROUP, tx.need(MACHINE, container.machine).cgroup);
  const files: Record<string, string> = {
    'memory.max': host.memory ? String(host.memory) : 'max',
    'memory.swap.max': host.memory ? String(host.memorySwap > 0 ? host.memorySwap - host.memory : host.memory) : 'max',
    'cpu.max': host.nanoCpus ? `${Math.round(host.nanoCpus / 10_000)} 100000` : 'max 100000',
    'cpu.weight': '100',
    'pids.max': host.pidsLimit && host.pidsLimit > 0 ? String(host.pidsLimit) : '3552',
  };
  return makeCgroup(tx, slice, `docker-${container.cid}.scope`, files, true).id;
}

const OWN: readonly NamespaceKind[] = ['uts', 'ipc', 'pid', 'cgroup', 'net', 'time'];

function cloneInit(
  tx: Transaction,
  container: Container,
  shim: Process,
  cgroup: number,
  files: Readonly<Record<number, number>>,
  tty: number | undefined,
): Answer<Process> {
  const mode = container.host.networkMode;
  const shared = /^container:(.+)$/.exec(mode)?.[1];
  const other = shared === undefined ? undefined : findContainer(tx, container.machine, shared);
  const joined = other?.process === undefined ? undefined : tx.get(PROCESS, other.process);
  if (shared !== undefined && !joined)
    return refuse(`cannot join network of a non running container: ${other?.cid ?? shared}`);
  const net = mode === 'host' ? tx.need(MACHINE, container.machine).ns.net : joined?.ns.net;
  const mnt = makeNamespace(tx, container.machine, 'mnt').id;
  const caps = container.host.privileged ? ALL_CAPS : DEFAULT_CAPS;
  const made = clone(tx, shim, {
    unshare: OWN.filter((kind) => kind !== 'net' || net === undefined),
    ns: { mnt, ...(net === undefined ? {} : { net }) },
    frame: true,
    fields: {
      cgroup,
      fds: files,
      caps,
      seccomp: container.host.privileged ? 0 : 2,
      comm: 'runc:[2:INIT]',
      argv: ['runc', 'init'],
      subreaper: false,
      oomScoreAdj: 0,
      cwd: '/',
      umask: 0o022,
    },
  });
  if (!made.ok) return refuse('cannot allocate memory');
  const init = patchProcess(tx, made.value.id, {
    pgrp: made.value.id,
    session: made.value.id,
    ...(tty === undefined ? {} : { tty }),
  });
  for (const kind of ['uts', 'cgroup'] as const) {
    const ns = tx.need(NAMESPACE, init.ns[kind]);
    tx.put(NAMESPACE, {
      ...ns,
      ...(kind === 'uts' ? { hostname: container.config.hostname, domainname: '(none)' } : { root: cgroup }),
    });
  }
  mountRootfs(tx, container, mnt, init.ns.pid);
  return answer(init);
}

interface User {
  readonly ids: Pick<Process, 'uid' | 'gid' | 'groups'>;
  readonly home: string;
}

/** `-u name|uid[:group|gid]` by the container's own passwd and group files. */
export function userOf(tx: Transaction, inside: Process, spec: string): Answer<User> {
  const [who, group] = (spec || '0').split(':') as [string, string?];
  const passwd = rowsOf(tx, inside, '/etc/passwd');
  const entry = passwd.find((row) => row[0] === who || row[2] === who);
  if (!entry && !/^\d+$/.test(who)) return refuse(`unable to find user ${who}: no matching entries in passwd file`);
  const groups = rowsOf(tx, inside, '/etc/group');
  const named = group === undefined ? undefined : groups.find((row) => row[0] === group || row[2] === group);
  if (group !== undefined && !named && !/^\d+$/.test(group))
    return refuse(`unable to find group ${group}: no matching entries in group file`);
  const uid = Number(entry?.[2] ?? who);
  const gid = group === undefined ? Number(entry?.[3] ?? 0) : Number(named?.[2] ?? group);
  const more =
    group === undefined
      ? groups.filter((row) => row[3]?.split(',').includes(entry?.[0] ?? '')).map((row) => Number(row[2]))
      : [];
  return answer({ ids: { uid, gid, groups: [...new Set([gid, ...more])] }, home: entry?.[5] || '/' });
}

function rowsOf(tx: Transaction, inside: Process, path: string): readonly (readonly string[])[] {
  const text = readFile(tx, inside, path);
  return text.ok
    ? text.value
        .split('\n')
        .filter(Boolean)
        .map((line) => line.split(':'))
    : [];
}

type Program = (
  path: string,
) =>
  | { readonly ok: true; readonly value: { readonly path: string; readonly argv: readonly string[] } }
  | { readonly ok: false; readonly message: string; readonly code: number };

function commandOf(tx: Transaction, container: Container, init: Process): Program {
  const argv = [...(container.config.entrypoint ?? []), ...(container.config.cmd ?? [])];
  const whole = container.host.init ? ['/sbin/docker-init', '--', ...argv] : argv;
  return (path) => {
    const found = lookUpCommand(tx, init, argv[0] ?? '', path);
    if (!found.ok) return { ...found, message: `error during container init: ${found.message}` };
    return { ok: true, value: { path: container.host.init ? '/sbin/docker-init' : found.value, argv: whole } };
  };
}

type Looked =
  | { readonly ok: true; readonly value: string }
  | { readonly ok: false; readonly message: string; readonly code: number };

/** Where runc finds a program, or its words and the status for why not. */
export function lookUpCommand(tx: Transaction, inside: Process, name: string, path: string): Looked {
  const at = (text: string, code: number): Looked => ({
    ok: false,
    message: `exec: ${JSON.stringify(name)}: ${text}`,
    code,
  });
  if (!name.includes('/')) {
    const found = findInPath(tx, inside, name, path);
    if (found.ok) return found;
    return at(
      found.error === 'EACCES' ? 'permission denied' : 'executable file not found in $PATH',
      found.error === 'EACCES' ? 126 : 127,
    );
  }
  const info = stat(tx, inside, name);
  if (!info.ok)
    return at(`stat ${name}: ${info.error === 'ENOTDIR' ? 'not a directory' : 'no such file or directory'}`, 127);
  if (info.value.kind === 'dir') return at('is a directory: permission denied', 126);
  return (info.value.mode & 0o111) === 0 ? at('permission denied', 126) : { ok: true, value: name };
}

function enterWorkingDir(tx: Transaction, container: Container, init: Process): void {
  const { workingDir } = container.config;
  if (workingDir === '' || workingDir === '/') return;
  let at = '';
  const root = { ...init, uid: 0 };
  for (const part of workingDir.split('/').filter(Boolean)) {
    at += `/${part}`;
    mkdir(tx, root, at, 0o755);
  }
  const found = resolve(tx, init, workingDir);
  patchProcess(tx, init.id, { cwd: found.ok ? found.value.path : '/' });
}

function environment(container: Container, home: string): Record<string, string> {
  const pairs = container.config.env.map((entry) => entry.split(/=(.*)/s) as [string, string]);
  const given = Object.fromEntries(pairs);
  const { PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', ...rest } = given;
  const term = container.config.tty ? { TERM: 'xterm' } : {};
  return { PATH, HOSTNAME: container.config.hostname, ...term, ...rest, HOME: given.HOME ?? home };
}

function connectNetwork(tx: Transaction, container: Container, init: Process): void {
  if (container.host.networkMode === 'host') return;
  for (const endpoint of endpointsOf(tx, container.id)) joinNetwork(tx, endpoint, init.ns.net);
}

/** What Docker sets inside a container's network namespace: loopback up, low ports and ping for everybody. */
function setUpInside(tx: Transaction, container: Container, init: Process): void {
  const { net } = init.ns;
  const lo = findNetdev(tx, net, 'lo');
  if (lo && !lo.up) {
    setUp(tx, lo.id, true);
    addAddress(tx, lo, { address: 0x7f000001, length: 8 });
  }
  if (container.host.networkMode !== 'host' && !container.host.networkMode.startsWith('container:')) {
    setSysctl(tx, net, 'net/ipv4/ip_unprivileged_port_start', '0');
    setSysctl(tx, net, 'net/ipv4/ping_group_range', '0\t2147483647');
  }
  writeOwnFiles(tx, container, resolversOf(tx, container.machine));
}

/** Name servers of the host, without those on its own loopback. */
function resolversOf(tx: Transaction, machine: number): readonly string[] {
  const row = tx.need(MACHINE, machine);
  const systemd = findPid(tx, row.ns.pid, 1) as Process;
  const text = readFile(tx, systemd, '/etc/resolv.conf');
  const servers = [...(text.ok ? text.value : '').matchAll(/^nameserver\s+(\S+)/gm)].map((match) => match[1] as string);
  return servers.filter((server) => !server.startsWith('127.'));
}

export const exitCodeOf = (exit: ExitStatus): number => ('code' in exit ? exit.code : 128 + SIGNALS[exit.signal]);

/**
 * The shim reports the end of the first process: everything in the scope is gone, the network is left, the state is kept
 * (or with `--rm` the container removed, or by its restart policy started again later).
 */
export function containerDied(tx: Transaction, id: number, exit: ExitStatus): void {
  const container = tx.get(CONTAINER, id);
  if (!container) return;
  tearDown(tx, container);
  const exitCode = exitCodeOf(exit);
  const again = restartsAgain(container, exitCode);
  const fields = again ? { restartCount: container.restartCount + 1 } : {};
  const row = changeContainer(tx, id, {
    state: again ? 'restarting' : 'exited',
    exitCode,
    finishedAt: tx.now,
    ...fields,
  });
  tx.emit('container.die', { table: 'container', id }, { name: row.name, exitCode: row.exitCode }, true);
  if (again) tx.schedule(tx.now + backOff(container, tx.now), 'docker.restart', id);
  // Attached clients read the last output and the status first.
  if (row.host.autoRemove) tx.schedule(tx.now + MS, 'docker.remove', id);
}

onWakeup<number>('docker.remove', (tx, id) => {
  const row = tx.get(CONTAINER, id);
  if (!row || isUp(row)) return;
  removeContainer(tx, row);
});

/** What a restart policy says of an end (moby, restartmanager.go): `on-failure` up to its count, not after a manual stop. */
function restartsAgain(container: Container, exitCode: number): boolean {
  const { name, max } = container.host.restart;
  if (container.manuallyStopped) return false;
  if (name === 'always' || name === 'unless-stopped') return true;
  return name === 'on-failure' && exitCode !== 0 && (max === 0 || container.restartCount < max);
}

const LONG_RUN = 10 * SECOND;

/** 100 ms, doubled at each restart up to a minute; a run of ten seconds starts anew. */
function backOff(container: Container, now: number): number {
  const ran = now - (container.startedAt ?? now);
  const doublings = ran >= LONG_RUN ? 0 : Math.min(container.restartCount, 10);
  return Math.min(100_000 * 2 ** doublings, 60 * SECOND);
}

onWakeup<number>('docker.restart', (tx, id) => {
  if (tx.get(CONTAINER, id)?.state === 'restarting') startContainer(tx, id, containerFiles(tx, id));
});

function tearDown(tx: Transaction, container: Container): void {
  for (const endpoint of endpointsOf(tx, container.id)) if (endpoint.eid) leaveNetwork(tx, endpoint);
  if (container.cgroup !== undefined) {
    for (const process of tx.list(PROCESS, 'cgroup', container.cgroup)) exitProcess(tx, process, { signal: 'KILL' });
    const cgroup = tx.get(CGROUP, container.cgroup);
    if (cgroup) removeCgroup(tx, cgroup);
  }
  const shim = container.shim === undefined ? undefined : tx.get(PROCESS, container.shim);
  const { process: _p, shim: _s, cgroup: _c, netns, ...rest } = tx.need(CONTAINER, container.id);
  tx.put<Container>(CONTAINER, rest);
  if (netns !== undefined) dropNamespace(tx, netns);
  if (shim) exitProcess(tx, shim, { code: 0 });
}

export interface ExecSpec {
  readonly argv: readonly string[];
  readonly env: readonly string[];
  readonly user?: string;
  readonly workingDir?: string;
  readonly privileged?: boolean;
  readonly tty?: number;
}

/** `docker exec`: a process with the container's namespaces, cgroup and root, child of the shim. */
export function execInContainer(
  tx: Transaction,
  container: Container,
  spec: ExecSpec,
  files: Readonly<Record<number, number>>,
): Answer<Process> & { readonly code?: number; readonly daemon?: boolean } {
  const init = tx.need(PROCESS, container.process as number);
  const shim = tx.need(PROCESS, container.shim as number);
  const user = userOf(tx, init, spec.user ?? container.config.user);
  if (!user.ok) return { ...user, daemon: true };
  const cwd = spec.workingDir ?? (container.config.workingDir || '/');
  const oci = 'OCI runtime exec failed: exec failed: unable to start container process: ';
  if (!stat(tx, init, cwd).ok) {
    return {
      ...refuse(`${oci}chdir to cwd (${JSON.stringify(cwd)}) set in config.json failed: no such file or directory`),
      code: 127,
    };
  }
  const base = environment(container, user.value.home);
  const own = Object.fromEntries(spec.env.map((entry) => entry.split(/=(.*)/s) as [string, string]));
  const { HOME, ...head } = base;
  const env: Record<string, string> = { ...head, ...own, HOME: own.HOME ?? HOME ?? '/' };
  const found = lookUpCommand(tx, { ...init, cwd }, spec.argv[0] ?? '', env.PATH ?? '');
  if (!found.ok) return { ...refuse(oci + found.message), code: found.code };
  const made = clone(
    tx,
    { ...init, parent: shim.id, nsForChildren: { pid: init.ns.pid, time: init.ns.time } },
    {
      gap: RUNC_GAP,
      fields: {
        parent: shim.id,
        fds: files,
        cwd,
        ...user.value.ids,
        caught: [],
        ignored: [],
        caps: spec.privileged ? ALL_CAPS : DEFAULT_CAPS,
        ...(spec.tty === undefined ? {} : { tty: spec.tty }),
      },
      frame: true,
    },
  );
  if (!made.ok) return refuse(`${oci}cannot allocate memory`);
  const row = patchProcess(tx, made.value.id, { pgrp: made.value.id, session: made.value.id });
  execve(tx, row, found.value, spec.argv, env);
  wakeProcess(tx, row.id);
  return answer(tx.need(PROCESS, row.id));
}

/** Lets go of files that were made for a start that failed. */
export function dropFiles(tx: Transaction, files: Readonly<Record<number, number>>): void {
  for (const file of new Set(Object.values(files))) {
    holdFile(tx, file);
    dropFile(tx, file);
  }
}
