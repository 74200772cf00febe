import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Transaction } from '../../src/engine/core/transaction.ts';
import { chmod } from '../../src/engine/linux/attr.ts';
import { mkdir, writeFile } from '../../src/engine/linux/change.ts';
import { childOf, DIRENT, INODE, makeInode, plantTree } from '../../src/engine/linux/inode.ts';
import { addMount, makeFilesystem } from '../../src/engine/linux/mount.ts';
import { rename, rmdir, unlink } from '../../src/engine/linux/namei.ts';
import type { Process } from '../../src/engine/linux/process.ts';
import { readdir, readFile, stat } from '../../src/engine/linux/vfs.ts';
import { bootHost } from './machine.ts';

const LOWER = { 'a/x': 'ax', 'a/y': 'ay', 'b/x': 'bx', f: 'f', 'c/d/x': 'cdx' };
const MIDDLE = { 'a/x': 'ax2', 'b/z': 'bz', g: 'g' };

/** An overlay at /srv/o and a plain copy of its union at /srv/p. */
function stage() {
  const { tx, self, machine } = bootHost();
  const layer = (tree: Record<string, string>): number => {
    const root = makeInode(tx, { kind: 'dir' }).id;
    plantTree(tx, root, tree);
    return root;
  };
  const lower = [layer(MIDDLE), layer(LOWER)];
  const overlay = makeFilesystem(tx, { type: 'overlay', machine: machine.id, lower });
  const plain = makeFilesystem(tx, { type: 'ext4', machine: machine.id });
  plantTree(tx, plain.root as number, { ...LOWER, ...MIDDLE });
  for (const [point, fs] of [
    ['/srv/o', overlay],
    ['/srv/p', plain],
  ] as const) {
    mkdir(tx, self(), point);
    addMount(tx, machine.ns.mnt, { point, fs: fs.id, source: 'test' });
  }
  return { tx, self, lower, overlay };
}

/** Everything below a directory, as text. */
function dump(tx: Transaction, process: Process, path: string): readonly string[] {
  const names = readdir(tx, process, path);
  if (!names.ok) return [names.error];
  return names.value.flatMap((name) => {
    const at = `${path}/${name}`;
    const st = stat(tx, process, at, false);
    if (!st.ok) return [`${name}: ${st.error}`];
    if (st.value.kind === 'dir') return [`${name}/`, ...dump(tx, process, at).map((line) => `${name}/${line}`)];
    const text = readFile(tx, process, at);
    return [`${name} ${st.value.mode} ${text.ok ? text.value : text.error}`];
  });
}

/** The bare inodes of a layer. */
function layerOf(tx: Transaction, root: number): readonly string[] {
  return tx.list(DIRENT, 'dir', root).flatMap(({ name, inode }) => {
    const row = tx.need(INODE, inode);
    return [`${name} ${row.kind} ${row.mode} ${row.nlink} ${row.text}`, ...layerOf(tx, inode)];
  });
}

const path = fc
  .array(fc.constantFrom('a', 'b', 'c', 'd', 'f', 'g', 'x', 'z'), { minLength: 1, maxLength: 3 })
  .map((p) => p.join('/'));
const operation = fc.oneof(
  fc.record({ op: fc.constant('write' as const), path, append: fc.boolean() }),
  fc.record({ op: fc.constant('unlink' as const), path }),
  fc.record({ op: fc.constant('mkdir' as const), path }),
  fc.record({ op: fc.constant('rmdir' as const), path }),
  fc.record({ op: fc.constant('chmod' as const), path }),
  fc.record({ op: fc.constant('rename' as const), path, to: path }),
);
type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never;

function act(tx: Transaction, process: Process, base: string, it: Operation): string {
  const at = `${base}/${it.path}`;
  const result = (() => {
    switch (it.op) {
      case 'write':
        return writeFile(tx, process, at, 'new', { append: it.append });
      case 'unlink':
        return unlink(tx, process, at);
      case 'mkdir':
        return mkdir(tx, process, at);
      case 'rmdir':
        return rmdir(tx, process, at);
      case 'chmod':
        return chmod(tx, process, at, 0o700);
      case 'rename':
        return rename(tx, process, at, `${base}/${it.to}`);
    }
  })();
  return result.ok ? 'ok' : result.error;
}

describe('overlay', () => {
  it('shows the union, the topmost file of each name', () => {
    const { tx, self } = stage();
    expect(dump(tx, self(), '/srv/o')).toEqual(dump(tx, self(), '/srv/p'));
    expect(readFile(tx, self(), '/srv/o/a/x')).toEqual({ ok: true, value: 'ax2' });
  });

  it('copies up on the first write, and hides by whiteouts', () => {
    const { tx, self, overlay } = stage();
    writeFile(tx, self(), '/srv/o/f', '+', { append: true });
    unlink(tx, self(), '/srv/o/g');
    const upper = overlay.root as number;
    expect(childOf(tx, upper, 'f')).toMatchObject({ text: 'f+' });
    expect(childOf(tx, upper, 'g')).toMatchObject({ kind: 'chr', rdev: [0, 0] });
    expect(childOf(tx, upper, 'a')).toBeUndefined();
    expect(readFile(tx, self(), '/srv/o/g')).toEqual({ ok: false, error: 'ENOENT' });
  });

  it('a directory made anew is empty, and one from a lower layer cannot be renamed', () => {
    const { tx, self } = stage();
    for (const name of ['x', 'y']) unlink(tx, self(), `/srv/o/a/${name}`);
    expect(rmdir(tx, self(), '/srv/o/a')).toMatchObject({ ok: true });
    mkdir(tx, self(), '/srv/o/a');
    expect(readdir(tx, self(), '/srv/o/a')).toEqual({ ok: true, value: [] });
    expect(rename(tx, self(), '/srv/o/b', '/srv/o/n')).toEqual({ ok: false, error: 'EXDEV' });
    expect(rename(tx, self(), '/srv/o/a', '/srv/o/n')).toMatchObject({ ok: true });
  });

  it('behaves as the union of its layers would, and never changes a lower one', () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 14 }), (operations) => {
        const { tx, self, lower } = stage();
        const before = lower.map((root) => layerOf(tx, root));
        for (const it of operations) {
          const onOverlay = act(tx, self(), '/srv/o', it);
          // A directory of a lower layer stays where it is: the plain copy must not move it either.
          if (onOverlay === 'EXDEV') continue;
          expect([it, act(tx, self(), '/srv/p', it)]).toEqual([it, onOverlay]);
        }
        expect(dump(tx, self(), '/srv/o')).toEqual(dump(tx, self(), '/srv/p'));
        expect(lower.map((root) => layerOf(tx, root))).toEqual(before);
      }),
      { numRuns: 60 },
    );
  });
});
