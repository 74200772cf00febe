import { strerror } from '../../engine/core/errno.ts';
import { FILESYSTEM, MOUNT } from '../../engine/linux/mount.ts';
import { readlink, realpath, resolve, type Stat, stat } from '../../engine/linux/vfs.ts';
import { epochSeconds, strftime } from '../clock.ts';
import { type Context, defineCommand } from '../command.ts';
import { escapes } from '../escapes.ts';
import { modeText } from '../fileMode.ts';
import { groups, nameOf, users } from '../users.ts';

type K = 'format' | 'printf' | 'filesystem' | 'follow' | 'terse';

const KINDS: Readonly<Record<Stat['kind'], string>> = {
  dir: 'directory',
  file: 'regular file',
  link: 'symbolic link',
  chr: 'character special file',
  blk: 'block special file',
  fifo: 'fifo',
  sock: 'socket',
};

const kindText = (s: Stat): string => (s.kind === 'file' && s.size === 0 ? 'regular empty file' : KINDS[s.kind]);

const when = (s: Stat): string => strftime('%Y-%m-%d %H:%M:%S', epochSeconds(s.mtime));

/** Names of statfs(2)'s magic numbers as stat prints them. */
const FS_NAMES: Readonly<Record<string, string>> = {
  ext4: 'ext2/ext3',
  tmpfs: 'tmpfs',
  devtmpfs: 'tmpfs',
  proc: 'proc',
  sysfs: 'sysfs',
  cgroup2: 'cgroup2fs',
  overlay: 'overlayfs',
  devpts: 'devpts',
  nsfs: 'nsfs',
};

function field(ctx: Context<K>, letter: string, path: string, s: Stat): string {
  const quoted = ctx.busybox ? `'${path}'` : `'${path}'`;
  switch (letter) {
    case 'n':
      return path;
    case 'N':
      return s.target === undefined ? quoted : `${quoted} -> '${s.target}'`;
    case 's':
      return String(s.size);
    case 'F':
      return kindText(s);
    case 'a':
      return (s.mode & 0o7777).toString(8);
    case 'A':
      return modeText(s);
    case 'u':
      return String(s.uid);
    case 'g':
      return String(s.gid);
    case 'U':
      return nameOf(users(ctx.sys), s.uid);
    case 'G':
      return nameOf(groups(ctx.sys), s.gid);
    case 'i':
      return String(s.ino);
    case 'h':
      return String(s.nlink);
    case 'd':
      return String(s.dev[0] * 256 + s.dev[1]);
    case 'D':
      return (s.dev[0] * 256 + s.dev[1]).toString(16);
    case 't':
      return (s.rdev?.[0] ?? 0).toString(16);
    case 'T':
      return (s.rdev?.[1] ?? 0).toString(16);
    case 'b':
      return String(Math.ceil(s.size / 4096) * 8);
    case 'B':
      return '512';
    case 'o':
      return '4096';
    case 'f':
      return (
        s.mode |
        { dir: 0o40000, file: 0o100000, link: 0o120000, chr: 0o20000, blk: 0o60000, fifo: 0o10000, sock: 0o140000 }[
          s.kind
        ]
      ).toString(16);
    case 'X':
    case 'Y':
    case 'Z':
      return String(epochSeconds(s.mtime));
    case 'x':
    case 'y':
    case 'z':
      return `${when(s)}.000000000 +0000`;
    case 'm':
      return resolve(ctx.sys.tx, ctx.sys.self, path).ok ? mountPoint(ctx, path) : '/';
    case 'W':
      return '0';
    case 'w':
      return '-';
    case '%':
      return '%';
    default:
      return '?';
  }
}

function mountPoint(ctx: Context<K>, path: string): string {
  const found = resolve(ctx.sys.tx, ctx.sys.self, path);
  return found.ok ? (ctx.sys.tx.get(MOUNT, found.value.mount.id)?.point ?? '/') : '/';
}

function filesystemField(ctx: Context<K>, letter: string, path: string): string {
  const found = resolve(ctx.sys.tx, ctx.sys.self, path);
  const fs = found.ok ? ctx.sys.tx.get(FILESYSTEM, found.value.fs.id) : undefined;
  if (letter === 'T') return FS_NAMES[fs?.type ?? ''] ?? fs?.type ?? 'UNKNOWN';
  if (letter === 'n') return path;
  if (letter === 's' || letter === 'S') return '4096';
  return letter === '%' ? '%' : '?';
}

function verbose(ctx: Context<K>, path: string, s: Stat): string {
  const f = (letter: string): string => field(ctx, letter, path, s);
  const access = `(${(s.mode & 0o7777).toString(8).padStart(4, '0')}/${modeText(s)})`;
  const name = s.target === undefined ? path : `${path} -> ${s.target}`;
  const device = s.rdev ? ` Device type: ${s.rdev[0]},${s.rdev[1]}` : '';
  return (
    `  File: ${name}\n` +
    `  Size: ${f('s').padEnd(15)} Blocks: ${f('b').padEnd(10)} IO Block: ${f('o').padEnd(6)} ${kindText(s)}\n` +
    `Device: ${s.dev[0]},${s.dev[1]}\tInode: ${f('i').padEnd(11)} Links: ${s.nlink}${device}\n` +
    `Access: ${access}  Uid: (${f('u').padStart(5)}/${f('U').padStart(8)})   Gid: (${f('g').padStart(5)}/${f('G').padStart(8)})\n` +
    `Access: ${f('x')}\nModify: ${f('y')}\nChange: ${f('z')}\n Birth: ${f('w')}\n`
  );
}

