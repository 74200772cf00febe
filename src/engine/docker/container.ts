import { defineTable, type Row } from '../core/table.ts';
import type { Transaction } from '../core/transaction.ts';
import type { Micros } from '../core/units.ts';
import type { Reader } from '../core/world.ts';
import { wake } from '../linux/wait.ts';
import { daemonEvent } from './events.ts';
import { IMAGE, type Image } from './image.ts';
import { ENDPOINT, type Endpoint, NETWORK } from './network.ts';

/** Docker's container states (moby, container/state.go). */
export const CONTAINER_STATES = ['created', 'running', 'paused', 'restarting', 'removing', 'exited', 'dead'] as const;
export type ContainerState = (typeof CONTAINER_STATES)[number];

export interface PortBinding {
  /** `80/tcp` */
  readonly port: string;
  readonly hostIp: string;
  readonly hostPort: string;
}

/** What a container was asked to be: `docker create`'s flags over the image's config. */
export interface ContainerConfig {
  readonly hostname: string;
  /** '' without one. */
  readonly domainname: string;
  readonly user: string;
  readonly env: readonly string[];
  readonly cmd?: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly workingDir: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly exposedPorts: readonly string[];
  /** Paths that get an anonymous volume unless something else is mounted there: the image's and `-v /path`. */
  readonly volumes: readonly string[];
  readonly tty: boolean;
  readonly openStdin: boolean;
  readonly attached: boolean;
  readonly stopSignal?: string;
  readonly stopTimeout?: number;
}

/** One `--mount`. */
export interface MountSpec {
  readonly type: 'volume' | 'bind' | 'tmpfs';
  readonly source: string;
  readonly target: string;
  readonly readOnly: boolean;
  /** volume: leave it empty. */
  readonly noCopy?: boolean;
  readonly labels?: Readonly<Record<string, string>>;
  readonly driver?: string;
  /** bind */
  readonly propagation?: string;
  /** tmpfs: bytes, and permission bits. */
  readonly size?: number;
  readonly mode?: number;
}

/** What is mounted into a container besides its layers and Docker's own files. */
export interface MountPoint {
  readonly type: 'volume' | 'bind' | 'tmpfs';
  /** The volume's name. */
  readonly name?: string;
  /** A path on the host; '' for a tmpfs. */
  readonly source: string;
  readonly destination: string;
  /** As written in `-v`, `z` for a named volume without one. */
  readonly mode: string;
  readonly readOnly: boolean;
  /** bind: how mounts that come later travel. */
  readonly propagation: string;
  /** volume: gets what the image has at this path while it is empty. */
  readonly copies: boolean;
  /** bind: a source that is missing is made as a directory. */
  readonly makesSource: boolean;
  /** tmpfs: the kernel's options. */
  readonly options?: string;
}

export interface HostConfig {
  /** `bridge`, `host`, `none`, `container:NAME`, or a network. */
  readonly networkMode: string;
  /** Namespaces of others: `host`, or `container:NAME`. */
  readonly shareNs: Readonly<Partial<Record<'pid' | 'ipc' | 'uts' | 'cgroup', string>>>;
  /** Bytes of /dev/shm. */
  readonly shmSize: number;
  readonly autoRemove: boolean;
  readonly restart: { readonly name: '' | 'no' | 'always' | 'on-failure' | 'unless-stopped'; readonly max: number };
  readonly ports: readonly PortBinding[];
  /** `-P`: exposed ports get host ports too. */
  readonly publishAll: boolean;
  readonly init: boolean;
  readonly privileged: boolean;
  readonly readOnly: boolean;
  readonly memory: number;
  readonly memorySwap: number;
  readonly nanoCpus: number;
  readonly cpuShares: number;
  /** Microseconds; 0 when not given. */
  readonly cpuPeriod: number;
  readonly cpuQuota: number;
  /** `0-1`, '' for all. */
  readonly cpusetCpus: string;
  readonly memoryReservation: number;
  readonly oomScoreAdj: number;
  readonly pidsLimit?: number;
  /** `-v source:path[:mode]` as given. */
  readonly binds: readonly string[];
  readonly mounts: readonly MountSpec[];
  /** Other containers whose mounts it gets: `name[:mode]`. */
  readonly volumesFrom: readonly string[];
  readonly tmpfs: Readonly<Record<string, string>>;
  readonly dns: readonly string[];
  readonly extraHosts: readonly string[];
  readonly links: readonly string[];
  readonly capAdd: readonly string[];
  readonly capDrop: readonly string[];
}

