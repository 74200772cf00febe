import type { Container } from '../../../engine/docker/container.ts';
import { type Pruned, pruneContainers, pruneImages, pruneVolumes } from '../../../engine/docker/prune.ts';
import { type Docker, defineDocker } from '../../docker/command.ts';
import { confirmed, goOnAsking } from '../../docker/confirm.ts';
import { humanSize, parseMoment } from '../../docker/format.ts';

/** `--filter until=…` and `label=…` for containers. */
function which(docker: Docker): (one: Container) => boolean {
  const filters = docker.values('filter').map((entry) => entry.split(/=(.*)/s) as [string, string]);
  return (one) =>
    filters.every(([name, value]) => {
      if (name === 'until') return one.createdAt < (parseMoment(value, docker.tx.now) ?? docker.tx.now);
      const [key = '', wanted] = value.split(/=(.*)/s) as [string, string?];
      const has = wanted === undefined ? Object.hasOwn(one.config.labels, key) : one.config.labels[key] === wanted;
      return name === 'label' ? has : name === 'label!' ? !has : true;
    });
}

function tell(docker: Docker, title: string, { lines }: Pruned): void {
  if (lines.length > 0) docker.out(`${title}:\n${lines.map((line) => `${line}\n`).join('')}\n`);
}

const reclaimed = (docker: Docker, space: number): number => {
  docker.out(`Total reclaimed space: ${humanSize(space)}\n`);
  return 0;
};

const force = { short: 'f', type: 'bool', help: 'Do not prompt for confirmation' } as const;
const filter = { type: 'filter', help: 'Provide filter values (e.g. "until=<timestamp>")' } as const;

interface Pruning {
  readonly what: string;
  readonly summary: string;
  readonly flags: Parameters<typeof defineDocker>[0]['flags'];
  warning(docker: Docker): string;
  act(docker: Docker): number;
}

function definePrune({ what, summary, flags, warning, act }: Pruning): void {
  defineDocker({
    names: [`${what} prune`],
    summary,
    usage: '[OPTIONS]',
    flags: { ...flags, force },
    args: [0, 0],
    takes: 60,
    run: (docker) => confirmed(docker, warning(docker), act),
    resume: (docker, state) => goOnAsking(docker, state, act),
  });
}

definePrune({
  what: 'container',
  summary: 'Remove all stopped containers',
  flags: { filter },
  warning: () => 'WARNING! This will remove all stopped containers.',
  act(docker) {
    const gone = pruneContainers(docker.tx, docker.machine, which(docker));
    tell(docker, 'Deleted Containers', gone);
    return reclaimed(docker, gone.space);
  },
});

definePrune({
  what: 'image',
  summary: 'Remove unused images',
  flags: { all: { short: 'a', type: 'bool', help: 'Remove all unused images, not just dangling ones' }, filter },
  warning: (docker) =>
    docker.has('all')
      ? 'WARNING! This will remove all images without at least one container associated to them.'
      : 'WARNING! This will remove all dangling images.',
  act(docker) {
    const gone = pruneImages(docker.tx, docker.machine, docker.has('all'));
    tell(docker, 'Deleted Images', gone);
    return reclaimed(docker, gone.space);
  },
});

definePrune({
  what: 'volume',
  summary: 'Remove unused local volumes',
  flags: { all: { short: 'a', type: 'bool', help: 'Remove all unused volumes, not just anonymous ones' }, filter },
  warning: (docker) =>
    `WARNING! This will remove ${docker.has('all') ? 'all' : 'anonymous'} local volumes not used by at least one container.`,
  act(docker) {
    const gone = pruneVolumes(docker.tx, docker.machine, docker.has('all'));
    tell(docker, 'Deleted Volumes', gone);
    return reclaimed(docker, gone.space);
  },
});

definePrune({
  what: 'system',
  summary: 'Remove unused data',
  flags: {
    all: { short: 'a', type: 'bool', help: 'Remove all unused images not just dangling ones' },
    filter: { type: 'filter', help: 'Provide filter values (e.g. "label=<key>=<value>")' },
    volumes: { type: 'bool', help: 'Prune anonymous volumes' },
  },
  warning: (docker) =>
    [
      'WARNING! This will remove:',
      '  - all stopped containers',
      '  - all networks not used by at least one container',
      ...(docker.has('volumes') ? ['  - all anonymous volumes not used by at least one container'] : []),
      docker.has('all')
        ? '  - all images without at least one container associated to them'
        : '  - all dangling images',
      docker.has('all') ? '  - all build cache' : '  - unused build cache',
      '',
    ].join('\n'),
  act(docker) {
    const { tx, machine } = docker;
    const containers = pruneContainers(tx, machine, which(docker));
    const volumes = docker.has('volumes') ? pruneVolumes(tx, machine, false) : { lines: [], space: 0 };
    const images = pruneImages(tx, machine, docker.has('all'));
    tell(docker, 'Deleted Containers', containers);
    tell(docker, 'Deleted Volumes', volumes);
    tell(docker, 'Deleted Images', images);
    return reclaimed(docker, containers.space + volumes.space + images.space);
  },
});
