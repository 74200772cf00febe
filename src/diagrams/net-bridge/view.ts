import type { Event } from '../../engine/core/event.ts';
import type { Reader } from '../../engine/core/world.ts';
import { CONTAINER, type Container, isUp } from '../../engine/docker/container.ts';
import { ENDPOINT, NETWORK } from '../../engine/docker/network.ts';
import { CGROUP } from '../../engine/linux/cgroup.ts';
import { MACHINE, type Machine } from '../../engine/linux/machine.ts';
import { NAMESPACE } from '../../engine/linux/namespace.ts';
import { ownPid, PROCESS, type Process } from '../../engine/linux/process.ts';
import { addressesOf } from '../../engine/net/address.ts';
import { formatIPv4, formatPrefix } from '../../engine/net/ipv4.ts';
import { learnedOn } from '../../engine/net/link.ts';
import { NEIGH, neighState } from '../../engine/net/neigh.ts';
import { NETDEV, type Netdev, netdevsOf } from '../../engine/net/netdev.ts';
import { NETNS } from '../../engine/net/netns.ts';
import { sysctl } from '../../engine/net/sysctl.ts';

/** A network device as the picture needs it. `key` is its row. */
export interface Device {
  readonly key: number;
  readonly name: string;
  readonly ifindex: number;
  readonly lladdr: string;
  readonly addresses: readonly string[];
  readonly up: boolean;
  readonly carrier: boolean;
  readonly kind: Netdev['kind'];
  /** `UP`, `DOWN`, … as `ip link` prints it. */
  readonly state: string;
  /** veth: row and number of the other end. */
  readonly peer?: { readonly key: number; readonly ifindex: number; readonly name: string };
  readonly master?: number;
  readonly made: boolean;
}

export interface GuestProcess {
  readonly key: number;
  readonly comm: string;
  /** Its PID inside, and on the host. */
  readonly own: number;
  readonly host: number;
}

/** A network namespace beside the host's, with the containers in it; or a container that has none of its own. */
export interface Guest {
  /** `container:3`, or `netns:36` for one made by hand. */
  readonly id: string;
  readonly title: string;
  readonly image?: string;
  /** A container's state; a namespace made by hand has none. */
  readonly state?: Container['state'];
  readonly inode?: number;
  /** It uses the host's network. */
  readonly onHost: boolean;
  readonly processes: readonly GuestProcess[];
  readonly devices: readonly Device[];
  /** The bridge at which it is drawn. */
  readonly bridge: number;
  readonly made: boolean;
}

export interface Learned {
  readonly lladdr: string;
  readonly port: string;
  readonly made: boolean;
}

export interface Bridge extends Device {
  readonly ports: readonly Device[];
  readonly learned: readonly Learned[];
}

export interface Neighbour {
  readonly owner: string;
  readonly address: string;
  readonly lladdr: string;
  readonly state: string;
  readonly made: boolean;
}

/** What the diagram shows of a world: facts only, no places. */
export interface View {
  readonly host: string;
  readonly kernel: string;
  readonly forwarding: boolean;
  readonly nics: readonly Device[];
  readonly bridges: readonly Bridge[];
  readonly guests: readonly Guest[];
  /** Guests beyond those that are drawn. */
  readonly more: number;
  /** Virtual devices of the host that are in no bridge. */
  readonly free: readonly Device[];
  readonly neighbours: readonly Neighbour[];
}

/** Guests that a picture holds; text says how many more there are. */
const MOST_GUESTS = 12;

/** Reads the network side of the first machine. `events` are those of the last input: what they made is marked. */
export function viewOf(read: Reader, events: readonly Event[]): View | undefined {
  const [machine] = read.all(MACHINE);
  if (!machine) return undefined;
  const made = madeBy(events);
  const device = (row: Netdev): Device => deviceOf(read, row, made);
  const own = netdevsOf(read, machine.ns.net);
  const bridges = own
    .filter((row) => row.kind === 'bridge')
    .map((row): Bridge => {
      const learned = learnedOn(read, row.id).map((entry) => ({
        lladdr: entry.lladdr,
        port: read.get(NETDEV, entry.port)?.name ?? '',
        made: made.has(`fdb ${entry.id}`),
      }));
      return { ...device(row), ports: read.list(NETDEV, 'master', row.id).map(device), learned };
    });
  const all = guestsOf(read, machine, bridges, made);
  const guests = all.slice(0, MOST_GUESTS);
  return {
    host: machine.name,
    kernel: machine.kernel.replace(/^(\d+\.\d+).*$/s, '$1'),
    forwarding: sysctl(read, machine.ns.net, 'net/ipv4/ip_forward') === '1',
    nics: own.filter((row) => row.kind === 'ether').map(device),
    bridges,
    guests,
    more: all.length - guests.length,
    free: own.filter((row) => (row.kind === 'veth' || row.kind === 'dummy') && row.master === undefined).map(device),
    neighbours: [
      ...bridges.flatMap((bridge) => neighboursOf(read, machine.name, bridge, made)),
      ...guests.flatMap((guest) => guest.devices.flatMap((dev) => neighboursOf(read, guest.title, dev, made))),
    ],
  };
}

/** Rows that the events of an input made, as `table id`. */
function madeBy(events: readonly Event[]): ReadonlySet<string> {
  const made = new Set<string>();
  for (const { kind, subject } of events) {
    if (/^(?:netdev\.add|veth\.add|bridge\.plug|bridge\.learn|neigh\.learn|container\.start|netns\.pin)$/.test(kind))
      made.add(`${subject.table} ${subject.id}`);
  }
  return made;
}

