import type { Docker } from './command.ts';
import type { DockerFlags } from './pflag.ts';

/** Flags of `create` and `run` that are read and checked, and most of which have no effect here (see ACTING). */
export const FURTHER_FLAGS: DockerFlags = {
  annotation: {
    type: 'map',
    help: 'Add an annotation to the container (passed through to the OCI runtime)',
    default: 'map[]',
  },
  'blkio-weight': {
    type: 'uint16',
    help: 'Block IO (relative weight), between 10 and 1000, or 0 to disable',
    default: '0',
  },
  'blkio-weight-device': { type: 'list', help: 'Block IO weight (relative device weight)', default: '[]' },
  'cgroup-parent': { type: 'string', help: 'Optional parent cgroup for the container' },
  cgroupns: {
    type: 'string',
    help: "Cgroup namespace to use (host|private)\n'host':    Run the container in the Docker host's cgroup namespace\n'private': Run the container in its own private cgroup namespace\n'':        Use the cgroup namespace as configured by the\n           default-cgroupns-mode option on the daemon (default)",
  },
  cidfile: { type: 'string', help: 'Write the container ID to the file' },
  'cpu-rt-period': { type: 'int', help: 'Limit CPU real-time period in microseconds' },
  'cpu-rt-runtime': { type: 'int', help: 'Limit CPU real-time runtime in microseconds' },
  'cpuset-mems': { type: 'string', help: 'MEMs in which to allow execution (0-3, 0,1)' },
  'detach-keys': { type: 'string', help: 'Override the key sequence for detaching a container' },
  device: { type: 'list', help: 'Add a host device to the container' },
  'device-cgroup-rule': { type: 'list', help: 'Add a rule to the cgroup allowed devices list' },
  'device-read-bps': { type: 'list', help: 'Limit read rate (bytes per second) from a device', default: '[]' },
  'device-read-iops': { type: 'list', help: 'Limit read rate (IO per second) from a device', default: '[]' },
  'device-write-bps': { type: 'list', help: 'Limit write rate (bytes per second) to a device', default: '[]' },
  'device-write-iops': { type: 'list', help: 'Limit write rate (IO per second) to a device', default: '[]' },
  'dns-option': { type: 'list', help: 'Set DNS options' },
  'dns-search': { type: 'list', help: 'Set custom DNS search domains' },
  domainname: { type: 'string', help: 'Container NIS domain name' },
  gpus: { type: 'gpu-request', help: "GPU devices to add to the container ('all' to pass all GPUs)" },
  'group-add': { type: 'list', help: 'Add additional groups to join' },
  'health-cmd': { type: 'string', help: 'Command to run to check health' },
  'health-interval': { type: 'duration', help: 'Time between running the check (ms|s|m|h)', default: '0s' },
  'health-retries': { type: 'int', help: 'Consecutive failures needed to report unhealthy' },
  'health-start-interval': {
    type: 'duration',
    help: 'Time between running the check during the start period (ms|s|m|h)',
    default: '0s',
  },
  'health-start-period': {
    type: 'duration',
    help: 'Start period for the container to initialize before starting health-retries countdown (ms|s|m|h)',
    default: '0s',
  },
  'health-timeout': { type: 'duration', help: 'Maximum time to allow one check to run (ms|s|m|h)', default: '0s' },
  ip6: { type: 'ip', help: 'IPv6 address (e.g., 2001:db8::33)' },
  ipc: { type: 'string', help: 'IPC mode to use' },
  isolation: { type: 'string', help: 'Container isolation technology' },
  'label-file': { type: 'list', help: 'Read in a line delimited file of labels' },
  'link-local-ip': { type: 'list', help: 'Container IPv4/IPv6 link-local addresses' },
  'log-driver': { type: 'string', help: 'Logging driver for the container' },
  'log-opt': { type: 'list', help: 'Log driver options' },
  'network-alias': { type: 'list', help: 'Add network-scoped alias for the container' },
  'no-healthcheck': { type: 'bool', help: 'Disable any container-specified HEALTHCHECK' },
  pid: { type: 'string', help: 'PID namespace to use' },
  runtime: { type: 'string', help: 'Runtime to use for this container' },
  'security-opt': { type: 'list', help: 'Security Options' },
  'shm-size': { type: 'bytes', help: 'Size of /dev/shm' },
  'storage-opt': { type: 'list', help: 'Storage driver options for the container' },
  sysctl: { type: 'map', help: 'Sysctl options', default: 'map[]' },
  ulimit: { type: 'ulimit', help: 'Ulimit options', default: '[]' },
  'use-api-socket': { type: 'bool', help: 'Bind mount Docker API socket and required auth' },
  userns: { type: 'string', help: 'User namespace to use' },
  uts: { type: 'string', help: 'UTS namespace to use' },
  'volume-driver': { type: 'string', help: 'Optional volume driver for the container' },
};

/** Those of them that act. */
const ACTING = ['cgroupns', 'cidfile', 'detach-keys', 'domainname', 'ipc', 'pid', 'shm-size', 'userns', 'uts'];

/** Says on the terminal which of the given flags have no effect here. */
export function noteIdle(docker: Docker): void {
  for (const name of Object.keys(FURTHER_FLAGS))
    if (!ACTING.includes(name) && docker.value(name) !== undefined) docker.ctx.note('note.idle', { name: `--${name}` });
}
