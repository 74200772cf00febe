import { strerror } from '../core/errno.ts';
import type { Transaction } from '../core/transaction.ts';
import { MS, SECOND } from '../core/units.ts';
import { CGROUP, findCgroup, makeCgroup, removeCgroup } from '../linux/cgroup.ts';
import { mkdir } from '../linux/change.ts';
import { execve } from '../linux/exec.ts';
import { dropFile, holdFile } from '../linux/file.ts';
import { clone, exitProcess } from '../linux/life.ts';
import { MACHINE } from '../linux/machine.ts';
import { dropNamespace, holdNamespace, makeNamespace, NAMESPACE, type NamespaceKind } from '../linux/namespace.ts';
import { type ExitStatus, findPid, PROCESS, type Process, patchProcess } from '../linux/process.ts';
import { onWakeup } from '../linux/scheduler.ts';
import { SIGNALS } from '../linux/signal.ts';
import { System } from '../linux/system.ts';
import { readFile, resolve } from '../linux/vfs.ts';
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
  containerEvent,
  endpointsOf,
  isUp,
  refuse,
} from './container.ts';
import { daemonEvent } from './events.ts';
import { limitFiles } from './limits.ts';
import { mountPoints } from './mounting.ts';
import { type Endpoint, joinNetwork, leaveNetwork, NETWORK } from './network.ts';
import { containerFiles } from './output.ts';
import { capsOf, environment, lookUpCommand, RUNC_GAP, userOf } from './processSpec.ts';
import { publishPorts, unpublishPorts } from './publish.ts';
import { removeContainer } from './remove.ts';
import { maskPaths, mountRootfs, writeOwnFiles } from './rootfs.ts';
import { type SharedNs, sharedNamespaces } from './sharing.ts';

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
  const wantsPorts = container.host.publishAll || container.host.ports.length > 0;
  const published = isConnected(tx, container)
    ? wantsPorts
      ? publishPorts(tx, tx.need(CONTAINER, id))
      : answer(undefined)
    : refuse(`failed to set up container networking: network ${container.host.networkMode} not found`);
  if (!published.ok) {
    const failed = undo(tx, container, published.message, 128);
    if (!failed.ok) changeContainer(tx, id, { exitCode: 128, error: failed.message });
    return published;
  }
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
  containerEvent(tx, row, 'start');
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
  const shared = sharedNamespaces(tx, container);
  if (!shared.ok) return shared;
  const shim = startShim(tx, container);
  const cgroup = scopeOf(tx, container);
  const init = cloneInit(tx, container, shim, cgroup, files, tty, shared.value);
  if (!init.ok) return init;
  holdNamespace(tx, init.value.ns.net);
  changeContainer(tx, container.id, { process: init.value.id, shim: shim.id, cgroup, netns: init.value.ns.net });
  const none = container.mounts.length === 0 && Object.keys(container.host.tmpfs).length === 0;
  const mounted = none ? answer(undefined) : mountPoints(tx, container, init.value);
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
    leader: true,
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
  const shim = made.value;
  tx.emit('shim.start', { table: 'process', id: shim.id }, { comm: shim.comm }, true);
  wakeProcess(tx, shim.id);
  return shim;
}

