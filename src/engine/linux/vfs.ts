import { fail, ok, type Result } from '../core/errno.ts';
import type { Transaction } from '../core/transaction.ts';
import type { Micros } from '../core/units.ts';
import type { Reader } from '../core/world.ts';
import type { Inode, InodeKind } from './inode.ts';
import { FILESYSTEM, type Filesystem, type Mount, mountAt, mountOf } from './mount.ts';
import { listMerged, lookUpMerged, type Merged, stepMerged } from './overlay.ts';
import type { Process } from './process.ts';
import { notFound } from './program.ts';

/** stat(2). Sizes in bytes, times in microseconds since boot (before it: negative). */
export interface Stat {
  readonly kind: InodeKind;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly nlink: number;
  readonly ino: number;
  readonly dev: readonly [number, number];
  readonly rdev?: readonly [number, number];
  readonly mtime: Micros;
  /** Of a symbolic link. */
  readonly target?: string;
}

/** A generated file: what proc, sysfs and cgroup2 show at a path. Texts are made when asked for. */
export interface VirtualNode {
  readonly kind: InodeKind;
  readonly mode: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly ino?: number;
  readonly mtime?: Micros;
  readonly target?: string;
  readonly text?: () => string;
  readonly names?: () => readonly string[];
  readonly write?: (tx: Transaction, text: string) => Result<undefined>;
  readonly mkdir?: (tx: Transaction, name: string) => Result<undefined>;
  readonly rmdir?: (tx: Transaction) => Result<undefined>;
  /** /proc/PID/ns/…: the namespace it stands for. Following the link ends here, whatever its text says. */
  readonly ns?: number;
  /** /proc/PID/fd/…: the open file it stands for; followed likewise. */
  readonly file?: number;
}

/** Who looks, and through which filesystem: what a generated file may depend on. */
export interface Viewer {
  readonly read: Reader;
  readonly fs: Filesystem;
  readonly process: Process;
}

type LookUp = (viewer: Viewer, path: string) => VirtualNode | undefined;

const virtuals = new Map<string, LookUp>();

/** Says how a filesystem without files of its own (proc, sysfs, cgroup2) looks a path up. */
export function defineVirtual(type: string, lookUp: LookUp): void {
  virtuals.set(type, lookUp);
}

/** What stands at a canonical path. */
export interface Found {
  readonly path: string;
  readonly mount: Mount;
  readonly fs: Filesystem;
  /** The path inside the filesystem, '' for its root. */
  readonly inner: string;
  readonly merged?: Merged;
  readonly virtual?: VirtualNode;
}

/** The node at a canonical path of a process's mount namespace, links not followed. */
export function lookUp(read: Reader, process: Process, path: string): Found | undefined {
  const mount = mountOf(read, process.ns.mnt, path);
  if (!mount) return undefined;
  const rest = mount.point === '/' ? path : path.slice(mount.point.length);
  const inner = rest === '/' ? mount.root : mount.root + rest;
  const fs = read.get(FILESYSTEM, mount.fs);
  if (!fs) return undefined;
  const where = { path, mount, fs, inner };
  const virtual = virtuals.get(fs.type) ?? (fs.root === undefined ? notFound(fs.type) : undefined);
  if (virtual) {
    const node = virtual({ read, fs, process }, inner);
    return node && { ...where, virtual: node };
  }
  const merged = lookUpMerged(read, fs, inner);
  return merged && { ...where, merged };
}

/** The node of one name in a directory that was found: what is mounted there, or the next step in the same filesystem. */
function step(read: Reader, process: Process, dir: Found, path: string, name: string): Found | undefined {
  if (!dir.merged || mountAt(read, process.ns.mnt, path)) return lookUp(read, process, path);
  const merged = stepMerged(read, dir.fs, dir.merged, name);
  return merged && { path, mount: dir.mount, fs: dir.fs, inner: `${dir.inner}/${name}`, merged };
}

export const kindOf = (found: Found): InodeKind => (found.virtual ?? (found.merged as Merged).inode).kind;
const linkTarget = (found: Found): string => found.virtual?.target ?? found.merged?.inode.text ?? '';

