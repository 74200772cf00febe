import type { Transaction } from '../core/transaction.ts';
import { INODE, type Inode } from '../linux/inode.ts';
import { MACHINE } from '../linux/machine.ts';
import { FILESYSTEM } from '../linux/mount.ts';
import { lookUpMerged } from '../linux/overlay.ts';
import { findPid } from '../linux/process.ts';
import { stat } from '../linux/vfs.ts';
import { copyContent } from './archive.ts';
import {
  type Answer,
  answer,
  type Container,
  findContainer,
  type HostConfig,
  type MountPoint,
  type MountSpec,
  noSuchContainer,
  refuse,
} from './container.ts';
import { createVolume, findVolume, volumeDir, volumeRoot } from './volume.ts';

const MODES = /^(?:rw|ro|z|Z|nocopy|r?(?:private|shared|slave)|consistent|cached|delegated)$/;

const validMode = (mode: string): boolean => mode === '' || mode.split(',').every((word) => MODES.test(word));

/** A path without `.`, `..`, doubled and trailing slashes. */
function clean(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

/** A mount as it was asked for, before a volume is looked up. */
interface Wanted extends MountSpec {
  readonly rawMode: string;
  readonly makesSource: boolean;
}

/** `source:path[:mode]` as the daemon reads it (moby, volume/mounts/linux_parser.go). */
function parseBind(raw: string): Answer<Wanted> {
  const parts = raw.split(':');
  const [source = '', target = '', mode = ''] = parts;
  const wrong = `invalid volume specification: '${raw}'`;
  if (parts.length > 3 || source === '') return refuse(wrong);
  if (parts.length === 2 && target !== '' && validMode(target)) return refuse(wrong);
  if (!validMode(mode)) return refuse(`invalid mode: ${mode}`);
  const words = mode.split(',');
  const spec: Wanted = {
    type: source.startsWith('/') ? 'bind' : 'volume',
    source,
    target,
    readOnly: words.includes('ro'),
    noCopy: words.includes('nocopy'),
    rawMode: mode,
    makesSource: true,
    propagation: words.find((word) => /^r?(?:private|shared|slave)$/.test(word)) ?? 'rprivate',
  };
  const bad = problemOf(spec);
  return bad === undefined ? answer(spec) : refuse(`${wrong}: ${bad}`);
}

/** What is wrong with a mount in the daemon's words (validate.go). */
function problemOf(spec: MountSpec): string | undefined {
  const wrong = (text: string): string => `invalid mount config for type "${spec.type}": ${text}`;
  if (spec.target === '') return wrong('field Target must not be empty');
  if (!spec.target.startsWith('/')) return wrong(`invalid mount path: '${spec.target}' mount path must be absolute`);
  if (clean(spec.target) === '/') return wrong("invalid specification: destination can't be '/'");
  if (spec.type === 'bind' && spec.source === '') return wrong('field Source must not be empty');
  if (spec.type === 'bind' && !spec.source.startsWith('/'))
    return wrong(`invalid mount path: '${spec.source}' mount path must be absolute`);
  return spec.type === 'tmpfs' && spec.source !== '' ? wrong('field Source must not be specified') : undefined;
}

/** The kernel writes a tmpfs's size in KiB. */
function tmpfsOptions(spec: MountSpec): string {
  const size = spec.size === undefined ? [] : [`size=${Math.ceil(spec.size / 1024)}k`];
  const mode = spec.mode === undefined ? [] : [`mode=${spec.mode.toString(8)}`];
  return [...size, ...mode].join(',');
}

function pointOf(tx: Transaction, machine: number, spec: Wanted): Answer<MountPoint> {
  const base = { destination: clean(spec.target), readOnly: spec.readOnly, makesSource: spec.makesSource };
  if (spec.type === 'tmpfs') {
    const own = { source: '', mode: '', propagation: '', copies: false, options: tmpfsOptions(spec) };
    return answer({ ...base, ...own, type: 'tmpfs' });
  }
  if (spec.type === 'bind') {
    const own = { source: clean(spec.source), mode: spec.rawMode, copies: false };
    return answer({ ...base, ...own, type: 'bind', propagation: spec.propagation ?? 'rprivate' });
  }
  const volume = createVolume(tx, machine, {
    ...(spec.source === '' ? {} : { name: spec.source }),
    ...(spec.driver === undefined ? {} : { driver: spec.driver }),
    ...(spec.labels === undefined ? {} : { labels: spec.labels }),
    forContainer: true,
  });
  if (!volume.ok) return volume;
  const { name } = volume.value;
  const own = { source: volumeDir(name), mode: spec.rawMode || 'z', propagation: '', copies: !spec.noCopy };
  return answer({ ...base, ...own, type: 'volume', name });
}

/** The mounts of other containers, `name[:mode]` each. */
function inherited(tx: Transaction, machine: number, refs: readonly string[]): Answer<readonly MountPoint[]> {
  const points: MountPoint[] = [];
  for (const entry of refs) {
    const [ref = '', mode = ''] = entry.split(':');
    if (ref === '') return refuse(`malformed volumes-from specification: ${entry}`);
    if (!validMode(mode)) return refuse(`invalid mode for volumes-from: ${mode}`);
    const other = findContainer(tx, machine, ref);
    if (!other) return refuse(noSuchContainer(ref));
    const readOnly = mode.split(',').includes('ro');
    points.push(...other.mounts.map((mount) => ({ ...mount, readOnly: mount.readOnly || readOnly })));
  }
  return answer(points);
}

/**
 * What will be mounted into a new container: others' mounts, `-v` and `--mount` over them, and an anonymous volume for
 * each of `volumes` where nothing else is. Volumes that are not there are made.
 */
export function mountPointsOf(
  tx: Transaction,
  machine: number,
  host: HostConfig,
  volumes: readonly string[],
): Answer<readonly MountPoint[]> {
  const from = inherited(tx, machine, host.volumesFrom);
  if (!from.ok) return from;
  const points = new Map(from.value.map((point) => [point.destination, point]));
  const own = new Set(Object.keys(host.tmpfs).map(clean));
  const wanted: Answer<Wanted>[] = [
    ...host.binds.map(parseBind),
    ...host.mounts.map((spec) => checkMount(tx, machine, spec)),
  ];
  for (const spec of wanted) {
    if (!spec.ok) return spec;
    const destination = clean(spec.value.target);
    if (own.has(destination)) return refuse(`Duplicate mount point: ${destination}`);
    own.add(destination);
    const point = pointOf(tx, machine, spec.value);
    if (!point.ok) return point;
    points.set(destination, point.value);
  }
  for (const path of volumes) {
    const destination = clean(path);
    if (points.has(destination) || own.has(destination)) continue;
    const volume = createVolume(tx, machine, { forContainer: true });
    if (!volume.ok) return volume;
    const { name } = volume.value;
    points.set(destination, {
      type: 'volume',
      name,
      source: volumeDir(name),
      destination,
      mode: '',
      readOnly: false,
      propagation: '',
      copies: true,
      makesSource: false,
    });
  }
  return answer([...points.values()]);
}

/** A `--mount`: a bind's source must be there already. */
function checkMount(tx: Transaction, machine: number, spec: MountSpec): Answer<Wanted> {
  const wrong = problemOf(spec);
  if (wrong !== undefined) return refuse(wrong);
  const systemd = findPid(tx, tx.need(MACHINE, machine).ns.pid, 1);
  if (spec.type === 'bind' && !(systemd && stat(tx, systemd, spec.source).ok))
    return refuse(`invalid mount config for type "bind": bind source path does not exist: ${spec.source}`);
  return answer({ ...spec, rawMode: '', makesSource: false });
}

/**
 * Copy-up: an empty volume gets what the container's layers have at its path, with owner and mode of the directory
 * (moby, daemon/volumes_unix.go). @sim exact.
 */
export function fillVolume(tx: Transaction, container: Container, point: MountPoint): void {
  const volume = point.name === undefined ? undefined : findVolume(tx, container.machine, point.name);
  const root = point.copies && volume ? volumeRoot(tx, volume) : undefined;
  if (!root?.empty) return;
  const fs = tx.need(FILESYSTEM, container.fs);
  const merged = lookUpMerged(tx, fs, point.destination);
  if (merged?.inode.kind !== 'dir') return;
  copyContent(tx, { fs, merged }, root.inode);
  const { mode, uid, gid, mtime } = merged.inode;
  tx.put<Inode>(INODE, { ...tx.need(INODE, root.inode), mode, uid, gid, mtime });
  tx.emit('volume.fill', { table: 'inode', id: root.inode }, { volume: volume?.name ?? '', path: point.destination });
}
