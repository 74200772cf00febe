import type { Transaction } from '../core/transaction.ts';
import type { Reader } from '../core/world.ts';
import { type Answer, answer, CONTAINER, type Container, isUp, refuse } from './container.ts';
import { daemonEvent } from './events.ts';
import { findImage, IMAGE, type Image, isReference, normalRef } from './image.ts';

function imageEvent(tx: Transaction, image: Image, action: string, name: string): void {
  daemonEvent(tx, image.machine, {
    type: 'image',
    action,
    actor: image.digest,
    attributes: { ...image.config.Labels, name },
  });
}

/** Gives an image one more name; another image that had it loses it. */
export function tagImage(tx: Transaction, image: Image, name: string): Image {
  const old = findImage(tx, image.machine, name);
  if (old && old.id !== image.id) tx.put<Image>(IMAGE, { ...old, tags: old.tags.filter((tag) => tag !== name) });
  const row = tx.need(IMAGE, image.id);
  if (row.tags.includes(name)) return row;
  return tx.put<Image>(IMAGE, { ...row, tags: [...row.tags, name] });
}

/** `docker tag`. Refuses a name that is none. */
export function addTag(tx: Transaction, image: Image, name: string): Answer<Image> {
  if (!isReference(name)) return refuse(`${JSON.stringify(name)} is not a valid repository/tag`);
  const row = tagImage(tx, image, normalRef(name));
  imageEvent(tx, row, 'tag', normalRef(name));
  return answer(row);
}

/** An image that a registry has becomes one of this machine's, under a name. Layers are shared, as by content address. */
export function takeImage(tx: Transaction, machine: number, from: Image, name: string): Image {
  const there = tx.find(IMAGE, 'digest', `${machine} ${from.digest}`);
  const row = there ?? tx.put<Image>(IMAGE, { ...from, id: tx.id(IMAGE), machine, tags: [] });
  if (!there) tx.emit('image.add', { table: 'image', id: row.id }, { name }, true);
  const named = tagImage(tx, row, name);
  imageEvent(tx, named, 'pull', name);
  return named;
}

const usersOf = (read: Reader, image: Image): readonly Container[] =>
  read.list(CONTAINER, 'machine', image.machine).filter((container) => container.image === image.id);

/** What `docker rmi` did. */
export interface Removed {
  readonly untagged: readonly string[];
  readonly deleted?: string;
}

/**
 * `DELETE /images/REF`: takes the name away, with the last one the image. Refuses an image with several names by its id,
 * and one that a container has (moby, daemon/containerd/image_delete.go).
 */
export function removeImage(tx: Transaction, image: Image, ref: string, force: boolean): Answer<Removed> {
  const name = normalRef(ref);
  const byName = image.tags.includes(name);
  if (byName && image.tags.length > 1) {
    const row = tx.put<Image>(IMAGE, { ...image, tags: image.tags.filter((tag) => tag !== name) });
    imageEvent(tx, row, 'untag', name);
    return answer({ untagged: [name] });
  }
  const conflict = (how: string, why: string): { readonly ok: false; readonly message: string } =>
    refuse(`conflict: unable to delete ${byName ? name : image.digest.slice(7, 19)} (${how}) - ${why}`);
  const repositories = new Set(image.tags.map((tag) => tag.slice(0, tag.lastIndexOf(':'))));
  if (!byName && repositories.size > 1 && !force)
    return conflict('must be forced', 'image is referenced in multiple repositories');
  const users = usersOf(tx, image);
  const user = users.find(isUp) ?? users[0];
  if (user && (!force || (isUp(user) && !byName))) {
    const kind = isUp(user) ? 'running' : 'stopped';
    const how = isUp(user) && !byName ? 'cannot be forced' : 'must be forced';
    const why = byName
      ? `container ${user.cid.slice(0, 12)} is using its referenced image ${image.digest.slice(7, 19)}`
      : `image is being used by ${kind} container ${user.cid.slice(0, 12)}`;
    return conflict(how, why);
  }
  for (const tag of image.tags) imageEvent(tx, image, 'untag', tag);
  if (user && isUp(user)) {
    tx.put<Image>(IMAGE, { ...image, tags: [] });
    return answer({ untagged: image.tags });
  }
  imageEvent(tx, image, 'delete', image.digest);
  tx.delete(IMAGE, image.id);
  tx.emit('image.remove', { table: 'image', id: image.id }, { name: image.tags[0] ?? image.digest }, true);
  return answer({ untagged: image.tags, deleted: image.digest });
}

/** Is some container made from it? */
export const isUsed = (read: Reader, image: Image): boolean => usersOf(read, image).length > 0;
