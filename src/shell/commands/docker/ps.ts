import {
  CONTAINER,
  CONTAINER_STATES,
  type Container,
  endpointsOf,
  findContainer,
  isUp,
  type MountPoint,
} from '../../../engine/docker/container.ts';
import { findImage } from '../../../engine/docker/image.ts';
import { sizeOf } from '../../../engine/docker/layer.ts';
import { NETWORK } from '../../../engine/docker/network.ts';
import { publishedPorts } from '../../../engine/docker/publish.ts';
import type { TemplateValue } from '../../../engine/docker/template.ts';
import { type Docker, defineDocker } from '../../docker/command.ts';
import { goTime, humanDuration, humanSize, printListing } from '../../docker/format.ts';
import { compileRegex, matches } from '../../regex/regex.ts';

type Filter = (docker: Docker, container: Container, value: string) => boolean;

const networksOf = (docker: Docker, container: Container): readonly string[] =>
  endpointsOf(docker.tx, container.id).map((endpoint) => docker.tx.get(NETWORK, endpoint.network)?.name ?? '');

const order = (docker: Docker, ref: string): number => findContainer(docker.tx, docker.machine, ref)?.id ?? -1;

const FILTERS: Readonly<Record<string, Filter>> = {
  id: (_d, c, v) => c.cid.startsWith(v),
  name: (_d, c, v) => {
    const regex = compileRegex(v, { extended: true });
    return typeof regex !== 'string' && (matches(regex, c.name) || matches(regex, `/${c.name}`));
  },
  status: (_d, c, v) => c.state === v,
  exited: (_d, c, v) => c.state === 'exited' && c.exitCode === Number(v),
  label: (_d, c, v) => {
    const [key, value] = v.split(/=(.*)/s) as [string, string?];
    return value === undefined ? Object.hasOwn(c.config.labels, key) : c.config.labels[key] === value;
  },
  ancestor: (d, c, v) => findImage(d.tx, d.machine, v)?.id === c.image,
  network: (d, c, v) => networksOf(d, c).includes(v),
  before: (d, c, v) => c.id < order(d, v),
  since: (d, c, v) => c.id > order(d, v),
  publish: (_d, c, v) => (c.published ?? c.host.ports).some((binding) => binding.hostPort === v.split('/')[0]),
  expose: (_d, c, v) => c.config.exposedPorts.some((port) => port === v || port.split('/')[0] === v),
  volume: (_d, c, v) => c.mounts.some((mount) => [mount.name, mount.source, mount.destination].includes(v)),
  health: (_d, _c, v) => v === 'none',
};

function problem(filters: readonly (readonly [string, string])[]): string | undefined {
  for (const [name, value] of filters) {
    if (!Object.hasOwn(FILTERS, name)) return `invalid filter '${name}'`;
    if (name === 'status' && !(CONTAINER_STATES as readonly string[]).includes(value)) {
      return `invalid filter 'status=${value}': invalid value for state (${value}): must be one of ${CONTAINER_STATES.join(', ')}`;
    }
  }
  return undefined;
}

function chosen(docker: Docker, filters: readonly (readonly [string, string])[]): readonly Container[] {
  const newest = [...docker.tx.list(CONTAINER, 'machine', docker.machine)].reverse();
  const last = docker.has('latest') ? 1 : Number(docker.value('last') ?? -1);
  const all = docker.has('all') || last > 0 || filters.some(([name]) => name === 'status' || name === 'exited');
  const names = [...new Set(filters.map(([name]) => name))];
  const kept = newest.filter((container) => {
    // A container that waits for its restart counts as running (moby, daemon/list.go).
    if (!all && !isUp(container) && container.state !== 'restarting') return false;
    return names.every((name) => {
      const values = filters.filter(([key]) => key === name);
      const test = ([, value]: readonly [string, string]): boolean =>
        (FILTERS[name] as Filter)(docker, container, value);
      return name === 'label' ? values.every(test) : values.some(test);
    });
  });
  return last > 0 ? kept.slice(0, last) : kept;
}

function statusOf(docker: Docker, container: Container): string {
  const ago = (at: number | undefined): string => humanDuration(docker.tx.now - (at ?? docker.tx.now));
  switch (container.state) {
    case 'created':
      return 'Created';
    case 'running':
      return `Up ${ago(container.startedAt)}`;
    case 'paused':
      return `Up ${ago(container.startedAt)} (Paused)`;
    case 'restarting':
      return `Restarting (${container.exitCode}) ${ago(container.finishedAt)} ago`;
    case 'removing':
      return 'Removal In Progress';
    case 'dead':
      return 'Dead';
    default:
      return `Exited (${container.exitCode}) ${ago(container.finishedAt)} ago`;
  }
}

