import { strerror } from '../../engine/core/errno.ts';
import { allAddresses, isLocal, sourceOn } from '../../engine/net/address.ts';
import { contains, formatIPv4, formatPrefix, type Prefix, parseIPv4, parsePrefix } from '../../engine/net/ipv4.ts';
import { findNetdev, NETDEV } from '../../engine/net/netdev.ts';
import { addRoute, lookUpRoute, type Route, removeRoutes, routesOf } from '../../engine/net/route.ts';
import { abbreviates, type IpCall } from './call.ts';

export function route(call: IpCall): number {
  const [verb = 'show', ...words] = call.words;
  if (abbreviates(verb, 'show', 'list', 'lst')) return show(call, words);
  if (abbreviates(verb, 'add', 'append', 'replace')) return add(call, words, verb);
  if (abbreviates(verb, 'delete')) return remove(call, words);
  if (abbreviates(verb, 'get')) return get(call, words);
  // There is no cache since Linux 3.6.
  if (abbreviates(verb, 'flush') && words[0] === 'cache') return 0;
  if (abbreviates(verb, 'change', 'flush', 'restore', 'save', 'showdump', 'test'))
    return call.ctx.omit(`ip route ${verb}`);
  return call.fail(`Command "${verb}" is unknown, try "ip route help".`, 255);
}

/** What a route can be or have (ip-route(8)) and is not simulated. */
const OMITTED = [
  ...['anycast', 'blackhole', 'broadcast', 'local', 'multicast', 'nat', 'prohibit', 'throw', 'unreachable'],
  ...['nexthop', 'nhid', 'encap', 'mtu', 'onlink'],
];

const dstOf = (text: string): Prefix | undefined =>
  text === 'default' ? { address: 0, length: 0 } : parsePrefix(text);
const dstText = (dst: Prefix): string =>
  dst.length === 0 ? 'default' : dst.length === 32 ? formatIPv4(dst.address) : formatPrefix(dst);

/** One route as ip(8) writes it; every part is followed by a blank. */
function routeText(call: IpCall, row: Route): string {
  const dev = call.tx.get(NETDEV, row.dev);
  const parts = [
    dstText(row.dst),
    ...(row.via === undefined ? [] : [`via ${formatIPv4(row.via)}`]),
    `dev ${dev?.name}`,
  ];
  if (!call.busybox && row.proto === 'kernel') parts.push('proto kernel');
  if (!call.busybox && row.proto === 'static') parts.push('proto static');
  if (row.scope === 'link') parts.push(`scope link${call.busybox ? ' ' : ''}`);
  if (row.src !== undefined) parts.push(`src ${formatIPv4(row.src)}`);
  if (row.metric !== undefined) parts.push(`metric ${row.metric}`);
  if (!call.busybox && dev && dev.up && !dev.carrier) parts.push('linkdown');
  return `${parts.join(' ')} \n`;
}

function show(call: IpCall, words: readonly string[]): number {
  if (call.options.family === '6') return 0;
  let rows = routesOf(call.tx, call.ns);
  let local = false;
  let main = true;
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    if (word === 'table') {
      const table = words[++i];
      local = table === 'local' || table === 'all';
      main = table !== 'local';
    } else if (word === 'dev') {
      const name = words[++i] ?? '';
      const dev = call.device(name);
      if (!dev) return call.noDevice(name);
      rows = rows.filter((row) => row.dev === dev.id);
    } else if (word === 'via') rows = rows.filter((row) => row.via === parseIPv4(words[i + 1] ?? '') && ++i > 0);
    else if (word === 'proto' || word === 'scope') i++;
    else {
      const dst = dstOf(word === 'exact' ? (words[++i] ?? '') : word);
      if (!dst) return call.fail(`Error: any valid prefix is expected rather than "${word}".`, 1);
      rows = rows.filter((row) => row.dst.address === dst.address && row.dst.length === dst.length);
    }
  }
  if (main) for (const row of rows) call.out(routeText(call, row));
  if (local) call.out(localTable(call));
  return 0;
}

/** The local table follows from the addresses; it is not kept. */
function localTable(call: IpCall): string {
  const lines: string[] = [];
  for (const address of allAddresses(call.tx, call.ns)) {
    const dev = call.tx.need(NETDEV, address.dev);
    const ip = formatIPv4(address.address);
    const tail = `dev ${dev.name} table local proto kernel`;
    const down = dev.up && !dev.carrier ? 'linkdown ' : '';
    if (address.scope === 'host')
      lines.push(`local ${formatIPv4(address.address & 0xff000000)}/${address.length} ${tail} scope host src ${ip} \n`);
    lines.push(`local ${ip} ${tail} scope host src ${ip} \n`);
    const broadcast = address.broadcast ?? (address.scope === 'host' ? 0x7fffffff : undefined);
    if (broadcast !== undefined)
      lines.push(`broadcast ${formatIPv4(broadcast)} ${tail} scope link src ${ip} ${down}\n`);
  }
  return lines.join('');
}

