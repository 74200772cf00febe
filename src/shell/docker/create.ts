import type { Container, ContainerConfig, HostConfig, MountSpec } from '../../engine/docker/container.ts';
import { type CreateSpec, createContainer } from '../../engine/docker/create.ts';
import { findImage, normalRef, referenceProblem } from '../../engine/docker/image.ts';
import { writeFile } from '../../engine/linux/change.ts';
import { readFile } from '../../engine/linux/vfs.ts';
import { parseBytes } from './bytes.ts';
import type { Docker } from './command.ts';
import { FURTHER_FLAGS, noteIdle } from './furtherFlags.ts';
import { parseMount, parseVolumes } from './mountFlags.ts';
import type { DockerFlags } from './pflag.ts';
import { parsePorts } from './ports.ts';

/** The flags that `create` and `run` share; what `--help` says of them stands in createHelp.ts. */
export const CREATE_FLAGS: DockerFlags = {
  ...FURTHER_FLAGS,
  'add-host': { type: 'list' },
  attach: { type: 'list', short: 'a' },
  'cap-add': { type: 'list' },
  'cap-drop': { type: 'list' },
  'cpu-period': { type: 'int' },
  'cpu-quota': { type: 'int' },
  'cpu-shares': { type: 'int', short: 'c' },
  cpus: { type: 'decimal' },
  'cpuset-cpus': { type: 'string' },
  dns: { type: 'list' },
  entrypoint: { type: 'string' },
  env: { type: 'list', short: 'e' },
  'env-file': { type: 'list' },
  expose: { type: 'list' },
  hostname: { type: 'string', short: 'h' },
  init: { type: 'bool' },
  interactive: { type: 'bool', short: 'i' },
  ip: { type: 'ip' },
  label: { type: 'list', short: 'l' },
  link: { type: 'list' },
  'mac-address': { type: 'string' },
  memory: { type: 'bytes', short: 'm' },
  'memory-reservation': { type: 'bytes' },
  'memory-swappiness': { type: 'int', default: '-1' },
  'memory-swap': { type: 'swap' },
  mount: { type: 'mount' },
  name: { type: 'string' },
  network: { type: 'network' },
  net: { type: 'network', hidden: true },
  'kernel-memory': { type: 'bytes', hidden: true, deprecated: 'and no longer supported by the kernel' },
  'oom-kill-disable': { type: 'bool' },
  'oom-score-adj': { type: 'int' },
  'pids-limit': { type: 'int' },
  platform: { type: 'string' },
  privileged: { type: 'bool' },
  publish: { type: 'list', short: 'p' },
  'publish-all': { type: 'bool', short: 'P' },
  pull: { type: 'string', default: '"missing"' },
  quiet: { type: 'bool', short: 'q' },
  'read-only': { type: 'bool' },
  restart: { type: 'string', default: '"no"' },
  rm: { type: 'bool' },
  'stop-signal': { type: 'string' },
  'stop-timeout': { type: 'int' },
  tmpfs: { type: 'list' },
  tty: { type: 'bool', short: 't' },
  user: { type: 'string', short: 'u' },
  volume: { type: 'list', short: 'v' },
  'volumes-from': { type: 'list' },
  workdir: { type: 'string', short: 'w' },
};

export type Made = { readonly container: Container } | { readonly status: number };

/** `docker create`'s work: reads the flags, finds the image, asks the daemon. What goes wrong is printed. */
export function create(docker: Docker, attached: boolean): Made {
  const read = configOf(docker, attached);
  if ('error' in read) return { status: docker.wrong(read.error) };
  const [ref, ...words] = docker.args as [string, ...string[]];
  const wrong = referenceProblem(ref);
  if (wrong !== undefined) return { status: docker.wrong(wrong) };
  const image = findImage(docker.tx, docker.machine, ref);
  if (!image) return { status: docker.wrong(`Error response from daemon: No such image: ${normalRef(ref)}`) };
  const { config: base } = image;
  const entry = docker.value('entrypoint');
  const entrypoint = entry === undefined ? base.Entrypoint : entry === '' ? undefined : [entry];
  const cmd = words.length > 0 ? words : entry === undefined ? base.Cmd : undefined;
  const env = [
    ...read.env,
    ...(base.Env ?? []).filter((line) => !read.env.some((own) => own.split('=')[0] === line.split('=')[0])),
  ];
  const stopSignal = docker.value('stop-signal') ?? base.StopSignal;
  const hostname = docker.value('hostname');
  const config: CreateSpec['config'] = {
    ...read.config,
    ...(hostname === undefined ? {} : { hostname }),
    domainname: docker.value('domainname') ?? '',
    user: docker.value('user') ?? base.User ?? '',
    workingDir: docker.value('workdir') ?? base.WorkingDir ?? '',
    env,
    labels: { ...base.Labels, ...read.config.labels },
    volumes: [...new Set([...Object.keys(base.Volumes ?? {}), ...read.config.volumes])],
    exposedPorts: [...new Set([...Object.keys(base.ExposedPorts ?? {}), ...read.config.exposedPorts])].sort(),
    ...(cmd === undefined ? {} : { cmd }),
    ...(entrypoint === undefined ? {} : { entrypoint }),
    ...(stopSignal === undefined ? {} : { stopSignal }),
  };
  if ((cmd?.length ?? 0) + (entrypoint?.length ?? 0) === 0)
    return { status: docker.wrong('Error response from daemon: no command specified') };
  const spec = { image, imageRef: ref, config, host: read.host };
  const name = docker.value('name');
  const lladdr = docker.value('mac-address');
  const made = createContainer(docker.tx, docker.machine, {
    ...spec,
    ...(name === undefined ? {} : { name }),
    ...(lladdr === undefined ? {} : { lladdr }),
  });
  if (!made.ok) return { status: docker.wrong(`Error response from daemon: ${made.message}`) };
  if (read.host.networkMode === 'host' && (read.host.ports.length > 0 || read.host.publishAll))
    docker.err('WARNING: Published ports are discarded when using host network mode\n');
  noteIdle(docker);
  for (const [name, words] of DISCARDED) if (docker.value(name) !== undefined) docker.err(`WARNING: ${words}\n`);
  if (read.host.links.length > 0)
    docker.err(
      'WARNING: Links on the default bridge network are deprecated and will be removed in a future release. Use a custom network instead.\n',
    );
  const cidfile = docker.value('cidfile');
  if (cidfile) writeFile(docker.tx, docker.sys.self, cidfile, made.value.cid);
  return { container: made.value };
}

