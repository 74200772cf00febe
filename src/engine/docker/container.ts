import { defineTable, type Row } from '../core/table.ts';
import type { Transaction } from '../core/transaction.ts';
import type { Micros } from '../core/units.ts';
import type { Reader } from '../core/world.ts';
import { dropFilesystem, FILESYSTEM, makeFilesystem } from '../linux/mount.ts';
import { wake } from '../linux/wait.ts';
import { IMAGE, type Image } from './image.ts';
import { generateName } from './names.ts';
import { ENDPOINT, type Endpoint, findNetwork, NETWORK } from './network.ts';

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
  readonly user: string;
  readonly env: readonly string[];
  readonly cmd?: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly workingDir: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly exposedPorts: readonly string[];
  readonly tty: boolean;
  readonly openStdin: boolean;
  readonly attached: boolean;
  readonly stopSignal?: string;
  readonly stopTimeout?: number;
}

export interface HostConfig {
  /** `bridge`, `host`, `none`, `container:NAME`, or a network. */
  readonly networkMode: string;
  readonly autoRemove: boolean;
  readonly restart: { readonly name: '' | 'no' | 'always' | 'on-failure' | 'unless-stopped'; readonly max: number };
  readonly ports: readonly PortBinding[];
  readonly init: boolean;
  readonly privileged: boolean;
  readonly readOnly: boolean;
  readonly memory: number;
  readonly memorySwap: number;
  readonly nanoCpus: number;
  readonly cpuShares: number;
  readonly pidsLimit?: number;
  readonly binds: readonly string[];
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
  readonly oomKilled: boolean;
  readonly restartCount: number;
  /** `docker stop` or `kill` was asked for: restart policies stand back. */
  readonly manuallyStopped: boolean;
  /** Its layers: the overlay filesystem, which lives as long as it does. */
  readonly fs: number;
  /** Keys of its first process and of the shim, while it runs. */
  readonly process?: number;
  readonly shim?: number;
  readonly cgroup?: number;
  /** The network namespace that its sandbox pins, so that it outlives the processes until Docker has left the network. */
  readonly netns?: number;
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

export interface CreateSpec {
  readonly name?: string;
  readonly image: Image;
  readonly imageRef: string;
  readonly config: Omit<ContainerConfig, 'hostname'> & { readonly hostname?: string };
  readonly host: HostConfig;
  readonly lladdr?: string;
}

/**
 * `POST /containers/create`: a record, a writable layer over the image's, a place in its network without an address.
 * Nothing runs yet. Refusals in the daemon's words.
 */
export function createContainer(tx: Transaction, machine: number, spec: CreateSpec): Answer<Container> {
  if (spec.name !== undefined) {
    const free = checkName(tx, machine, spec.name);
    if (!free.ok) return free;
  }
  const { workingDir } = spec.config;
  if (workingDir !== '' && !workingDir.startsWith('/')) {
    return refuse(`the working directory '${workingDir}' is invalid, it needs to be an absolute path`);
  }
  const network = networkFor(tx, machine, spec.host.networkMode);
  if (!network.ok) return network;
  const cid = tx.hex('container', 64);
  const name = spec.name ?? freeName(tx, machine);
  const lower = spec.image.layers.map((layer) => layer.root).reverse();
  const fs = makeFilesystem(tx, { type: 'overlay', machine, lower, kept: true });
  tx.emit('layer.add', { table: 'filesystem', id: fs.id }, { lower: lower.length, image: spec.imageRef }, true);
  const row = tx.put<Container>(CONTAINER, {
    id: tx.id(CONTAINER),
    machine,
    cid,
    name,
    image: spec.image.id,
    imageRef: spec.imageRef,
    createdAt: tx.now,
    config: { ...spec.config, hostname: spec.config.hostname ?? cid.slice(0, 12) },
    host: spec.host,
    state: 'created',
    exitCode: 0,
    error: '',
    oomKilled: false,
    restartCount: 0,
    manuallyStopped: false,
    fs: fs.id,
    sandbox: tx.hex('sandbox', 64),
  });
  if (network.value !== undefined) {
    const wanted = spec.lladdr === undefined ? {} : { wantedLladdr: spec.lladdr };
    tx.put<Endpoint>(ENDPOINT, { id: tx.id(ENDPOINT), container: row.id, network: network.value, eid: '', ...wanted });
  }
  tx.emit('container.create', { table: 'container', id: row.id }, { name, image: spec.imageRef }, true);
  return answer(row);
}

function networkFor(tx: Transaction, machine: number, mode: string): Answer<number | undefined> {
  const shared = /^container:(.+)$/.exec(mode)?.[1];
  if (shared !== undefined) {
    const other = findContainer(tx, machine, shared);
    return other ? answer(undefined) : refuse(noSuchContainer(shared));
  }
  const network = findNetwork(tx, machine, mode === 'default' ? 'bridge' : mode);
  return network ? answer(network.id) : refuse(`network ${mode} not found`);
}

function freeName(tx: Transaction, machine: number): string {
  for (let tries = 0; ; tries++) {
    const name = generateName(tx, tries);
    if (!tx.find(CONTAINER, 'name', `${machine} ${name}`)) return name;
  }
}

export function renameContainer(tx: Transaction, container: Container, name: string): Answer<Container> {
  if (name === '') return refuse('Neither old nor new names may be empty');
  if (container.name === name.replace(/^\//, ''))
    return refuse('Renaming a container with the same name as its current name');
  const free = checkName(tx, container.machine, name.replace(/^\//, ''));
  if (!free.ok) return refuse(`Error when allocating new name: ${free.message}`);
  tx.emit('container.rename', { table: 'container', id: container.id }, { name });
  return answer(changeContainer(tx, container.id, { name: name.replace(/^\//, '') }));
}

/** The end of a container that does not run: record, writable layer, logs. */
export function removeContainer(tx: Transaction, container: Container): void {
  for (const id of tx.ids(ENDPOINT, 'container', container.id)) tx.delete(ENDPOINT, id);
  for (const id of tx.ids(LOG, 'container', container.id)) tx.delete(LOG, id);
  const fs = tx.get(FILESYSTEM, container.fs);
  if (fs) dropFilesystem(tx, fs);
  tx.delete(CONTAINER, container.id);
  tx.emit('container.destroy', { table: 'container', id: container.id }, { name: container.name }, true);
  wake(tx, containerChannel(container.id));
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
