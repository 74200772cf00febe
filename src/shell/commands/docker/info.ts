import { drawHex } from '../../../engine/core/random.ts';
import { CONTAINER } from '../../../engine/docker/container.ts';
import { IMAGE } from '../../../engine/docker/image.ts';
import { nullText } from '../../../engine/docker/inspect.ts';
import { parseTemplate, runTemplate } from '../../../engine/docker/template.ts';
import { MACHINE } from '../../../engine/linux/machine.ts';
import { type Docker, defineDocker } from '../../docker/command.ts';

const VERSION = '29.7.2';
const SYSTEM = 'Debian GNU/Linux 13 (trixie)';

/** The daemon's own id, as a UUID. */
function idOf(docker: Docker): string {
  const hex = drawHex(0, `daemon ${docker.machine}`, 0, 32);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

function factsOf(docker: Docker) {
  const containers = docker.tx.list(CONTAINER, 'machine', docker.machine);
  const machine = docker.tx.need(MACHINE, docker.machine);
  const count = (...states: readonly string[]): number => containers.filter((one) => states.includes(one.state)).length;
  return {
    ID: idOf(docker),
    Containers: containers.length,
    ContainersRunning: count('running', 'restarting'),
    ContainersPaused: count('paused'),
    ContainersStopped: count('created', 'exited', 'dead'),
    Images: docker.tx.list(IMAGE, 'machine', docker.machine).length,
    Driver: 'overlayfs',
    DriverStatus: [['driver-type', 'io.containerd.snapshotter.v1']],
    LoggingDriver: 'json-file',
    CgroupDriver: 'systemd',
    CgroupVersion: '2',
    KernelVersion: machine.kernel,
    OperatingSystem: SYSTEM,
    OSVersion: '13',
    OSType: 'linux',
    Architecture: 'x86_64',
    NCPU: machine.cpus,
    MemTotal: machine.memory,
    DockerRootDir: '/var/lib/docker',
    Name: machine.name,
    ServerVersion: VERSION,
    DefaultRuntime: 'runc',
    Swarm: { NodeID: '', NodeAddr: '', LocalNodeState: 'inactive', ControlAvailable: false, Managers: 0, Nodes: 0 },
    LiveRestoreEnabled: false,
    SecurityOptions: ['name=apparmor', 'name=seccomp,profile=builtin', 'name=cgroupns'],
    Warnings: null,
    ClientInfo: { Version: VERSION, Context: 'default', Debug: false },
  };
}

/** As the recorded host describes itself (transcripts/host/dump.json). */
function text(docker: Docker): string {
  const facts = factsOf(docker);
  return `Client:
 Version:    ${VERSION}
 Context:    default
 Debug Mode: false
 Plugins:
  buildx: Docker Buildx (Docker Inc.)
    Version:  0.29.1+ds1
    Path:     /usr/libexec/docker/cli-plugins/docker-buildx
  compose: Docker Compose (Docker Inc.)
    Version:  2.40.3-3
    Path:     /usr/libexec/docker/cli-plugins/docker-compose

Server:
 Containers: ${facts.Containers}
  Running: ${facts.ContainersRunning}
  Paused: ${facts.ContainersPaused}
  Stopped: ${facts.ContainersStopped}
 Images: ${facts.Images}
 Server Version: ${VERSION}
 Storage Driver: overlayfs
  driver-type: io.containerd.snapshotter.v1
 Logging Driver: json-file
 Cgroup Driver: systemd
 Cgroup Version: 2
 Plugins:
  Volume: local
  Network: bridge host ipvlan macvlan null overlay
  Log: awslogs fluentd gcplogs gelf journald json-file local splunk syslog
 CDI spec directories:
  /etc/cdi
  /var/run/cdi
 Swarm: inactive
 Runtimes: io.containerd.runc.v2 runc
 Default Runtime: runc
 Init Binary: docker-init
 containerd version: 
 runc version: 1.3.6+ds1-1
 init version: 
 Security Options:
  apparmor
  seccomp
   Profile: builtin
  cgroupns
 Kernel Version: ${facts.KernelVersion}
 Operating System: ${SYSTEM}
 OSType: linux
 Architecture: x86_64
 CPUs: ${facts.NCPU}
 Total Memory: ${Number((facts.MemTotal / 1024 ** 3).toPrecision(4))}GiB
 Name: ${facts.Name}
 ID: ${facts.ID}
 Docker Root Dir: /var/lib/docker
 Debug Mode: false
 Experimental: false
 Insecure Registries:
  ::1/128
  127.0.0.0/8
 Live Restore Enabled: false
 Firewall Backend: iptables
  EnableUserlandProxy: true
  UserlandProxyPath: /usr/sbin/docker-proxy

`;
}

defineDocker({
  names: ['system info', 'info'],
  summary: 'Display system-wide information',
  usage: '[OPTIONS]',
  flags: { format: { short: 'f', type: 'string', help: 'Format output using a custom template' } },
  args: [0, 0],
  run(docker) {
    const format = docker.value('format');
    if (format === undefined) {
      docker.out(text(docker));
      return 0;
    }
    const parsed = parseTemplate(format === 'json' ? '{{json .}}' : format);
    if ('error' in parsed) {
      docker.err(`template parsing error: ${parsed.error}\n`);
      return 64;
    }
    const made = runTemplate(parsed.nodes, factsOf(docker), { type: 'system.dockerInfo', nulls: nullText });
    docker.out(`${made.text}\n`);
    if (made.error !== undefined) docker.err(`template parsing error: ${made.error}\n`);
    return made.error === undefined ? 0 : 1;
  },
});
