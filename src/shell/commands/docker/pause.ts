import {
  type Container,
  changeContainer,
  containerEvent,
  findContainer,
  noSuchContainer,
} from '../../../engine/docker/container.ts';
import { freezeContainer } from '../../../engine/docker/freeze.ts';
import { type Docker, defineDocker } from '../../docker/command.ts';

function each(docker: Docker, act: (container: Container) => string | undefined): number {
  let status = 0;
  for (const ref of docker.args) {
    const container = findContainer(docker.tx, docker.machine, ref);
    const problem = container ? act(container) : noSuchContainer(ref);
    if (problem === undefined) docker.out(`${ref}\n`);
    else status = docker.refused(problem);
  }
  return status;
}

const many = { usage: 'CONTAINER [CONTAINER...]', flags: {}, args: [1, Number.POSITIVE_INFINITY] as const };

defineDocker({
  ...many,
  names: ['container pause', 'pause'],
  summary: 'Pause all processes within one or more containers',
  run: (docker) =>
    each(docker, (container) => {
      if (container.state === 'paused') return `Container ${container.cid} is already paused`;
      if (container.state !== 'running') return `container ${container.cid} is not running`;
      freezeContainer(docker.tx, container, true);
      containerEvent(docker.tx, changeContainer(docker.tx, container.id, { state: 'paused' }), 'pause');
      return undefined;
    }),
});
defineDocker({
  ...many,
  names: ['container unpause', 'unpause'],
  summary: 'Unpause all processes within one or more containers',
  run: (docker) =>
    each(docker, (container) => {
      if (container.state !== 'paused') return `Container ${container.cid} is not paused`;
      freezeContainer(docker.tx, container, false);
      containerEvent(docker.tx, changeContainer(docker.tx, container.id, { state: 'running' }), 'unpause');
      return undefined;
    }),
});
