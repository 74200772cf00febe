import { findContainer, isUp, noSuchContainer } from '../../../engine/docker/container.ts';
import { publishedPorts } from '../../../engine/docker/publish.ts';
import { defineDocker } from '../../docker/command.ts';

defineDocker({
  names: ['container port', 'port'],
  summary: 'List port mappings or a specific mapping for the container',
  usage: 'CONTAINER [PRIVATE_PORT[/PROTO]]',
  flags: {},
  args: [1, 2],
  run(docker) {
    const [ref, wanted] = docker.args as [string, string?];
    const container = findContainer(docker.tx, docker.machine, ref);
    if (!container) return docker.refused(noSuchContainer(ref));
    const all = isUp(container) ? Object.entries(publishedPorts(container)) : [];
    const asked = wanted === undefined ? undefined : wanted.includes('/') ? wanted : `${wanted}/tcp`;
    let printed = 0;
    for (const [port, bindings] of all) {
      if ((asked !== undefined && asked !== port) || !Array.isArray(bindings)) continue;
      for (const { HostIp, HostPort } of bindings as readonly { HostIp: string; HostPort: string }[]) {
        const address = `${HostIp.includes(':') ? `[${HostIp}]` : HostIp}:${HostPort}`;
        docker.out(asked === undefined ? `${port} -> ${address}\n` : `${address}\n`);
        printed++;
      }
    }
    if (asked === undefined || printed > 0) return 0;
    docker.err(`no public port '${wanted}' published for ${container.name}\n`);
    return 1;
  },
});
