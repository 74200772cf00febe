import { strerror } from '../../engine/core/errno.ts';
import { PROCESS } from '../../engine/linux/process.ts';
import { learnedOn } from '../../engine/net/link.ts';
import {
  findNetdev,
  isDeviceName,
  moveNetdev,
  NETDEV,
  type Netdev,
  netdevsOf,
  removeNetdev,
  setLladdr,
  setMaster,
  setUp,
} from '../../engine/net/netdev.ts';
import { findNetns } from '../../engine/net/netns.ts';
import { abbreviates, type IpCall } from './call.ts';
import { add, isLladdr } from './linkAdd.ts';
import { flagsOf, fullName, isInitial, masterOf, netnsidOf, qdiscOf, stateOf } from './view.ts';

export function link(call: IpCall): number {
  const [verb = 'show', ...words] = call.words;
  if (abbreviates(verb, 'show', 'list', 'lst')) return show(call, words);
  if (abbreviates(verb, 'set')) return set(call, words);
  if (abbreviates(verb, 'add')) return add(call, words);
  if (abbreviates(verb, 'delete')) return remove(call, words);
  if (call.device(verb)) return show(call, call.words);
  return call.fail(`Command "${verb}" is unknown, try "ip link help".`, 255);
}

export function show(
  call: IpCall,
  words: readonly string[],
  print: (dev: Netdev) => string = (dev) => text(call, dev),
): number {
  const chosen = choose(call, words);
  if (typeof chosen === 'number') return chosen;
  for (const dev of chosen) call.out(print(dev));
  return 0;
}

/** The devices that `[dev] NAME`, `type KIND`, `master BRIDGE`, `up` pick. */
function choose(call: IpCall, words: readonly string[]): readonly Netdev[] | number {
  let devices = netdevsOf(call.tx, call.ns);
  // iproute2 lists what it asked for by kind newest first.
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    if (word === 'type') {
      const kind = words[++i];
      devices = devices.filter((dev) => dev.kind === kind).sort((a, b) => b.id - a.id);
    } else if (word === 'master') {
      const name = words[++i] ?? '';
      const master = call.device(name);
      if (!master) return call.fail(`Device "${name}" does not exist.`, 255);
      devices = devices.filter((dev) => dev.master === master.id);
    } else if (word === 'up') devices = devices.filter((dev) => dev.up);
    else if (word === 'label' || word === 'scope' || word === 'to') i++;
    else {
      const name = word === 'dev' ? (words[++i] ?? '') : word;
      const dev = call.device(name) ?? devices.find((other) => other.altnames?.includes(name));
      if (!dev)
        return call.busybox
          ? call.fail(`can't find device '${name}'`, 1)
          : call.fail(`Device "${name}" does not exist.`, 1);
      devices = [dev];
    }
  }
  return devices;
}

/** The first line of a device, shared by `ip link` and `ip addr`. */
export function headline(call: IpCall, dev: Netdev, withMode: boolean): string {
  const { tx, busybox } = call;
  const master = masterOf(tx, dev);
  const queue =
    dev.kind === 'ether' || dev.kind === 'loopback' || !dev.wasUp || isInitial(tx, dev.ns)
      ? ['ether', 'loopback'].includes(dev.kind)
      : false;
  const parts = [
    `${dev.ifindex}: ${fullName(tx, dev)}:`,
    flagsOf(tx, dev, busybox && dev.kind === 'veth'),
    `mtu ${dev.mtu} qdisc ${qdiscOf(dev)}`,
    ...(master === undefined ? [] : [`master ${master}`]),
    ...(busybox ? [] : [`state ${stateOf(dev)}`, ...(withMode ? ['mode DEFAULT'] : []), 'group default']),
    ...(queue || (!busybox && needsQlen(dev)) ? ['qlen 1000'] : []),
  ];
  return `${parts.join(' ')}${busybox && !queue ? ' ' : ''}${!busybox && !queue && !needsQlen(dev) ? ' ' : ''}`;
}

/** Devices that were made by hand and never set up show the default queue length. */
const needsQlen = (dev: Netdev): boolean =>
  !['ether', 'loopback'].includes(dev.kind) && !dev.wasUp && !dev.up && dev.kind !== 'bridge';

