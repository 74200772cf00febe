import type { Docker } from './command.ts';
import type { DockerFlags } from './pflag.ts';

/** Flags of `create` and `run` that are read and checked, and most of which have no effect here (see ACTING). */
export const FURTHER_FLAGS: DockerFlags = {
  annotation: { type: 'map', default: 'map[]' },
  'blkio-weight': { type: 'uint16', default: '0' },
  'blkio-weight-device': { type: 'list', default: '[]' },
  'cgroup-parent': { type: 'string' },
  cgroupns: { type: 'string' },
  cidfile: { type: 'string' },
  'cpu-rt-period': { type: 'int' },
  'cpu-rt-runtime': { type: 'int' },
  'cpuset-mems': { type: 'string' },
  'detach-keys': { type: 'string' },
  device: { type: 'list' },
  'device-cgroup-rule': { type: 'list' },
  'device-read-bps': { type: 'list', default: '[]' },
  'device-read-iops': { type: 'list', default: '[]' },
  'device-write-bps': { type: 'list', default: '[]' },
  'device-write-iops': { type: 'list', default: '[]' },
  'dns-option': { type: 'list' },
  'dns-search': { type: 'list' },
  domainname: { type: 'string' },
  gpus: { type: 'gpu-request' },
  'group-add': { type: 'list' },
  'health-cmd': { type: 'string' },
  'health-interval': { type: 'duration', default: '0s' },
  'health-retries': { type: 'int' },
  'health-start-interval': { type: 'duration', default: '0s' },
  'health-start-period': { type: 'duration', default: '0s' },
  'health-timeout': { type: 'duration', default: '0s' },
  ip6: { type: 'ip' },
  ipc: { type: 'string' },
  isolation: { type: 'string' },
  'label-file': { type: 'list' },
  'link-local-ip': { type: 'list' },
  'log-driver': { type: 'string' },
  'log-opt': { type: 'list' },
  'network-alias': { type: 'list' },
  'no-healthcheck': { type: 'bool' },
  pid: { type: 'string' },
  runtime: { type: 'string' },
  'security-opt': { type: 'list' },
  'shm-size': { type: 'bytes' },
  'storage-opt': { type: 'list' },
  sysctl: { type: 'map', default: 'map[]' },
  ulimit: { type: 'ulimit', default: '[]' },
  'use-api-socket': { type: 'bool' },
  userns: { type: 'string' },
  uts: { type: 'string' },
  'volume-driver': { type: 'string' },
};

/** Those of them that act. */
const ACTING = ['cgroupns', 'cidfile', 'detach-keys', 'domainname', 'ipc', 'pid', 'shm-size', 'userns', 'uts'];

/** Says on the terminal which of the given flags have no effect here. */
export function noteIdle(docker: Docker): void {
  for (const name of Object.keys(FURTHER_FLAGS))
    if (!ACTING.includes(name) && docker.value(name) !== undefined) docker.ctx.note('note.idle', { name: `--${name}` });
}
