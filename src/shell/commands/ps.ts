import { type Context, defineCommand } from '../command.ts';
import {
  COLUMNS,
  type Column,
  commandLine,
  forest,
  type Looking,
  layout,
  procNamespace,
  type Seen,
  seenProcesses,
  stateText,
  ttyName,
} from '../processTable.ts';
import { groups, nameOf, users } from '../users.ts';

interface Request {
  all: boolean;
  pids: number[] | undefined;
  parents: number[] | undefined;
  names: string[] | undefined;
  owners: string[] | undefined;
  ttys: string[] | undefined;
  columns: Column[];
  headers: boolean;
  forest: boolean;
  sort: string[];
  /** `ps aux`: terminals of all, or all of a user. */
  bsd: boolean;
  detached: boolean;
  deselect: boolean;
  error: string | undefined;
}

const column = (name: string, header?: string): Column => ({
  ...(COLUMNS[name] as Column),
  ...(header === undefined ? {} : { header }),
});

const PLAIN = [column('pid'), column('tname'), column('time'), column('ucmd')];
const FULL = [
  { ...column('user'), header: 'UID' },
  column('pid'),
  column('ppid'),
  column('c'),
  column('stime'),
  column('tname'),
  column('time'),
  column('cmd'),
];
const LONG = [
  column('f'),
  column('s'),
  column('uid'),
  column('pid'),
  column('ppid'),
  column('c'),
  column('pri'),
  column('ni'),
  column('vsz', 'SZ'),
  column('wchan'),
  column('tname'),
  column('time'),
  column('ucmd'),
];
const AUX = [
  column('user'),
  column('pid'),
  column('pcpu'),
  column('pmem'),
  column('vsz'),
  column('rss'),
  column('tname'),
  column('stat'),
  column('stime', 'START'),
  column('bsdtime'),
  column('args'),
];
const AX = [column('pid'), column('tname'), column('stat'), column('bsdtime'), column('args')];

/** `pid,comm=NAME`: columns, the last header may hold anything. */
function addColumns(request: Request, text: string): void {
  for (const part of text.split(/[,\s]+/).filter(Boolean)) {
    const at = part.indexOf('=');
    const name = at < 0 ? part : part.slice(0, at);
    if (!Object.hasOwn(COLUMNS, name.toLowerCase())) {
      request.error ??= `unknown user-defined format specifier "${name}"`;
      return;
    }
    request.columns.push(at < 0 ? column(name.toLowerCase()) : column(name.toLowerCase(), part.slice(at + 1)));
  }
}

const list = (text: string): string[] => text.split(/[,\s]+/).filter(Boolean);

function longOption(request: Request, word: string, next: () => string): void {
  const [name, given] = word.includes('=')
    ? [word.slice(2, word.indexOf('=')), word.slice(word.indexOf('=') + 1)]
    : [word.slice(2), undefined];
  const value = (): string => given ?? next();
  switch (name) {
    case 'forest':
      request.forest = true;
      break;
    case 'no-headers':
    case 'no-heading':
      request.headers = false;
      break;
    case 'headers':
      break;
    case 'sort':
      request.sort = list(value());
      break;
    case 'pid':
      request.pids = [...(request.pids ?? []), ...list(value()).map(Number)];
      break;
    case 'ppid':
      request.parents = [...(request.parents ?? []), ...list(value()).map(Number)];
      break;
    case 'user':
      request.owners = list(value());
      break;
    case 'format':
      addColumns(request, value());
      break;
    case 'deselect':
      request.deselect = true;
      break;
    default:
      request.error ??= 'unknown gnu long option';
  }
}

function unixOptions(request: Request, word: string, next: () => string): void {
  for (let i = 1; i < word.length; i++) {
    const letter = word[i] as string;
    const takes = 'opCutnkgGsUNO'.includes(letter) && letter !== 'N';
    const value = takes ? word.slice(i + 1) || next() : '';
    switch (letter) {
      case 'e':
      case 'A':
        request.all = true;
        break;
      case 'f':
        if (request.columns.length === 0) request.columns.push(...FULL);
        break;
      case 'l':
        if (request.columns.length === 0) request.columns.push(...LONG);
        break;
      case 'F':
        if (request.columns.length === 0) request.columns.push(...FULL);
        break;
      case 'o':
        if (request.columns[0] === FULL[0]) request.columns = [];
        addColumns(request, value);
        break;
      case 'p':
        request.pids = [...(request.pids ?? []), ...list(value).map(Number)];
        if (list(value).some((pid) => !/^\d+$/.test(pid))) request.error ??= 'process ID list syntax error';
        break;
      case 'C':
        request.names = list(value);
        break;
      case 'u':
      case 'U':
        request.owners = list(value);
        break;
      case 't':
        request.ttys = list(value);
        break;
      case 'H':
        request.forest = true;
        break;
      case 'N':
        request.deselect = true;
        break;
      case 'a':
      case 'd':
      case 'L':
      case 'T':
      case 'm':
      case 'w':
      case 'y':
      case 'j':
      case 'M':
      case 'c':
        break;
      default:
        if (!takes) request.error ??= `unsupported SysV option`;
    }
    if (takes) return;
  }
}

