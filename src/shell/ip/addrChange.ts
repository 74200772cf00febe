import { addAddress, addressesOf, removeAddress } from '../../engine/net/address.ts';
import { broadcastOf, parseIPv4, parsePrefix } from '../../engine/net/ipv4.ts';
import { type Netdev, netdevsOf } from '../../engine/net/netdev.ts';
import type { IpCall } from './call.ts';

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

/** `ip address add`. */
export function add(call: IpCall, words: readonly string[]): number {
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

/** `ip address delete`. */
export function remove(call: IpCall, words: readonly string[]): number {
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

/** `ip address flush`. */
export function flush(call: IpCall, words: readonly string[]): number {
  if (words.length === 0) return call.fail('Flush requires arguments.', 255);
  const name = words[0] === 'dev' ? words[1] : words[0];
  const devices = name === undefined ? netdevsOf(call.tx, call.ns) : [call.device(name)];
  for (const dev of devices) {
    if (!dev) return call.noDevice(name ?? '');
    for (const address of addressesOf(call.tx, dev.id)) removeAddress(call.tx, address);
  }
  return 0;
}