defineCommand<K>({
  name: 'stat',
  summary: 'Display file or file system status.',
  usage: '[OPTION]... FILE...',
  flags: {
    follow: { short: 'L', long: 'dereference', help: 'follow links' },
    filesystem: { short: 'f', long: 'file-system', help: 'display file system status instead of file status' },
    format: {
      short: 'c',
      long: 'format',
      value: 'FORMAT',
      help: 'use the specified FORMAT; output a newline after each',
    },
    printf: { long: 'printf', value: 'FORMAT', help: 'like --format, but interpret backslash escapes' },
    terse: { short: 't', long: 'terse', help: 'print the information in terse form' },
  },
  start(ctx) {
    const { flags, sys } = ctx;
    if (ctx.operands.length === 0) return ctx.misuse('missing operand');
    let status = 0;
    for (const path of ctx.operands) {
      const found = stat(sys.tx, sys.self, path, flags.has('follow') || flags.has('filesystem'));
      if (!found.ok) {
        const words = strerror(found.error);
        status = ctx.fail(
          ctx.busybox
            ? `can't stat '${path}': ${words}`
            : flags.has('filesystem')
              ? `cannot read file system information for '${path}': ${words}`
              : `cannot statx '${path}': ${words}`,
        );
        continue;
      }
      const format = flags.value('format') ?? flags.value('printf');
      const fill = (letter: string): string =>
        flags.has('filesystem') ? filesystemField(ctx, letter, path) : field(ctx, letter, path, found.value);
      if (format === undefined)
        ctx.out(
          flags.has('filesystem')
            ? `  File: "${path}"\n    ID: 0 Namelen: 255     Type: ${fill('T')}\n`
            : verbose(ctx, path, found.value),
        );
      else {
        const text = format.replace(/%[-+ 0#]?(\d*)([a-zA-Z%])/g, (_all, width: string, letter: string) =>
          fill(letter).padStart(Number(width) || 0),
        );
        ctx.out(flags.has('printf') ? escapes(text) : `${text}\n`);
      }
    }
    return status;
  },
});

defineCommand<'follow' | 'quiet' | 'none' | 'existing' | 'missing' | 'zero' | 'verbose'>({
  name: 'readlink',
  summary: 'Print value of a symbolic link or canonical file name.',
  usage: '[OPTION]... FILE...',
  flags: {
    follow: { short: 'f', long: 'canonicalize', help: 'canonicalize by following every symlink' },
    existing: { short: 'e', long: 'canonicalize-existing', help: 'all components must exist' },
    missing: { short: 'm', long: 'canonicalize-missing', help: 'without requirements on components existence' },
    none: { short: 'n', long: 'no-newline', help: 'do not output the trailing delimiter' },
    quiet: { short: 'qs', long: 'quiet', help: 'suppress most error messages' },
    verbose: { short: 'v', long: 'verbose', help: 'report error messages' },
    zero: { short: 'z', long: 'zero', help: 'end each output line with NUL, not newline' },
  },
  start(ctx) {
    const { flags, sys } = ctx;
    if (ctx.operands.length === 0) return ctx.misuse('missing operand');
    let status = 0;
    for (const path of ctx.operands) {
      const canonical = flags.has('follow') || flags.has('existing') || flags.has('missing');
      const found = canonical
        ? realpathOf(ctx as unknown as Context<never>, path, flags.has('existing'))
        : readlink(sys.tx, sys.self, path);
      if (!found.ok) {
        status = 1;
        if (flags.has('verbose')) ctx.complain(`${path}: ${strerror(found.error)}`);
      } else
        ctx.out(found.value + (flags.has('zero') ? '\0' : flags.has('none') && ctx.operands.length === 1 ? '' : '\n'));
    }
    return status;
  },
});

/** The canonical path; the last name may be missing. */
function realpathOf(ctx: Context<never>, path: string, strict: boolean): ReturnType<typeof realpath> {
  const { tx, self } = ctx.sys;
  const whole = realpath(tx, self, path);
  if (whole.ok || strict) return whole;
  const at = path.replace(/\/+$/, '').lastIndexOf('/');
  const dir = realpath(tx, self, at < 0 ? '.' : path.slice(0, at) || '/');
  return dir.ok
    ? { ok: true, value: `${dir.value === '/' ? '' : dir.value}/${path.replace(/\/+$/, '').slice(at + 1)}` }
    : dir;
}

defineCommand<'existing' | 'missing' | 'quiet' | 'strip' | 'zero'>({
  name: 'realpath',
  summary: 'Print the resolved absolute file name.',
  usage: '[OPTION]... FILE...',
  flags: {
    existing: { short: 'e', long: 'canonicalize-existing', help: 'all components of the path must exist' },
    missing: { short: 'm', long: 'canonicalize-missing', help: 'no path components need exist' },
    quiet: { short: 'q', long: 'quiet', help: 'suppress most error messages' },
    strip: { short: 's', long: 'strip', help: "don't expand symlinks" },
    zero: { short: 'z', long: 'zero', help: 'end each output line with NUL, not newline' },
  },
  start(ctx) {
    if (ctx.operands.length === 0) return ctx.misuse('missing operand');
    let status = 0;
    for (const path of ctx.operands) {
      const found = realpathOf(ctx as unknown as Context<never>, path, ctx.flags.has('existing'));
      if (found.ok) ctx.out(`${found.value}\n`);
      else status = ctx.fail(`${path}: ${strerror(found.error)}`);
    }
    return status;
  },
});
