import { NAMESPACE, NAMESPACE_KINDS, type Namespace, type NamespaceKind } from '../../engine/linux/namespace.ts';
import { findPid } from '../../engine/linux/process.ts';
import { type Context, defineCommand } from '../command.ts';
import { procNamespace, type Seen, seenProcesses } from '../processTable.ts';
import { nameOf, users } from '../users.ts';

type K = 'type' | 'output' | 'noheadings' | 'list' | 'raw' | 'task' | 'notruncate' | 'json' | 'tree' | 'persistent';

interface Row {
  readonly ns: Namespace;
  readonly count: number;
  readonly owner: Seen;
  readonly lead: string;
}

const COLUMNS = [
  'NS',
  'TYPE',
  'PATH',
  'NPROCS',
  'PID',
  'PPID',
  'COMMAND',
  'UID',
  'USER',
  'NETNSID',
  'NSFS',
  'PNS',
  'ONS',
] as const;
type Name = (typeof COLUMNS)[number];
const RIGHT: readonly Name[] = ['NS', 'NPROCS', 'PID', 'PPID', 'UID', 'NETNSID', 'PNS', 'ONS'];

/** Namespaces with processes that /proc shows, by inode. */
function gather(ctx: Context<K>, seen: readonly Seen[]): readonly Omit<Row, 'lead'>[] {
  const { tx } = ctx.sys;
  const found = new Map<number, { count: number; owner: Seen }>();
  for (const one of seen) {
    if (one.process.state === 'Z') continue;
    for (const kind of NAMESPACE_KINDS) {
      const id = one.process.ns[kind];
      const known = found.get(id);
      if (known) known.count++;
      else found.set(id, { count: 1, owner: one });
    }
  }
  return [...found]
    .flatMap(([id, { count, owner }]) => {
      const ns = tx.get(NAMESPACE, id);
      return ns ? [{ ns, count, owner }] : [];
    })
    .sort((a, b) => a.ns.inode - b.ns.inode);
}

/** Children hang on the last namespace whose process is the parent of theirs, as lsns draws them. */
function drawn(rows: readonly Omit<Row, 'lead'>[], plain: boolean): readonly Row[] {
  if (plain) return rows.map((row) => ({ ...row, lead: '' }));
  const last = new Map<number, (typeof rows)[number]>();
  for (const row of rows) last.set(row.owner.process.id, row);
  const parentOf = (row: (typeof rows)[number]): (typeof rows)[number] | undefined =>
    row.owner.process.kthread ? undefined : last.get(row.owner.process.parent);
  const out: Row[] = [];
  const visit = (row: (typeof rows)[number], lead: string, below: string, depth: number): void => {
    out.push({ ...row, lead });
    if (depth > 50) return;
    const children = rows.filter((one) => parentOf(one) === row);
    for (const [i, child] of children.entries()) {
      const end = i === children.length - 1;
      visit(child, `${below}${end ? '└─' : '├─'}`, `${below}${end ? '  ' : '│ '}`, depth + 1);
    }
  };
  for (const row of rows) if (!parentOf(row)) visit(row, '', '', 0);
  return out;
}

function cell(ctx: Context<K>, name: Name, { ns, count, owner, lead }: Row): string {
  const { process, pid } = owner;
  switch (name) {
    case 'NS':
      return String(ns.inode);
    case 'TYPE':
      return ns.kind;
    case 'NPROCS':
      return String(count);
    case 'PID':
      return String(pid);
    case 'PPID':
      return String(process.parent ? ctx.sys.numberOf(process.parent) : 0);
    case 'COMMAND':
      return lead + (process.argv.length > 0 ? process.argv.join(' ') : process.comm);
    case 'UID':
      return String(process.uid);
    case 'USER':
      return nameOf(users(ctx.sys), process.uid);
    case 'NETNSID':
      return ns.kind === 'net' ? 'unassigned' : '';
    case 'PATH':
      return `/proc/${pid}/ns/${ns.kind}`;
    case 'PNS':
      return String(ns.parent === undefined ? 0 : (ctx.sys.tx.get(NAMESPACE, ns.parent)?.inode ?? 0));
    default:
      return '';
  }
}

