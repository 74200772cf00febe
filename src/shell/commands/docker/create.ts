import { type Docker, defineDocker } from '../../docker/command.ts';
import { CREATE_FLAGS, create } from '../../docker/create.ts';
import { goOnWithImage, isPulling, withImage } from '../../docker/ensureImage.ts';

function createHere(docker: Docker): number {
  const made = create(docker, false);
  if ('status' in made) return made.status;
  docker.out(`${made.container.cid}\n`);
  return 0;
}

defineDocker({
  names: ['container create', 'create'],
  summary: 'Create a new container',
  usage: '[OPTIONS] IMAGE [COMMAND] [ARG...]',
  flags: CREATE_FLAGS,
  args: [1, Number.POSITIVE_INFINITY],
  interspersed: false,
  takes: 60,
  run: (docker) => withImage(docker, createHere),
  resume: (docker, state) => (isPulling(state) ? goOnWithImage(docker, state, createHere) : 0),
});
