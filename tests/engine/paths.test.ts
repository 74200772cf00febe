import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ERRNO, type Result } from '../../src/engine/core/errno.ts';
import { loadWorld, saveWorld } from '../../src/engine/core/world.ts';
import * as attr from '../../src/engine/linux/attr.ts';
import * as change from '../../src/engine/linux/change.ts';
import * as mounts from '../../src/engine/linux/mount-calls.ts';
import * as namei from '../../src/engine/linux/namei.ts';
import * as vfs from '../../src/engine/linux/vfs.ts';
import { bootHost } from './machine.ts';

const word = fc.constantFrom(
  ...'. .. / etc tmp proc self fd 1 0 ns net pid sys fs cgroup demo cgroup.procs memory.max dev null tty shm root x y l passwd kernel hostname class'.split(
    ' ',
  ),
);
const path = fc
  .tuple(fc.boolean(), fc.array(word, { maxLength: 6 }))
  .map(([top, names]) => (top ? '/' : '') + names.join('/'));
const text = fc.constantFrom('', '0', '1\n', 'max', '64M', '+memory', '-1', '한글', '254:0 wbps=1');
const call = fc.record({ op: fc.nat(19), a: path, b: path, text });

/** One call of each kind, whatever the words mean to it. */
function act(
  { tx, self }: ReturnType<typeof bootHost>,
  { op, a, b, text: value }: { op: number; a: string; b: string; text: string },
): Result<unknown> {
  const p = self();
  const calls: readonly (() => Result<unknown>)[] = [
    () => vfs.stat(tx, p, a),
    () => vfs.stat(tx, p, a, false),
    () => vfs.readdir(tx, p, a),
    () => vfs.readFile(tx, p, a),
    () => vfs.readlink(tx, p, a),
    () => vfs.realpath(tx, p, a),
    () => vfs.chdir(tx, p, a),
    () => vfs.access(tx, p, a, 'w'),
    () => change.writeFile(tx, p, a, value),
    () => change.mkdir(tx, p, a),
    () => namei.rmdir(tx, p, a),
    () => namei.unlink(tx, p, a),
    () => namei.symlink(tx, p, b, a),
    () => namei.link(tx, p, a, b),
    () => namei.rename(tx, p, a, b),
    () => attr.chmod(tx, p, a, 0o700),
    () => change.open(tx, p, a, { read: true, write: value !== '', create: true }),
    () => mounts.mountFilesystem(tx, p, { source: 'x', target: a, type: b === '' ? 'zfs' : 'tmpfs' }),
    () => mounts.bindMount(tx, p, a, b, value !== ''),
    () => mounts.umount(tx, p, a, value !== ''),
  ];
  return (calls[op] as () => Result<unknown>)();
}

describe('any path', () => {
  it('gives a value or an error of the kernel, and a world that can be saved', () => {
    fc.assert(
      fc.property(fc.array(call, { maxLength: 30 }), (calls) => {
        const host = bootHost();
        for (const one of calls) {
          const result = act(host, one);
          if (!result.ok) expect(Object.keys(ERRNO)).toContain(result.error);
        }
        const saved = saveWorld(host.tx.world());
        expect(saveWorld(loadWorld(saved))).toBe(saved);
      }),
      { numRuns: 60 },
    );
  });
});
