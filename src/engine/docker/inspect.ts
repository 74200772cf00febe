import type { Micros } from '../core/units.ts';
import type { Reader } from '../core/world.ts';
import { PROCESS } from '../linux/process.ts';
import { formatIPv4, formatPrefix } from '../net/ipv4.ts';
import { CONTAINER, type Container, endpointsOf, imageOf, isUp, type MountPoint, type MountSpec } from './container.ts';
import { fullRef, type Image, normalRef } from './image.ts';
import { countUsed, hostsIn } from './ipam.ts';
import { ENDPOINT, type Endpoint, NETWORK, type Network } from './network.ts';
import { publishedPorts } from './publish.ts';
import type { TemplateValue } from './template.ts';
import { type Volume, volumeDir } from './volume.ts';

/** How times are written; the command that prints gives it. */
export type Clock = (at: Micros | undefined) => string;

/** `docker inspect` of a container, key by key in the daemon's order (recorded, lifecycle/inspect). */
export function inspectContainer(
  read: Reader,
  container: Container,
  clock: Clock,
): Readonly<Record<string, TemplateValue>> {
  const argv = [...(container.config.entrypoint ?? []), ...(container.config.cmd ?? [])];
  const process = container.process === undefined ? undefined : read.get(PROCESS, container.process);
  const image = imageOf(read, container);
  const files = `/var/lib/docker/containers/${container.cid}`;
  return {
    Id: container.cid,
    Created: clock(container.createdAt),
    Path: argv[0] ?? '',
    Args: argv.slice(1),
    State: {
      Status: container.state,
      Running: isUp(container) || container.state === 'restarting',
      Paused: container.state === 'paused',
      Restarting: container.state === 'restarting',
      OOMKilled: container.oomKilled,
      Dead: container.state === 'dead',
      Pid: process?.pids[0] ?? 0,
      ExitCode: container.exitCode,
      Error: container.error,
      StartedAt: clock(container.startedAt),
      FinishedAt: clock(container.finishedAt),
    },
    Image: container.imageDigest,
    ResolvConfPath: container.startedAt === undefined ? '' : `${files}/resolv.conf`,
    HostnamePath: container.startedAt === undefined ? '' : `${files}/hostname`,
    HostsPath: container.startedAt === undefined ? '' : `${files}/hosts`,
    LogPath: container.startedAt === undefined ? '' : `${files}/${container.cid}-json.log`,
    Name: `/${container.name}`,
    RestartCount: container.restartCount,
    Driver: 'overlayfs',
    Platform: 'linux',
    MountLabel: '',
    ProcessLabel: '',
    AppArmorProfile:
      container.startedAt === undefined ? '' : container.host.privileged ? 'unconfined' : 'docker-default',
    ExecIDs: null,
    HostConfig: hostConfig(container),
    Storage: { RootFS: { Snapshot: { Name: 'overlayfs' } } },
    Mounts: container.mounts.map(mountView),
    Config: config(container),
    NetworkSettings: networkSettings(read, container),
    ...(image ? { ImageManifestDescriptor: descriptor(image, container.imageRef) } : {}),
  };
}

const orNull = <T extends TemplateValue>(list: readonly T[]): TemplateValue => (list.length > 0 ? list : null);

const POINTERS = ['OomKillDisable', 'MemorySwappiness', 'PidsLimit', 'IPAMConfig', 'Init'];
const MAPS = ['Volumes', 'DriverOpts', 'Labels', 'Options', 'ExposedPorts', 'Sysctls'];

/** How Go prints an inspected value that is null in JSON: a pointer, an empty map or an empty slice. */
export const nullText = (name: string): string =>
  POINTERS.includes(name) ? '<nil>' : MAPS.includes(name) ? 'map[]' : '[]';