/** `0.0.0.0:8080->80/tcp, [::]:8080->80/tcp`, or the exposed port alone. */
function portsOf(container: Container): string {
  if (!isUp(container)) return '';
  return Object.entries(publishedPorts(container))
    .flatMap(([port, bindings]) => {
      if (!Array.isArray(bindings)) return [port];
      return (bindings as readonly { HostIp: string; HostPort: string }[]).map(
        ({ HostIp, HostPort }) => `${HostIp.includes(':') ? `[${HostIp}]` : HostIp}:${HostPort}->${port}`,
      );
    })
    .join(', ');
}

/** The image as it was named while that name still stands for it, else its id. */
function imageName(docker: Docker, container: Container, whole: boolean): string {
  if (findImage(docker.tx, docker.machine, container.imageRef)?.digest === container.imageDigest)
    return container.imageRef;
  return whole ? container.imageDigest : container.imageDigest.slice(7, 19);
}

/** A volume by its name, a directory by its path; long ones cut to fifteen. */
function mountName({ name, source }: MountPoint, whole: boolean): string {
  const text = name ?? source;
  return whole || text.length <= 15 ? text : `${text.slice(0, 14)}…`;
}

function rowOf(docker: Docker, container: Container): Readonly<Record<string, TemplateValue>> {
  const whole = docker.has('no-trunc');
  const argv = [...(container.config.entrypoint ?? []), ...(container.config.cmd ?? [])].join(' ');
  const command = whole || argv.length <= 20 ? argv : `${argv.slice(0, 19)}…`;
  const sized = docker.has('size') || /\.Size\b|json/.test(docker.value('format') ?? '');
  const size = sized ? sizeOf(docker.tx, container) : { own: 0, all: 0 };
  return {
    ID: whole ? container.cid : container.cid.slice(0, 12),
    Image: imageName(docker, container, whole),
    Command: `"${command}"`,
    CreatedAt: goTime(container.createdAt),
    RunningFor: `${humanDuration(docker.tx.now - container.createdAt)} ago`,
    Status: statusOf(docker, container),
    State: container.state,
    Ports: portsOf(container),
    Names: container.name,
    Networks: networksOf(docker, container).join(','),
    Labels: Object.entries(container.config.labels)
      .map(([key, value]) => `${key}=${value}`)
      .join(','),
    Mounts: container.mounts.map((mount) => mountName(mount, whole)).join(','),
    LocalVolumes: String(container.mounts.filter((mount) => mount.type === 'volume').length),
    Platform: null,
    HealthStatus: '',
    Size: `${humanSize(size.own, 3)} (virtual ${humanSize(size.all, 3)})`,
  };
}

const HEADERS = { ID: 'CONTAINER ID', RunningFor: 'CREATED', CreatedAt: 'CREATED AT', LocalVolumes: 'LOCAL VOLUMES' };
const COLUMNS = [
  ['CONTAINER ID', 'ID'],
  ['IMAGE', 'Image'],
  ['COMMAND', 'Command'],
  ['CREATED', 'RunningFor'],
  ['STATUS', 'Status'],
  ['PORTS', 'Ports'],
  ['NAMES', 'Names'],
] as const;

defineDocker({
  names: ['container ls', 'container list', 'container ps', 'ps'],
  summary: 'List containers',
  usage: '[OPTIONS]',
  flags: {
    all: { short: 'a', type: 'bool', help: 'Show all containers (default shows just running)' },
    filter: { short: 'f', type: 'filter', help: 'Filter output based on conditions provided' },
    format: {
      type: 'string',
      help: "Format output using a custom template:\n'table':            Print output in table format with column headers (default)\n'table TEMPLATE':   Print output in table format using the given Go template\n'json':             Print in JSON format\n'TEMPLATE':         Print output using the given Go template.\nRefer to https://docs.docker.com/go/formatting/ for more information about formatting output with templates",
    },
    last: { short: 'n', type: 'int', help: 'Show n last created containers (includes all states)', default: '-1' },
    latest: { short: 'l', type: 'bool', help: 'Show the latest created container (includes all states)' },
    'no-trunc': { type: 'bool', help: "Don't truncate output" },
    quiet: { short: 'q', type: 'bool', help: 'Only display container IDs' },
    size: { short: 's', type: 'bool', help: 'Display total file sizes' },
  },
  args: [0, 0],
  run(docker) {
    const filters = docker.values('filter').map((entry) => entry.split(/=(.*)/s).slice(0, 2) as [string, string]);
    const wrong = problem(filters);
    if (wrong !== undefined) return docker.refused(wrong);
    const containers = chosen(docker, filters);
    const columns = docker.has('size') ? [...COLUMNS, ['SIZE', 'Size'] as const] : COLUMNS;
    const listing = {
      columns,
      headers: HEADERS,
      rows: containers.map((container) => rowOf(docker, container)),
      type: '*formatter.ContainerContext',
      methods: (i: number) => ({ Label: (name: string) => containers[i]?.config.labels[name] ?? '' }),
      ...(docker.has('quiet') ? { quiet: 'ID' } : {}),
    };
    return printListing(docker, listing, docker.value('format') ?? '');
  },
});
