import { strerror } from '../../engine/core/errno.ts';
import { chmod } from '../../engine/linux/attr.ts';
import { mkdir, writeFile } from '../../engine/linux/change.ts';
import { symlink } from '../../engine/linux/namei.ts';
import { readdir, readFile, readlink, stat } from '../../engine/linux/vfs.ts';
import { type Context, defineCommand, type Step } from '../command.ts';
import { wholeInput } from '../lines.ts';

type K = 'create' | 'extract' | 'list' | 'file' | 'verbose' | 'directory' | 'gzip' | 'keep' | 'strip';

/** One member of an archive. */
interface Member {
  readonly name: string;
  readonly kind: 'file' | 'dir' | 'link';
  readonly mode: number;
  readonly text: string;
}

const BLOCK = 512;
const field = (text: string, size: number): string => text.slice(0, size).padEnd(size, '\0');
const octal = (n: number, size: number): string => `${n.toString(8).padStart(size - 1, '0')}\0`;
const TYPES = { file: '0', link: '2', dir: '5' } as const;

/** ustar(5) blocks, characters for bytes. @sim simplified: no compression, no owners or times; the checksum is left blank. */
function pack(members: readonly Member[]): string {
  return (
    members
      .map(({ name, kind, mode, text }) => {
        const size = kind === 'file' ? text.length : 0;
        const head = `${field(name, 100)}${octal(mode, 8)}${octal(0, 8)}${octal(0, 8)}${octal(size, 12)}${octal(0, 12)}${' '.repeat(8)}${TYPES[kind]}${field(kind === 'link' ? text : '', 100)}ustar\0`;
        const body = kind === 'file' ? text : '';
        return head.padEnd(BLOCK, '\0') + body.padEnd(Math.ceil(body.length / BLOCK) * BLOCK, '\0');
      })
      .join('') + '\0'.repeat(2 * BLOCK)
  );
}

