import { CONTAINER, type Container, containerEvent } from '../../../engine/docker/container.ts';
import { removeContainer } from '../../../engine/docker/remove.ts';
import { startContainer } from '../../../engine/docker/runtime.ts';
import type { Step } from '../../command.ts';
import { type Attached, follow, goOn } from '../../docker/attach.ts';
import { type Docker, defineDocker } from '../../docker/command.ts';
import { CREATE_FLAGS, create } from '../../docker/create.ts';
import { goOnWithImage, isPulling, withImage } from '../../docker/ensureImage.ts';
import { NO_TTY, refusesTty, wire } from '../../docker/wiring.ts';

function run(docker: Docker): Step {
  if (!refusesTty(docker)) return withImage(docker, runHere);
  docker.err(NO_TTY);
  return 1;
}

/** The image is there, or the daemon says that it is not. */
function runHere(docker: Docker): Step {
  const detached = docker.has('detach');
  const made = create(docker, !detached);
  if ('status' in made) return made.status;
  const { container } = made;
  const wiring = wire(docker, container.id, {
    tty: docker.has('tty') && !detached,
    stdin: docker.has('interactive') && !detached,
  });
  if (detached) docker.out(`${container.cid}\n`);
  else containerEvent(docker.tx, container, 'attach');
  const started = startContainer(docker.tx, container.id, wiring.files, wiring.tty);
  if (!started.ok) return failed(docker, container, started.message, started.code ?? 125);
  notePublished(docker, started.value);
  return detached ? 0 : follow(docker, started.value, wiring);
}

/** Says on the terminal how far published ports are simulated. */
function notePublished(docker: Docker, container: Container): void {
  if ((container.published?.length ?? 0) > 0) docker.ctx.note('note.publish');
}

function failed(docker: Docker, container: Container, message: string, code: number): number {
  docker.wrong(`Error response from daemon: ${message}`);
  const row = docker.tx.get(CONTAINER, container.id);
  if (row?.host.autoRemove) {
    removeContainer(docker.tx, row);
  }
  return code;
}

defineDocker({
  names: ['container run', 'run'],
  summary: 'Create and run a new container from an image',
  usage: '[OPTIONS] IMAGE [COMMAND] [ARG...]',
  flags: {
    ...CREATE_FLAGS,
    detach: { short: 'd', type: 'bool', help: 'Run container in background and print container ID' },
    'sig-proxy': { type: 'bool', help: 'Proxy received signals to the process', default: 'true' },
  },
  args: [1, Number.POSITIVE_INFINITY],
  interspersed: false,
  takes: 180,
  run,
  resume: (docker, state) =>
    isPulling(state) ? goOnWithImage(docker, state, runHere) : goOn(docker, state as Attached),
});
