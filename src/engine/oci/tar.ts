import type { Inode } from '../linux/inode.ts';
import { utf8Length } from '../linux/vfs.ts';

/** A member of a tar archive (POSIX ustar). */
export interface TarEntry {
  /** Relative; a directory's ends with `/`. */
  readonly name: string;
  readonly kind: 'dir' | 'file' | 'link' | 'chr' | 'fifo';
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Seconds since 1970. */
  readonly mtime: number;
  /** A file's content; a link's target. */
  readonly text: string;
  readonly rdev?: readonly [number, number];
  /** A binary: what runs it, and its size in bytes. They travel in an extended header of their own. */
  readonly program?: string;
  readonly size?: number;
}

const BLOCK = 512;
const TYPES = { file: '0', link: '2', chr: '3', dir: '5', fifo: '6' } as const;

const octal = (value: number, width: number): string =>
  `${Math.max(0, value)
    .toString(8)
    .padStart(width - 1, '0')}\0`;
const field = (text: string, width: number): string => text.slice(0, width).padEnd(width, '\0');

/** Fills up to a whole block, counting UTF-8 bytes. */
const padded = (text: string): string => text + '\0'.repeat((BLOCK - (utf8Length(text) % BLOCK)) % BLOCK);

function header(entry: Omit<TarEntry, 'kind'>, type: string, size: number): string {
  const [major, minor] = entry.rdev ?? [0, 0];
  const cut = entry.name.length > 100 ? entry.name.slice(0, -1).lastIndexOf('/', 155) : -1;
  const name = cut > 0 ? entry.name.slice(cut + 1) : entry.name;
  const before = field(name, 100) + octal(entry.mode, 8) + octal(entry.uid, 8) + octal(entry.gid, 8);
  const target = type === TYPES.link ? entry.text : '';
  const rest = `${octal(size, 12)}${octal(entry.mtime, 12)}`;
  const after = `${type}${field(target, 100)}ustar\x0000${field('', 64)}${octal(major, 8)}${octal(minor, 8)}${field(cut > 0 ? entry.name.slice(0, cut) : '', 155)}`;
  const text = `${before}${rest}${' '.repeat(8)}${after}`;
  let sum = 0;
  for (let i = 0; i < text.length; i++) sum += text.charCodeAt(i) & 0xff;
  return `${before}${rest}${sum.toString(8).padStart(6, '0')}\0 ${after}`.padEnd(BLOCK, '\0');
}

/** One extended record: `LENGTH key=value\n`, its own length counted (POSIX pax). */
function record(key: string, value: string): string {
  const body = ` ${key}=${value}\n`;
  let length = utf8Length(body) + 1;
  while (String(length).length + utf8Length(body) !== length) length = String(length).length + utf8Length(body);
  return length + body;
}

/** An archive as a stream of text, NUL-padded, closed by two empty blocks. */
export function packTar(entries: readonly TarEntry[]): string {
  const parts: string[] = [];
  for (const entry of entries) {
    const more =
      (entry.program === undefined ? '' : record('SIM.program', entry.program)) +
      (entry.size === undefined ? '' : record('SIM.size', String(entry.size)));
    if (more !== '') parts.push(header({ ...entry, name: 'PaxHeaders/entry' }, 'x', utf8Length(more)), padded(more));
    const body = entry.kind === 'file' ? entry.text : '';
    parts.push(header(entry, TYPES[entry.kind], utf8Length(body)), padded(body));
  }
  parts.push('\0'.repeat(BLOCK * 2));
  return parts.join('');
}

/** The member that an inode makes under a name. Sockets have none. */
export function tarEntry(name: string, inode: Inode, epoch: number): TarEntry | undefined {
  const { kind, mode, uid, gid, text, rdev, program, size } = inode;
  if (kind === 'sock' || kind === 'blk') return undefined;
  return {
    name: kind === 'dir' ? `${name}/` : name,
    kind,
    mode,
    uid,
    gid,
    mtime: epoch,
    text,
    ...(rdev ? { rdev } : {}),
    ...(program === undefined ? {} : { program }),
    ...(size === undefined || kind !== 'file' ? {} : { size }),
  };
}
