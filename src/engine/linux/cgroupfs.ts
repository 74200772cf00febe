import { fail, ok, type Result } from '../core/errno.ts';
import type { Transaction } from '../core/transaction.ts';
import { CGROUP, type Cgroup, findCgroup, isFrozen, makeCgroup, removeCgroup } from './cgroup.ts';
import { CGROUP_FILES, CONTROLLERS, cgroupFile, controllersOf, membersBelow } from './cgroup-files.ts';
import { signalProcess } from './life.ts';
import { findPid, PROCESS, type Process, patchProcess, pidIn } from './process.ts';
import { defineVirtual, type Viewer, type VirtualNode } from './vfs.ts';

/** Moves a process to another cgroup (cgroup-v2 §Processes). EBUSY into one that hands controllers down, but the root. */
export function moveToCgroup(tx: Transaction, process: Process, cgroup: Cgroup): Result<undefined> {
  if (cgroup.parent !== 0 && cgroup.files['cgroup.subtree_control']) return fail('EBUSY');
  patchProcess(tx, process.id, { cgroup: cgroup.id });
  tx.emit('cgroup.attach', { table: 'cgroup', id: cgroup.id }, { path: cgroup.path, pid: process.pids[0] as number });
  return ok(undefined);
}

function writeProcs(tx: Transaction, viewer: Viewer, cgroup: Cgroup, text: string): Result<undefined> {
  if (!/^\d+$/.test(text)) return fail('EINVAL');
  const process = Number(text) === 0 ? viewer.process : findPid(tx, viewer.process.ns.pid, Number(text));
  if (!process || process.state === 'Z') return fail('ESRCH');
  if (process.kthread && cgroup.parent !== 0) return fail('EINVAL');
  return moveToCgroup(tx, process, cgroup);
}

/**
 * cgroup.subtree_control: `+memory -io`. EINVAL for a word that is no controller, ENOENT for one that the cgroup has not,
 * EBUSY when processes stand in it (but the root), or a child hands down what is taken away.
 */
function writeSubtree(tx: Transaction, cgroup: Cgroup, text: string): Result<undefined> {
  const on = new Set((cgroup.files['cgroup.subtree_control'] ?? '').split(' ').filter(Boolean));
  const has = controllersOf(tx, cgroup);
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const name = word.slice(1);
    if (!/^[+-]/.test(word) || !(CONTROLLERS as readonly string[]).includes(name)) return fail('EINVAL');
    if (word[0] === '-') {
      const children = tx.list(CGROUP, 'parent', cgroup.id);
      const used = children.some((child) => child.files['cgroup.subtree_control']?.split(' ').includes(name));
      if (used) return fail('EBUSY');
      on.delete(name);
    } else {
      if (!has.includes(name)) return fail('ENOENT');
      on.add(name);
    }
  }
  if (on.size > 0 && cgroup.parent !== 0 && tx.list(PROCESS, 'cgroup', cgroup.id).length > 0) return fail('EBUSY');
  return keep(tx, cgroup, 'cgroup.subtree_control', CONTROLLERS.filter((name) => on.has(name)).join(' '));
}

function keep(tx: Transaction, cgroup: Cgroup, name: string, value: string): Result<undefined> {
  const row = tx.need(CGROUP, cgroup.id);
  tx.put<Cgroup>(CGROUP, { ...row, files: { ...row.files, [name]: value } });
  tx.emit('cgroup.set', { table: 'cgroup', id: cgroup.id }, { path: cgroup.path, file: name, value });
  return ok(undefined);
}

/**
 * Writes a file of a cgroup as the kernel takes it and keeps the value: `setCgroupFile(tx, cgroup, 'memory.max', '64M')`.
 * ENOENT when the cgroup has no such file, EINVAL when it takes no writes, else the file's own error.
 */
export function setCgroupFile(tx: Transaction, cgroup: Cgroup, name: string, text: string): Result<undefined> {
  const file = cgroupFile(tx, cgroup, name);
  if (!file) return fail('ENOENT');
  const value = file.parse?.(tx, cgroup, text.trim()) ?? fail('EINVAL');
  return value.ok ? keep(tx, cgroup, name, value.value) : value;
}

/** Freezes or thaws a cgroup with all below it: frozen processes run no more, but KILL and other deadly signals work. */
export function freezeCgroup(tx: Transaction, cgroup: Cgroup, frozen: boolean): void {
  keep(tx, cgroup, 'cgroup.freeze', frozen ? '1' : '0');
  // Wake-ups that came meanwhile were passed over.
  for (const process of membersBelow(tx, cgroup)) {
    if (process.woken && process.state !== 'T' && !isFrozen(tx, process.cgroup)) tx.schedule(tx.now, 'run', process.id);
  }
}

