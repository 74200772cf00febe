import { describe, expect, it } from 'vitest';
import { loadWorld, saveWorld } from '../../src/engine/core/world.ts';
import { INODE, inodeAt } from '../../src/engine/linux/inode.ts';
import { MOUNT } from '../../src/engine/linux/mount.ts';
import { NAMESPACE } from '../../src/engine/linux/namespace.ts';
import { processesIn } from '../../src/engine/linux/process.ts';
import { readdir, readFile, stat } from '../../src/engine/linux/vfs.ts';
import { plantLayer } from '../../src/engine/oci/catalogue.ts';
import { bootHost, catalogue } from './machine.ts';

describe('the booted host', () => {
  const { tx, machine, self } = bootHost();

  it('has the recorded processes under their numbers', () => {
    const all = processesIn(tx, machine.ns.pid);
    expect(all.find((p) => p.pid === 592)?.process).toMatchObject({ comm: 'dockerd', threads: 10 });
    expect(all.find((p) => p.pid === 2)?.process).toMatchObject({ comm: 'kthreadd', kthread: true });
    expect(all.at(-1)?.pid).toBe(883);
  });

  it('keeps the initial namespaces under their recorded inodes', () => {
    const inode = (kind: 'mnt' | 'time') => tx.need(NAMESPACE, machine.ns[kind]).inode;
    expect([inode('time'), inode('mnt')]).toEqual([4026531834, 4026531841]);
  });

  it('reads files through links, mounts and directories', () => {
    expect(readFile(tx, self(), '/etc/hostname')).toEqual({ ok: true, value: 'docker-host\n' });
    expect(readFile(tx, self(), '/etc/os-release')).toMatchObject({ ok: true });
    expect(stat(tx, self(), '/bin/ls')).toMatchObject({ ok: true, value: { kind: 'file', mode: 0o755 } });
    expect(stat(tx, self(), '/tmp')).toMatchObject({ ok: true, value: { mode: 0o1777 } });
    expect(readdir(tx, self(), '/dev')).toMatchObject({
      ok: true,
      value: expect.arrayContaining(['null', 'pts', 'shm']),
    });
    expect(readdir(tx, self(), '/')).toMatchObject({
      ok: true,
      value: expect.arrayContaining(['bin', 'proc', 'vmlinuz']),
    });
  });

  it('lists its mounts in the recorded order, each below the one it lies on', () => {
    const mounts = tx.list(MOUNT, 'ns', machine.ns.mnt);
    expect(mounts.slice(0, 6).map((m) => m.point)).toEqual(['/sys', '/proc', '/dev', '/dev/pts', '/run', '/']);
    const root = mounts.find((m) => m.point === '/');
    expect(mounts.filter((m) => m.parent === root?.id).map((m) => m.point)).toEqual([
      '/sys',
      '/proc',
      '/dev',
      '/run',
      '/tmp',
    ]);
  });

  it('is the same through JSON, and boots in a moment', () => {
    const started = performance.now();
    const world = bootHost().tx.world();
    const took = performance.now() - started;
    expect(saveWorld(loadWorld(saveWorld(world)))).toBe(saveWorld(world));
    expect(took).toBeLessThan(120);
  });
});

it('a layer of the catalogue unpacks into a tree', () => {
  const { tx } = bootHost();
  const root = plantLayer(tx, catalogue.layers.alpine as NonNullable<(typeof catalogue.layers)[string]>);
  expect(inodeAt(tx, root, '/bin/ls')).toMatchObject({ kind: 'link', text: '/bin/busybox' });
  expect(inodeAt(tx, root, '/bin/busybox')).toMatchObject({ program: 'busybox', size: 2024544, mode: 0o755 });
  expect(tx.need(INODE, root).kind).toBe('dir');
});
