import type { Transaction } from '../core/transaction.ts';
import type { Bytes } from '../core/units.ts';
import type { Reader } from '../core/world.ts';
import { CONTAINER, type Container, isUp } from './container.ts';
import { IMAGE, type Image } from './image.ts';
import { sizeOf, treeSize } from './layer.ts';
import { removeContainer } from './remove.ts';
import { isUsed, removeImage } from './store.ts';
import { removeVolume, usersOf, VOLUME, type Volume, volumeRoot } from './volume.ts';

/** What was taken away, line by line, and the space that came free. */
export interface Pruned {
  readonly lines: readonly string[];
  readonly space: Bytes;
}

/** Stopped containers, also those never started. */
export function pruneContainers(tx: Transaction, machine: number, which: (one: Container) => boolean): Pruned {
  const gone = tx
    .list(CONTAINER, 'machine', machine)
    .filter((one) => !isUp(one) && one.state !== 'restarting' && which(one));
  let space = 0;
  for (const container of gone) {
    space += sizeOf(tx, container).own;
    removeContainer(tx, container, false);
  }
  return { lines: gone.map((container) => container.cid), space };
}

export const volumeSize = (read: Reader, volume: Volume): Bytes => {
  const root = volumeRoot(read, volume);
  return root ? treeSize(read, root.inode) : 0;
};

/** Volumes that no container has: the anonymous ones, or all. */
export function pruneVolumes(tx: Transaction, machine: number, all: boolean): Pruned {
  const gone = tx
    .list(VOLUME, 'machine', machine)
    .filter((volume) => (all || volume.anonymous) && usersOf(tx, volume).length === 0);
  let space = 0;
  for (const volume of gone) {
    space += volumeSize(tx, volume);
    removeVolume(tx, volume);
  }
  return { lines: gone.map((volume) => volume.name), space };
}

/** Bytes of images on disk, each layer counted once. */
export function imagesSize(images: readonly Image[]): Bytes {
  const layers = new Map(images.flatMap((image) => image.layers.map((layer) => [layer.digest, layer] as const)));
  return [...layers.values()].reduce((sum, layer) => sum + layer.size + layer.unpacked, 0);
}

/** Images without a name, or all that no container has. */
export function pruneImages(tx: Transaction, machine: number, all: boolean): Pruned {
  const lines: string[] = [];
  const before = imagesSize(tx.list(IMAGE, 'machine', machine));
  for (const image of tx.list(IMAGE, 'machine', machine)) {
    if (isUsed(tx, image) || (!all && image.tags.length > 0)) continue;
    const done = removeImage(tx, image, image.digest, true);
    if (!done.ok) continue;
    lines.push(...done.value.untagged.map((name) => `untagged: ${name}`));
    if (done.value.deleted !== undefined) lines.push(`deleted: ${done.value.deleted}`);
  }
  return { lines, space: before - imagesSize(tx.list(IMAGE, 'machine', machine)) };
}
