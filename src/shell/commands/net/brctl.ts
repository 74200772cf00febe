import { strerror } from '../../../engine/core/errno.ts';
import { AGEING, learnedOn } from '../../../engine/net/link.ts';
import {
  addNetdev,
  findNetdev,
  NETDEV,
  type Netdev,
  netdevsOf,
  removeNetdev,
  setMaster,
} from '../../../engine/net/netdev.ts';
import { mayAdministerNet } from '../../../engine/net/netns.ts';
import { type Context, defineCommand } from '../../command.ts';

interface Verb {
  /** Words it needs. */
  readonly least: number;
  readonly help: string;
  readonly run: (ctx: Context, ns: number, words: readonly string[]) => number;
}

function refuse(ctx: Context, text: string): number {
  ctx.err(`${text}\n`);
  return 1;
}

function bridgeNamed(ctx: Context, ns: number, name: string): Netdev | undefined {
  const dev = findNetdev(ctx.sys.tx, ns, name);
  return dev?.kind === 'bridge' ? dev : undefined;
}

const portsOf = (ctx: Context, bridge: Netdev): readonly Netdev[] => ctx.sys.tx.list(NETDEV, 'master', bridge.id);

function show(ctx: Context, ns: number, [name]: readonly string[]): number {
  if (name !== undefined && !bridgeNamed(ctx, ns, name)) return refuse(ctx, `bridge ${name} does not exist!`);
  ctx.out('bridge name\tbridge id\t\tSTP enabled\tinterfaces\n');
  for (const bridge of netdevsOf(ctx.sys.tx, ns)) {
    if (bridge.kind !== 'bridge' || (name !== undefined && bridge.name !== name)) continue;
    const [first = '', ...others] = portsOf(ctx, bridge)
      .map((port) => port.name)
      .sort();
    ctx.out(`${bridge.name}\t\t8000.${bridge.lladdr.replaceAll(':', '')}\tno\t\t${first}\n`);
    for (const port of others) ctx.out(`\t\t\t\t\t\t\t${port}\n`);
  }
  return 0;
}

/** Seconds since a frame came from there, as `%4i.%.2i`. */
const timer = (micros: number): string => {
  const hundredths = Math.floor(micros / 10_000);
  return `${String(Math.floor(hundredths / 100)).padStart(4)}.${String(hundredths % 100).padStart(2, '0')}`;
};

function showMacs(ctx: Context, ns: number, [name = '']: readonly string[]): number {
  const bridge = bridgeNamed(ctx, ns, name);
  if (!bridge) return refuse(ctx, `read of forward table failed: No such device`);
  const ports = portsOf(ctx, bridge);
  const own = ports.map(({ lladdr }, i) => ({ port: i + 1, lladdr, local: true, age: 0 }));
  const learned = learnedOn(ctx.sys.tx, bridge.id).map(({ port, lladdr, seenAt }) => ({
    port: ports.findIndex(({ id }) => id === port) + 1,
    lladdr,
    local: false,
    age: Math.min(ctx.sys.now - seenAt, AGEING),
  }));
  ctx.out('port no\tmac addr\t\tis local?\tageing timer\n');
  for (const { port, lladdr, local, age } of [...own, ...learned].sort((a, b) => (a.lladdr < b.lladdr ? -1 : 1)))
    ctx.out(`${String(port).padStart(3)}\t${lladdr}\t${local ? 'yes' : 'no'}\t\t${timer(age)}\n`);
  return 0;
}

function addBridge(ctx: Context, ns: number, [name = '']: readonly string[]): number {
  const made = addNetdev(ctx.sys.tx, { ns, name, kind: 'bridge' }, true);
  if (made.ok) return 0;
  return refuse(
    ctx,
    made.error === 'EEXIST'
      ? `device ${name} already exists; can't create bridge with the same name`
      : 'add bridge failed: Invalid argument',
  );
}

function deleteBridge(ctx: Context, ns: number, [name = '']: readonly string[]): number {
  const bridge = bridgeNamed(ctx, ns, name);
  if (!bridge) return refuse(ctx, `bridge ${name} doesn't exist; can't delete it`);
  if (bridge.up) return refuse(ctx, `bridge ${name} is still up; can't delete it`);
  removeNetdev(ctx.sys.tx, bridge, true);
  return 0;
}

function addPort(ctx: Context, ns: number, [name = '', ...ports]: readonly string[]): number {
  for (const port of ports) {
    const dev = findNetdev(ctx.sys.tx, ns, port);
    if (!dev) return refuse(ctx, `interface ${port} does not exist!`);
    const bridge = bridgeNamed(ctx, ns, name);
    if (!bridge) return refuse(ctx, `bridge ${name} does not exist!`);
    if (dev.master !== undefined)
      return refuse(ctx, `device ${port} is already a member of a bridge; can't enslave it to bridge ${name}.`);
    if (dev.kind === 'bridge')
      return refuse(ctx, `device ${port} is a bridge device itself; can't enslave a bridge device to a bridge device.`);
    if (dev.kind === 'loopback') return refuse(ctx, `can't add ${port} to bridge ${name}: Invalid argument`);
    setMaster(ctx.sys.tx, dev, bridge.id, true);
  }
  return 0;
}

function removePort(ctx: Context, ns: number, [name = '', ...ports]: readonly string[]): number {
  for (const port of ports) {
    const dev = findNetdev(ctx.sys.tx, ns, port);
    if (!dev) return refuse(ctx, `interface ${port} does not exist!`);
    const bridge = bridgeNamed(ctx, ns, name);
    if (!bridge) return refuse(ctx, `bridge ${name} does not exist!`);
    if (dev.master !== bridge.id) return refuse(ctx, `device ${port} is not a slave of ${name}`);
    setMaster(ctx.sys.tx, dev, undefined, true);
  }
  return 0;
}

/** bridge-utils 1.7, brctl_cmd.c, in its order. @sim omitted: spanning tree, costs, priorities and timers are not simulated. */
const VERBS: Readonly<Record<string, Verb>> = {
  addbr: { least: 1, help: '<bridge>\t\tadd bridge', run: addBridge },
  delbr: { least: 1, help: '<bridge>\t\tdelete bridge', run: deleteBridge },
  addif: { least: 2, help: '<bridge> <device>\tadd interface to bridge', run: addPort },
  delif: { least: 2, help: '<bridge> <device>\tdelete interface from bridge', run: removePort },
  show: { least: 0, help: '[ <bridge> ]\t\tshow a list of bridges', run: show },
  showmacs: { least: 1, help: '<bridge>\t\tshow a list of mac addrs', run: showMacs },
};

defineCommand({
  name: 'brctl',
  summary: 'Ethernet bridge administration.',
  raw: true,
  start(ctx) {
    const [name, ...words] = ctx.argv.slice(1);
    const verb = name !== undefined && Object.hasOwn(VERBS, name) ? VERBS[name] : undefined;
    if (verb && words.length < verb.least) {
      ctx.out(`Incorrect number of arguments for command\nUsage: brctl ${name} ${verb.help}\n`);
      return 1;
    }
    if (verb && !name?.startsWith('show') && !mayAdministerNet(ctx.sys.self))
      return ctx.fail(`bridge ${words[0]}: ${strerror('EPERM')}`, 1);
    if (verb) return verb.run(ctx, ctx.sys.self.ns.net, words);
    if (name !== undefined) ctx.err(`never heard of command [${name}]\n`);
    ctx.out('Usage: brctl [commands]\ncommands:\n');
    for (const [word, { help }] of Object.entries(VERBS)) ctx.out(`\t${word.padEnd(10)}\t${help}\n`);
    return 1;
  },
});