/** Limits that cgroup v2 does not have: the daemon drops them and warns. */
const DISCARDED = [
  [
    'memory-swappiness',
    'Your kernel does not support memory swappiness capabilities or the cgroup is not mounted. Memory swappiness discarded.',
  ],
  ['oom-kill-disable', 'Your kernel does not support OomKillDisable. OomKillDisable discarded.'],
] as const;

interface Read {
  readonly config: Pick<
    ContainerConfig,
    'labels' | 'exposedPorts' | 'volumes' | 'tty' | 'openStdin' | 'attached' | 'stopTimeout'
  >;
  readonly host: HostConfig;
  readonly env: readonly string[];
}

function configOf(docker: Docker, attached: boolean): Read | { readonly error: string } {
  const env = environmentOf(docker);
  if ('error' in env) return env;
  const lladdr = docker.value('mac-address');
  if (lladdr !== undefined && !/^(?:[0-9a-fA-F]{2}[:-]){5}[0-9a-fA-F]{2}$/.test(lladdr))
    return { error: `${lladdr} is not a valid mac address` };
  const ports = portsOf(docker);
  if ('error' in ports) return ports;
  const restart = restartOf(docker.value('restart') ?? 'no');
  if (!restart)
    return {
      error: `invalid restart policy: unknown policy '${docker.value('restart')}'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'`,
    };
  if (docker.has('rm') && restart.name !== 'no')
    return { error: 'conflicting options: cannot specify both --restart and --rm' };
  const networkMode = docker.value('network') ?? docker.value('net') ?? 'bridge';
  if (docker.value('ip') !== undefined && ['bridge', 'default'].includes(networkMode)) {
    return {
      error:
        'Error response from daemon: invalid config for network bridge: invalid endpoint settings:\nuser-specified IP address is supported on user-defined networks only',
    };
  }
  const volumes = volumesOf(docker);
  if ('error' in volumes) return volumes;
  const mode = modeProblem(docker);
  if (mode !== undefined) return { error: mode };
  const memory = bytesOf(docker, 'memory');
  const stopTimeout = docker.value('stop-timeout');
  const pidsLimit = docker.value('pids-limit');
  return {
    env: env.env,
    config: {
      labels: Object.fromEntries(docker.values('label').map((entry) => splitPair(entry))),
      exposedPorts: ports.exposed,
      volumes: volumes.anonymous,
      tty: docker.has('tty'),
      openStdin: docker.has('interactive'),
      attached,
      ...(stopTimeout === undefined ? {} : { stopTimeout: Number(stopTimeout) }),
    },
    host: {
      networkMode,
      autoRemove: docker.has('rm'),
      restart,
      ports: ports.bindings,
      publishAll: docker.has('publish-all'),
      init: docker.has('init'),
      shareNs: sharedOf(docker),
      shmSize: bytesOf(docker, 'shm-size') || 64 * 1024 * 1024,
      privileged: docker.has('privileged'),
      readOnly: docker.has('read-only'),
      memory,
      memorySwap: docker.value('memory-swap') === undefined ? memory * 2 : bytesOf(docker, 'memory-swap'),
      nanoCpus: Math.round(Number(docker.value('cpus') ?? 0) * 1e9),
      cpuShares: Number(docker.value('cpu-shares') ?? 0),
      cpuPeriod: Number(docker.value('cpu-period') ?? 0),
      cpuQuota: Number(docker.value('cpu-quota') ?? 0),
      cpusetCpus: docker.value('cpuset-cpus') ?? '',
      memoryReservation: bytesOf(docker, 'memory-reservation'),
      oomScoreAdj: Number(docker.value('oom-score-adj') ?? 0),
      ...(pidsLimit === undefined ? {} : { pidsLimit: Number(pidsLimit) }),
      binds: volumes.binds,
      mounts: docker.values('mount').map((text) => parseMount(text) as MountSpec),
      volumesFrom: docker.values('volumes-from'),
      tmpfs: Object.fromEntries(
        docker
          .values('tmpfs')
          .map((entry) => entry.split(/:(.*)/s).slice(0, 2) as [string, string?])
          .map(([point, options]) => [point, options ?? '']),
      ),
      dns: docker.values('dns'),
      extraHosts: docker.values('add-host'),
      links: docker.values('link'),
      capAdd: docker.values('cap-add'),
      capDrop: docker.values('cap-drop'),
    },
  };
}

