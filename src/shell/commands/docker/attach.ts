import { containerEvent, findContainer, LOG, noSuchContainer } from '../../../engine/docker/container.ts';
import type { Step } from '../../command.ts';
import { type Attached, follow, goOn } from '../../docker/attach.ts';
import { type Docker, defineDocker } from '../../docker/command.ts';

/** @sim simplified: output from now on, and signals; what is typed does not reach the container. */
function attach(docker: Docker): Step {
  const ref = docker.args[0] as string;
  const container = findContainer(docker.tx, docker.machine, ref);
  if (!container) return docker.refused(noSuchContainer(ref));
  const why = {
    exited: 'cannot attach to a stopped container, start it first',
    created: 'cannot attach to a stopped container, start it first',
    paused: 'cannot attach to a paused container, unpause it first',
    restarting: 'cannot attach to a restarting container, wait until it is running',
  } as const;
  if (container.state in why) {
    docker.err(`${why[container.state as keyof typeof why]}\n`);
    return 1;
  }
  containerEvent(docker.tx, container, 'attach');
  const seen = docker.tx.ids(LOG, 'container', container.id).at(-1) ?? 0;
  return follow(docker, container, { files: {} }, seen, docker.value('sig-proxy') !== 'false');
}

defineDocker({
  names: ['container attach', 'attach'],
  summary: 'Attach local standard input, output, and error streams to a running container',
  usage: '[OPTIONS] CONTAINER',
  flags: {
    'detach-keys': { type: 'string', help: 'Override the key sequence for detaching a container' },
    'no-stdin': { type: 'bool', help: 'Do not attach STDIN' },
    'sig-proxy': { type: 'bool', help: 'Proxy all received signals to the process', default: 'true' },
  },
  args: [1, 1],
  run: attach,
  resume: (docker, state) => goOn(docker, state as Attached),
});
