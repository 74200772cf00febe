import { describe, expect, it } from 'vitest';
import english from '../../content/locales/en.json';
import { readWorld } from '../../src/engine/core/world.ts';
import { TTY } from '../../src/engine/linux/tty.ts';
import { endOf, MAIN_TTY, worldAt } from '../../src/lab/timeline.ts';
import { hostAfter } from '../diagrams/hosts.ts';

/** What the terminal shows of ours and of the tools after the lines. */
function rowsAfter(...lines: readonly string[]) {
  const timeline = hostAfter(...lines);
  const rows = readWorld(worldAt(timeline, endOf(timeline))).find(TTY, 'name', MAIN_TTY)?.rows ?? [];
  return { notes: rows.filter(({ kind }) => kind === 'note'), out: rows.filter(({ kind }) => kind === 'out') };
}

describe('what the real tool does and the simulated one does not', () => {
  it.each([
    ['ip -j link', 'ip -j'],
    ['ip monitor', 'ip monitor'],
    ['ip rule add from 10.0.0.0/8', 'ip rule add'],
    ['ip link add link eth0 name m0 type macvlan', 'ip link … link'],
    ['ip link add m0 type macvlan', 'ip link … type macvlan'],
    ['ip link set docker0 type bridge stp_state 1', 'ip link set … type bridge stp_state 1'],
    ['bridge -j link', 'bridge -j'],
    ['bridge monitor', 'bridge monitor'],
    ['bridge link set dev docker0 hairpin on', 'bridge link set'],
    ['bridge fdb add 02:00:00:00:00:77 dev eth0', 'bridge fdb … self'],
  ])('is said in a note of ours, and in no words of its own: %s', (line, name) => {
    expect(rowsAfter(line)).toEqual({ notes: [{ kind: 'note', text: 'note.omitted', slots: { name } }], out: [] });
  });

  it('has words in the locales', () => {
    for (const key of ['note.omitted', 'note.counters', 'note.loop']) expect(english).toHaveProperty([key]);
  });
});

it('tells once of a loop of cables, and again when the cables have been changed', () => {
  const looped = [
    'ip link add a type veth peer name b',
    'for d in a b; do ip link set $d master docker0; ip link set $d up; done',
    'ping -c 1 -W 1 172.17.0.9',
    'ping -c 1 -W 1 172.17.0.9',
  ];
  const told = (lines: readonly string[]) =>
    rowsAfter(...lines).notes.filter(({ text }) => text === 'note.loop').length;
  expect(told(looped)).toBe(1);
  expect(told([...looped, 'ip link set b nomaster', 'ip link set b master docker0', 'ping -c 1 -W 1 172.17.0.8'])).toBe(
    2,
  );
});