/** What a link of /proc leads to that no path names: a namespace, or an open file without a name (nd_jump_link). */
function magicTarget(found: Found): Found | undefined {
  const { virtual } = found;
  if (virtual?.ns !== undefined) return { ...found, virtual: { ...virtual, kind: 'file', mode: 0o444 } };
  if (virtual?.file !== undefined) return { ...found, virtual: { ...virtual, kind: 'file', mode: 0o666 } };
  return undefined;
}

const MOST_LINKS = 40;

/** Where a path leads: the node, or (the last name missing) the place where it would be. */
export interface Walked {
  readonly path: string;
  readonly found?: Found;
}

const join = (dir: string, name: string): string => (dir === '/' ? `/${name}` : `${dir}/${name}`);
export const dirname = (path: string): string => path.slice(0, path.lastIndexOf('/')) || '/';
export const basename = (path: string): string => path.replace(/\/+$/, '').split('/').at(-1) || '/';

/**
 * path_resolution(7): from the process's root or working directory, through mounts and (40 at most) symbolic links.
 * ENOENT for a missing directory on the way, ENOTDIR, ELOOP, EACCES without search permission.
 */
export function walk(read: Reader, process: Process, path: string, follow: boolean): Result<Walked> {
  if (path === '') return fail('ENOENT');
  let at = path.startsWith('/') ? process.root : below(process.root, process.cwd);
  // Names still to go, the next one last; a link's target goes on top.
  const rest = namesOf(path).reverse();
  const wantsDir = path.endsWith('/') || path.endsWith('/.');
  let found = lookUp(read, process, at);
  for (let links = 0; rest.length > 0; ) {
    if (!found) return fail('ENOENT');
    if (kindOf(found) !== 'dir') return fail('ENOTDIR');
    if (process.uid !== 0 && !may(process, statOf(found), 'x')) return fail('EACCES');
    const name = rest.pop() as string;
    if (name === '..') {
      if (at !== process.root) at = dirname(at);
      found = lookUp(read, process, at);
      continue;
    }
    const next = join(at, name);
    found = step(read, process, found, next, name);
    if (found && kindOf(found) === 'link' && (rest.length > 0 || follow || wantsDir)) {
      const magic = rest.length === 0 && magicTarget(found);
      if (magic) return ok({ path: next, found: magic });
      if (++links > MOST_LINKS) return fail('ELOOP');
      const target = linkTarget(found);
      if (target.startsWith('/')) at = process.root;
      rest.push(...namesOf(target).reverse());
      found = lookUp(read, process, at);
      continue;
    }
    at = next;
  }
  if (found && wantsDir && kindOf(found) !== 'dir') return fail('ENOTDIR');
  return ok(found ? { path: at, found } : { path: at });
}

/** The names of a path in their order, without those that lead nowhere. */
function namesOf(path: string): string[] {
  const names: string[] = [];
  for (let from = 0; from < path.length; ) {
    const slash = path.indexOf('/', from);
    const to = slash < 0 ? path.length : slash;
    const name = path.slice(from, to);
    if (name !== '' && name !== '.') names.push(name);
    from = to + 1;
  }
  return names;
}

/** A path as seen from a root, as the namespace knows it. */
const below = (root: string, path: string): string => {
  const whole = root === '/' ? path : root + path;
  return whole.length > 1 && whole.endsWith('/') ? whole.slice(0, -1) : whole || '/';
};

/** The node that a path leads to; ENOENT when there is none. */
export function resolve(read: Reader, process: Process, path: string, follow = true): Result<Found> {
  const walked = walk(read, process, path, follow);
  if (!walked.ok) return walked;
  return walked.value.found ? ok(walked.value.found) : fail('ENOENT');
}

export function utf8Length(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 0x7f) bytes += code > 0x7ff && (code < 0xd800 || code > 0xdfff) ? 2 : 1;
  }
  return bytes;
}

function sizeOf(inode: Inode): number {
  if (inode.kind === 'dir') return inode.size ?? 4096;
  return inode.kind === 'file' || inode.kind === 'link' ? (inode.size ?? utf8Length(inode.text)) : 0;
}