function bsdOptions(request: Request, word: string, next: () => string): void {
  request.bsd = true;
  for (let i = 0; i < word.length; i++) {
    const letter = word[i] as string;
    if (letter === 'a') request.all = true;
    else if (letter === 'x') request.detached = true;
    else if (letter === 'u') request.columns = [...AUX];
    else if (letter === 'f') request.forest = true;
    else if (letter === 'o') {
      request.columns = [];
      addColumns(request, word.slice(i + 1) || next());
      return;
    } else if (letter === 'p') {
      request.pids = list(word.slice(i + 1) || next()).map(Number);
      return;
    } else if (/\d/.test(letter)) {
      request.pids = list(word.slice(i)).map(Number);
      return;
    } else if (!'wehjlscvSTXm'.includes(letter)) request.error ??= 'unsupported option (BSD syntax)';
  }
}

function parse(words: readonly string[]): Request {
  const request: Request = {
    all: false,
    pids: undefined,
    parents: undefined,
    names: undefined,
    owners: undefined,
    ttys: undefined,
    columns: [],
    headers: true,
    forest: false,
    sort: [],
    bsd: false,
    detached: false,
    deselect: false,
    error: undefined,
  };
  const rest = [...words];
  const next = (): string => rest.shift() ?? '';
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word.startsWith('--')) longOption(request, word, next);
    else if (word.startsWith('-')) unixOptions(request, word, next);
    else bsdOptions(request, word, next);
  }
  if (request.columns.length === 0) request.columns = request.bsd ? [...AX] : [...PLAIN];
  request.headers &&= request.columns.some((one) => one.header !== '');
  return request;
}

function chosen(ctx: Context, request: Request, looking: Looking, seen: readonly Seen[]): readonly Seen[] {
  const { self } = ctx.sys;
  const mine = ttyName(looking.read, self);
  const given = request.pids ?? request.parents ?? request.names ?? request.owners ?? request.ttys;
  const fits = (one: Seen): boolean => {
    const { process, pid } = one;
    if (given !== undefined) {
      const parent = Number(COLUMNS.ppid?.value(one, looking));
      return (
        request.pids?.includes(pid) === true ||
        request.parents?.includes(parent) === true ||
        request.names?.includes(process.comm.slice(0, 15)) === true ||
        request.owners?.some((owner) => owner === looking.user(process.uid) || owner === String(process.uid)) ===
          true ||
        request.ttys?.includes(ttyName(looking.read, process)) === true
      );
    }
    if (request.bsd) {
      const withTty = ttyName(looking.read, process) !== '?';
      return (request.all || process.uid === self.uid) && (request.detached || withTty);
    }
    return request.all || (process.uid === self.uid && ttyName(looking.read, process) === mine && !process.kthread);
  };
  return seen.filter((one) => fits(one) !== request.deselect);
}

function sorted(request: Request, looking: Looking, seen: readonly Seen[]): readonly Seen[] {
  if (request.sort.length === 0) return seen;
  return [...seen].sort((a, b) => {
    for (const spec of request.sort) {
      const name = spec.replace(/^[-+]/, '');
      const by = COLUMNS[name];
      if (!by) continue;
      const [x, y] = [by.value(a, looking), by.value(b, looking)];
      const order = by.left ? (x < y ? -1 : x > y ? 1 : 0) : Number(x) - Number(y);
      if (order !== 0) return spec.startsWith('-') ? -order : order;
    }
    return 0;
  });
}

const COMMANDS = new Set(['args', 'command', 'cmd', 'comm', 'ucmd']);

function gnuPs(ctx: Context, looking: Looking, seen: readonly Seen[]): number {
  const request = parse(ctx.operands);
  if (request.error !== undefined) {
    ctx.err(
      `error: ${request.error}\n\nUsage:\n ps [options]\n\n Try 'ps --help <simple|list|output|threads|misc|all>'\n  or 'ps --help <s|l|o|t|m|a>'\n for additional help text.\n\nFor more details see ps(1).\n`,
    );
    return 1;
  }
  const picked = sorted(request, looking, chosen(ctx, request, looking, seen));
  const rows = request.forest ? forest(picked) : picked.map((one) => [one, ''] as const);
  const isCommand = request.columns.map((one) => [...COMMANDS].some((name) => COLUMNS[name]?.value === one.value));
  const cells = rows.map(([one, lead]) =>
    request.columns.map((each, i) => {
      const text = each.value(one, looking);
      return isCommand[i] ? cut(lead + text, each, i === request.columns.length - 1) : text;
    }),
  );
  ctx.out(layout(request.columns, cells, request.headers));
  return picked.length > 0 ? 0 : 1;
}

