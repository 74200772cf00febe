import { strerror } from '../../engine/core/errno.ts';
import { addNetdev, addVeth, findNetdev, isDeviceName } from '../../engine/net/netdev.ts';
import { findNetns } from '../../engine/net/netns.ts';
import { type IpCall, isLladdr } from './call.ts';

const KINDS = ['bridge', 'veth', 'dummy'];
/** What a kernel makes besides (ip-link(8)). */
const OTHER_KINDS = [
  'bond',
  'geneve',
  'gre',
  'gretap',
  'ifb',
  'ipip',
  'ipvlan',
  'ipvtap',
  'macsec',
  'macvlan',
  'macvtap',
  'netkit',
  'nlmon',
  'sit',
  'team',
  'vcan',
  'vlan',
  'vrf',
  'vti',
  'vxlan',
  'wireguard',
  'xfrm',
];

interface Wanted {
  name?: string;
  kind?: string;
  lladdr?: string;
  mtu?: number;
  peer: string;
  peerNs: number;
}

/** What `ip link add` reads before and behind `type`; a number is the status of a call that is wrong. */
function read(call: IpCall, words: readonly string[]): Wanted | number {
  const rest = [...words];
  const wanted: Wanted = { peer: '', peerNs: call.ns };
  while (rest.length > 0) {
    const word = rest.shift() as string;
    if (word === 'type') {
      wanted.kind = rest.shift() ?? '';
      const wrong = readType(call, wanted, rest);
      if (wrong !== undefined) return wrong;
    } else if (word === 'name' || word === 'dev') wanted.name = rest.shift() ?? '';
    else if (word === 'address') {
      const lladdr = rest.shift() ?? '';
      if (!isLladdr(lladdr)) return call.fail(`"${lladdr}" is invalid lladdr.`, 255);
      wanted.lladdr = lladdr.toLowerCase();
    } else if (['link', 'numtxqueues', 'numrxqueues', 'txqueuelen', 'index'].includes(word)) {
      return call.ctx.omit(`ip link … ${word}`);
    } else if (word === 'mtu') {
      const mtu = rest.shift() ?? '';
      if (!/^\d+$/.test(mtu)) return call.fail(`Error: argument "${mtu}" is wrong: Invalid "mtu" value\n`, 255);
      wanted.mtu = Number(mtu);
    } else if (wanted.name === undefined) wanted.name = word;
    else return call.garbage(word);
  }
  return wanted;
}

function readType(call: IpCall, wanted: Wanted, rest: string[]): number | undefined {
  while (rest.length > 0) {
    const option = rest.shift() as string;
    if (wanted.kind !== 'veth') return call.ctx.omit(`ip link … type ${wanted.kind} ${option}`);
    if (option === 'peer') {
      if (rest[0] === 'name' || rest[0] === 'dev') rest.shift();
      wanted.peer = rest.shift() ?? '';
    } else if (option === 'netns') {
      const target = rest.shift() ?? '';
      const ns = findNetns(call.tx, call.ctx.sys.self.machine, target);
      if (ns === undefined) return call.fail(`Error: argument "${target}" is wrong: Invalid "netns" value\n`, 255);
      wanted.peerNs = ns;
    } else return call.ctx.omit(`ip link … type veth … ${option}`);
  }
  return undefined;
}

/** `ip link add [name] NAME [address LLADDR] [mtu MTU] type KIND [peer [name] NAME] [netns NAME]`. */
export function add(call: IpCall, words: readonly string[]): number {
  const wanted = read(call, words);
  if (typeof wanted === 'number') return wanted;
  const { kind, peer, peerNs, lladdr, mtu } = wanted;
  if (kind === undefined) return call.fail('Not enough information: "type" argument is required', 255);
  if (!KINDS.includes(kind))
    return OTHER_KINDS.includes(kind)
      ? call.ctx.omit(`ip link … type ${kind}`)
      : call.fail('Error: Unknown device type.', 2);
  // The peer is registered first, so that without names it has the lower number (veth_newlink).
  const far = {
    ns: peerNs,
    name: peer || freeName(call, peerNs, 'veth', peerNs === call.ns ? wanted.name : undefined),
  };
  const name =
    wanted.name ?? freeName(call, call.ns, kind, kind === 'veth' && peerNs === call.ns ? far.name : undefined);
  if (!isDeviceName(name)) return call.fail(`Error: argument "${name}" is wrong: "name" not a valid ifname\n`, 255);
  const near = {
    ns: call.ns,
    name,
    ...(lladdr === undefined ? {} : { lladdr, addressSet: true as const }),
    ...(mtu === undefined ? {} : { mtu }),
  };
  const made =
    kind === 'veth'
      ? addVeth(call.tx, near, far, true)
      : addNetdev(call.tx, { ...near, kind: kind as 'bridge' | 'dummy' }, true);
  return made.ok ? 0 : call.kernel(strerror(made.error));
}

/** `veth0`, `veth1` …: the first that is free (dev_alloc_name). */
function freeName(call: IpCall, ns: number, stem: string, taken: string | undefined): string {
  for (let i = 0; ; i++) if (`${stem}${i}` !== taken && !findNetdev(call.tx, ns, `${stem}${i}`)) return `${stem}${i}`;
}