function hostConfig(container: Container): TemplateValue {
  const { host } = container;
  return {
    Binds: orNull(host.binds),
    ContainerIDFile: '',
    LogConfig: { Type: 'json-file', Config: {} },
    NetworkMode: host.networkMode === 'default' ? 'bridge' : host.networkMode,
    PortBindings: groupPorts(container),
    RestartPolicy: { Name: host.restart.name, MaximumRetryCount: host.restart.max },
    AutoRemove: host.autoRemove,
    VolumeDriver: '',
    VolumesFrom: orNull(host.volumesFrom),
    ConsoleSize: [0, 0],
    CapAdd: orNull(host.capAdd),
    CapDrop: orNull(host.capDrop),
    CgroupnsMode: host.shareNs.cgroup ?? 'private',
    Dns: orNull(host.dns),
    DnsOptions: [],
    DnsSearch: [],
    ExtraHosts: orNull(host.extraHosts),
    GroupAdd: null,
    IpcMode: host.shareNs.ipc ?? 'private',
    Cgroup: '',
    Links: orNull(host.links),
    OomScoreAdj: host.oomScoreAdj,
    PidMode: host.shareNs.pid ?? '',
    Privileged: host.privileged,
    PublishAllPorts: host.publishAll,
    ReadonlyRootfs: host.readOnly,
    SecurityOpt: host.privileged ? ['label=disable'] : null,
    ...(Object.keys(host.tmpfs).length > 0 ? { Tmpfs: host.tmpfs } : {}),
    UTSMode: host.shareNs.uts ?? '',
    UsernsMode: '',
    ShmSize: host.shmSize,
    Runtime: 'runc',
    Isolation: '',
    CpuShares: host.cpuShares,
    Memory: host.memory,
    NanoCpus: host.nanoCpus,
    CgroupParent: '',
    BlkioWeight: 0,
    BlkioWeightDevice: [],
    BlkioDeviceReadBps: [],
    BlkioDeviceWriteBps: [],
    BlkioDeviceReadIOps: [],
    BlkioDeviceWriteIOps: [],
    CpuPeriod: host.cpuPeriod,
    CpuQuota: host.cpuQuota,
    CpuRealtimePeriod: 0,
    CpuRealtimeRuntime: 0,
    CpusetCpus: host.cpusetCpus,
    CpusetMems: '',
    Devices: [],
    DeviceCgroupRules: null,
    DeviceRequests: null,
    MemoryReservation: host.memoryReservation,
    MemorySwap: host.memorySwap,
    MemorySwappiness: null,
    OomKillDisable: null,
    PidsLimit: host.pidsLimit ?? null,
    Ulimits: [],
    CpuCount: 0,
    CpuPercent: 0,
    IOMaximumIOps: 0,
    IOMaximumBandwidth: 0,
    ...(host.mounts.length > 0 ? { Mounts: host.mounts.map(specView) } : {}),
    MaskedPaths: host.privileged ? null : MASKED,
    ReadonlyPaths: host.privileged ? null : READ_ONLY,
  };
}

const MASKED = [
  'acpi',
  'asound',
  'interrupts',
  'kcore',
  'keys',
  'latency_stats',
  'sched_debug',
  'scsi',
  'timer_list',
  'timer_stats',
]
  .map((name) => `/proc/${name}`)
  .concat('/sys/devices/virtual/powercap', '/sys/firmware');
const READ_ONLY = ['bus', 'fs', 'irq', 'sys', 'sysrq-trigger'].map((name) => `/proc/${name}`);

function mountView(mount: MountPoint): TemplateValue {
  return {
    Type: mount.type,
    ...(mount.name === undefined ? {} : { Name: mount.name }),
    Source: mount.source,
    Destination: mount.destination,
    ...(mount.name === undefined ? {} : { Driver: 'local' }),
    Mode: mount.mode,
    RW: !mount.readOnly,
    Propagation: mount.propagation,
  };
}

function specView(spec: MountSpec): TemplateValue {
  const volume = {
    ...(spec.noCopy ? { NoCopy: true } : {}),
    ...(spec.labels ? { Labels: spec.labels } : {}),
    ...(spec.driver === undefined ? {} : { DriverConfig: { Name: spec.driver } }),
  };
  const tmpfs = {
    ...(spec.size === undefined ? {} : { SizeBytes: spec.size }),
    ...(spec.mode === undefined ? {} : { Mode: spec.mode }),
  };
  return {
    Type: spec.type,
    ...(spec.source === '' ? {} : { Source: spec.source }),
    Target: spec.target,
    ...(spec.readOnly ? { ReadOnly: true } : {}),
    ...(spec.propagation === undefined ? {} : { BindOptions: { Propagation: spec.propagation } }),
    ...(Object.keys(volume).length > 0 ? { VolumeOptions: volume } : {}),
    ...(Object.keys(tmpfs).length > 0 ? { TmpfsOptions: tmpfs } : {}),
  };
}

