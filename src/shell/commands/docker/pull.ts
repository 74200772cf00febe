import { fullRef } from '../../../engine/docker/image.ts';
import type { Step } from '../../command.ts';
import { type Docker, defineDocker } from '../../docker/command.ts';
import { goOnPull, type Pull, type Pulled, startPull, wrongName } from '../../docker/pull.ts';

function settle(docker: Docker, pulled: Pulled): Step {
  if (pulled.kind === 'going') return { state: pulled.pull, wait: pulled.wait };
  if (pulled.kind === 'refused') return docker.refused(pulled.message);
  docker.out(`${fullRef(docker.args[0] as string)}\n`);
  return 0;
}

function pull(docker: Docker): Step {
  const ref = docker.args[0] as string;
  const wrong = wrongName(docker, ref);
  if (wrong !== undefined) return wrong;
  const bare = ref.slice(ref.lastIndexOf('/') + 1);
  if (docker.has('all-tags')) {
    docker.err('pulling all tags is not part of this simulation: name one\n');
    return 1;
  }
  if (!/[:@]/.test(bare) && !docker.has('quiet')) docker.out('Using default tag: latest\n');
  return settle(docker, startPull(docker, ref));
}

defineDocker({
  names: ['image pull', 'pull'],
  summary: 'Download an image from a registry',
  usage: '[OPTIONS] NAME[:TAG|@DIGEST]',
  flags: {
    'all-tags': { short: 'a', type: 'bool', help: 'Download all tagged images in the repository' },
    platform: { type: 'string', help: 'Set platform if server is multi-platform capable' },
    quiet: { short: 'q', type: 'bool', help: 'Suppress verbose output' },
  },
  args: [1, 1],
  takes: 300,
  run: pull,
  resume: (docker, state) =>
    settle(
      docker,
      goOnPull(docker, state as Pull, (line) => {
        if (!docker.has('quiet')) docker.out(line);
      }),
    ),
});
