import { beforeEach, describe, expect, it } from 'vitest';
import type { Result } from '../../src/engine/core/errno.ts';
import type { Transaction } from '../../src/engine/core/transaction.ts';
import { mkdir, writeFile } from '../../src/engine/linux/change.ts';
import { clone, unshare } from '../../src/engine/linux/life.ts';
import { FILESYSTEM, MOUNT, mountAt, setPropagation } from '../../src/engine/linux/mount.ts';
import { bindMount, mountFilesystem, pivotRootTo, remount, umount } from '../../src/engine/linux/mount-calls.ts';
import { PROCESS, type Process, patchProcess } from '../../src/engine/linux/process.ts';
import { readdir, readFile } from '../../src/engine/linux/vfs.ts';
import { bootHost } from './machine.ts';

const show = (result: Result<unknown>): unknown => (result.ok ? 'ok' : result.error);

let tx: Transaction;
let self: () => Process;
beforeEach(() => {
  ({ tx, self } = bootHost());
  mkdir(tx, self(), '/mnt/a');
  writeFile(tx, self(), '/mnt/a/under', 'under');
});

const tmpfs = (process: Process, target: string, options: readonly string[] = []): unknown =>
  show(mountFilesystem(tx, process, { source: 'tmpfs', target, type: 'tmpfs', options }));
const names = (process: Process, path: string): unknown => {
  const list = readdir(tx, process, path);
  return list.ok ? list.value : list.error;
};
/** A second process in a mount namespace of its own, `to` what `unshare --propagation` says. */
function box(to?: 'private' | 'slave'): () => Process {
  const child = clone(tx, self(), { fields: { inert: true } });
  if (!child.ok) throw new Error(child.error);
  const row = unshare(tx, child.value, ['mnt']);
  const root = mountAt(tx, row.ns.mnt, '/');
  if (to && root) setPropagation(tx, root, to, true);
  return () => tx.need(PROCESS, row.id);
}

describe('mounts', () => {
  it('a mount hides what lies under it until it goes', () => {
    expect(tmpfs(self(), '/mnt/a')).toBe('ok');
    expect(names(self(), '/mnt/a')).toEqual([]);
    writeFile(tx, self(), '/mnt/a/x', '1');
    expect(tmpfs(self(), '/mnt/a', ['size=1m', 'nosuid'])).toBe('ok');
    expect(mountAt(tx, self().ns.mnt, '/mnt/a')).toMatchObject({
      flags: 'rw,nosuid,relatime',
      options: 'rw,size=1m,inode64',
    });
    expect(names(self(), '/mnt/a')).toEqual([]);
    expect(show(umount(tx, self(), '/mnt/a'))).toBe('ok');
    expect(names(self(), '/mnt/a')).toEqual(['x']);
    umount(tx, self(), '/mnt/a');
    expect(names(self(), '/mnt/a')).toEqual(['under']);
    expect(show(umount(tx, self(), '/mnt/a'))).toBe('EINVAL');
  });

  it('refuses as the kernel does', () => {
    expect(tmpfs(self(), '/mnt/none')).toBe('ENOENT');
    expect(tmpfs(self(), '/mnt/a/under')).toBe('ENOTDIR');
    expect(show(mountFilesystem(tx, self(), { source: 'x', target: '/mnt/a', type: 'zfs' }))).toBe('ENODEV');
    tmpfs(self(), '/mnt/a');
    mkdir(tx, self(), '/mnt/a/b');
    tmpfs(self(), '/mnt/a/b');
    expect(show(umount(tx, self(), '/mnt/a'))).toBe('EBUSY');
    expect(show(umount(tx, self(), '/mnt/a', true))).toBe('ok');
    patchProcess(tx, self().id, { caps: '00000000a80425fb' });
    expect(tmpfs(self(), '/mnt/a')).toBe('EPERM');
  });

  it('a bind mount is the same files at two places, and may be read-only at one', () => {
    mkdir(tx, self(), '/mnt/b');
    expect(show(bindMount(tx, self(), '/mnt/a', '/mnt/b'))).toBe('ok');
    writeFile(tx, self(), '/mnt/b/new', 'n');
    expect(readFile(tx, self(), '/mnt/a/new')).toMatchObject({ value: 'n' });
    expect(show(remount(tx, self(), '/mnt/b', ['bind', 'ro']))).toBe('ok');
    expect(show(writeFile(tx, self(), '/mnt/b/more', ''))).toBe('EROFS');
    expect(show(writeFile(tx, self(), '/mnt/a/more', ''))).toBe('ok');
    expect(show(bindMount(tx, self(), '/mnt/a/under', '/mnt/b'))).toBe('ENOTDIR');
    expect(show(bindMount(tx, self(), '/etc/hosts', '/mnt/a/under'))).toBe('ok');
    expect(readFile(tx, self(), '/mnt/a/under')).toMatchObject({ value: expect.stringContaining('docker-host') });
  });

  it('a private namespace keeps its mounts for itself', () => {
    const inside = box('private');
    tmpfs(inside(), '/mnt/a');
    expect(names(self(), '/mnt/a')).toEqual(['under']);
    expect(names(inside(), '/mnt/a')).toEqual([]);
    mkdir(tx, self(), '/mnt/c');
    tmpfs(self(), '/mnt/c');
    expect(mountAt(tx, inside().ns.mnt, '/mnt/c')).toBeUndefined();
  });

  it('a shared one passes them on both ways, a slave hears only', () => {
    const [shared, slave] = [box(), box('slave')];
    tmpfs(shared(), '/mnt/a');
    expect([self(), shared(), slave()].map((process) => names(process, '/mnt/a'))).toEqual([[], [], []]);
    expect(show(umount(tx, self(), '/mnt/a'))).toBe('ok');
    expect([shared(), slave()].map((process) => names(process, '/mnt/a'))).toEqual([['under'], ['under']]);
    tmpfs(slave(), '/mnt/a');
    expect([self(), shared(), slave()].map((process) => names(process, '/mnt/a'))).toEqual([['under'], ['under'], []]);
  });

  it('pivot_root leaves the new root alone', () => {
    const inside = box('private');
    tmpfs(inside(), '/mnt/a');
    writeFile(tx, inside(), '/mnt/a/here', '');
    mkdir(tx, inside(), '/mnt/a/old');
    expect(show(pivotRootTo(tx, inside(), '/mnt/none', '/mnt'))).toBe('ENOENT');
    expect(show(pivotRootTo(tx, inside(), '/mnt', '/mnt'))).toBe('EINVAL');
    expect(show(pivotRootTo(tx, inside(), '/mnt/a', '/mnt/a/old'))).toBe('ok');
    expect(names(inside(), '/')).toEqual(['here', 'old']);
    expect(readFile(tx, inside(), '/old/etc/hostname')).toMatchObject({ ok: true });
    expect(show(umount(tx, inside(), '/old', true))).toBe('ok');
    expect(tx.list(MOUNT, 'ns', inside().ns.mnt).map((mount) => mount.point)).toEqual(['/']);
    expect(names(self(), '/mnt/a')).toEqual(['under']);
  });

  it('a filesystem is gone with its last mount', () => {
    const inside = box('private');
    tmpfs(inside(), '/mnt/a');
    const { fs } = mountAt(tx, inside().ns.mnt, '/mnt/a') ?? { fs: 0 };
    expect(tx.get(FILESYSTEM, fs)?.refs).toBe(1);
    umount(tx, inside(), '/mnt/a');
    expect(tx.get(FILESYSTEM, fs)).toBeUndefined();
  });
});
