import { strerror } from '../../engine/core/errno.ts';
import { PROCESS } from '../../engine/linux/process.ts';
import {
  findNetdev,
  isDeviceName,
  moveNetdev,
  NETDEV,
  type Netdev,
  removeNetdev,
  setLladdr,
  setMaster,
  setUp,
} from '../../engine/net/netdev.ts';
import { findNetns } from '../../engine/net/netns.ts';
import { type IpCall, isLladdr } from './call.ts';

/** `ip link set`. */
export function set(call: IpCall, words: readonly string[]): number {
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
  } else if (word === 'mtu') {
    const mtu = rest.shift() ?? '';
    if (!/^\d+$/.test(mtu)) return call.fail(`Error: argument "${mtu}" is wrong: Invalid "mtu" value\n`, 255);
    if (Number(mtu) < 68) return call.fail('Error: mtu less than device minimum.', 2);
    if (Number(mtu) > 65536) return call.fail('Error: mtu greater than device maximum.', 2);
    tx.patch(NETDEV, dev.id, { mtu: Number(mtu) });
  } else if (word === 'address') {
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

/** `ip link delete`. */
export function remove(call: IpCall, words: readonly string[]): number {
  const name = words[0] === 'dev' ? words[1] : words[0];
  const dev = name === undefined ? undefined : call.device(name);
  if (!dev) return call.noDevice(name ?? '');
  if (dev.kind === 'loopback' || dev.kind === 'ether') return call.kernel(strerror('EOPNOTSUPP'));
  removeNetdev(call.tx, dev, true);
  return 0;
}
