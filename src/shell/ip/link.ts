import { type Netdev, netdevsOf } from '../../engine/net/netdev.ts';
import { abbreviates, type IpCall } from './call.ts';
import { add } from './linkAdd.ts';
import { remove, set } from './linkChange.ts';
import { detailsOf } from './linkDetails.ts';
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
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    if (word === 'type') {
      const kind = words[++i];
      devices = devices.filter((dev) => dev.kind === kind);
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
