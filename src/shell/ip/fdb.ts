import { strerror } from '../../engine/core/errno.ts';
import { addFdbEntry, learnedOn, removeFdbEntry } from '../../engine/net/link.ts';
import { findNetdev, NETDEV, type Netdev, netdevsOf } from '../../engine/net/netdev.ts';
import type { Context } from '../command.ts';
import { abbreviates } from './call.ts';
import { linkLocal } from './view.ts';

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
    .map((entry) => `${entry.lladdr} dev ${dev.name} master ${bridge.name} ${entry.fixed ? 'static' : ''}`);
  return [...learned, ...permanent, ...self];
}

/** `bridge fdb`: what a bridge knows of where its neighbours are. */
export function fdb(ctx: Context, ns: number, words: readonly string[]): number {
  const [verb = 'show', ...rest] = words;
  if (abbreviates(verb, 'show', 'list', 'lst')) return show(ctx, ns, rest);
  const known = ['add', 'append', 'replace', 'delete', 'flush', 'get'].find((name) => abbreviates(verb, name));
  if (known === 'add' || known === 'replace' || known === 'delete') return change(ctx, ns, known, rest);
  if (known) return ctx.omit(`bridge fdb ${known}`);
  ctx.err(`Command "${verb}" is unknown, try "bridge fdb help".\n`);
  return 255;
}

function show(ctx: Context, ns: number, words: readonly string[]): number {
  const { tx } = ctx.sys;
  const rest = [...words];
  let devices = netdevsOf(tx, ns).filter((dev) => dev.kind !== 'loopback');
  while (rest.length > 0) {
    let word = rest.shift() as string;
    if (!['br', 'brport', 'dev'].includes(word)) {
      rest.unshift(word);
      word = 'brport';
    }
    const name = rest.shift() ?? '';
    const dev = findNetdev(tx, ns, name);
    if (!dev) {
      ctx.err(word === 'br' ? `Cannot find bridge device "${name}"\n` : `Cannot find device "${name}"\n`);
      return 255;
    }
    devices = devices.filter((other) => other.id === dev.id || (word === 'br' && other.master === dev.id));
  }
  for (const dev of devices) for (const entry of entriesOf(ctx, dev)) ctx.out(`${entry}\n`);
  return 0;
}

/** `LLADDR dev PORT master [static|dynamic]`, as fdb_modify of iproute2 reads it. @sim omitted: self, local entries, VLANs. */
function change(ctx: Context, ns: number, verb: 'add' | 'replace' | 'delete', words: readonly string[]): number {
  const { tx } = ctx.sys;
  const refuse = (text: string): number => {
    ctx.err(`${text}\n`);
    return 255;
  };
  let [lladdr, name, state]: (string | undefined)[] = [];
  let master = false;
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    if (word === 'dev') name = words[++i];
    else if (word === 'master') master = true;
    else if (['static', 'dynamic', 'temp', 'local', 'permanent'].includes(word)) state = word;
    else if (
      ['self', 'vlan', 'dst', 'via', 'port', 'vni', 'router', 'use', 'extern_learn', 'sticky', 'nhid'].includes(word)
    )
      return ctx.omit(`bridge fdb … ${word}`);
    else lladdr = word === 'to' ? words[++i] : word;
  }
  if (lladdr === undefined || name === undefined) return refuse('Device and address are required arguments.');
  const dev = findNetdev(tx, ns, name);
  if (!dev) return refuse(`Cannot find device "${name}"`);
  if (!/^(?:[0-9a-f]{1,2}:){5}[0-9a-f]{1,2}$/i.test(lladdr)) return refuse(`Invalid address "${lladdr}"`);
  // Without `master` the entry is the device's own, and without a state it is the bridge's own address.
  if (!master) return ctx.omit('bridge fdb … self');
  if (dev.master === undefined) return refuse(`RTNETLINK answers: ${strerror('EOPNOTSUPP')}`);
  const address = lladdr
    .toLowerCase()
    .split(':')
    .map((byte) => byte.padStart(2, '0'))
    .join(':');
  if (verb === 'delete') {
    const gone = removeFdbEntry(tx, dev, address);
    return gone.ok ? 0 : refuse(`RTNETLINK answers: ${strerror(gone.error)}`);
  }
  if (state !== 'static' && state !== 'dynamic' && state !== 'temp') return ctx.omit('bridge fdb … permanent');
  const added = addFdbEntry(tx, dev, address, { fixed: state !== 'dynamic', replace: verb === 'replace' });
  return added.ok ? 0 : refuse(`RTNETLINK answers: ${strerror(added.error)}`);
}
