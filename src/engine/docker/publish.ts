import type { Transaction } from '../core/transaction.ts';
import { clone, exitProcess } from '../linux/life.ts';
import { PROCESS, type Process } from '../linux/process.ts';
import { System } from '../linux/system.ts';
import { wakeProcess } from '../linux/wait.ts';
import { bind } from '../net/calls.ts';
import { formatIPv4, parseIPv4 } from '../net/ipv4.ts';
import {
  type Answer,
  addressOf,
  answer,
  CONTAINER,
  type Container,
  changeContainer,
  endpointsOf,
  type PortBinding,
  refuse,
} from './container.ts';
import type { TemplateValue } from './template.ts';

/** Ports that Docker gives out by itself (moby, portallocator: the kernel's ephemeral range). */
const [FIRST, LAST] = [32768, 60999];

/** The descriptor on which a proxy gets its listening socket. */
const LISTEN_FD = 8;

const protocolOf = (port: string): string => port.split('/')[1] ?? 'tcp';

/** Bindings of running containers that hold a host port. */
function taken(tx: Transaction, machine: number, protocol: string, hostPort: string): readonly PortBinding[] {
  return tx
    .list(CONTAINER, 'machine', machine)
    .flatMap((container) => container.published ?? [])
    .filter((binding) => binding.hostPort === hostPort && protocolOf(binding.port) === protocol);
}

const any = (ip: string): boolean => ip === '' || ip === '0.0.0.0';

function clash(tx: Transaction, machine: number, wanted: PortBinding): PortBinding | undefined {
  return taken(tx, machine, protocolOf(wanted.port), wanted.hostPort).findLast(
    (other) => any(other.hostIp) || any(wanted.hostIp) || other.hostIp === wanted.hostIp,
  );
}

/** What a container asks for, with `-P` also its exposed ports. */
function wantedBindings({ host, config }: Container): readonly PortBinding[] {
  if (!host.publishAll) return host.ports;
  const rest = config.exposedPorts.filter((port) => !host.ports.some((binding) => binding.port === port));
  return [...host.ports, ...rest.map((port) => ({ port, hostIp: '', hostPort: '' }))];
}

/** The host port of a binding: as asked, the first free one of a range, or the next of Docker's own. */
function portFor(tx: Transaction, machine: number, wanted: PortBinding): string {
  const range = /^(\d+)-(\d+)$/.exec(wanted.hostPort);
  if (wanted.hostPort !== '' && !range) return wanted.hostPort;
  const [from, to] = range ? [Number(range[1]), Number(range[2])] : [FIRST, LAST];
  for (let port = from; port < to; port++)
    if (!clash(tx, machine, { ...wanted, hostPort: String(port) })) return String(port);
  return String(to);
}

/**
 * Publishes a container's ports: allocation with the daemon's own conflicts, and for TCP a docker-proxy on the host that
 * listens and hands connections on. @sim simplified: the proxy carries all of it, no rule of iptables is laid, so servers
 * see the bridge's address as their client; UDP ports are allotted and nothing listens.
 */
export function publishPorts(tx: Transaction, container: Container): Answer<undefined> {
  const target = addressOf(tx, container.id);
  const wanted = wantedBindings(container);
  if (wanted.length === 0 || !target) return answer(undefined);
  const done: PortBinding[] = [];
  const proxies: number[] = [];
  const failed = (why: string): Answer<undefined> => {
    for (const proxy of proxies) stopProxy(tx, proxy);
    const endpoint = endpointsOf(tx, container.id)[0]?.eid ?? '';
    const where = `driver failed programming external connectivity on endpoint ${container.name} (${endpoint})`;
    return refuse(`failed to set up container networking: ${where}: ${why}`);
  };
  for (const asked of wanted) {
    const binding = { ...asked, hostPort: portFor(tx, container.machine, asked) };
    const other =
      clash(tx, container.machine, binding) ??
      done.find((one) => one.hostPort === binding.hostPort && protocolOf(one.port) === protocolOf(binding.port));
    const ip = binding.hostIp || '0.0.0.0';
    if (other)
      return failed(
        `Bind for ${any(ip) ? other.hostIp || ip : ip}:${binding.hostPort} failed: port is already allocated`,
      );
    const started = startProxies(tx, container, binding, target.address);
    if (!started.ok) return failed(started.message);
    proxies.push(...started.value);
    done.push(binding);
  }
  changeContainer(tx, container.id, { published: done, proxies });
  return answer(undefined);
}

