import type { Transaction } from '../core/transaction.ts';
import { inodeAt, unlinkName } from '../linux/inode.ts';
import { MACHINE } from '../linux/machine.ts';
import { dropFilesystem, FILESYSTEM } from '../linux/mount.ts';
import { dirname } from '../linux/vfs.ts';
import { wake } from '../linux/wait.ts';
import { CONTAINER, type Container, containerChannel, containerEvent, LOG } from './container.ts';
import { ENDPOINT } from './network.ts';
import { containerDir } from './rootfs.ts';
import { findVolume, removeVolume } from './volume.ts';

/**
 * The end of a container that does not run: record, writable layer, logs, its directory on the host's disk; with `volumes`
 * also the anonymous volumes that nobody else has.
 */
export function removeContainer(tx: Transaction, container: Container, volumes = container.host.autoRemove): void {
  const disk = tx.need(FILESYSTEM, tx.need(MACHINE, container.machine).disk as number);
  const dir = inodeAt(tx, disk.root as number, dirname(containerDir(container)));
  if (dir) unlinkName(tx, dir.id, container.cid);
  for (const id of tx.ids(ENDPOINT, 'container', container.id)) tx.delete(ENDPOINT, id);
  for (const id of tx.ids(LOG, 'container', container.id)) tx.delete(LOG, id);
  const fs = tx.get(FILESYSTEM, container.fs);
  if (fs) dropFilesystem(tx, fs);
  tx.delete(CONTAINER, container.id);
  tx.emit('container.destroy', { table: 'container', id: container.id }, { name: container.name }, true);
  containerEvent(tx, container, 'destroy');
  wake(tx, containerChannel(container.id));
  if (!volumes) return;
  for (const { name } of container.mounts) {
    const volume = name === undefined ? undefined : findVolume(tx, container.machine, name);
    if (volume?.anonymous) removeVolume(tx, volume);
  }
}
