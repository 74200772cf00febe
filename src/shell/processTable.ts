import { SECOND } from '../engine/core/units.ts';
import type { Reader } from '../engine/core/world.ts';
import { CGROUP } from '../engine/linux/cgroup.ts';
import { MACHINE } from '../engine/linux/machine.ts';
import { NAMESPACE, type NamespaceKind } from '../engine/linux/namespace.ts';
import { type Process, pidIn, processesIn } from '../engine/linux/process.ts';
import type { System } from '../engine/linux/system.ts';
import { TTY } from '../engine/linux/tty.ts';
import { resolve } from '../engine/linux/vfs.ts';
import { epochSeconds, strftime } from './clock.ts';

/** A process as /proc of one PID namespace shows it. */
export interface Seen {
  readonly pid: number;
  readonly process: Process;
}

/** The PID namespace of the procfs mounted at a process's /proc; undefined when there is none. */
export function procNamespace(sys: System): number | undefined {
  const found = resolve(sys.tx, sys.self, '/proc');
  return found.ok && found.value.fs.type === 'proc' ? (found.value.fs.ns ?? sys.self.ns.pid) : undefined;
}

/** All processes that /proc shows, by number. */
export function seenProcesses(sys: System): readonly Seen[] | undefined {
  const ns = procNamespace(sys);
  return ns === undefined ? undefined : processesIn(sys.tx, ns);
}

/** What a column of ps may need beside the process. */
export interface Looking {
  readonly read: Reader;
  readonly ns: number;
  /** Names of user and group numbers, from the looker's /etc. */
  user(id: number): string;
  group(id: number): string;
}

export interface Column {
  readonly header: string;
  readonly width: number;
  readonly left?: boolean;
  value(seen: Seen, looking: Looking): string;
}

const number = (header: string, width: number, value: (seen: Seen, looking: Looking) => number | string): Column => ({
  header,
  width,
  value: (seen, looking) => String(value(seen, looking)),
});

const text = (header: string, width: number, value: (seen: Seen, looking: Looking) => string): Column => ({
  header,
  width,
  left: true,
  value,
});

/** At most eight letters: a longer name is cut and marked. */
const short = (name: string): string => (name.length > 8 ? `${name.slice(0, 7)}+` : name);

const parentPid = ({ process }: Seen, { read, ns }: Looking): number =>
  process.parent ? (pidIn(read, ns, process.parent) ?? 0) : 0;

const keyPid = (key: number, { read, ns }: Looking): number => (key ? (pidIn(read, ns, key) ?? 0) : 0);

/** `?`, or `pts/0`. */
export function ttyName(read: Reader, process: Process): string {
  const tty = process.tty === undefined ? undefined : read.get(TTY, process.tty);
  return !tty || tty.piped ? '?' : `pts/${tty.id - 1}`;
}

/** State letter and marks: `Ss`, `R+`, `I<`. */
export function stateText(read: Reader, process: Process): string {
  const tty = process.tty === undefined ? undefined : read.get(TTY, process.tty);
  const nice = process.nice ?? 0;
  return (
    process.state +
    (nice < 0 ? '<' : nice > 0 ? 'N' : '') +
    (process.session === process.id && !process.kthread ? 's' : '') +
    ((process.threads ?? 1) > 1 ? 'l' : '') +
    (tty && !tty.piped && tty.foreground === process.pgrp && process.state !== 'Z' ? '+' : '')
  );
}

/** The command line; a kernel thread or zombie shows its name in brackets. */
export function commandLine(process: Process): string {
  if (process.state === 'Z') return `[${process.comm}] <defunct>`;
  return process.argv.length === 0 ? `[${process.comm}]` : process.argv.join(' ');
}

const commOf = (process: Process): string => process.comm.slice(0, 15) + (process.state === 'Z' ? ' <defunct>' : '');

const two = (n: number): string => String(n).padStart(2, '0');

function elapsed(seconds: number): string {
  const days = Math.floor(seconds / 86400);
  const hours = Math.floor(seconds / 3600) % 24;
  const rest = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return days > 0 ? `${days}-${two(hours)}:${rest}` : hours > 0 ? `${two(hours)}:${rest}` : rest;
}

