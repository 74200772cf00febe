import { addAddress, addressesOf, removeAddress } from '../../engine/net/address.ts';
import { broadcastOf, formatIPv4, parseIPv4, parsePrefix } from '../../engine/net/ipv4.ts';
import { type Netdev, netdevsOf } from '../../engine/net/netdev.ts';
import { abbreviates, type IpCall } from './call.ts';
import { altnames, detailsOf, fold, hardware, headline, show as showLinks } from './link.ts';
import { fullName, isInitial, linkLocal, shortAddresses, stateOf } from './view.ts';

export function addr(call: IpCall): number {
  const [verb = 'show', ...words] = call.words;
  if (abbreviates(verb, 'show', 'list', 'lst')) return showLinks(call, words, (dev) => text(call, dev));
  if (abbreviates(verb, 'add')) return add(call, words);
  if (abbreviates(verb, 'delete')) return remove(call, words);
  if (abbreviates(verb, 'flush')) return flush(call, words);
  if (call.device(verb)) return showLinks(call, call.words, (dev) => text(call, dev));
  return call.fail(`Command "${verb}" is unknown, try "ip address help".`, 255);
}

const FOREVER = '\n       valid_lft forever preferred_lft forever';

function text(call: IpCall, dev: Netdev): string {
  const { family, brief, oneline, details } = call.options;
  if (brief)
    return `${fullName(call.tx, dev).padEnd(17)}${stateOf(dev).padEnd(15)}${shortAddresses(call.tx, dev, family).join(' ')} \n`.replace(
      / +\n$/,
      ' \n',
    );
  const lines = [...(family === '6' ? [] : fourOf(call, dev)), ...(family === '4' ? [] : sixOf(call, dev))];
  if (oneline) return lines.map((line) => `${dev.ifindex}: ${dev.name}${line}\n`.replaceAll('\n ', '\\ ')).join('');
  if (family !== undefined && lines.length === 0) return '';
  const top =
    family === '6' && !call.busybox
      ? `${headline(call, dev, false)
          .replace(/ qdisc \S+/, '')
          .replace(/ group default.*/, ' ')}`
      : headline(call, dev, false);
  const link =
    family === '6' && !call.busybox
      ? ''
      : `\n${hardware(call, dev)}${details && !call.busybox ? detailsOf(call, dev) : ''}${call.busybox ? '' : altnames(dev)}`;
  return fold(call, `${top}${link}${lines.map((line) => `\n${line}`).join('')}\n`);
}

function fourOf(call: IpCall, dev: Netdev): readonly string[] {
  return addressesOf(call.tx, dev.id).map((address) => {
    const brd = address.broadcast === undefined ? '' : ` brd ${formatIPv4(address.broadcast)}`;
    return `    inet ${formatIPv4(address.address)}/${address.length}${brd} scope ${address.scope} ${dev.name}${FOREVER}`;
  });
}

function sixOf(call: IpCall, dev: Netdev): readonly string[] {
  if (dev.kind === 'loopback') {
    if (!dev.up) return [];
    const more = call.busybox ? '' : isInitial(call.tx, dev.ns) ? 'noprefixroute ' : 'proto kernel_lo ';
    return [`    inet6 ::1/128 scope host ${more}${FOREVER}`];
  }
  const local = linkLocal(dev);
  return local === undefined
    ? []
    : [`    inet6 ${local}/64 scope link ${call.busybox ? '' : 'proto kernel_ll '}${FOREVER}`];
}

interface Wanted {
  readonly text: string;
  readonly dev: Netdev;
  readonly broadcast: string | undefined;
}

/** `ADDRESS[/LEN] [brd +|ADDRESS] dev NAME`, in any order. */
function read(call: IpCall, words: readonly string[]): Wanted | number {
  let text: string | undefined;
  let name: string | undefined;
  let broadcast: string | undefined;
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    if (word === 'dev') name = words[++i];
    else if (word === 'brd' || word === 'broadcast') broadcast = words[++i];
    else if (word === 'label' || word === 'scope') i++;
    else if (word === 'local') text = words[++i];
    else if (text === undefined) text = word;
    else return call.garbage(word);
  }
  if (name === undefined) return call.fail('Not enough information: "dev" argument is required.', 255);
  if (text === undefined) return call.missing();
  if (!parsePrefix(text)) return call.fail(`Error: any valid prefix is expected rather than "${text}".`, 1);
  const dev = call.device(name);
  return dev ? { text, dev, broadcast } : call.noDevice(name);
}

function add(call: IpCall, words: readonly string[]): number {
  const wanted = read(call, words);
  if (typeof wanted === 'number') return wanted;
  const prefix = parsePrefix(wanted.text);
  if (!prefix) return 1;
  const broadcast =
    wanted.broadcast === undefined
      ? undefined
      : wanted.broadcast === '+'
        ? broadcastOf(prefix)
        : parseIPv4(wanted.broadcast);
  const added = addAddress(call.tx, wanted.dev, prefix, {
    frame: true,
    ...(broadcast === undefined ? {} : { broadcast }),
  });
  return added.ok ? 0 : call.fail('Error: ipv4: Address already assigned.', 2);
}

function remove(call: IpCall, words: readonly string[]): number {
  const wanted = read(call, words);
  if (typeof wanted === 'number') return wanted;
  const prefix = parsePrefix(wanted.text);
  const found = addressesOf(call.tx, wanted.dev.id).find(
    (address) =>
      address.address === prefix?.address && (!wanted.text.includes('/') || address.length === prefix.length),
  );
  if (!found) return call.fail('Error: ipv4: Address not found.', 2);
  removeAddress(call.tx, found);
  return 0;
}

function flush(call: IpCall, words: readonly string[]): number {
  const name = words[0] === 'dev' ? words[1] : words[0];
  const devices = name === undefined ? netdevsOf(call.tx, call.ns) : [call.device(name)];
  for (const dev of devices) {
    if (!dev) return call.noDevice(name ?? '');
    for (const address of addressesOf(call.tx, dev.id)) removeAddress(call.tx, address);
  }
  return 0;
}