function deviceOf(read: Reader, row: Netdev, made: ReadonlySet<string>): Device {
  const peer = row.kind === 'veth' ? read.get(NETDEV, row.peer ?? 0) : undefined;
  return {
    key: row.id,
    name: row.name,
    ifindex: row.ifindex,
    lladdr: row.lladdr,
    addresses: addressesOf(read, row.id)
      .filter((address) => address.scope === 'global')
      .map(formatPrefix),
    up: row.up,
    carrier: row.carrier,
    kind: row.kind,
    state: row.operstate === 'unknown' ? (row.up ? 'UNKNOWN' : 'DOWN') : row.operstate.toUpperCase(),
    made: made.has(`netdev ${row.id}`),
    ...(peer ? { peer: { key: peer.id, ifindex: peer.ifindex, name: peer.name } } : {}),
    ...(row.master === undefined ? {} : { master: row.master }),
  };
}

function neighboursOf(read: Reader, owner: string, dev: Device, made: ReadonlySet<string>): readonly Neighbour[] {
  return read
    .list(NEIGH, 'dev', dev.key)
    .filter((row) => row.lladdr !== undefined || row.state === 'INCOMPLETE' || row.state === 'FAILED')
    .map((row) => ({
      owner,
      address: formatIPv4(row.address),
      lladdr: row.lladdr ?? '',
      state: neighState(read, row),
      made: made.has(`neigh ${row.id}`),
    }));
}

/** Containers in the order in which they were made, then namespaces made by hand. */
function guestsOf(
  read: Reader,
  machine: Machine,
  bridges: readonly Bridge[],
  made: ReadonlySet<string>,
): readonly Guest[] {
  const home = bridges[0]?.key ?? 0;
  const containers = read.list(CONTAINER, 'machine', machine.id);
  const owners = new Map<number, Container[]>();
  for (const container of containers) {
    const net = netOf(read, container);
    if (net !== undefined) owners.set(net, [...(owners.get(net) ?? []), container]);
  }
  const guests: [number, Guest][] = [];
  const placed = new Set<number>();
  for (const ns of read.list(NAMESPACE, 'machine', machine.id)) {
    if (ns.kind !== 'net' || ns.id === machine.ns.net) continue;
    const owned = owners.get(ns.id) ?? containerAtBirth(read, machine, ns.id);
    const guest = namespaceGuest(read, machine, ns, owned, home, made);
    for (const { id } of owned) placed.add(id);
    if (guest) guests.push([owned[0]?.id ?? 1e9 + ns.id, guest]);
  }
  for (const container of containers) {
    if (!placed.has(container.id)) guests.push([container.id, apartGuest(read, machine, container, bridges, home)]);
  }
  return guests.sort(([a], [b]) => a - b).map(([, guest]) => guest);
}

/** The network namespace that a running container is in. */
function netOf(read: Reader, container: Container): number | undefined {
  const init = container.process === undefined ? undefined : read.get(PROCESS, container.process);
  return init && init.state !== 'Z' ? init.ns.net : undefined;
}

function apartGuest(
  read: Reader,
  machine: Machine,
  container: Container,
  bridges: readonly Bridge[],
  home: number,
): Guest {
  const endpoint = read.list(ENDPOINT, 'container', container.id)[0];
  const network = endpoint && read.get(NETWORK, endpoint.network);
  const init = container.process === undefined ? undefined : read.get(PROCESS, container.process);
  return {
    id: `container:${container.id}`,
    title: container.name,
    image: container.imageRef,
    state: container.state,
    onHost: init?.ns.net === machine.ns.net,
    processes: init && isUp(container) ? [processOf(init)] : [],
    devices: [],
    bridge: bridges.find(({ name }) => name === network?.bridge)?.key ?? home,
    made: false,
  };
}

const processOf = (process: Process): GuestProcess => ({
  key: process.id,
  comm: process.comm,
  own: ownPid(process),
  host: process.pids[0] as number,
});

function namespaceGuest(
  read: Reader,
  machine: Machine,
  ns: { readonly id: number; readonly inode: number },
  owned: readonly Container[],
  home: number,
  made: ReadonlySet<string>,
): Guest | undefined {
  const processes = read.list(PROCESS, 'netns', ns.id);
  const rows = netdevsOf(read, ns.id).filter((row) => row.kind !== 'loopback');
  const pin = read.list(NETNS, 'machine', machine.id).find((row) => row.ns === ns.id);
  const [container] = owned;
  if (!container && !pin && processes.length === 0 && rows.length === 0) return undefined;
  const devices = rows.map((row) => deviceOf(read, row, made));
  const plugged = devices.map((dev) => read.get(NETDEV, dev.peer?.key ?? 0)?.master).find((key) => key !== undefined);
  return {
    id: container ? `container:${container.id}` : `netns:${ns.id}`,
    title: owned.map(({ name }) => name).join(' + ') || (pin?.name ?? processes[0]?.comm ?? 'netns'),
    ...(container ? { image: container.imageRef, state: container.state } : {}),
    inode: ns.inode,
    onHost: false,
    processes: processes.map(processOf),
    devices,
    bridge: plugged ?? home,
    made: made.has(`container ${container?.id ?? 0}`) || (!container && made.has(`namespace ${ns.id}`)),
  };
}

/** The container that runc is just making in a namespace: the cgroup of its process bears the container's id. */
function containerAtBirth(read: Reader, machine: Machine, ns: number): readonly Container[] {
  for (const process of read.list(PROCESS, 'netns', ns)) {
    const cid = /docker-([0-9a-f]{64})\.scope/.exec(read.get(CGROUP, process.cgroup)?.path ?? '')?.[1];
    const container = cid === undefined ? undefined : read.find(CONTAINER, 'cid', `${machine.id} ${cid}`);
    if (container) return [container];
  }
  return [];
}
