import { findContainer, noSuchContainer, renameContainer } from '../../../engine/docker/container.ts';
import { defineDocker } from '../../docker/command.ts';

defineDocker({
  names: ['container rename', 'rename'],
  summary: 'Rename a container',
  usage: 'CONTAINER NEW_NAME',
  flags: {},
  args: [2, 2],
  run(docker) {
    const [ref, name] = docker.args as [string, string];
    const container = findContainer(docker.tx, docker.machine, ref);
    const renamed = container
      ? renameContainer(docker.tx, container, name)
      : { ok: false as const, message: noSuchContainer(ref) };
    if (renamed.ok) return 0;
    docker.err(`failed to rename container: Error response from daemon: ${renamed.message}\n`);
    return 1;
  },
});