export interface Container extends Row {
  readonly machine: number;
  /** 64 hex digits. */
  readonly cid: string;
  readonly name: string;
  readonly image: number;
  /** The image's digest, which stays when the image has gone. */
  readonly imageDigest: string;
  /** The image as it was named. */
  readonly imageRef: string;
  readonly createdAt: Micros;
  readonly config: ContainerConfig;
  readonly host: HostConfig;
  readonly state: ContainerState;
  readonly exitCode: number;
  readonly error: string;
  readonly startedAt?: Micros;
  readonly finishedAt?: Micros;
  readonly mounts: readonly MountPoint[];
  readonly oomKilled: boolean;
  readonly restartCount: number;
  /** `docker stop` or `kill` was asked for: restart policies stand back. */
  readonly manuallyStopped: boolean;
  /** `docker stop` or `restart` waits for its end. */
  readonly stopping?: boolean;
  /** Its layers: the overlay filesystem, which lives as long as it does. */
  readonly fs: number;
  /** Keys of its first process and of the shim, while it runs. */
  readonly process?: number;
  readonly shim?: number;
  readonly cgroup?: number;
  /** The network namespace that its sandbox pins, so that it outlives the processes until Docker has left the network. */
  readonly netns?: number;
  /** Host ports that it has while it runs, and the processes that listen there. */
  readonly published?: readonly PortBinding[];
  readonly proxies?: readonly number[];
  /** Id of its network sandbox, 64 hex digits. */
  readonly sandbox: string;
}

export const CONTAINER = defineTable<Container>({
  name: 'container',
  unique: { name: (c) => `${c.machine} ${c.name}`, cid: (c) => `${c.machine} ${c.cid}`, process: (c) => c.process },
  multi: { machine: (c) => c.machine },
});

/** A line of a container's output, as the json-file driver keeps it. */
export interface LogEntry extends Row {
  readonly container: number;
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
  readonly at: Micros;
}

export const LOG = defineTable<LogEntry>({ name: 'log', multi: { container: (l) => l.container } });

export const containerChannel = (id: number): string => `container:${id}`;

/** Replaces fields and wakes whoever waits for a change of the container. */
export function changeContainer(tx: Transaction, id: number, fields: Partial<Omit<Container, 'id'>>): Container {
  const row = tx.patch(CONTAINER, id, fields);
  wake(tx, containerChannel(id));
  return row;
}

/** Name, full id, or a prefix of an id that only one container has. */
export function findContainer(read: Reader, machine: number, ref: string): Container | undefined {
  const exact =
    read.find(CONTAINER, 'cid', `${machine} ${ref}`) ??
    read.find(CONTAINER, 'name', `${machine} ${ref.replace(/^\//, '')}`);
  if (exact || !/^[0-9a-f]+$/.test(ref)) return exact;
  const hits = read.list(CONTAINER, 'machine', machine).filter((container) => container.cid.startsWith(ref));
  return hits.length === 1 ? hits[0] : undefined;
}

/** What the daemon answers when it cannot: its own words. */
export type Answer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly message: string };
export const answer = <T>(value: T): Answer<T> => ({ ok: true, value });
export const refuse = (message: string): { readonly ok: false; readonly message: string } => ({ ok: false, message });

export const isContainerName = (name: string): boolean => /^\/?[a-zA-Z0-9][a-zA-Z0-9_.-]+$/.test(name);

export const noSuchContainer = (ref: string): string => `No such container: ${ref}`;

/** Is a name free? The daemon's refusal when it is not one, or is taken. */
export function checkName(read: Reader, machine: number, name: string): Answer<undefined> {
  if (!isContainerName(name))
    return refuse(`Invalid container name (${name}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed`);
  const other = read.find(CONTAINER, 'name', `${machine} ${name}`);
  if (!other) return answer(undefined);
  return refuse(
    `Conflict. The container name "/${name}" is already in use by container "${other.cid}". You have to remove (or rename) that container to be able to reuse that name.`,
  );
}

export function renameContainer(tx: Transaction, container: Container, name: string): Answer<Container> {
  if (name === '') return refuse('Neither old nor new names may be empty');
  if (container.name === name.replace(/^\//, ''))
    return refuse('Renaming a container with the same name as its current name');
  const free = checkName(tx, container.machine, name.replace(/^\//, ''));
  if (!free.ok) return refuse(`Error when allocating new name: ${free.message}`);
  tx.emit('container.rename', { table: 'container', id: container.id }, { name });
  const row = changeContainer(tx, container.id, { name: name.replace(/^\//, '') });
  containerEvent(tx, row, 'rename', { oldName: `/${container.name}` });
  return answer(row);
}

/** Tells `docker events` of a container; image, name and labels go with it. */
export function containerEvent(
  tx: Transaction,
  container: Container,
  action: string,
  more: Readonly<Record<string, string>> = {},
): void {
  const { cid, machine, name, imageRef, config } = container;
  const attributes = { ...config.labels, image: imageRef, name, ...more };
  daemonEvent(tx, machine, { type: 'container', action, actor: cid, attributes });
}

export const endpointsOf = (read: Reader, container: number): readonly Endpoint[] =>
  read.list(ENDPOINT, 'container', container);

/** Its first address on a network of its own, and that network's name. */
export function addressOf(
  read: Reader,
  container: number,
): { readonly address: number; readonly network: string } | undefined {
  for (const endpoint of endpointsOf(read, container)) {
    if (endpoint.address !== undefined)
      return { address: endpoint.address, network: read.get(NETWORK, endpoint.network)?.name ?? '' };
  }
  return undefined;
}

export const imageOf = (read: Reader, container: Container): Image | undefined => read.get(IMAGE, container.image);

export const isUp = (container: Container): boolean => container.state === 'running' || container.state === 'paused';

export const stopSignalOf = (container: Container): string => container.config.stopSignal ?? 'SIGTERM';