/** The proxies of one binding: for IPv4, and unless an address was named one more for IPv6. */
function startProxies(
  tx: Transaction,
  container: Container,
  binding: PortBinding,
  target: number,
): Answer<readonly number[]> {
  const daemon = tx.list(PROCESS, 'service', `${container.machine} dockerd`)[0];
  if (!daemon || protocolOf(binding.port) !== 'tcp') return answer([]);
  const ip = binding.hostIp || '0.0.0.0';
  const first = startProxy(tx, daemon, ip, binding, target);
  if (!first.ok) return first;
  const second = binding.hostIp === '' ? startProxy(tx, daemon, '::', binding, target) : undefined;
  return answer(second?.ok ? [first.value, second.value] : [first.value]);
}

function startProxy(
  tx: Transaction,
  daemon: Process,
  ip: string,
  binding: PortBinding,
  target: number,
): Answer<number> {
  const inside = binding.port.split('/')[0] as string;
  const argv = ['/usr/sbin/docker-proxy', '-proto', 'tcp', '-host-ip', ip, '-host-port', binding.hostPort];
  const whole = [...argv, '-container-ip', formatIPv4(target), '-container-port', inside, '-use-listen-fd'];
  const made = clone(tx, daemon, {
    fields: { program: 'docker-proxy', comm: 'docker-proxy', exe: argv[0] as string, argv: whole, data: null, fds: {} },
  });
  if (!made.ok) return refuse('cannot start docker-proxy');
  const proxy = made.value.id;
  const address = parseIPv4(ip);
  const listener =
    address === undefined ? undefined : bind(new System(tx, proxy), 'tcp', address, Number(binding.hostPort));
  if (listener && !listener.ok) {
    exitProcess(tx, made.value, { code: 1 });
    const why = listener.error === 'EADDRINUSE' ? 'address already in use' : 'cannot assign requested address';
    return refuse(`failed to bind host port ${ip}:${binding.hostPort}/tcp: ${why}`);
  }
  const row = tx.need(PROCESS, proxy);
  const fds: Process['fds'] = listener ? { [LISTEN_FD]: row.fds[listener.value] as number } : {};
  const data = { listener: LISTEN_FD, address: target, port: Number(inside), pairs: [] };
  tx.put<Process>(PROCESS, { ...row, fds, data });
  wakeProcess(tx, proxy);
  return answer(proxy);
}

function stopProxy(tx: Transaction, id: number): void {
  const proxy = tx.get(PROCESS, id);
  if (proxy) exitProcess(tx, proxy, { signal: 'KILL' });
}

/** Gives ports back when a container ends: by its proxies. */
export function unpublishPorts(tx: Transaction, proxies: readonly number[]): void {
  for (const proxy of proxies) stopProxy(tx, proxy);
}

/** Ports as `docker port` and `ps` show them: exposed ones without a binding are null. */
export function publishedPorts(container: Container): { readonly [port: string]: TemplateValue } {
  const ports: Record<string, TemplateValue> = {};
  for (const port of container.config.exposedPorts) ports[port] = null;
  for (const { port, hostIp, hostPort } of container.published ?? []) {
    const addresses = hostIp === '' ? ['0.0.0.0', '::'] : [hostIp];
    const list = (ports[port] ?? []) as TemplateValue[];
    ports[port] = [...list, ...addresses.map((HostIp) => ({ HostIp, HostPort: hostPort }))];
  }
  return ports;
}
