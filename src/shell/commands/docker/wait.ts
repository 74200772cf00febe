import { containerChannel, findContainer, isUp, noSuchContainer } from '../../../engine/docker/container.ts';
import type { Step } from '../../command.ts';
import { type Docker, defineDocker } from '../../docker/command.ts';

interface Waiting {
  readonly at: number;
  readonly status: number;
}

function goOn(docker: Docker, at: number, status: number): Step {
  for (let i = at; i < docker.args.length; i++) {
    const ref = docker.args[i] as string;
    const container = findContainer(docker.tx, docker.machine, ref);
    if (!container) status = docker.refused(noSuchContainer(ref));
    else if (isUp(container))
      return { state: { at: i, status } satisfies Waiting, wait: { channels: [containerChannel(container.id)] } };
    else docker.out(`${container.exitCode}\n`);
  }
  return status;
}

defineDocker({
  names: ['container wait', 'wait'],
  summary: 'Block until one or more containers stop, then print their exit codes',
  usage: 'CONTAINER [CONTAINER...]',
  flags: {},
  args: [1, Number.POSITIVE_INFINITY],
  run: (docker) => goOn(docker, 0, 0),
  resume: (docker, state) => goOn(docker, (state as Waiting).at, (state as Waiting).status),
});
