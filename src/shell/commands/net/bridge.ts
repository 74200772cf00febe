import { findIfindex, findNetdev, NETDEV, type Netdev, netdevsOf } from '../../../engine/net/netdev.ts';
import { type Context, defineCommand, type Step } from '../../command.ts';
import { abbreviates } from '../../ip/call.ts';
import { fdb } from '../../ip/fdb.ts';
import { flagsOf } from '../../ip/view.ts';

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
  const [verb] = words;
  if (verb === 'set') return ctx.omit('bridge link set');
  if (verb !== undefined && verb !== 'dev' && verb !== 'master' && !abbreviates(verb, 'show', 'list', 'lst')) {
    ctx.err(`Command "${verb}" is unknown, try "bridge link help".\n`);
    return 255;
  }
  const at = words.indexOf('dev');
  const only = at < 0 ? undefined : words[at + 1];
  if (only !== undefined && !findNetdev(ctx.sys.tx, ns, only)) {
    ctx.err(`Cannot find device "${only}"\n`);
    return 255;
  }
  const under = words.includes('master') ? (words[words.indexOf('master') + 1] ?? '') : undefined;
  const above = under === undefined ? undefined : findNetdev(ctx.sys.tx, ns, under);
  if (under !== undefined && !above) {
    ctx.err(`Error: argument "${under}" is wrong: Device does not exist\n\n`);
    return 255;
  }
  for (const dev of netdevsOf(ctx.sys.tx, ns)) {
    if (dev.master === undefined || (only !== undefined && dev.name !== only)) continue;
    if (above && dev.master !== above.id) continue;
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

function vlan(ctx: Context, ns: number, [verb = 'show']: readonly string[]): number {
  if (!abbreviates(verb, 'show', 'list', 'lst')) return ctx.omit(`bridge vlan ${verb}`);
  ctx.out('port              vlan-id  \n');
  for (const dev of netdevsOf(ctx.sys.tx, ns))
    if (dev.kind === 'bridge' || dev.master !== undefined) ctx.out(`${dev.name.padEnd(18)}1 PVID Egress Untagged\n`);
  return 0;
}

function unknown(ctx: Context, word: string): number {
  ctx.err(`Object "${word}" is unknown, try "bridge help".\n`);
  return 255;
}

/** What bridge(8) knows besides. */
const OBJECTS = ['mdb', 'mst', 'vni', 'monitor'];
const OPTIONS = ['statistics', 'stats', 'json', 'pretty', 'oneline', 'timestamp', 'netns', 'batch', 'force'];

function start(ctx: Context): Step {
  const words = ctx.argv.slice(1);
  let details = false;
  while (words[0]?.startsWith('-')) {
    const option = (words.shift() as string).replace(/^-+/, '');
    if (option === 'V' || abbreviates(option, 'Version')) {
      ctx.out('bridge utility, iproute2-6.15.0\n');
      return 0;
    }
    if (abbreviates(option, 'details')) details = true;
    else if (option === 'c' || abbreviates(option, 'color', 'compressvlans')) continue;
    else if (OPTIONS.some((name) => abbreviates(option, name))) return ctx.omit(`bridge -${option}`);
    else {
      ctx.err(`Option "-${option}" is unknown, try "bridge help".\n`);
      return 255;
    }
  }
  const [object = 'help', ...rest] = words;
  const ns = ctx.sys.self.ns.net;
  if (abbreviates(object, 'link')) return link(ctx, ns, details, rest);
  if (abbreviates(object, 'fdb')) return fdb(ctx, ns, rest);
  if (abbreviates(object, 'vlan')) return vlan(ctx, ns, rest);
  if (OBJECTS.some((name) => abbreviates(object, name))) return ctx.omit(`bridge ${object}`);
  if (object !== 'help') return unknown(ctx, object);
  ctx.err(
    'Usage: bridge [ OPTIONS ] OBJECT { COMMAND | help }\nwhere  OBJECT := { link | fdb | vlan }\n       OPTIONS := { -V[ersion] | -d[etails] }\n',
  );
  return 255;
}

defineCommand({ name: 'bridge', summary: 'Show bridge ports and forwarding entries.', raw: true, start });
