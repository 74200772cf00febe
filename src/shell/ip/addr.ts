import { addressesOf } from '../../engine/net/address.ts';
import { formatIPv4 } from '../../engine/net/ipv4.ts';
import type { Netdev } from '../../engine/net/netdev.ts';
import { add, flush, remove } from './addrChange.ts';
import { abbreviates, type IpCall } from './call.ts';
import { altnames, fold, hardware, headline, show as showLinks } from './link.ts';
import { detailsOf } from './linkDetails.ts';
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