interface Wanted {
  readonly dst: Prefix;
  readonly via?: number;
  readonly dev?: number;
  readonly src?: number;
  readonly metric?: number;
}

function read(call: IpCall, words: readonly string[]): Wanted | number {
  const wanted: { dst?: Prefix; via?: number; dev?: number; src?: number; metric?: number } = {};
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    const address = (text: string | undefined): number | undefined => parseIPv4(text ?? '');
    if (word === 'via' || word === 'src') {
      const value = address(words[++i]);
      if (value === undefined) return call.fail(`Error: inet address is expected rather than "${words[i]}".`, 1);
      wanted[word] = value;
    } else if (word === 'dev') {
      const dev = call.device(words[++i] ?? '');
      if (!dev) return call.noDevice(words[i] ?? '');
      wanted.dev = dev.id;
    } else if (word === 'metric') wanted.metric = Number(words[++i]);
    else if (word === 'proto' || word === 'scope' || word === 'table') i++;
    else {
      const dst = dstOf(word);
      if (!dst) return call.fail(`Error: any valid prefix is expected rather than "${word}".`, 1);
      wanted.dst = dst;
    }
  }
  return wanted.dst ? { ...wanted, dst: wanted.dst } : call.missing();
}

function add(call: IpCall, words: readonly string[], verb: string): number {
  const omitted = OMITTED.find((word) => words.includes(word));
  if (omitted !== undefined && !call.busybox) return call.ctx.omit(`ip route ${verb} … ${omitted}`);
  const wanted = read(call, words);
  if (typeof wanted === 'number') return wanted;
  const { tx, ns } = call;
  const onLink =
    wanted.via === undefined
      ? undefined
      : routesOf(tx, ns).find((row) => row.via === undefined && contains(row.dst, wanted.via as number));
  if (wanted.via !== undefined && !onLink) return call.fail('Error: Nexthop has invalid gateway.', 2);
  const dev = wanted.dev ?? onLink?.dev;
  if (dev === undefined) return call.kernel(strerror('ENODEV'));
  if (!tx.need(NETDEV, dev).up)
    return call.fail(
      wanted.via === undefined ? 'Error: Device for nexthop is not up.' : 'Error: Nexthop has invalid gateway.',
      2,
    );
  if (verb.startsWith('repl'))
    removeRoutes(tx, ns, (row) => row.dst.address === wanted.dst.address && row.dst.length === wanted.dst.length);
  // NLM_F_EXCL: one route to a destination at each metric, whatever its device.
  const { address, length } = wanted.dst;
  const exclusive =
    abbreviates(verb, 'add') &&
    routesOf(tx, ns).some(
      ({ dst, metric = 0 }) => dst.address === address && dst.length === length && metric === (wanted.metric ?? 0),
    );
  if (exclusive) return call.kernel(strerror('EEXIST'));
  const made = addRoute(tx, { ns, ...wanted, dev, scope: wanted.via === undefined ? 'link' : 'global', proto: 'boot' });
  return made.ok ? 0 : call.kernel(strerror(made.error));
}

function remove(call: IpCall, words: readonly string[]): number {
  const wanted = read(call, words);
  if (typeof wanted === 'number') return wanted;
  const first = routesOf(call.tx, call.ns).find(
    (row) =>
      row.dst.address === wanted.dst.address &&
      row.dst.length === wanted.dst.length &&
      (wanted.via === undefined || row.via === wanted.via) &&
      (wanted.dev === undefined || row.dev === wanted.dev),
  );
  if (!first) return call.kernel(strerror('ESRCH'));
  removeRoutes(call.tx, call.ns, (row) => row.id === first.id);
  return 0;
}

function get(call: IpCall, words: readonly string[]): number {
  const [text = ''] = words;
  const address = parseIPv4(text);
  if (address === undefined) return call.fail(`Error: any valid prefix is expected rather than "${text}".`, 1);
  const { tx, ns } = call;
  if (isLocal(tx, ns, address)) {
    const lo = findNetdev(tx, ns, 'lo');
    call.out(`local ${text} dev ${lo?.name} src ${text} uid 0 \n    cache <local> \n`);
    return 0;
  }
  const row = lookUpRoute(tx, ns, address);
  if (!row) return call.kernel(strerror('ENETUNREACH'));
  const dev = tx.need(NETDEV, row.dev);
  const src = row.src ?? sourceOn(tx, dev.id);
  const via = row.via === undefined ? '' : `via ${formatIPv4(row.via)} `;
  call.out(
    `${text} ${via}dev ${dev.name} src ${src === undefined ? '0.0.0.0' : formatIPv4(src)} uid ${call.ctx.sys.self.uid} \n    cache \n`,
  );
  return 0;
}
