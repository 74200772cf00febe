import { CONTAINER } from '../../../engine/docker/container.ts';
import { IMAGE } from '../../../engine/docker/image.ts';
import { parseTemplate, runTemplate } from '../../../engine/docker/template.ts';
import { MACHINE } from '../../../engine/linux/machine.ts';
import { defineDocker } from '../../docker/command.ts';

const VERSION = '29.7.2';

defineDocker({
  names: ['version'],
  summary: 'Show the Docker version information',
  usage: '[OPTIONS]',
  flags: { format: { short: 'f', type: 'string', help: 'Format output using a custom template' } },
  args: [0, 0],
  run(docker) {
    const format = docker.value('format');
    if (format !== undefined) {
      const parsed = parseTemplate(format);
      if ('error' in parsed) {
        docker.err(`template parsing error: ${parsed.error}\n`);
        return 64;
      }
      const side = {
        Version: VERSION,
        APIVersion: '1.55',
        DefaultAPIVersion: '1.55',
        GoVersion: 'go1.27.3',
        Os: 'linux',
        Arch: 'amd64',
      };
      const made = runTemplate(parsed.nodes, { Client: side, Server: side });
      docker.out(`${made.text}\n`);
      return made.error === undefined ? 0 : 1;
    }
    docker.out(`Client:
 Version:           ${VERSION}
 API version:       1.55
 Go version:        go1.27.3
 Git commit:        unknown
 Built:             unknown-buildtime
 OS/Arch:           linux/amd64
 Context:           default

Server: Docker_Engine_-_Community
 Engine:
  Version:          ${VERSION}
  API version:      1.55 (minimum version 1.40)
  Go version:       go1.27.3
  Git commit:       unknown
  Built:            library-import
  OS/Arch:          linux/amd64
  Experimental:     false
 containerd:
  Version:          2.1.9+unknown
  GitCommit:        
 runc:
  Version:          1.3.6+ds1
  GitCommit:        1.3.6+ds1-1
 docker-init:
  Version:          0.19.0
  GitCommit:        
`);
    return 0;
  },
});

defineDocker({
  names: ['system info', 'info'],
  summary: 'Display system-wide information',
  usage: '[OPTIONS]',
  flags: { format: { short: 'f', type: 'string', help: 'Format output using a custom template' } },
  args: [0, 0],
  run(docker) {
    const containers = docker.tx.list(CONTAINER, 'machine', docker.machine);
    const machine = docker.tx.need(MACHINE, docker.machine);
    const count = (...states: readonly string[]): number =>
      containers.filter((container) => states.includes(container.state)).length;
    const images = docker.tx.list(IMAGE, 'machine', docker.machine).length;
    const facts = {
      Containers: containers.length,
      ContainersRunning: count('running'),
      ContainersPaused: count('paused'),
      ContainersStopped: count('created', 'exited', 'dead'),
      Images: images,
      ServerVersion: VERSION,
      Driver: 'overlayfs',
      CgroupDriver: 'systemd',
      CgroupVersion: '2',
      KernelVersion: machine.kernel,
      OperatingSystem: 'Debian GNU/Linux 13 (trixie)',
      NCPU: machine.cpus,
      MemTotal: machine.memory,
      Name: machine.name,
      DockerRootDir: '/var/lib/docker',
    };
    const format = docker.value('format');
    if (format !== undefined) {
      const parsed = parseTemplate(format);
      if ('error' in parsed) return 64;
      const made = runTemplate(parsed.nodes, facts);
      docker.out(`${made.text}\n`);
      if (made.error !== undefined) docker.err(`template parsing error: ${made.error}\n`);
      return made.error === undefined ? 0 : 1;
    }
    docker.out(`Client:
 Version:    ${VERSION}
 Context:    default
 Debug Mode: false

Server:
 Containers: ${facts.Containers}
  Running: ${facts.ContainersRunning}
  Paused: ${facts.ContainersPaused}
  Stopped: ${facts.ContainersStopped}
 Images: ${images}
 Server Version: ${VERSION}
 Storage Driver: overlayfs
  driver-type: io.containerd.snapshotter.v1
 Logging Driver: json-file
 Cgroup Driver: systemd
 Cgroup Version: 2
 Swarm: inactive
 Runtimes: io.containerd.runc.v2 runc
 Default Runtime: runc
 Kernel Version: ${machine.kernel}
 Operating System: ${facts.OperatingSystem}
 OSType: linux
 Architecture: x86_64
 CPUs: ${machine.cpus}
 Total Memory: ${(machine.memory / 1024 ** 3).toFixed(3)}GiB
 Name: ${machine.name}
 Docker Root Dir: /var/lib/docker
 Firewall Backend: iptables
`);
    return 0;
  },
});