/** `docker volume inspect`; its times have whole seconds. */
export function inspectVolume(volume: Volume, clock: Clock): Readonly<Record<string, TemplateValue>> {
  return {
    CreatedAt: clock(volume.createdAt).replace(/\.\d+/, ''),
    Driver: 'local',
    Labels: volume.labels ?? null,
    Mountpoint: volumeDir(volume.name),
    Name: volume.name,
    Options: volume.options ?? null,
    Scope: 'local',
  };
}

function groupPorts(container: Container): TemplateValue {
  const ports: Record<string, TemplateValue[]> = {};
  for (const { port, hostIp, hostPort } of container.host.ports) {
    const list = ports[port] ?? [];
    list.push({ HostIp: hostIp, HostPort: hostPort });
    ports[port] = list;
  }
  return ports;
}

function config(container: Container): TemplateValue {
  const { config: own } = container;
  return {
    Hostname: own.hostname,
    Domainname: own.domainname,
    User: own.user,
    AttachStdin: own.attached && own.openStdin,
    AttachStdout: own.attached,
    AttachStderr: own.attached,
    ...(own.exposedPorts.length > 0
      ? { ExposedPorts: Object.fromEntries(own.exposedPorts.map((port) => [port, {}])) }
      : {}),
    Tty: own.tty,
    OpenStdin: own.openStdin,
    StdinOnce: own.attached && own.openStdin,
    Env: own.env,
    Cmd: own.cmd ?? null,
    Image: container.imageRef,
    Volumes: own.volumes.length > 0 ? Object.fromEntries(own.volumes.map((path) => [path, {}])) : null,
    WorkingDir: own.workingDir,
    Entrypoint: own.entrypoint ?? null,
    Labels: own.labels,
    ...(own.stopSignal === undefined ? {} : { StopSignal: own.stopSignal }),
    ...(own.stopTimeout === undefined ? {} : { StopTimeout: own.stopTimeout }),
  };
}

function networkSettings(read: Reader, container: Container): TemplateValue {
  const up = isUp(container);
  const networks = endpointsOf(read, container.id).map(
    (endpoint) => [read.get(NETWORK, endpoint.network)?.name ?? '', endpointView(read, endpoint)] as const,
  );
  return {
    SandboxID: up ? container.sandbox : '',
    SandboxKey: up ? `/var/run/docker/netns/${container.sandbox.slice(0, 12)}` : '',
    Ports: up ? publishedPorts(container) : {},
    Networks: Object.fromEntries(networks),
  };
}

function endpointView(read: Reader, endpoint: Endpoint): TemplateValue {
  const network = read.get(NETWORK, endpoint.network) as Network;
  const there = endpoint.address !== undefined;
  return {
    IPAMConfig: null,
    Links: null,
    Aliases: null,
    DriverOpts: null,
    GwPriority: 0,
    NetworkID: network.nid,
    EndpointID: endpoint.eid,
    Gateway: there && network.gateway !== undefined ? formatIPv4(network.gateway) : 'invalid IP',
    IPAddress: endpoint.address === undefined ? 'invalid IP' : formatIPv4(endpoint.address),
    MacAddress: endpoint.lladdr ?? '',
    IPPrefixLen: there ? (network.subnet?.length ?? 0) : 0,
    IPv6Gateway: '',
    GlobalIPv6Address: '',
    GlobalIPv6PrefixLen: 0,
    DNSNames: null,
  };
}

function descriptor(image: Image, ref: string): TemplateValue {
  return {
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    digest: image.digest,
    size: image.manifestSize,
    annotations: annotations(image, normalRef(ref)),
    platform: { architecture: 'amd64', os: 'linux' },
  };
}

