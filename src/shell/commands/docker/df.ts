import { CONTAINER, isUp } from '../../../engine/docker/container.ts';
import { IMAGE } from '../../../engine/docker/image.ts';
import { sizeOf } from '../../../engine/docker/layer.ts';
import { imagesSize, volumeSize } from '../../../engine/docker/prune.ts';
import { isUsed } from '../../../engine/docker/store.ts';
import { usersOf, VOLUME } from '../../../engine/docker/volume.ts';
import { type Docker, defineDocker } from '../../docker/command.ts';
import { humanSize, printListing } from '../../docker/format.ts';

/** One kind of thing: how many, how many in use, and the bytes of all and of those that could go. */
const row = (type: string, total: number, active: number, size: number, free: number) => ({
  Type: type,
  TotalCount: String(total),
  Active: String(active),
  Size: humanSize(size),
  Reclaimable: size > 0 ? `${humanSize(free)} (${Math.floor((free * 100) / size)}%)` : humanSize(free),
});

const sum = (sizes: readonly number[]): number => sizes.reduce((all, size) => all + size, 0);

function usage(docker: Docker) {
  const { tx, machine } = docker;
  const images = tx.list(IMAGE, 'machine', machine);
  const used = images.filter((image) => isUsed(tx, image));
  const containers = tx.list(CONTAINER, 'machine', machine);
  const down = containers.filter((container) => !isUp(container));
  const volumes = tx.list(VOLUME, 'machine', machine);
  const unused = volumes.filter((volume) => usersOf(tx, volume).length === 0);
  const layers = (list: typeof containers): number => sum(list.map((container) => sizeOf(tx, container).own));
  const files = (list: typeof volumes): number => sum(list.map((volume) => volumeSize(tx, volume)));
  return [
    row('Images', images.length, used.length, imagesSize(images), imagesSize(images) - imagesSize(used)),
    row('Containers', containers.length, containers.length - down.length, layers(containers), layers(down)),
    row('Local Volumes', volumes.length, volumes.length - unused.length, files(volumes), files(unused)),
    row('Build Cache', 0, 0, 0, 0),
  ];
}

defineDocker({
  names: ['system df'],
  summary: 'Show docker disk usage',
  usage: '[OPTIONS]',
  flags: { format: { type: 'string', help: 'Format output using a custom template' } },
  args: [0, 0],
  run: (docker) =>
    printListing(
      docker,
      {
        columns: [
          ['TYPE', 'Type'],
          ['TOTAL', 'TotalCount'],
          ['ACTIVE', 'Active'],
          ['SIZE', 'Size'],
          ['RECLAIMABLE', 'Reclaimable'],
        ],
        headers: { TotalCount: 'TOTAL' },
        rows: usage(docker),
        type: '*formatter.diskUsageContext',
      },
      docker.value('format') ?? '',
    ),
});
