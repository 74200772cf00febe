import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadWorld, saveWorld, type World } from '../../src/engine/core/world.ts';
import { bootHost } from '../../src/lab/boot.ts';
import type { Input } from '../../src/lab/input.ts';
import { step } from '../../src/lab/step.ts';

const LINES = [
  'docker run -d --name web nginx:alpine',
  'docker run --rm alpine sh -c "ip addr; cat /etc/hosts"',
  'docker exec web ps',
  'docker rm -f web',
  'docker ps -a',
  'for i in 1 2 3; do echo $i; sleep 0.2; done | tac | head -2',
  'ping -c 1 172.17.0.2',
  'ip link add v0 type veth peer name v1 && ip link set v0 master docker0 up',
  'ip link del v0',
  'sleep 3 &',
  'trap "echo usr" USR1; kill -USR1 $$',
  'echo $RANDOM $RANDOM > f; cat f; rm f',
  'yes | head -3; seq 1000 | wc -l',
  'while read x; do echo "[$x]"; done',
  'sh -c "sleep 2; echo late"',
  'cat',
  'mkdir -p /tmp/a/b && cd /tmp/a && ls -R; cd',
  'set -e; false',
  'wait; jobs',
];

const input: fc.Arbitrary<Input> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('exec' as const),
      tty: fc.constantFrom('t0', 'p0'),
      line: fc.constantFrom(...LINES),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('key' as const),
      tty: fc.constantFrom('t0', 'p0'),
      key: fc.constantFrom('^C', '^D', '^Z', '^L'),
    }),
  },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 20_000_000 }).map((until): Input => ({ kind: 'advance', until })) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Input>(
      { kind: 'open', tty: 't0' },
      { kind: 'open', tty: 'p0', piped: true },
      { kind: 'close', tty: 't0' },
    ),
  },
  { weight: 1, arbitrary: fc.constant<Input>({ kind: 'write', path: '/root/f.sh', text: 'echo from a file\n' }) },
);

const start = (): World =>
  step(step(bootHost('docker-host', 3), { kind: 'open', tty: 't0' }).world, { kind: 'open', tty: 'p0', piped: true })
    .world;

describe('a session', () => {
  it('replays to the identical world and events, also through JSON after any input', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(fc.array(input, { minLength: 1, maxLength: 8 }), fc.nat({ max: 7 }), (inputs, at) => {
        const play = (through: boolean): string => {
          let world = start();
          const events: unknown[] = [];
          for (const [i, one] of inputs.entries()) {
            const next = step(world, one);
            events.push(...next.events);
            world = through && (at === 7 || i === at) ? loadWorld(saveWorld(next.world)) : next.world;
          }
          return saveWorld(world) + JSON.stringify(events);
        };
        const once = play(false);
        expect(play(false)).toBe(once);
        expect(play(true)).toBe(once);
      }),
      { numRuns: 25, seed: 7 },
    );
  });

  it('looks the same at each frame to whoever watches and to who does not', () => {
    const world = start();
    const line: Input = { kind: 'exec', tty: 't0', line: 'docker run -d alpine sleep 9; ip link' };
    const seen: World[] = [];
    const watched = step(world, line, (_event, at) => seen.push(at()));
    expect(seen.length).toBeGreaterThan(5);
    expect(saveWorld(watched.world)).toBe(saveWorld(step(world, line).world));
  });
});