export function hardware(call: IpCall, dev: Netdev): string {
  const kind = dev.kind === 'loopback' ? 'loopback' : 'ether';
  const broadcast = dev.kind === 'loopback' ? '00:00:00:00:00:00' : 'ff:ff:ff:ff:ff:ff';
  const id = call.busybox ? undefined : netnsidOf(call.tx, dev);
  return `    link/${kind} ${dev.lladdr} brd ${broadcast}${id === undefined ? '' : ` link-netnsid ${id}`}`;
}

export const altnames = (dev: Netdev): string => (dev.altnames ?? []).map((name) => `\n    altname ${name}`).join('');

/** Joins the lines of one device as `-o` does. */
export const fold = (call: IpCall, text: string): string =>
  call.options.oneline ? `${text.replace(/\n$/, '').replaceAll('\n', '\\')}\n` : text;

function text(call: IpCall, dev: Netdev): string {
  if (call.options.brief) {
    return `${fullName(call.tx, dev).padEnd(17)}${stateOf(dev).padEnd(15)}${dev.lladdr} ${flagsOf(call.tx, dev)} \n`;
  }
  const details = call.options.details && !call.busybox ? detailsOf(call, dev) : '';
  const alt = call.busybox ? '' : altnames(dev);
  return fold(call, `${headline(call, dev, true)}\n${hardware(call, dev)}${details}${alt}\n`);
}

/** `-d`: what the driver says (defaults of the recorded kernel). */
export function detailsOf(call: IpCall, dev: Netdev): string {
  const sizes = `gso_max_size 65536 gso_max_segs 65535 tso_max_size ${dev.kind === 'ether' ? 65536 : 524280} tso_max_segs 65535 gro_max_size 65536 gso_ipv4_max_size 65536 gro_ipv4_max_size 65536 `;
  const range = dev.kind === 'loopback' ? 'minmtu 0 maxmtu 0' : 'minmtu 68 maxmtu 65535';
  const head = ` promiscuity ${dev.master === undefined ? 0 : 1} allmulti ${dev.master === undefined ? 0 : 1} ${range} `;
  const queues = dev.kind === 'veth' ? 'numtxqueues 2 numrxqueues 2' : 'numtxqueues 1 numrxqueues 1';
  const tail = `addrgenmode eui64 ${queues} ${sizes}`;
  if (dev.kind === 'bridge') return `${head}\n    ${bridgeDetails(call, dev)}${tail}`;
  if (dev.kind === 'veth')
    return `${head}\n    veth \n${dev.master === undefined ? '' : `    ${portDetails(call, dev)}`}${tail}`;
  return `${head}${tail}${dev.kind === 'ether' ? 'parentbus virtio parentdev virtio2 ' : ''}`;
}

function bridgeDetails(call: IpCall, dev: Netdev): string {
  const id = `8000.${dev.lladdr}`;
  const learned = learnedOn(call.tx, dev.id).length;
  const gc = 300 - (Math.floor((call.tx.now - dev.createdAt) / 10_000) % 30_000) / 100;
  return `bridge forward_delay 1500 hello_time 200 max_age 2000 ageing_time 30000 stp_state 0 priority 32768 vlan_filtering 0 vlan_protocol 802.1Q bridge_id ${id} designated_root ${id} root_port 0 root_path_cost 0 topology_change 0 topology_change_detected 0 hello_timer    0.00 tcn_timer    0.00 topology_change_timer    0.00 gc_timer  ${gc.toFixed(2)} fdb_n_learned ${learned} fdb_max_learned 0 vlan_default_pvid 1 vlan_stats_enabled 0 vlan_stats_per_port 0 group_fwd_mask 0 group_address 01:80:c2:00:00:00 mcast_snooping 1 no_linklocal_learn 0 mcast_vlan_snooping 0 mst_enabled 0 mcast_router 1 mcast_query_use_ifaddr 0 mcast_querier 0 mcast_hash_elasticity 16 mcast_hash_max 4096 mcast_last_member_count 2 mcast_startup_query_count 2 mcast_last_member_interval 100 mcast_membership_interval 26000 mcast_querier_interval 25500 mcast_query_interval 12500 mcast_query_response_interval 1000 mcast_startup_query_interval 3124 mcast_stats_enabled 0 mcast_igmp_version 2 mcast_mld_version 1 nf_call_iptables 0 nf_call_ip6tables 0 nf_call_arptables 0 `;
}

