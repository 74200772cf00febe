import { CONTAINER, isUp } from '../../../engine/docker/container.ts';
import { removeContainer } from '../../../engine/docker/remove.ts';
import { defineDocker } from '../../docker/command.ts';
import { humanSize } from '../../docker/format.ts';

/** Bytes of an untouched writable layer, as the snapshotter counts them. */
const EMPTY_LAYER = 4096;

defineDocker({
  names: ['container prune'],
  summary: 'Remove all stopped containers',
  usage: '[OPTIONS]',
  flags: {
    filter: { type: 'filter', help: 'Provide filter values (e.g. "until=<timestamp>")' },
    force: { short: 'f', type: 'bool', help: 'Do not prompt for confirmation' },
  },
  args: [0, 0],
  run(docker) {
    if (!docker.has('force'))
      docker.out('WARNING! This will remove all stopped containers.\nAre you sure you want to continue? [y/N] ');
    if (!docker.has('force')) return 0;
    const gone = docker.tx
      .list(CONTAINER, 'machine', docker.machine)
      .filter((container) => !isUp(container) && container.state !== 'restarting');
    for (const container of gone) {
      removeContainer(docker.tx, container);
    }
    if (gone.length > 0) docker.out(`Deleted Containers:\n${gone.map((container) => `${container.cid}\n`).join('')}\n`);
    docker.out(`Total reclaimed space: ${humanSize(gone.length * EMPTY_LAYER)}\n`);
    return 0;
  },
});
