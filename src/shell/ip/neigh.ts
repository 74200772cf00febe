import { strerror } from '../../engine/core/errno.ts';
import { formatIPv4, parseIPv4 } from '../../engine/net/ipv4.ts';
import { NEIGH, type Neigh, neighState } from '../../engine/net/neigh.ts';
import { netdevsOf } from '../../engine/net/netdev.ts';
import { abbreviates, type IpCall, isLladdr } from './call.ts';

export function neigh(call: IpCall): number {
  const [verb = 'show', ...words] = call.words;
  if (abbreviates(verb, 'show', 'list', 'lst')) return show(call, words);
  if (abbreviates(verb, 'flush')) return flush(call, words);
  if (abbreviates(verb, 'delete')) return remove(call, words);
  const known = ['add', 'change', 'replace'].find((name) => abbreviates(verb, name));
  if (known) return add(call, words, known);
  if (verb === 'get') return call.ctx.omit('ip neigh get');
  return call.fail(`Command "${verb}" is unknown, try "ip neigh help".`, 255);
}

function chosen(
  call: IpCall,
  words: readonly string[],
): { readonly rows: readonly Neigh[]; readonly named: boolean } | number {
  let devices = netdevsOf(call.tx, call.ns);
  let address: number | undefined;
  const at = words.indexOf('dev');
  if (at >= 0) {
    const dev = call.device(words[at + 1] ?? '');
    if (!dev) return call.noDevice(words[at + 1] ?? '');
    devices = [dev];
  }
  for (const word of words) address ??= parseIPv4(word);
  const rows = devices
    .flatMap((dev) => call.tx.list(NEIGH, 'dev', dev.id))
    .filter((row) => address === undefined || row.address === address);
  return { rows, named: at >= 0 };
}

function show(call: IpCall, words: readonly string[]): number {
  const found = chosen(call, words);
  if (typeof found === 'number') return found;
  for (const row of found.rows) {
    const dev = netdevsOf(call.tx, call.ns).find((other) => other.id === row.dev);
    const parts = [
      formatIPv4(row.address),
      ...(found.named && !call.busybox ? [] : [`dev ${dev?.name}`]),
      ...(row.lladdr ? [`lladdr ${row.lladdr}`] : []),
    ];
    // busybox prints the kernel's counters, iproute2 only with -s.
    if (call.busybox) parts.push(`ref 1 used 0/0/0 probes ${row.state === 'REACHABLE' ? 4 : row.probes}`);
    call.out(`${parts.join(' ')} ${neighState(call.tx, row)}${call.busybox ? '' : ' '}\n`);
  }
  return 0;
}

function flush(call: IpCall, words: readonly string[]): number {
  if (words.length === 0) return call.fail('Flush requires arguments.', 255);
  const found = chosen(
    call,
    words.filter((word) => word !== 'all'),
  );
  if (typeof found === 'number') return found;
  for (const row of found.rows) if (row.state !== 'PERMANENT') call.tx.delete(NEIGH, row.id);
  return 0;
}

function remove(call: IpCall, words: readonly string[]): number {
  const found = chosen(call, words);
  if (typeof found === 'number') return found;
  if (found.rows.length === 0) return call.kernel('No such file or directory');
  for (const row of found.rows) call.tx.delete(NEIGH, row.id);
  return 0;
}

function add(call: IpCall, words: readonly string[], verb: string): number {
  const value = (name: string): string | undefined =>
    words.includes(name) ? words[words.indexOf(name) + 1] : undefined;
  const address = parseIPv4((words[0] === 'to' ? words[1] : words[0]) ?? '');
  const name = value('dev');
  if (address === undefined || name === undefined)
    return call.fail('Device and destination are required arguments.', 255);
  const dev = call.device(name);
  if (!dev) return call.noDevice(name);
  const lladdr = value('lladdr');
  if (lladdr !== undefined && !isLladdr(lladdr)) return call.fail(`"${lladdr}" is invalid lladdr.`, 255);
  const state = (value('nud') ?? 'permanent').toUpperCase();
  if (state !== 'PERMANENT' && state !== 'REACHABLE' && state !== 'STALE')
    return call.ctx.omit(`ip neigh … nud ${value('nud')}`);
  const old = call.tx.find(NEIGH, 'address', `${dev.id}:${address}`);
  if (old && verb === 'add') return call.kernel(strerror('EEXIST'));
  if (!old && verb === 'change') return call.kernel(strerror('ENOENT'));
  if (lladdr === undefined && !old?.lladdr) return call.kernel(strerror('EINVAL'));
  call.tx.put<Neigh>(NEIGH, {
    ...old,
    id: old?.id ?? call.tx.id(NEIGH),
    dev: dev.id,
    address,
    lladdr: lladdr?.toLowerCase() ?? (old?.lladdr as string),
    state,
    confirmedAt: call.tx.now,
    usedAt: call.tx.now,
    probes: 0,
    queue: [],
  });
  return 0;
}
