import {
  CONTAINER,
  type Container,
  changeContainer,
  containerChannel,
  findContainer,
  isUp,
  noSuchContainer,
} from '../../../engine/docker/container.ts';
import { removeContainer } from '../../../engine/docker/remove.ts';
import { signalContainer } from '../../../engine/docker/stop.ts';
import type { Step } from '../../command.ts';
import { type Docker, defineDocker } from '../../docker/command.ts';

interface Removing {
  readonly at: number;
  readonly status: number;
}

function remove(docker: Docker, container: Container): void {
  removeContainer(docker.tx, container, docker.has('volumes') || container.host.autoRemove);
}

function goOn(docker: Docker, at: number, status: number): Step {
  for (let i = at; i < docker.args.length; i++) {
    const ref = docker.args[i] as string;
    const container = findContainer(docker.tx, docker.machine, ref);
    if (!container) {
      if (!docker.has('force')) status = docker.refused(noSuchContainer(ref));
      continue;
    }
    if (isUp(container) && !docker.has('force')) {
      const how =
        container.state === 'paused'
          ? 'container is paused and must be unpaused first'
          : 'container is running: stop the container before removing or force remove';
      status = docker.refused(`cannot remove container ${JSON.stringify(container.name)}: ${how}`);
      continue;
    }
    if (isUp(container)) {
      changeContainer(docker.tx, container.id, { manuallyStopped: true });
      signalContainer(docker.tx, container, 'SIGKILL');
      return { state: { at: i, status } satisfies Removing, wait: { channels: [containerChannel(container.id)] } };
    }
    remove(docker, container);
    docker.out(`${ref}\n`);
  }
  return status;
}

function resume(docker: Docker, state: unknown): Step {
  const { at, status } = state as Removing;
  const ref = docker.args[at] as string;
  const container = findContainer(docker.tx, docker.machine, ref);
  if (container && isUp(container)) return { state, wait: { channels: [containerChannel(container.id)] } };
  if (container && docker.tx.get(CONTAINER, container.id)) remove(docker, container);
  docker.out(`${ref}\n`);
  return goOn(docker, at + 1, status);
}

defineDocker({
  names: ['container rm', 'container remove', 'rm'],
  summary: 'Remove one or more containers',
  usage: '[OPTIONS] CONTAINER [CONTAINER...]',
  flags: {
    force: { short: 'f', type: 'bool', help: 'Force the removal of a running container (uses SIGKILL)' },
    link: { short: 'l', type: 'bool', help: 'Remove the specified link' },
    volumes: { short: 'v', type: 'bool', help: 'Remove anonymous volumes associated with the container' },
  },
  args: [1, Number.POSITIVE_INFINITY],
  takes: 60,
  run: (docker) => goOn(docker, 0, 0),
  resume,
});