function portDetails(call: IpCall, dev: Netdev): string {
  const ports = netdevsOf(call.tx, dev.ns).filter((other) => other.master === dev.master);
  const number = ports.findIndex((other) => other.id === dev.id) + 1;
  const bridge = call.tx.get(NETDEV, dev.master ?? 0);
  return `bridge_slave state ${dev.carrier ? 'forwarding' : 'disabled'} priority 32 cost 2 hairpin off guard off root_block off fastleave off learning on flood on port_id 0x800${number} port_no 0x${number} designated_port 3276${8 + number} designated_cost 0 designated_bridge 8000.${bridge?.lladdr} designated_root 8000.${bridge?.lladdr} `;
}

function set(call: IpCall, words: readonly string[]): number {
  const rest = [...words];
  let name = rest.shift();
  if (name === 'dev') name = rest.shift();
  if (name === undefined) return call.fail('Not enough of information: "dev" argument is required.', 255);
  let dev = call.device(name);
  if (!dev) return call.noDevice(name);
  while (rest.length > 0) {
    const word = rest.shift() as string;
    const status = change(call, dev, word, rest);
    if (status !== undefined) return status;
    dev = call.tx.get(NETDEV, dev.id);
    if (!dev) return 0;
  }
  return 0;
}

function change(call: IpCall, dev: Netdev, word: string, rest: string[]): number | undefined {
  const { tx } = call;
  if (word === 'up' || word === 'down') setUp(tx, dev.id, word === 'up');
  else if (word === 'nomaster') setMaster(tx, dev, undefined, true);
  else if (word === 'master') {
    const name = rest.shift() ?? '';
    const master = call.device(name);
    if (!master) return call.fail(`Error: argument "${name}" is wrong: Device does not exist\n`, 255);
    if (master.kind !== 'bridge' || dev.kind === 'loopback')
      return call.kernel(strerror(dev.kind === 'loopback' ? 'EINVAL' : 'EOPNOTSUPP'));
    if (dev.master !== master.id) setMaster(tx, dev, master.id, true);
  } else if (word === 'mtu') tx.patch(NETDEV, dev.id, { mtu: Number(rest.shift()) || dev.mtu });
  else if (word === 'address') {
    const lladdr = rest.shift() ?? '';
    if (!isLladdr(lladdr)) return call.fail(`"${lladdr}" is invalid lladdr.`, 255);
    setLladdr(tx, dev.id, lladdr.toLowerCase());
  } else if (word === 'name') {
    const name = rest.shift() ?? '';
    if (!isDeviceName(name)) return call.fail(`Error: argument "${name}" is wrong: "name" not a valid ifname\n`, 255);
    if (findNetdev(tx, dev.ns, name)) return call.kernel(strerror('EEXIST'));
    tx.patch(NETDEV, dev.id, { name });
  } else if (word === 'netns') return move(call, dev, rest.shift() ?? '');
  else if (['type', 'alias', 'group', 'allmulticast', 'carrier', 'vf', 'xdp'].includes(word))
    return call.ctx.omit(`ip link set … ${[word, ...rest].join(' ')}`);
  else if (word === 'promisc' || word === 'arp' || word === 'multicast' || word === 'txqueuelen') rest.shift();
  else return call.garbage(word);
  return undefined;
}

function move(call: IpCall, dev: Netdev, target: string): number | undefined {
  const { tx, ctx } = call;
  const process = /^\d+$/.test(target) ? ctx.sys.find(Number(target)) : undefined;
  const ns = process ? tx.get(PROCESS, process.id)?.ns.net : findNetns(tx, ctx.sys.self.machine, target);
  if (ns === undefined) return call.fail(`Error: argument "${target}" is wrong: Invalid "netns" value\n`, 255);
  if (dev.kind === 'loopback' || dev.kind === 'bridge') return call.fail('Error: The interface netns is immutable.', 2);
  const moved = moveNetdev(tx, dev, ns, dev.name, true);
  return moved.ok ? undefined : call.kernel(strerror(moved.error));
}

function remove(call: IpCall, words: readonly string[]): number {
  const name = words[0] === 'dev' ? words[1] : words[0];
  const dev = name === undefined ? undefined : call.device(name);
  if (!dev) return call.noDevice(name ?? '');
  if (dev.kind === 'loopback' || dev.kind === 'ether') return call.kernel(strerror('EOPNOTSUPP'));
  removeNetdev(call.tx, dev, true);
  return 0;
}