function table(ctx: Context<K>, names: readonly Name[], rows: readonly Row[]): void {
  const cells = rows.map((row) => names.map((name) => cell(ctx, name, row)));
  const head = ctx.flags.has('noheadings') ? [] : [[...names] as string[]];
  const widths = names.map((name, i) =>
    cells.reduce((most, row) => Math.max(most, (row[i] as string).length), head.length > 0 ? name.length : 0),
  );
  for (const row of [...head, ...cells]) {
    const line = row.map((text, i) =>
      RIGHT.includes(names[i] as Name)
        ? text.padStart(widths[i] as number)
        : i === row.length - 1
          ? text
          : text.padEnd(widths[i] as number),
    );
    ctx.out(`${ctx.flags.has('raw') ? row.join(' ') : line.join(' ').trimEnd()}\n`);
  }
}

defineCommand<K>({
  name: 'lsns',
  summary: 'List system namespaces.',
  usage: '[options] [<namespace>]',
  flags: {
    json: { short: 'J', long: 'json', help: 'use JSON output format' },
    list: { short: 'l', long: 'list', help: 'use list format output' },
    noheadings: { short: 'n', long: 'noheadings', help: "don't print headings" },
    output: { short: 'o', long: 'output', value: 'list', help: 'define which output columns to use' },
    persistent: { short: 'P', long: 'persistent', help: 'namespaces without processes' },
    task: { short: 'p', long: 'task', value: 'pid', help: 'print process namespaces' },
    raw: { short: 'r', long: 'raw', help: 'use the raw output format' },
    tree: { short: 'T', long: 'tree', value: 'rel', optional: true, help: 'use tree format output' },
    type: {
      short: 't',
      long: 'type',
      value: 'name',
      help: 'namespace type (mnt, net, ipc, user, pid, uts, cgroup, time)',
    },
    notruncate: { short: 'uW', help: "don't use ellipsis to truncate" },
  },
  start(ctx) {
    const { flags, sys } = ctx;
    const types = flags.values('type').flatMap((text) => text.split(',')) as NamespaceKind[];
    const bad = types.find((type) => !NAMESPACE_KINDS.includes(type));
    if (bad !== undefined) return ctx.fail(`unknown namespace type: ${bad}`);
    const asked = flags
      .value('output')
      ?.replace(/^\+/, '')
      .split(',')
      .map((name) => name.toUpperCase()) as Name[] | undefined;
    const unknown = asked?.find((name) => !COLUMNS.includes(name));
    if (unknown !== undefined) return ctx.fail(`unknown column: ${unknown.toLowerCase()}`);
    const procns = procNamespace(sys);
    const seen = seenProcesses(sys);
    if (procns === undefined || !seen) return ctx.fail('failed to open /proc: No such file or directory');
    let rows = gather(ctx, seen);
    if (types.length > 0) rows = rows.filter(({ ns }) => types.includes(ns.kind));
    const task = flags.value('task');
    if (task !== undefined) {
      const process = findPid(sys.tx, procns, Number(task));
      if (!process) return ctx.fail(`not found namespace for pid ${task}`);
      rows = rows.filter(({ ns }) => Object.values(process.ns).includes(ns.id));
    }
    const [number] = ctx.operands;
    if (number !== undefined) rows = rows.filter(({ ns }) => String(ns.inode) === number);
    const net = types.length === 1 && types[0] === 'net';
    const names: readonly Name[] = asked ?? [
      'NS',
      'TYPE',
      'NPROCS',
      'PID',
      'USER',
      ...(net ? (['NETNSID', 'NSFS'] as const) : []),
      'COMMAND',
    ];
    table(ctx, names, drawn(rows, flags.has('list') || flags.has('raw') || task !== undefined));
    return 0;
  },
});
