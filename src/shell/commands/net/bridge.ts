import { learnedOn } from '../../../engine/net/link.ts';
import { findIfindex, findNetdev, NETDEV, type Netdev, netdevsOf } from '../../../engine/net/netdev.ts';
import { type Context, defineCommand, type Step } from '../../command.ts';
import { abbreviates } from '../../ip/call.ts';
import { flagsOf, linkLocal } from '../../ip/view.ts';

/**
 * The name as bridge(8) prints it: it reads the peer's number with the names of *this* namespace, so a container's eth0
 * (number 2) shows as the host's own second device (recorded: `veth…@eth0`).
 */
function nameOf(ctx: Context, dev: Netdev): string {
  const peer = dev.kind === 'veth' ? ctx.sys.tx.get(NETDEV, dev.peer ?? 0) : undefined;
  if (!peer) return dev.name;
  const here = findIfindex(ctx.sys.tx, dev.ns, peer.ifindex);
  return `${dev.name}@${here ? here.name : `if${peer.ifindex}`}`;
}

function link(ctx: Context, ns: number, details: boolean, words: readonly string[]): number {
  const at = words.indexOf('dev');
  const only = at < 0 ? undefined : words[at + 1];
  if (only !== undefined && !findNetdev(ctx.sys.tx, ns, only)) {
    ctx.err(`Cannot find device "${only}"\n`);
    return 1;
  }
  for (const dev of netdevsOf(ctx.sys.tx, ns)) {
    if (dev.master === undefined || (only !== undefined && dev.name !== only)) continue;
    const master = ctx.sys.tx.get(NETDEV, dev.master);
    ctx.out(
      `${dev.ifindex}: ${nameOf(ctx, dev)}: ${flagsOf(ctx.sys.tx, dev)} mtu ${dev.mtu} master ${master?.name} state ${dev.carrier ? 'forwarding' : 'disabled'} priority 32 cost 2 \n`,
    );
    if (details) {
      ctx.out(
        '    hairpin off guard off root_block off fastleave off learning on flood on mcast_flood on bcast_flood on mcast_router 1 mcast_to_unicast off neigh_suppress off neigh_vlan_suppress off neigh_forward_grat off vlan_tunnel off isolated off locked off mab off mcast_n_groups 0 mcast_max_groups 0 \n',
      );
    }
  }
  return 0;
}

/** Multicast addresses that a device listens to: all hosts, and for a bridge its own querier; with IPv6 its solicited node. */
function ownGroups(dev: Netdev): readonly string[] {
  const groups =
    dev.kind === 'bridge'
      ? ['33:33:00:00:00:01', '01:00:5e:00:00:6a', '33:33:00:00:00:6a', '01:00:5e:00:00:01']
      : ['33:33:00:00:00:01', '01:00:5e:00:00:01'];
  const local = linkLocal(dev);
  return local === undefined ? groups : [...groups, `33:33:ff:${dev.lladdr.slice(9)}`];
}

function entriesOf(ctx: Context, dev: Netdev): readonly string[] {
  const { tx } = ctx.sys;
  const self = ownGroups(dev).map((group) => `${group} dev ${dev.name} self permanent`);
  const bridge = dev.kind === 'bridge' ? dev : tx.get(NETDEV, dev.master ?? 0);
  if (!bridge) return self;
  const permanent = [
    `${dev.lladdr} dev ${dev.name} vlan 1 master ${bridge.name} permanent`,
    `${dev.lladdr} dev ${dev.name} master ${bridge.name} permanent`,
  ];
  if (dev.kind === 'bridge') return [...self, ...permanent];
  const learned = learnedOn(tx, bridge.id)
    .filter((entry) => entry.port === dev.id)
    .map((entry) => `${entry.lladdr} dev ${dev.name} master ${bridge.name} `);
  return [...learned, ...permanent, ...self];
}

function fdb(ctx: Context, ns: number, words: readonly string[]): number {
  const { tx } = ctx.sys;
  const rest = [...words];
  let devices = netdevsOf(tx, ns).filter((dev) => dev.kind !== 'loopback');
  if (abbreviates(rest[0] ?? 'show', 'show', 'list')) rest.shift();
  while (rest.length > 0) {
    const [word = '', name = ''] = rest.splice(0, 2);
    const dev = findNetdev(tx, ns, name);
    if (!['br', 'brport', 'dev'].includes(word)) return unknown(ctx, word);
    if (!dev) {
      ctx.err(word === 'br' ? `Cannot find bridge device "${name}"\n` : `Cannot find device "${name}"\n`);
      return 1;
    }
    devices = devices.filter((other) => other.id === dev.id || (word === 'br' && other.master === dev.id));
  }
  for (const dev of devices) for (const entry of entriesOf(ctx, dev)) ctx.out(`${entry}\n`);
  return 0;
}

function vlan(ctx: Context, ns: number): number {
  ctx.out('port              vlan-id  \n');
  for (const dev of netdevsOf(ctx.sys.tx, ns))
    if (dev.kind === 'bridge' || dev.master !== undefined) ctx.out(`${dev.name.padEnd(18)}1 PVID Egress Untagged\n`);
  return 0;
}

function unknown(ctx: Context, word: string): number {
  ctx.err(`Object "${word}" is unknown, try "bridge help".\n`);
  return 1;
}

function start(ctx: Context): Step {
  const words = ctx.argv.slice(1);
  let details = false;
  while (words[0]?.startsWith('-'))
    details = abbreviates((words.shift() as string).replace(/^-+/, ''), 'details') || details;
  const [object = 'help', ...rest] = words;
  const ns = ctx.sys.self.ns.net;
  if (abbreviates(object, 'link')) return link(ctx, ns, details, rest);
  if (abbreviates(object, 'fdb')) return fdb(ctx, ns, rest);
  if (abbreviates(object, 'vlan')) return vlan(ctx, ns);
  if (object !== 'help') return unknown(ctx, object);
  ctx.err(
    'Usage: bridge [ OPTIONS ] OBJECT { COMMAND | help }\nwhere  OBJECT := { link | fdb | vlan }\n       OPTIONS := { -V[ersion] | -d[etails] }\n',
  );
  return 255;
}

defineCommand({ name: 'bridge', summary: 'Show bridge ports and forwarding entries.', raw: true, start });