/** The scope that systemd makes for a container, with the limits it was given as files. */
function scopeOf(tx: Transaction, container: Container): number {
  const slice =
    findCgroup(tx, container.machine, '/system.slice') ?? tx.need(CGROUP, tx.need(MACHINE, container.machine).cgroup);
  const files = limitFiles(container.host);
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
  shared: SharedNs,
): Answer<Process> {
  const mnt = makeNamespace(tx, container.machine, 'mnt').id;
  const { pid, ...joined } = shared;
  const parent = pid === undefined ? shim : { ...shim, nsForChildren: { ...shim.nsForChildren, pid } };
  const made = clone(tx, parent, {
    unshare: OWN.filter((kind) => shared[kind] === undefined),
    ns: { mnt, ...joined },
    leader: true,
    frame: true,
    fields: {
      cgroup,
      fds: files,
      caps: capsOf(container.host),
      seccomp: container.host.privileged ? 0 : 2,
      comm: 'runc:[2:INIT]',
      argv: ['runc', 'init'],
      subreaper: false,
      oomScoreAdj: container.host.oomScoreAdj,
      cwd: '/',
      umask: 0o022,
      ...(tty === undefined ? {} : { tty }),
    },
  });
  if (!made.ok) return refuse('cannot allocate memory');
  const init = made.value;
  for (const kind of ['uts', 'cgroup'] as const) {
    if (shared[kind] !== undefined) continue;
    const ns = tx.need(NAMESPACE, init.ns[kind]);
    tx.put(NAMESPACE, {
      ...ns,
      ...(kind === 'uts'
        ? { hostname: container.config.hostname, domainname: container.config.domainname || '(none)' }
        : { root: cgroup }),
    });
  }
  mountRootfs(tx, container, mnt, init.ns.pid);
  return answer(init);
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

/** Has its network been found? Those of the host and of other containers need none of their own. */
const isConnected = (tx: Transaction, container: Container): boolean =>
  /^(?:host|container:.*)$/.test(container.host.networkMode) || endpointsOf(tx, container.id).length > 0;

function connectNetwork(tx: Transaction, container: Container, init: Process): void {
  if (container.host.networkMode === 'host') return;
  for (const endpoint of endpointsOf(tx, container.id)) {
    joinNetwork(tx, endpoint, init.ns.net);
    networkEvent(tx, container, endpoint, 'connect');
  }
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
    stopping: false,
    ...fields,
  });
  tx.emit('container.die', { table: 'container', id }, { name: row.name, exitCode: row.exitCode }, true);
  if (container.stopping) containerEvent(tx, row, 'stop');
  const ran = Math.floor((tx.now - (row.startedAt ?? tx.now)) / SECOND);
  containerEvent(tx, row, 'die', { execDuration: String(ran), exitCode: String(exitCode) });
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

function networkEvent(tx: Transaction, container: Container, endpoint: Endpoint, action: string): void {
  const { nid, name, driver } = tx.need(NETWORK, endpoint.network);
  const attributes = { container: container.cid, name, type: driver };
  daemonEvent(tx, container.machine, { type: 'network', action, actor: nid, attributes });
}

function tearDown(tx: Transaction, container: Container): void {
  const { proxies } = tx.need(CONTAINER, container.id);
  if (proxies) unpublishPorts(tx, proxies);
  for (const endpoint of endpointsOf(tx, container.id)) {
    if (!endpoint.eid) continue;
    leaveNetwork(tx, endpoint);
    networkEvent(tx, container, endpoint, 'disconnect');
  }
  if (container.cgroup !== undefined) {
    for (const process of tx.list(PROCESS, 'cgroup', container.cgroup)) exitProcess(tx, process, { signal: 'KILL' });
    const cgroup = tx.get(CGROUP, container.cgroup);
    if (cgroup) removeCgroup(tx, cgroup);
  }
  const shim = container.shim === undefined ? undefined : tx.get(PROCESS, container.shim);
  const {
    process: _p,
    shim: _s,
    cgroup: _c,
    published: _b,
    proxies: _x,
    netns,
    ...rest
  } = tx.need(CONTAINER, container.id);
  tx.put<Container>(CONTAINER, rest);
  if (netns !== undefined) dropNamespace(tx, netns);
  if (shim) exitProcess(tx, shim, { code: 0 });
}

/** Lets go of files that were made for a start that failed. */
export function dropFiles(tx: Transaction, files: Readonly<Record<number, number>>): void {
  for (const file of new Set(Object.values(files))) {
    holdFile(tx, file);
    dropFile(tx, file);
  }
}