const age = ({ process }: Seen, { read }: Looking): number =>
  Math.max(0, Math.floor((read.now - process.startedAt) / SECOND));

function cgroupText(process: Process, read: Reader): string {
  return `0::${read.get(CGROUP, process.cgroup)?.path ?? '/'}`;
}

const namespaceColumn = (kind: NamespaceKind): Column =>
  number(`${kind.toUpperCase()}NS`, 10, ({ process }, { read }) => read.get(NAMESPACE, process.ns[kind])?.inode ?? '-');

const COMMAND = text('COMMAND', 27, ({ process }) => commandLine(process));
const COMM = text('COMMAND', 15, ({ process }) => commOf(process));
const USER = text('USER', 8, ({ process }, looking) => short(looking.user(process.uid)));
const GROUP = text('GROUP', 8, ({ process }, looking) => short(looking.group(process.gid)));
const PCPU = number('%CPU', 4, () => '0.0');
const PMEM = number('%MEM', 4, () => '0.0');
const rename = (column: Column, header: string): Column => ({ ...column, header });

/** procps' columns by the names that `-o` takes. CPU and memory are not counted. @sim simplified */
export const COLUMNS: Readonly<Record<string, Column>> = {
  pid: number('PID', 7, ({ pid }) => pid),
  tgid: number('TGID', 7, ({ pid }) => pid),
  lwp: number('LWP', 7, ({ pid }) => pid),
  tid: number('TID', 7, ({ pid }) => pid),
  ppid: number('PPID', 7, parentPid),
  pgid: number('PGID', 7, ({ process }, looking) => keyPid(process.pgrp, looking)),
  pgrp: number('PGRP', 7, ({ process }, looking) => keyPid(process.pgrp, looking)),
  sid: number('SID', 7, ({ process }, looking) => keyPid(process.session, looking)),
  sess: number('SESS', 7, ({ process }, looking) => keyPid(process.session, looking)),
  tpgid: number('TPGID', 7, () => -1),
  user: USER,
  euser: rename(USER, 'EUSER'),
  ruser: rename(USER, 'RUSER'),
  uname: USER,
  uid: number('UID', 5, ({ process }) => process.uid),
  euid: number('EUID', 5, ({ process }) => process.uid),
  gid: number('GID', 5, ({ process }) => process.gid),
  group: GROUP,
  egroup: rename(GROUP, 'EGROUP'),
  stat: text('STAT', 4, ({ process }, { read }) => stateText(read, process)),
  state: text('S', 1, ({ process }) => process.state),
  s: text('S', 1, ({ process }) => process.state),
  comm: COMM,
  ucmd: rename(COMM, 'CMD'),
  ucomm: COMM,
  args: COMMAND,
  command: COMMAND,
  cmd: rename(COMMAND, 'CMD'),
  tty: text('TT', 8, ({ process }, { read }) => ttyName(read, process)),
  tt: text('TT', 8, ({ process }, { read }) => ttyName(read, process)),
  tname: text('TTY', 8, ({ process }, { read }) => ttyName(read, process)),
  time: number('TIME', 8, () => '00:00:00'),
  cputime: number('TIME', 8, () => '00:00:00'),
  bsdtime: number('TIME', 6, () => '0:00'),
  etime: number('ELAPSED', 11, (seen, looking) => elapsed(age(seen, looking))),
  etimes: number('ELAPSED', 7, age),
  start: number('STARTED', 8, ({ process }) => strftime('%H:%M:%S', epochSeconds(process.startedAt))),
  bsdstart: number('START', 6, ({ process }) => strftime('%H:%M', epochSeconds(process.startedAt))),
  lstart: number('STARTED', 24, ({ process }) => strftime('%a %b %e %H:%M:%S %Y', epochSeconds(process.startedAt))),
  stime: text('STIME', 5, ({ process }) => strftime('%H:%M', epochSeconds(process.startedAt))),
  pcpu: PCPU,
  '%cpu': PCPU,
  c: number('C', 2, () => 0),
  pmem: PMEM,
  '%mem': PMEM,
  rss: number('RSS', 5, ({ process }) => (process.kthread ? 0 : 3400)),
  rssize: number('RSS', 5, ({ process }) => (process.kthread ? 0 : 3400)),
  vsz: number('VSZ', 6, ({ process }) => (process.kthread ? 0 : 8200)),
  vsize: number('VSZ', 6, ({ process }) => (process.kthread ? 0 : 8200)),
  ni: number('NI', 3, ({ process }) => process.nice ?? 0),
  nice: number('NI', 3, ({ process }) => process.nice ?? 0),
  pri: number('PRI', 3, ({ process }) => 19 - (process.nice ?? 0)),
  cls: text('CLS', 3, () => 'TS'),
  psr: number('PSR', 3, ({ process }) => process.id % 2),
  nlwp: number('NLWP', 4, ({ process }) => process.threads ?? 1),
  thcount: number('THCNT', 5, ({ process }) => process.threads ?? 1),
  wchan: text('WCHAN', 6, () => '-'),
  f: number('F', 1, ({ process }) => (process.kthread ? 1 : 4)),
  flags: number('F', 1, ({ process }) => (process.kthread ? 1 : 4)),
  cgroup: text('CGROUP', 27, ({ process }, { read }) => cgroupText(process, read)),
  netns: namespaceColumn('net'),
  pidns: namespaceColumn('pid'),
  mntns: namespaceColumn('mnt'),
  utsns: namespaceColumn('uts'),
  ipcns: namespaceColumn('ipc'),
  userns: namespaceColumn('user'),
  cgroupns: namespaceColumn('cgroup'),
  timens: namespaceColumn('time'),
};

