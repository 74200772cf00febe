import { strerror } from '../../engine/core/errno.ts';
import { readdir, type Stat, stat } from '../../engine/linux/vfs.ts';
import { epochSeconds, strftime } from '../clock.ts';
import { type Context, defineCommand } from '../command.ts';
import { modeText } from '../fileMode.ts';
import { humanSize } from '../number.ts';
import { groups, nameOf, users } from '../users.ts';

type K =
  | 'all'
  | 'almost'
  | 'columns'
  | 'directory'
  | 'classify'
  | 'human'
  | 'inode'
  | 'long'
  | 'numeric'
  | 'slash'
  | 'reverse'
  | 'recursive'
  | 'size'
  | 'sortsize'
  | 'time'
  | 'unsorted'
  | 'one'
  | 'color'
  | 'noowner'
  | 'nogroup'
  | 'follow'
  | 'full'
  | 'width'
  | 'quiet'
  | 'first';

interface Entry {
  readonly name: string;
  readonly stat: Stat;
}

const join = (dir: string, name: string): string => (dir.endsWith('/') ? dir + name : `${dir}/${name}`);

function sortEntries(ctx: Context<K>, entries: readonly Entry[]): readonly Entry[] {
  const { flags } = ctx;
  if (flags.has('unsorted')) return entries;
  const by = (a: Entry, b: Entry): number =>
    (flags.has('sortsize') ? b.stat.size - a.stat.size : flags.has('time') ? b.stat.mtime - a.stat.mtime : 0) ||
    (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
  const sorted = [...entries].sort(by);
  return flags.has('reverse') ? sorted.reverse() : sorted;
}

function suffix(ctx: Context<K>, { stat: s }: Entry): string {
  if (ctx.flags.has('classify')) {
    if (s.kind === 'file') return s.mode & 0o111 ? '*' : '';
    return { dir: '/', link: ctx.flags.has('long') ? '' : '@', fifo: '|', sock: '=', chr: '', blk: '' }[s.kind];
  }
  return ctx.flags.has('slash') && s.kind === 'dir' ? '/' : '';
}

const quoted = (ctx: Context<K>, name: string): string =>
  ctx.sys.file(1)?.kind === 'tty' && !ctx.busybox && /[\s'"$&|;<>()*?[\]`\\!#]/.test(name)
    ? `'${name.replaceAll("'", "'\\''")}'`
    : name;

const blocks = (s: Stat): number => (s.kind === 'dir' || s.kind === 'file' ? Math.ceil(s.size / 4096) * 4 : 0);

/** Six months divide times of day from years. */
function timeText(ctx: Context<K>, s: Stat): string {
  const seconds = epochSeconds(s.mtime);
  const now = epochSeconds(ctx.sys.now);
  if (ctx.flags.has('full')) return strftime('%Y-%m-%d %H:%M:%S.000000000 +0000', seconds);
  const recent = seconds <= now + 60 && now - seconds < 15_778_476;
  return strftime(recent ? '%b %e %H:%M' : '%b %e  %Y', seconds);
}

function longRows(ctx: Context<K>, entries: readonly Entry[]): readonly string[] {
  const { flags } = ctx;
  const [people, circles] = [users(ctx.sys), groups(ctx.sys)];
  const rows = entries.map((entry) => {
    const s = entry.stat;
    const size = s.rdev
      ? `${s.rdev[0]}, ${ctx.busybox ? String(s.rdev[1]).padStart(3) : s.rdev[1]}`
      : flags.has('human')
        ? humanSize(s.size)
        : String(s.size);
    return {
      inode: flags.has('inode') ? String(s.ino) : '',
      blocks: flags.has('size') ? String(blocks(s)) : '',
      mode: modeText(s),
      links: String(s.nlink),
      owner: flags.has('noowner') ? '' : flags.has('numeric') ? String(s.uid) : nameOf(people, s.uid),
      group: flags.has('nogroup') ? '' : flags.has('numeric') ? String(s.gid) : nameOf(circles, s.gid),
      size,
      time: timeText(ctx, s),
      name: `${quoted(ctx, entry.name)}${suffix(ctx, entry)}${s.target === undefined ? '' : ` -> ${s.target}`}`,
    };
  });
  const width = (key: keyof (typeof rows)[number], least = 0): number =>
    rows.reduce((most, row) => Math.max(most, row[key].length), least);
  const busybox = ctx.busybox;
  const widths = {
    inode: width('inode', busybox ? 7 : 0),
    blocks: width('blocks'),
    links: width('links', busybox ? 4 : 0),
    owner: width('owner', busybox ? 8 : 0),
    group: width('group', busybox ? 8 : 0),
    size: width('size', busybox ? 9 : 0),
  };
  return rows.map((row) => {
    const parts = [
      ...(row.inode ? [row.inode.padStart(widths.inode)] : []),
      ...(row.blocks ? [row.blocks.padStart(widths.blocks)] : []),
      row.mode,
      row.links.padStart(widths.links),
      ...(row.owner ? [row.owner.padEnd(widths.owner)] : []),
      ...(row.group ? [row.group.padEnd(widths.group)] : []),
      row.size.padStart(widths.size),
      row.time,
      row.name,
    ];
    return parts.join(' ');
  });
}

/** Names side by side, down the columns, as wide as the terminal. */
function columnRows(names: readonly string[], width: number): readonly string[] {
  for (let rows = 1; rows <= names.length; rows++) {
    const count = Math.ceil(names.length / rows);
    const widths = Array.from({ length: count }, (_, c) =>
      names.slice(c * rows, (c + 1) * rows).reduce((most, name) => Math.max(most, name.length), 0),
    );
    if (widths.reduce((sum, w) => sum + w + 2, -2) > width && rows < names.length) continue;
    return Array.from({ length: rows }, (_, r) =>
      widths
        .map((w, c) => {
          const name = names[c * rows + r];
          return name === undefined ? '' : c === count - 1 ? name : name.padEnd(w + 2);
        })
        .join('')
        .trimEnd(),
    );
  }
  return [];
}

function show(ctx: Context<K>, entries: readonly Entry[], total: boolean): void {
  const { flags } = ctx;
  const sorted = sortEntries(ctx, entries);
  if (flags.has('long') || flags.has('numeric') || flags.has('noowner') || flags.has('nogroup') || flags.has('full')) {
    const sum = sorted.reduce((all, entry) => all + blocks(entry.stat), 0);
    if (total) ctx.out(`total ${flags.has('human') && sum > 0 ? humanSize(sum * 1024) : sum}\n`);
    for (const row of longRows(ctx, sorted)) ctx.out(`${row}\n`);
    return;
  }
  const names = sorted.map((entry) => {
    const inode = flags.has('inode') ? `${entry.stat.ino} ` : '';
    const size = flags.has('size') ? `${blocks(entry.stat)} ` : '';
    return `${inode}${size}${quoted(ctx, entry.name)}${suffix(ctx, entry)}`;
  });
  const terminal = ctx.sys.file(1)?.kind === 'tty';
  const columns = !flags.has('one') && (terminal || flags.has('columns'));
  for (const row of columns ? columnRows(names, 80) : names) ctx.out(`${row}\n`);
}

function refuse(ctx: Context<K>, path: string, error: Parameters<typeof strerror>[0], opening = false): void {
  if (ctx.busybox) ctx.complain(opening ? `can't open '${path}': ${strerror(error)}` : `${path}: ${strerror(error)}`);
  else ctx.complain(`cannot ${opening ? 'open directory' : 'access'} '${path}': ${strerror(error)}`);
}

function entriesOf(ctx: Context<K>, dir: string): readonly Entry[] | undefined {
  const names = readdir(ctx.sys.tx, ctx.sys.self, dir);
  if (!names.ok) {
    refuse(ctx, dir, names.error, true);
    return undefined;
  }
  const { flags } = ctx;
  const wanted = [
    ...(flags.has('all') ? ['.', '..'] : []),
    ...names.value.filter((name) => flags.has('all') || flags.has('almost') || !name.startsWith('.')),
  ];
  return wanted.flatMap((name) => {
    const found = stat(ctx.sys.tx, ctx.sys.self, join(dir, name), flags.has('follow'));
    return found.ok ? [{ name, stat: found.value }] : [];
  });
}

/** Directories listed by one `ls -R`. */
const MOST_DIRS = 2000;

function listDirs(ctx: Context<K>, dirs: readonly string[], titled: boolean, first: boolean): number {
  let status = 0;
  let shown = !first;
  const todo = [...dirs];
  for (let count = 0; todo.length > 0 && count < MOST_DIRS; count++) {
    const dir = todo.shift() as string;
    const entries = entriesOf(ctx, dir);
    if (!entries) {
      status = ctx.busybox ? 1 : 2;
      continue;
    }
    if (titled) ctx.out(`${shown ? '\n' : ''}${dir}:\n`);
    shown = true;
    show(ctx, entries, true);
    if (!ctx.flags.has('recursive')) continue;
    const below = sortEntries(ctx, entries).filter(
      ({ name, stat: s }) => s.kind === 'dir' && name !== '.' && name !== '..',
    );
    todo.unshift(...below.map(({ name }) => join(dir, name)));
  }
  return status;
}

defineCommand<K>({
  name: 'ls',
  summary: 'List information about the FILEs (the current directory by default).',
  usage: '[OPTION]... [FILE]...',
  busyboxUsage: '[-1AaCxdLHRFplinshrSXvctu] [-w WIDTH] [FILE]...',
  usageStatus: 2,
  flags: {
    all: { short: 'a', long: 'all', help: 'do not ignore entries starting with .' },
    almost: { short: 'A', long: 'almost-all', help: 'do not list implied . and ..' },
    columns: { short: 'C', help: 'list entries by columns' },
    directory: { short: 'd', long: 'directory', help: 'list directories themselves, not their contents' },
    classify: { short: 'F', long: 'classify', help: 'append indicator (one of */=>@|) to entries' },
    noowner: { short: 'g', help: 'like -l, but do not list owner' },
    nogroup: { short: 'Go', long: 'no-group', help: 'like -l, but do not list group' },
    human: { short: 'h', long: 'human-readable', help: 'with -l, print sizes like 1K 234M 2G' },
    inode: { short: 'i', long: 'inode', help: 'print the index number of each file' },
    long: { short: 'l', help: 'use a long listing format' },
    follow: { short: 'LH', long: 'dereference', help: 'show information for the file a link references' },
    numeric: { short: 'n', long: 'numeric-uid-gid', help: 'like -l, but list numeric user and group IDs' },
    slash: { short: 'p', help: 'append / indicator to directories' },
    quiet: { short: 'qNbQ', help: 'quoting style (names are shown as they are)' },
    reverse: { short: 'r', long: 'reverse', help: 'reverse order while sorting' },
    recursive: { short: 'R', long: 'recursive', help: 'list subdirectories recursively' },
    size: { short: 's', long: 'size', help: 'print the allocated size of each file, in blocks' },
    sortsize: { short: 'S', help: 'sort by file size, largest first' },
    time: { short: 'tcu', help: 'sort by time, newest first' },
    unsorted: { short: 'Uf', help: 'do not sort; list entries in directory order' },
    one: { short: '1', help: 'list one file per line' },
    full: { long: 'full-time', help: 'like -l --time-style=full-iso' },
    color: { long: 'color', value: 'WHEN', optional: true, help: 'color the output WHEN (never here)' },
    first: { long: 'group-directories-first', help: 'group directories before files' },
    width: { short: 'w', long: 'width', value: 'COLS', help: 'set output width to COLS' },
  },
  start(ctx) {
    const { flags, sys } = ctx;
    const paths = ctx.operands.length > 0 ? ctx.operands : ['.'];
    const files: Entry[] = [];
    const dirs: string[] = [];
    let status = 0;
    const long = flags.has('long') || flags.has('numeric') || flags.has('classify');
    for (const path of [...paths].sort()) {
      let found = stat(sys.tx, sys.self, path, !long || flags.has('follow') || path.endsWith('/'));
      if (!found.ok) found = stat(sys.tx, sys.self, path, false);
      if (!found.ok) {
        refuse(ctx, path, found.error);
        status = ctx.busybox ? 1 : 2;
      } else if (found.value.kind === 'dir' && !flags.has('directory')) dirs.push(path);
      else {
        const own = stat(sys.tx, sys.self, path, flags.has('follow') || path.endsWith('/'));
        files.push({ name: path, stat: own.ok ? own.value : found.value });
      }
    }
    if (files.length > 0) show(ctx, files, false);
    const titled = paths.length > 1 || flags.has('recursive');
    return listDirs(ctx, dirs, titled, files.length === 0) || status;
  },
});