function portsOf(docker: Docker): ReturnType<typeof parsePorts> {
  const [publish, expose] = [docker.values('publish'), docker.values('expose')];
  return publish.length + expose.length === 0 ? { bindings: [], exposed: [] } : parsePorts(publish, expose);
}

function volumesOf(docker: Docker): ReturnType<typeof parseVolumes> {
  const specs = docker.values('volume');
  return specs.length === 0 ? { binds: [], anonymous: [] } : parseVolumes(specs, docker.sys.self.cwd);
}

/** What is wrong with the namespace modes, in the client's words or the daemon's. */
function modeProblem(docker: Docker): string | undefined {
  const is = (name: string, valid: RegExp): boolean => valid.test(docker.value(name) ?? '');
  if (!is('pid', /^(?:|host|container:.*)$/)) return '--pid: invalid PID mode';
  if (!is('uts', /^(?:|host)$/)) return '--uts: invalid UTS mode';
  if (!is('userns', /^(?:|host)$/)) return '--userns: invalid USER mode';
  if (!is('cgroupns', /^(?:|host|private)$/)) return '--cgroupns: invalid CGROUP mode';
  if (!is('ipc', /^(?:|none|private|shareable|host|container:.*)$/))
    return `Error response from daemon: invalid IPC mode: ${docker.value('ipc')}`;
  if (docker.value('uts') === 'host' && docker.value('hostname') !== undefined)
    return 'Error response from daemon: conflicting options: hostname and the UTS mode';
  if (!/^container:/.test(docker.value('network') ?? docker.value('net') ?? '')) return undefined;
  const conflict = (what: string): string => `Error response from daemon: conflicting options: ${what}`;
  if (docker.value('hostname') !== undefined) return conflict('hostname and the network mode');
  if (docker.values('publish').length > 0) return conflict('port publishing and the container type network mode');
  return undefined;
}

/** `--pid`, `--ipc`, `--uts`, `--cgroupns`: whose namespaces it gets instead of new ones. */
function sharedOf(docker: Docker): HostConfig['shareNs'] {
  const given = (name: string): string | undefined => docker.value(name) || undefined;
  const [pid, ipc, uts, cgroup] = ['pid', 'ipc', 'uts', 'cgroupns'].map(given);
  return {
    ...(pid ? { pid } : {}),
    ...(ipc && ipc !== 'private' ? { ipc } : {}),
    ...(uts ? { uts } : {}),
    ...(cgroup && cgroup !== 'private' ? { cgroup } : {}),
  };
}

const bytesOf = (docker: Docker, name: string): number => parseBytes(docker.value(name) ?? '0');

const splitPair = (entry: string): readonly [string, string] => {
  const at = entry.indexOf('=');
  return at < 0 ? [entry, ''] : [entry.slice(0, at), entry.slice(at + 1)];
};

export function restartOf(text: string): HostConfig['restart'] | undefined {
  const match = /^(no|always|unless-stopped|on-failure)(?::(\d+))?$/.exec(text);
  if (!match || (match[2] !== undefined && match[1] !== 'on-failure'))
    return text === '' ? { name: 'no', max: 0 } : undefined;
  return { name: match[1] as HostConfig['restart']['name'], max: Number(match[2] ?? 0) };
}

/** `--env-file` lines, then `-e`: a bare name takes the client's own value, if it has one. */
export function environmentOf(docker: Docker): { readonly env: readonly string[] } | { readonly error: string } {
  const { env: own } = docker.sys.self;
  const lines: string[] = [];
  for (const path of docker.values('env-file')) {
    const text = readFile(docker.tx, docker.sys.self, path);
    if (!text.ok) return { error: `--env-file: open ${path}: no such file or directory` };
    lines.push(
      ...text.value
        .split('\n')
        .map((line) => line.trimStart())
        .filter((line) => line !== '' && !line.startsWith('#')),
    );
  }
  const all = [...lines, ...docker.values('env')];
  return {
    env: all.flatMap((entry) =>
      entry.includes('=') ? [entry] : own[entry] === undefined ? [] : [`${entry}=${own[entry]}`],
    ),
  };
}