function writeFreeze(tx: Transaction, cgroup: Cgroup, text: string): Result<undefined> {
  if (!/^[01]$/.test(text)) return fail('EINVAL');
  freezeCgroup(tx, cgroup, text === '1');
  return ok(undefined);
}

/** Files of cgroup core that show or move processes. */
function coreFile(viewer: Viewer, cgroup: Cgroup, name: string): VirtualNode | undefined {
  const { read } = viewer;
  const numbers = (): string =>
    read
      .list(PROCESS, 'cgroup', cgroup.id)
      .map((process) => pidIn(read, viewer.process.ns.pid, process.id) ?? 0)
      .sort((a, b) => a - b)
      .map((pid) => `${pid}\n`)
      .join('');
  const below = cgroup.parent !== 0;
  switch (name) {
    case 'cgroup.procs':
    case 'cgroup.threads':
      return {
        kind: 'file',
        mode: 0o644,
        text: numbers,
        write: (tx, text) => writeProcs(tx, viewer, cgroup, text.trim()),
      };
    case 'cgroup.controllers':
      return { kind: 'file', mode: 0o444, text: () => `${controllersOf(read, cgroup).join(' ')}\n` };
    case 'cgroup.subtree_control':
      return {
        kind: 'file',
        mode: 0o644,
        text: () => `${cgroup.files[name] ?? ''}\n`,
        write: (tx, text) => writeSubtree(tx, cgroup, text),
      };
    case 'cgroup.events': {
      const text = () =>
        `populated ${membersBelow(read, cgroup).length > 0 ? 1 : 0}\nfrozen ${isFrozen(read, cgroup.id) ? 1 : 0}\n`;
      return below ? { kind: 'file', mode: 0o444, text } : undefined;
    }
    case 'cgroup.freeze':
      return below
        ? {
            kind: 'file',
            mode: 0o644,
            text: () => `${cgroup.files[name] ?? 0}\n`,
            write: (tx, text) => writeFreeze(tx, cgroup, text.trim()),
          }
        : undefined;
    case 'cgroup.kill':
      return below ? { kind: 'file', mode: 0o200, write: (tx, text) => killAll(tx, cgroup, text.trim()) } : undefined;
    default:
      return undefined;
  }
}

/** cgroup.kill: SIGKILL to everything in the cgroup and below it. */
function killAll(tx: Transaction, cgroup: Cgroup, text: string): Result<undefined> {
  if (text !== '1') return fail('EINVAL');
  for (const process of membersBelow(tx, cgroup)) signalProcess(tx, process, 'KILL');
  return ok(undefined);
}

const CORE = ['procs', 'threads', 'controllers', 'subtree_control', 'events', 'freeze', 'kill'].map(
  (n) => `cgroup.${n}`,
);

function fileNode(viewer: Viewer, cgroup: Cgroup, name: string): VirtualNode | undefined {
  const core = coreFile(viewer, cgroup, name);
  if (core) return core;
  const file = cgroupFile(viewer.read, cgroup, name);
  if (!file) return undefined;
  const { show, parse } = file;
  return {
    kind: 'file',
    mode: show ? (parse ? 0o644 : 0o444) : 0o200,
    ...(show ? { text: () => show(viewer.read, cgroup, cgroup.files[name]) } : {}),
    ...(parse ? { write: (tx: Transaction, text: string) => setCgroupFile(tx, cgroup, name, text) } : {}),
  };
}

function dirNode(viewer: Viewer, cgroup: Cgroup): VirtualNode {
  const { read } = viewer;
  return {
    kind: 'dir',
    mode: 0o755,
    ino: cgroup.id,
    names: () => {
      const files = [...CORE, ...Object.keys(CGROUP_FILES)].filter((name) => fileNode(viewer, cgroup, name));
      return [...files, ...read.list(CGROUP, 'parent', cgroup.id).map((child) => child.name)].sort();
    },
    mkdir: (tx, name) => {
      makeCgroup(tx, tx.need(CGROUP, cgroup.id), name, {}, true);
      return ok(undefined);
    },
    rmdir: (tx) => {
      const busy = tx.list(PROCESS, 'cgroup', cgroup.id).length > 0 || tx.list(CGROUP, 'parent', cgroup.id).length > 0;
      if (busy || cgroup.parent === 0) return fail('EBUSY');
      removeCgroup(tx, cgroup);
      return ok(undefined);
    },
  };
}

/** cgroup2: directories are cgroups, files are made when they are read. A mount's root may be any cgroup. */
defineVirtual('cgroup2', (viewer, path) => {
  const { read, fs } = viewer;
  const cgroup = findCgroup(read, fs.machine, path || '/');
  if (cgroup) return dirNode(viewer, cgroup);
  const at = path.lastIndexOf('/');
  const parent = findCgroup(read, fs.machine, path.slice(0, at) || '/');
  return parent && fileNode(viewer, parent, path.slice(at + 1));
});
