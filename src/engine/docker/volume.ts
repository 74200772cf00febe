import { defineTable, type Row } from '../core/table.ts';
import type { Transaction } from '../core/transaction.ts';
import type { Micros } from '../core/units.ts';
import type { Reader } from '../core/world.ts';
import { inodeAt, namesOf, plantTree, unlinkName } from '../linux/inode.ts';
import { MACHINE } from '../linux/machine.ts';
import { FILESYSTEM } from '../linux/mount.ts';
import { type Answer, answer, CONTAINER, refuse } from './container.ts';
import { daemonEvent } from './events.ts';

/** A volume of the `local` driver: a directory on the host's disk that outlives containers. */
export interface Volume extends Row {
  readonly machine: number;
  readonly name: string;
  /** Absent unless some were given. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly options?: Readonly<Record<string, string>>;
  /** Named by Docker, 64 hex digits: `docker rm -v` and `volume prune` take it. */
  readonly anonymous: boolean;
  readonly createdAt: Micros;
}

export const VOLUME = defineTable<Volume>({
  name: 'volume',
  unique: { name: (v) => `${v.machine} ${v.name}` },
  multi: { machine: (v) => v.machine },
});

const VOLUMES = '/var/lib/docker/volumes';

/** Where a volume's files lie on the host. */
export const volumeDir = (name: string): string => `${VOLUMES}/${name}/_data`;

export const findVolume = (read: Reader, machine: number, name: string): Volume | undefined =>
  read.find(VOLUME, 'name', `${machine} ${name}`);

export const noSuchVolume = (name: string): string => `get ${name}: no such volume`;

export interface VolumeSpec {
  /** Without one it is anonymous. */
  readonly name?: string;
  readonly driver?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly options?: Readonly<Record<string, string>>;
  /** Docker made it for a container: `com.docker.volume.anonymous` marks it. */
  readonly forContainer?: boolean;
}

/**
 * `POST /volumes/create`: the volume of that name, made with an empty directory if it is not there. Refuses other drivers
 * and names in the daemon's words. @sim simplified: `-o type=… device=…` is kept and shown, nothing is mounted for it.
 */
export function createVolume(tx: Transaction, machine: number, spec: VolumeSpec): Answer<Volume> {
  const name = spec.name || tx.hex('volume', 64);
  const { driver = 'local' } = spec;
  if (driver !== 'local')
    return refuse(`create ${name}: error looking up volume plugin ${driver}: plugin "${driver}" not found`);
  const there = findVolume(tx, machine, name);
  if (there) return answer(there);
  const wrong = problemOf(name);
  if (wrong !== undefined) return refuse(`create ${name}: ${wrong}`);
  const labels = spec.forContainer && !spec.name ? { 'com.docker.volume.anonymous': '' } : spec.labels;
  const disk = tx.need(FILESYSTEM, tx.need(MACHINE, machine).disk as number);
  plantTree(tx, disk.root as number, { [`${VOLUMES}/${name}`]: { dir: { _data: { dir: {} } }, mode: 0o701 } });
  const row = tx.put<Volume>(VOLUME, {
    id: tx.id(VOLUME),
    machine,
    name,
    anonymous: !spec.name,
    createdAt: tx.now,
    ...(labels ? { labels } : {}),
    ...(spec.options ? { options: spec.options } : {}),
  });
  tx.emit('volume.create', { table: 'volume', id: row.id }, { name }, true);
  daemonEvent(tx, machine, { type: 'volume', action: 'create', actor: name, attributes: { driver: 'local' } });
  return answer(row);
}

function problemOf(name: string): string | undefined {
  if (name.length === 1) return 'volume name is too short, names should be at least two alphanumeric characters';
  if (/^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/.test(name)) return undefined;
  return `${JSON.stringify(name)} includes invalid characters for a local volume name, only "[a-zA-Z0-9][a-zA-Z0-9_.-]" are allowed. If you intended to pass a host directory, use absolute path`;
}

/** Full ids of the containers, running or not, that have it mounted. */
export const usersOf = (read: Reader, volume: Volume): readonly string[] =>
  read
    .list(CONTAINER, 'machine', volume.machine)
    .filter((container) => container.mounts.some((mount) => mount.name === volume.name))
    .map((container) => container.cid);

/** `DELETE /volumes/NAME`: gone with its files, unless a container has it. */
export function removeVolume(tx: Transaction, volume: Volume): Answer<undefined> {
  const users = usersOf(tx, volume);
  if (users.length > 0) return refuse(`remove ${volume.name}: volume is in use - [${users.join(', ')}]`);
  const disk = tx.need(FILESYSTEM, tx.need(MACHINE, volume.machine).disk as number);
  const dir = inodeAt(tx, disk.root as number, VOLUMES);
  if (dir) unlinkName(tx, dir.id, volume.name);
  tx.delete(VOLUME, volume.id);
  const { machine, name } = volume;
  tx.emit('volume.remove', { table: 'volume', id: volume.id }, { name }, true);
  daemonEvent(tx, machine, { type: 'volume', action: 'destroy', actor: name, attributes: { driver: 'local' } });
  return answer(undefined);
}

/** The inode of a volume's directory, and whether nothing lies in it. */
export function volumeRoot(
  read: Reader,
  volume: Volume,
): { readonly inode: number; readonly empty: boolean } | undefined {
  const disk = read.get(FILESYSTEM, read.get(MACHINE, volume.machine)?.disk ?? 0);
  const inode = disk?.root === undefined ? undefined : inodeAt(read, disk.root, volumeDir(volume.name));
  return inode && { inode: inode.id, empty: namesOf(read, inode.id).length === 0 };
}
