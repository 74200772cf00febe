import type { Transaction } from '../core/transaction.ts';
import { MACHINE } from '../linux/machine.ts';
import { makeFilesystem } from '../linux/mount.ts';
import { NAMESPACE } from '../linux/namespace.ts';
import {
  type Answer,
  answer,
  CONTAINER,
  type Container,
  type ContainerConfig,
  checkName,
  containerEvent,
  findContainer,
  type HostConfig,
  noSuchContainer,
  refuse,
} from './container.ts';
import type { Image } from './image.ts';
import { isLimited } from './limits.ts';
import { fillVolume, mountPointsOf } from './mountpoint.ts';
import { generateName } from './names.ts';
import { ENDPOINT, type Endpoint, findNetwork } from './network.ts';
import { isCapability } from './processSpec.ts';
import { initLayer } from './rootfs.ts';
import { limitProblem } from './verifyLimits.ts';

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
  for (const name of [...spec.host.capAdd, ...spec.host.capDrop])
    if (!isCapability(name)) return refuse(`invalid capability: ${JSON.stringify(name)}`);
  const problem = isLimited(spec.host) ? limitProblem(spec.host, tx.need(MACHINE, machine).cpus) : undefined;
  if (problem !== undefined) return refuse(problem);
  const network = networkFor(tx, machine, spec.host.networkMode);
  if (!network.ok) return network;
  const mounts = wantsMounts(spec) ? mountPointsOf(tx, machine, spec.host, spec.config.volumes) : answer([]);
  if (!mounts.ok) return mounts;
  const { mode, hostname } = joined(tx, machine, spec.host.networkMode);
  const cid = tx.hex('container', 64);
  const name = spec.name ?? freeName(tx, machine);
  const lower = [initLayer(tx, machine), ...spec.image.layers.map((layer) => layer.root).reverse()];
  const fs = makeFilesystem(tx, { type: 'overlay', machine, lower, kept: true });
  tx.emit(
    'layer.add',
    { table: 'filesystem', id: fs.id },
    { lower: spec.image.layers.length, image: spec.imageRef },
    true,
  );
  const row = tx.put<Container>(CONTAINER, {
    id: tx.id(CONTAINER),
    machine,
    cid,
    name,
    image: spec.image.id,
    imageDigest: spec.image.digest,
    imageRef: spec.imageRef,
    createdAt: tx.now,
    config: { ...spec.config, hostname: hostname ?? spec.config.hostname ?? ownHostname(tx, machine, spec.host, cid) },
    host: { ...spec.host, networkMode: mode },
    state: 'created',
    exitCode: 0,
    error: '',
    mounts: mounts.value,
    oomKilled: false,
    restartCount: 0,
    manuallyStopped: false,
    fs: fs.id,
    sandbox: tx.hex('sandbox', 64),
  });
  for (const mount of mounts.value) fillVolume(tx, row, mount);
  if (network.value !== undefined) {
    const wanted = spec.lladdr === undefined ? {} : { wantedLladdr: spec.lladdr };
    tx.put<Endpoint>(ENDPOINT, { id: tx.id(ENDPOINT), container: row.id, network: network.value, eid: '', ...wanted });
  }
  tx.emit('container.create', { table: 'container', id: row.id }, { name, image: spec.imageRef }, true);
  containerEvent(tx, row, 'create');
  return answer(row);
}

/** Its network, if there is one of that name: a missing one is found out when it starts. */
/** Does anything but its layers come into its root? */
const wantsMounts = ({ host, config }: CreateSpec): boolean =>
  [host.volumesFrom, host.binds, host.mounts, config.volumes, Object.keys(host.tmpfs)].some((list) => list.length > 0);

function networkFor(tx: Transaction, machine: number, mode: string): Answer<number | undefined> {
  const shared = /^container:(.+)$/.exec(mode)?.[1];
  if (shared !== undefined) {
    const other = findContainer(tx, machine, shared);
    return other ? answer(undefined) : refuse(`joining network namespace of container: ${noSuchContainer(shared)}`);
  }
  return answer(findNetwork(tx, machine, mode === 'default' ? 'bridge' : mode)?.id);
}

/** `container:NAME` as the daemon keeps it, by the other's id; and the host name that goes with the namespace. */
function joined(tx: Transaction, machine: number, mode: string): { readonly mode: string; readonly hostname?: string } {
  const ref = /^container:(.+)$/.exec(mode)?.[1];
  const other = ref === undefined ? undefined : findContainer(tx, machine, ref);
  return other ? { mode: `container:${other.cid}`, hostname: other.config.hostname } : { mode };
}

function freeName(tx: Transaction, machine: number): string {
  for (let tries = 0; ; tries++) {
    const name = generateName(tx, tries);
    if (!tx.find(CONTAINER, 'name', `${machine} ${name}`)) return name;
  }
}

/** A container on the host's network is called like the host; every other one by the beginning of its id. */
function ownHostname(tx: Transaction, machine: number, host: HostConfig, cid: string): string {
  const { uts } = tx.need(MACHINE, machine).ns;
  return (host.networkMode === 'host' ? tx.get(NAMESPACE, uts)?.hostname : undefined) ?? cid.slice(0, 12);
}