/** Rows under their headers; the last column is as long as its texts are. */
export function layout(columns: readonly Column[], rows: readonly (readonly string[])[], headers: boolean): string {
  const widths = columns.map((column, i) =>
    column.left && column.width > 20
      ? column.width
      : Math.max(column.width, column.header.length, column.left ? 0 : longest(rows, i)),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => {
        const { left } = columns[i] as Column;
        const width = widths[i] as number;
        if (!left) return cell.padStart(width);
        return i === cells.length - 1 ? cell : cell.padEnd(width);
      })
      .join(' ');
  const head = headers ? `${line(columns.map((column) => column.header))}\n` : '';
  return head + rows.map((cells) => `${line(cells)}\n`).join('');
}

const longest = (rows: readonly (readonly string[])[], column: number): number =>
  rows.reduce((most, cells) => Math.max(most, (cells[column] as string).length), 0);

/** Children below their parents, with `\_` in front of the command (`ps --forest`). */
export function forest(seen: readonly Seen[]): readonly (readonly [Seen, string])[] {
  const keys = new Set(seen.map(({ process }) => process.id));
  const init = seen.find(({ pid }) => pid === 1)?.process.id;
  const below = (parent: number): readonly Seen[] =>
    parent === init ? [] : seen.filter(({ process }) => process.parent === parent);
  // procps shows what init started at the margin, and the kernel's threads first.
  const roots = seen
    .filter(({ process }) => !keys.has(process.parent) || process.parent === init)
    .sort((a, b) => Number(b.process.kthread === true) - Number(a.process.kthread === true) || a.pid - b.pid);
  const out: (readonly [Seen, string])[] = [];
  const visit = (one: Seen, lead: string, own: string, depth: number): void => {
    out.push([one, own]);
    if (depth > 100) return;
    const children = below(one.process.id);
    for (const [i, child] of children.entries()) {
      const last = i === children.length - 1;
      visit(child, `${lead}${last ? '    ' : '|   '}`, `${lead}\\_ `, depth + 1);
    }
  };
  for (const root of roots) visit(root, ' ', '', 0);
  return out;
}

/** CPUs of the machine that a process runs on. */
export const cpusOf = (sys: System): number => sys.tx.need(MACHINE, sys.self.machine).cpus;