/** A command that is not the last column is cut to its width. */
const cut = (text: string, each: Column, last: boolean): string => (last ? text : text.slice(0, each.width));

const BUSYBOX: Readonly<Record<string, readonly [header: string, width: number, left: boolean, name: string]>> = {
  pid: ['PID', 5, false, 'pid'],
  ppid: ['PPID', 5, false, 'ppid'],
  pgid: ['PGID', 5, false, 'pgid'],
  sid: ['SID', 5, false, 'sid'],
  user: ['USER', 8, true, 'user'],
  group: ['GROUP', 8, true, 'group'],
  tty: ['TT', 6, true, 'tname'],
  vsz: ['VSZ', 4, false, 'vsz'],
  rss: ['RSS', 4, false, 'rss'],
  time: ['TIME', 5, false, 'bsdtime'],
  etime: ['ELAPSED', 7, false, 'etime'],
  nice: ['NI', 5, false, 'nice'],
  stat: ['STAT', 4, true, 'stat'],
  comm: ['COMMAND', 16, true, 'comm'],
  args: ['COMMAND', 256, true, 'args'],
};

function busyboxPs(ctx: Context, looking: Looking, seen: readonly Seen[]): number {
  const words = [...ctx.operands];
  let names: string[] = [];
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (word.startsWith('-o')) names.push(...list(word.slice(2) || (words.shift() ?? '')));
    // Words without a dash (`aux`) are passed over, as busybox does.
    else if (word.startsWith('-') && !/^-[aAdeflTwx]*$/.test(word)) {
      return ctx.misuse(`invalid option -- '${word.replace(/^-[aAdeflTwx]*/, '')[0]}'`);
    }
  }
  if (names.length === 0) names = ['pid', 'user', 'args'];
  const columns = names.map((name) => BUSYBOX[name.split('=')[0] as string]);
  const bad = names.find((_name, i) => columns[i] === undefined);
  if (bad !== undefined)
    return ctx.fail(`bad -o argument '${bad}', supported arguments: ${Object.keys(BUSYBOX).join(',')}`);
  const known = columns as readonly (typeof BUSYBOX)[string][];
  const line = (cells: readonly string[]): string =>
    cells.map((cell, i) => (i === cells.length - 1 ? cell : cell.padEnd(known[i]?.[1] ?? 0))).join(' ');
  ctx.out(`${line(known.map(([header]) => header))}\n`);
  for (const one of seen) {
    const cells = known.map(([, width, left, name]) => {
      const text =
        name === 'args'
          ? busyboxArgs(one)
          : name === 'stat'
            ? stateText(looking.read, one.process).slice(0, 1)
            : (COLUMNS[name] as Column).value(one, looking);
      return left ? text : text.padStart(width);
    });
    ctx.out(`${line(cells)}\n`);
  }
  return 0;
}

/** `{comm} args` when the two do not agree. */
function busyboxArgs({ process }: Seen): string {
  if (process.state === 'Z' || process.argv.length === 0) return `[${process.comm}]`;
  const base = (process.argv[0] ?? '').replace(/^-/, '').split(/[ :]/)[0]?.split('/').at(-1) ?? '';
  const line = commandLine(process);
  return base.startsWith(process.comm) || process.comm.startsWith(base) ? line : `{${process.comm}} ${line}`;
}

defineCommand({
  name: 'ps',
  summary: 'Report a snapshot of the current processes.',
  usage: '[options]',
  raw: true,
  start(ctx) {
    const ns = procNamespace(ctx.sys);
    const seen = seenProcesses(ctx.sys);
    const [people, circles] = [users(ctx.sys), groups(ctx.sys)];
    if (ns === undefined || !seen) {
      if (ctx.busybox) {
        ctx.out('PID   USER     COMMAND\n');
        return 0;
      }
      ctx.err('Error, do this: mount -t proc proc /proc\n');
      return 1;
    }
    const looking: Looking = {
      read: ctx.sys.tx,
      ns,
      user: (id) => nameOf(people, id),
      group: (id) => nameOf(circles, id),
    };
    return ctx.busybox ? busyboxPs(ctx, looking, seen) : gnuPs(ctx, looking, seen);
  },
});