/** The members of an archive; undefined for text that is none. */
function unpack(text: string): readonly Member[] | undefined {
  const members: Member[] = [];
  for (let at = 0; at + BLOCK <= text.length; ) {
    const head = text.slice(at, at + BLOCK);
    if (head[0] === '\0') return members;
    if (head.slice(257, 262) !== 'ustar') return undefined;
    const cut = (from: number, size: number): string => head.slice(from, from + size).split('\0')[0] as string;
    const size = Number.parseInt(cut(124, 12), 8) || 0;
    const kind = head[156] === '5' ? 'dir' : head[156] === '2' ? 'link' : 'file';
    const body = text.slice(at + BLOCK, at + BLOCK + size);
    members.push({
      name: cut(0, 100),
      kind,
      mode: Number.parseInt(cut(100, 8), 8) || 0o644,
      text: kind === 'link' ? cut(157, 100) : body,
    });
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
  return text.length < BLOCK ? undefined : members;
}

/** Members below a path, a directory before what is in it. Paths that cannot be read are complained about. */
function gather(ctx: Context<K>, base: string, path: string, found: Member[], depth = 0): boolean {
  const { tx, self } = ctx.sys;
  const at = base === '' ? path : `${base}/${path}`;
  const there = stat(tx, self, at, false);
  if (!there.ok) {
    ctx.complain(`${path}: Cannot stat: ${strerror(there.error)}`);
    return false;
  }
  const name = path.replace(/^\/+/, '').replace(/\/+$/, '');
  const { kind, mode } = there.value;
  if (kind === 'link') {
    const target = readlink(tx, self, at);
    found.push({ name, kind: 'link', mode, text: target.ok ? target.value : '' });
  } else if (kind === 'file') {
    const text = readFile(tx, self, at);
    found.push({ name, kind: 'file', mode, text: text.ok ? text.value : '' });
  } else if (kind === 'dir' && depth < 40) {
    found.push({ name: `${name}/`, kind: 'dir', mode, text: '' });
    const names = readdir(tx, self, at);
    if (names.ok)
      for (const one of names.value) gather(ctx, base, `${path.replace(/\/+$/, '')}/${one}`, found, depth + 1);
  }
  return true;
}

function create(ctx: Context<K>): number {
  const file = ctx.flags.value('file') ?? '-';
  const members: Member[] = [];
  if (ctx.operands.length === 0) {
    ctx.complain('Cowardly refusing to create an empty archive');
    ctx.err("Try 'tar --help' or 'tar --usage' for more information.\n");
    return 2;
  }
  const all = ctx.operands.map((path) => gather(ctx, ctx.flags.value('directory') ?? '', path, members));
  if (ctx.operands.some((path) => path.startsWith('/'))) ctx.complain("Removing leading `/' from member names");
  const said = ctx.flags.has('verbose') ? members.map(({ name }) => `${name}\n`).join('') : '';
  if (file === '-') {
    ctx.err(said);
    ctx.out(pack(members));
  } else {
    ctx.out(said);
    const done = writeFile(ctx.sys.tx, ctx.sys.self, file, pack(members));
    if (!done.ok) return lost(ctx, file, strerror(done.error));
  }
  if (all.every(Boolean)) return 0;
  ctx.complain('Exiting with failure status due to previous errors');
  return 2;
}

function lost(ctx: Context<K>, path: string, why: string): number {
  ctx.complain(ctx.busybox ? `can't open '${path}': ${why}` : `${path}: Cannot open: ${why}`);
  if (!ctx.busybox) ctx.complain('Error is not recoverable: exiting now');
  return ctx.busybox ? 1 : 2;
}

function read(ctx: Context<K>, text: string): number {
  const members = unpack(text);
  if (!members) {
    ctx.complain(ctx.busybox ? 'invalid tar magic' : 'This does not look like a tar archive');
    if (!ctx.busybox) ctx.complain('Exiting with failure status due to previous errors');
    return ctx.busybox ? 1 : 2;
  }
  const wanted = members.filter(
    ({ name }) =>
      ctx.operands.length === 0 ||
      ctx.operands.some((one) => name === one || name.startsWith(`${one.replace(/\/$/, '')}/`)),
  );
  let status = 0;
  for (const member of wanted) {
    if (ctx.flags.has('list') || ctx.flags.has('verbose')) ctx.out(`${member.name}\n`);
    if (ctx.flags.has('extract') && !extract(ctx, member)) status = 2;
  }
  return status;
}

function extract(ctx: Context<K>, { name, kind, mode, text }: Member): boolean {
  const { tx, self } = ctx.sys;
  const strip = Number(ctx.flags.value('strip') ?? 0) || 0;
  const parts = name
    .split('/')
    .filter((part) => part !== '' && part !== '.' && part !== '..')
    .slice(strip);
  if (parts.length === 0) return true;
  const base = ctx.flags.value('directory');
  const path = (base === undefined ? [] : [base]).concat(parts).join('/');
  for (let i = 1; i < parts.length; i++)
    mkdir(tx, self, (base === undefined ? [] : [base]).concat(parts.slice(0, i)).join('/'));
  const done =
    kind === 'dir'
      ? mkdir(tx, self, path)
      : kind === 'link'
        ? symlink(tx, self, text, path)
        : writeFile(tx, self, path, text);
  if (!done.ok && done.error !== 'EEXIST') {
    ctx.complain(`${name}: Cannot open: ${strerror(done.error)}`);
    return false;
  }
  if (kind !== 'link') chmod(tx, self, path, mode);
  return true;
}

const whole = wholeInput<K>({
  files: () => ['-'],
  done: (ctx, text) => read(ctx, text),
});

/** `tar xvf a.tar`: the first word's letters are flags without their dash. */
defineCommand<K>({
  name: 'tar',
  summary: 'Save many files together in a single archive, and restore individual files from it.',
  usage: '[OPTION...] [FILE]...',
  usageStatus: 2,
  oldFlags: true,
  flags: {
    create: { short: 'c', long: 'create', help: 'create a new archive' },
    extract: { short: 'x', long: 'extract', help: 'extract files from an archive' },
    list: { short: 't', long: 'list', help: 'list the contents of an archive' },
    file: { short: 'f', long: 'file', value: 'ARCHIVE', help: 'use archive file' },
    directory: { short: 'C', long: 'directory', value: 'DIR', help: 'change to directory DIR' },
    verbose: { short: 'v', long: 'verbose', help: 'verbosely list files processed' },
    gzip: { short: 'zjJa', long: 'gzip', help: '(archives are not compressed here)' },
    keep: { short: 'pmk', help: '(no effect here)' },
    strip: { long: 'strip-components', value: 'NUMBER', help: 'strip NUMBER leading components from file names' },
  },
  start(ctx): Step {
    const { flags, sys } = ctx;
    const what = (['create', 'extract', 'list'] as const).filter((one) => flags.has(one));
    if (what.length !== 1) {
      if (ctx.busybox) return ctx.fail('must specify one of -c, -x, -t');
      ctx.complain(
        what.length > 1
          ? "You may not specify more than one '-Acdtrux', '--delete' or  '--test-label' option"
          : "You must specify one of the '-Acdtrux', '--delete' or '--test-label' options",
      );
      ctx.err("Try 'tar --help' or 'tar --usage' for more information.\n");
      return 2;
    }
    const dir = flags.value('directory');
    const there = dir === undefined ? undefined : stat(sys.tx, sys.self, dir);
    if (there && (!there.ok || there.value.kind !== 'dir'))
      return lost(ctx, dir as string, strerror(there.ok ? 'ENOTDIR' : there.error));
    if (flags.has('create')) return create(ctx);
    const file = flags.value('file') ?? '-';
    if (file === '-') return whole.start(ctx);
    const text = readFile(sys.tx, sys.self, file);
    return text.ok ? read(ctx, text.value) : lost(ctx, file, strerror(text.error));
  },
  resume: whole.resume,
});
