import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ERRNO, type Errno, fail, ok, type Result, strerror } from '../../src/engine/core/errno.ts';
import { listWakeups, popWakeup, pushWakeup, type Queue } from '../../src/engine/core/queue.ts';
import { draw, drawBelow, drawHex } from '../../src/engine/core/random.ts';
import { defineTable, type Row } from '../../src/engine/core/table.ts';
import { Transaction } from '../../src/engine/core/transaction.ts';
import { type Bytes, type Micros, MS, SECOND } from '../../src/engine/core/units.ts';
import { BOOT_EPOCH, emptyWorld, loadWorld, readWorld, saveWorld, type World } from '../../src/engine/core/world.ts';

interface Port extends Row {
  readonly name: string;
  readonly bridge: number;
  readonly mtu: Bytes;
}
const PORT = defineTable<Port>({
  name: 'test.port',
  unique: { name: (port) => port.name },
  multi: { bridge: (port) => port.bridge },
});

type Move = { readonly id: number; readonly bridge: number; readonly gone: boolean };
const moves = fc.array(
  fc.record({ id: fc.integer({ min: 1, max: 12 }), bridge: fc.integer({ min: 0, max: 3 }), gone: fc.boolean() }),
);

function play(world: World, list: readonly Move[]): World {
  const tx = new Transaction(world);
  for (const { id, bridge, gone } of list) {
    if (gone) tx.delete(PORT, id);
    else tx.put(PORT, { id, name: `veth${id}`, bridge, mtu: 1500 });
  }
  return tx.world();
}

describe('tables', () => {
  it('keep their indexes in step with their rows, whatever is put and deleted', () => {
    fc.assert(
      fc.property(moves, (list) => {
        const read = readWorld(play(emptyWorld(1), list));
        const rows = read.all(PORT);
        for (const row of rows) expect(read.find(PORT, 'name', row.name)).toBe(row);
        for (let bridge = 0; bridge <= 3; bridge++) {
          expect(read.list(PORT, 'bridge', bridge)).toEqual(rows.filter((row) => row.bridge === bridge));
        }
      }),
    );
  });

  it('never change in a world that was kept', () => {
    fc.assert(
      fc.property(moves, moves, (first, second) => {
        const kept = play(emptyWorld(1), first);
        const before = saveWorld(kept);
        play(kept, second);
        expect(saveWorld(kept)).toBe(before);
      }),
    );
  });
});

describe('a world', () => {
  it('goes through JSON at any point and ends the same', () => {
    fc.assert(
      fc.property(moves, moves, (first, second) => {
        const half = play(emptyWorld(7), first);
        expect(saveWorld(play(loadWorld(saveWorld(half)), second))).toBe(saveWorld(play(half, second)));
      }),
    );
  });

  it('can be taken at each frame, and the transaction goes on from there', () => {
    const tx = new Transaction(emptyWorld(1));
    const frames: World[] = [];
    tx.onFrame = () => frames.push(tx.world());
    for (const id of [1, 2]) {
      tx.put(PORT, { id, name: `veth${id}`, bridge: 0, mtu: 1500 });
      tx.emit('netdev.add', { table: PORT.name, id }, {}, true);
    }
    tx.patch(PORT, 2, { mtu: 9000 });
    expect(frames.map((world) => readWorld(world).all(PORT).length)).toEqual([1, 2]);
    expect(readWorld(frames[1] as World).get(PORT, 2)?.mtu).toBe(1500);
    expect(readWorld(tx.world()).get(PORT, 2)?.mtu).toBe(9000);
    expect(tx.events.map((event) => event.seq)).toEqual([1, 2]);
  });

  it('boots at one fixed instant', () => expect(BOOT_EPOCH).toBe(1_795_579_200));
});

describe('the queue', () => {
  it('gives wake-ups by time, then by the order in which they were set', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 5 })), (times) => {
        let queue: Queue;
        for (const [seq, at] of times.entries())
          queue = pushWakeup(queue, { at: (at * MS) as Micros, seq, kind: 't', what: 0 });
        const listed = listWakeups(queue);
        const popped = [];
        while (queue) {
          popped.push(queue.top);
          queue = popWakeup(queue);
        }
        expect(popped).toEqual(listed);
      }),
    );
  });

  it('moves the clock to the wake-up that is taken, and not past the limit', () => {
    const tx = new Transaction(emptyWorld(1));
    tx.schedule(2 * SECOND, 'b', 2);
    tx.schedule(SECOND, 'a', 1);
    expect(tx.takeWakeup(SECOND)?.kind).toBe('a');
    expect(tx.now).toBe(SECOND);
    expect(tx.takeWakeup(SECOND)).toBeUndefined();
    expect(tx.nextWakeupAt()).toBe(2 * SECOND);
  });
});

describe('chance', () => {
  it('hangs on seed, subsystem and ordinal alone', () => {
    expect(draw(1, 'mac', 3)).toBe(draw(1, 'mac', 3));
    expect(new Set([draw(1, 'mac', 3), draw(2, 'mac', 3), draw(1, 'id', 3), draw(1, 'mac', 4)]).size).toBe(4);
    expect(drawHex(1, 'id', 1, 64)).toMatch(/^[0-9a-f]{64}$/);
    expect(drawBelow(1, 'x', 1, 10)).toBeLessThan(10);
  });
});

describe('error codes', () => {
  it('have numbers of their own and the text of strerror(3)', () => {
    const numbers = Object.values(ERRNO).map(([number]) => number);
    expect(new Set(numbers).size).toBe(numbers.length);
    const refused: Result<number> = fail('ECONNREFUSED');
    expect(strerror(refused.error as Errno)).toBe('Connection refused');
    expect(ok(1)).toEqual({ ok: true, value: 1 });
  });
});