/** `docker network inspect`. */
export function inspectNetwork(read: Reader, network: Network, clock: Clock): Readonly<Record<string, TemplateValue>> {
  const subnet = network.subnet && formatPrefix(network.subnet);
  const members = read.list(ENDPOINT, 'network', network.id).flatMap((endpoint) => {
    const container = read.get(CONTAINER, endpoint.container);
    if (!container || endpoint.address === undefined) return [];
    const view = {
      Name: container.name,
      EndpointID: endpoint.eid,
      MacAddress: endpoint.lladdr ?? '',
      IPv4Address: `${formatIPv4(endpoint.address)}/${network.subnet?.length}`,
      IPv6Address: '',
    };
    return [[container.cid, view] as const];
  });
  return {
    Name: network.name,
    Id: network.nid,
    Created: clock(network.createdAt),
    Scope: 'local',
    Driver: network.driver,
    EnableIPv4: true,
    EnableIPv6: false,
    IPAM: {
      Driver: 'default',
      Options: null,
      Config:
        subnet === undefined
          ? null
          : [{ Subnet: subnet, ...(network.gateway === undefined ? {} : { Gateway: formatIPv4(network.gateway) }) }],
    },
    Internal: false,
    Attachable: false,
    Ingress: false,
    ConfigFrom: { Network: '' },
    ConfigOnly: false,
    Options: network.bridge === 'docker0' ? DEFAULT_BRIDGE : {},
    Labels: {},
    Containers: Object.fromEntries(members),
    Status: { IPAM: subnet === undefined ? {} : { Subnets: { [subnet]: usage(network) } } },
  };
}

const DEFAULT_BRIDGE = {
  'com.docker.network.bridge.default_bridge': 'true',
  'com.docker.network.bridge.enable_icc': 'true',
  'com.docker.network.bridge.enable_ip_masquerade': 'true',
  'com.docker.network.bridge.host_binding_ipv4': '0.0.0.0',
  'com.docker.network.bridge.name': 'docker0',
  'com.docker.network.driver.mtu': '1500',
};

function usage(network: Network): TemplateValue {
  const used = network.subnet ? countUsed(network.subnet, network.used) : 0;
  const size = network.subnet ? hostsIn(network.subnet) : 0;
  return { IPsInUse: used, DynamicIPsAvailable: size - used };
}

/** `docker image inspect`, the keys that the containerd image store gives. */
export function inspectImage(image: Image, ref: string, clock: Clock): Readonly<Record<string, TemplateValue>> {
  const { config: own } = image;
  const repositories = [...new Set(image.tags.map((tag) => tag.slice(0, tag.lastIndexOf(':'))))];
  const name = image.tags.includes(normalRef(ref)) ? normalRef(ref) : image.tags[0];
  return {
    Id: image.digest,
    RepoTags: image.tags,
    RepoDigests: repositories.map((repository) => `${repository}@${image.digest}`),
    Comment: 'buildkit.dockerfile.v0',
    Created: clock(image.createdAt),
    Config: {
      ...(own.User ? { User: own.User } : {}),
      ...(own.ExposedPorts ? { ExposedPorts: own.ExposedPorts as TemplateValue } : {}),
      Env: own.Env ?? null,
      ...(own.Entrypoint ? { Entrypoint: own.Entrypoint } : {}),
      ...(own.Cmd ? { Cmd: own.Cmd } : {}),
      ...(own.Volumes ? { Volumes: own.Volumes as TemplateValue } : {}),
      WorkingDir: own.WorkingDir ?? '/',
      ...(own.Labels ? { Labels: own.Labels } : {}),
      ...(own.StopSignal ? { StopSignal: own.StopSignal } : {}),
      ...(own.Cmd ? { ArgsEscaped: true } : {}),
    },
    Architecture: 'amd64',
    Os: 'linux',
    Size: image.size,
    RootFS: { Type: 'layers', Layers: image.layers.map((layer) => layer.diffId) },
    Metadata: { LastTagTime: clock(image.createdAt) },
    Descriptor: {
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      digest: image.digest,
      size: image.manifestSize,
      ...(name === undefined ? {} : { annotations: annotations(image, name) }),
    },
  };
}

const annotations = (image: Image, name: string): TemplateValue => ({
  'config.digest': image.configDigest,
  'io.containerd.image.name': fullRef(name),
  'org.opencontainers.image.ref.name': name.slice(name.lastIndexOf(':') + 1),
});