export function statOf(found: Found): Stat {
  const { virtual, fs } = found;
  if (virtual) {
    return {
      kind: virtual.kind,
      mode: virtual.mode,
      uid: virtual.uid ?? 0,
      gid: virtual.gid ?? 0,
      size: 0,
      nlink: virtual.kind === 'dir' ? 2 : 1,
      ino: virtual.ino ?? 1,
      dev: fs.dev,
      mtime: virtual.mtime ?? 0,
      ...(virtual.target === undefined ? {} : { target: virtual.target }),
    };
  }
  const { inode } = found.merged as Merged;
  return {
    kind: inode.kind,
    mode: inode.mode,
    uid: inode.uid,
    gid: inode.gid,
    size: sizeOf(inode),
    nlink: inode.kind === 'dir' ? 2 : inode.nlink,
    ino: inode.id,
    dev: fs.dev,
    mtime: inode.mtime,
    ...(inode.rdev ? { rdev: inode.rdev } : {}),
    ...(inode.kind === 'link' ? { target: inode.text } : {}),
  };
}

/** Permission bits for a process; uid 0 reads and writes everything and runs what anybody may run. */
export function may(process: Process, stat: Stat, want: 'r' | 'w' | 'x'): boolean {
  const bit = { r: 4, w: 2, x: 1 }[want];
  if (process.uid === 0) return want !== 'x' || stat.kind === 'dir' || (stat.mode & 0o111) !== 0;
  const shift = stat.uid === process.uid ? 6 : stat.gid === process.gid || process.groups.includes(stat.gid) ? 3 : 0;
  return ((stat.mode >> shift) & bit) !== 0;
}

export function stat(read: Reader, process: Process, path: string, follow = true): Result<Stat> {
  const found = resolve(read, process, path, follow);
  return found.ok ? ok(statOf(found.value)) : found;
}

/** The canonical path, as seen from the process's root. */
export function realpath(read: Reader, process: Process, path: string): Result<string> {
  const found = resolve(read, process, path);
  return found.ok ? ok(pathFromRoot(process, found.value)) : found;
}

/** Where a node lies, as seen from the process's root. */
export const pathFromRoot = (process: Process, found: Found): string =>
  process.root === '/' ? found.path : found.path.slice(process.root.length) || '/';

/** readlink(2): EINVAL when it is no link. */
export function readlink(read: Reader, process: Process, path: string): Result<string> {
  const found = resolve(read, process, path, false);
  if (!found.ok) return found;
  return kindOf(found.value) === 'link' ? ok(linkTarget(found.value)) : fail('EINVAL');
}

/** The names of a directory, sorted, without `.` and `..`. ENOTDIR, EACCES. */
export function readdir(read: Reader, process: Process, path: string): Result<readonly string[]> {
  const found = resolve(read, process, path);
  if (!found.ok) return found;
  if (kindOf(found.value) !== 'dir') return fail('ENOTDIR');
  if (!may(process, statOf(found.value), 'r')) return fail('EACCES');
  const { virtual, fs, merged } = found.value;
  return ok(virtual ? (virtual.names?.() ?? []) : listMerged(read, fs, (merged as Merged).dirs));
}

/** The whole text of a file. EISDIR, EACCES; a device or pipe cannot be read this way (EINVAL). */
export function readFile(read: Reader, process: Process, path: string): Result<string> {
  const found = resolve(read, process, path);
  if (!found.ok) return found;
  const kind = kindOf(found.value);
  if (kind === 'dir') return fail('EISDIR');
  if (!may(process, statOf(found.value), 'r')) return fail('EACCES');
  if (kind !== 'file') return fail('EINVAL');
  return ok(found.value.virtual?.text?.() ?? found.value.merged?.inode.text ?? '');
}

/** access(2). */
export function access(read: Reader, process: Process, path: string, want: 'r' | 'w' | 'x'): Result<undefined> {
  const found = resolve(read, process, path);
  if (!found.ok) return found;
  if (want === 'w' && found.value.mount.flags.split(',').includes('ro')) return fail('EROFS');
  return may(process, statOf(found.value), want) ? ok(undefined) : fail('EACCES');
}

/** The working directory that `cd` would give, as seen from the root; the caller stores it. */
export function chdir(read: Reader, process: Process, path: string): Result<string> {
  const found = resolve(read, process, path);
  if (!found.ok) return found;
  if (kindOf(found.value) !== 'dir') return fail('ENOTDIR');
  if (!may(process, statOf(found.value), 'x')) return fail('EACCES');
  return realpath(read, process, path);
}
