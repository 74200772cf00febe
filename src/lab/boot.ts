import { hosts } from 'virtual:hosts';
import { catalogue } from 'virtual:images';
import { Transaction } from '../engine/core/transaction.ts';
import { SECOND } from '../engine/core/units.ts';
import { emptyWorld, type World } from '../engine/core/world.ts';
import { startDaemon } from '../engine/docker/daemon.ts';
import { IMAGE, type Image, type ImageLayer } from '../engine/docker/image.ts';
import { bootMachine } from '../engine/linux/boot.ts';
import { clone } from '../engine/linux/life.ts';
import type { Machine } from '../engine/linux/machine.ts';
import { PROCESS } from '../engine/linux/process.ts';
import { FRESH, run } from '../engine/linux/scheduler.ts';
import { wakeProcess } from '../engine/linux/wait.ts';
import { bootNetwork, wireMachines } from '../engine/net/boot.ts';
import type { NetworkSpec } from '../engine/net/spec.ts';
import { type Catalogue, digestOf, plantLayer } from '../engine/oci/catalogue.ts';
import type { Host, HostMachine } from './host.ts';

/** Booted worlds by host and seed: the same every time, so worked out once. */
const booted = new Map<string, World>();

/** Is there such a host? */
export const hasHost = (id: string): boolean => Object.hasOwn(hosts, id);

/**
 * The world of a host (content/hosts/<id>.yaml) when it has just booted: machines, wires, servers, images, and dockerd
 * where it has been started. `nodocker` leaves the last out.
 */
export function bootHost(id: string, seed: number, nodocker = false): World {
  const key = `${id} ${seed} ${nodocker}`;
  const known = booted.get(key);
  if (known) return known;
  const host = (hosts as Readonly<Record<string, Host>>)[id];
  if (!host) throw new Error(`there is no host ${id}`);
  const tx = new Transaction(emptyWorld(seed));
  const networks: Record<string, NetworkSpec> = {};
  const machines = host.machines.map((spec): readonly [HostMachine, Machine] => {
    const machine = bootMachine(tx, nodocker ? withoutDocker(spec) : spec);
    bootNetwork(tx, machine, spec.network);
    networks[spec.name] = spec.network;
    return [spec, machine];
  });
  wireMachines(tx, networks);
  for (const [spec, machine] of machines) {
    startServers(tx, spec, machine);
    plantImages(tx, spec, machine);
    if (spec.docker && !nodocker) startDaemon(tx, machine.id);
  }
  run(tx, { until: tx.now + 2 * SECOND, most: 10_000 }, () => false);
  const world = tx.world();
  if (booted.size > 20) booted.clear();
  booted.set(key, world);
  return world;
}

const withoutDocker = (spec: HostMachine): HostMachine => ({
  ...spec,
  processes: spec.processes.filter((process) => process.comm !== 'dockerd'),
});

function startServers(tx: Transaction, spec: HostMachine, machine: Machine): void {
  const login = tx.get(PROCESS, machine.login ?? 0);
  for (const { address, port, kind, names } of spec.network.servers ?? []) {
    if (!login) throw new Error(`${spec.name} has servers and no process to start them`);
    const program = kind === 'web' ? 'web-server' : kind;
    const pairs = Object.entries(names ?? {}).map(([name, ip]) => `${name}=${ip}`);
    const argv = kind === 'resolver' ? [program, address, ...pairs] : [program, address, String(port)];
    const made = clone(tx, login, {
      fields: { program, data: FRESH, argv, comm: program.slice(0, 15), exe: `/usr/sbin/${program}`, fds: {} },
    });
    if (made.ok) wakeProcess(tx, made.value.id);
  }
}

/** Layers are planted once and shared by all images that stack them. */
function plantImages(tx: Transaction, spec: HostMachine, machine: Machine): void {
  const store: Catalogue = catalogue;
  const planted = new Map<string, ImageLayer>();
  const layerOf = (name: string): ImageLayer => {
    const known = planted.get(name);
    if (known) return known;
    const layer = store.layers[name];
    if (!layer) throw new Error(`there is no layer ${name}`);
    const made = {
      digest: digestOf(`blob ${name}`),
      diffId: layer.diffId ?? digestOf(`layer ${name}`),
      size: layer.size,
      unpacked: layer.unpacked,
      root: plantLayer(tx, layer),
    };
    planted.set(name, made);
    return made;
  };
  for (const image of store.images) {
    const tags = image.names.filter((name) => spec.images.includes(name));
    if (tags.length === 0) continue;
    const layers = image.history.flatMap(({ layer }) => (layer === undefined ? [] : [layerOf(layer)]));
    const name = image.names[0] as string;
    tx.put<Image>(IMAGE, {
      id: tx.id(IMAGE),
      machine: machine.id,
      digest: image.digest ?? digestOf(`manifest ${name}`),
      configDigest: image.configDigest ?? digestOf(`config ${name}`),
      manifestSize: image.manifestSize,
      tags,
      config: image.config,
      layers,
      size: image.size,
      history: image.history.map(({ by, layer }) => ({
        by,
        size: layer === undefined ? 0 : (store.layers[layer]?.unpacked ?? 0),
      })),
      createdAt: image.created,
    });
  }
}
