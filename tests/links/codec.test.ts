import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Input } from '../../src/lab/input.ts';
import { carriesSession, decodeSession, encodeSession } from '../../src/links/codec.ts';
import type { Session } from '../../src/links/session.ts';

const exec = (line: string): Input => ({ kind: 'exec', tty: 'host', line });

const session = (inputs: readonly Input[], more: Partial<Session> = {}): Session => ({
  host: 'docker-host',
  seed: 1,
  inputs,
  ...more,
});

it('what is encoded comes back', () => {
  const text = fc.string({ maxLength: 60, unit: 'grapheme' });
  const input: fc.Arbitrary<Input> = fc.oneof(
    text.map(exec),
    fc.record({ kind: fc.constant('exec' as const), tty: fc.constantFrom('c1', 'c2'), line: text }),
    fc.record({ kind: fc.constant('key' as const), tty: fc.constantFrom('host', 'c1'), key: text }),
    fc.record({ kind: fc.constant('advance' as const), until: fc.integer({ min: 0, max: 1e9 }) }),
    fc.record({ kind: fc.constant('open' as const), tty: fc.constantFrom('c1', 'c2') }),
    fc.record({ kind: fc.constant('close' as const), tty: fc.constantFrom('c1', 'c2') }),
    fc.record({ kind: fc.constant('write' as const), path: text, text }),
  );
  const sessions = fc.record(
    {
      host: fc.constant('docker-host'),
      seed: fc.nat(),
      inputs: fc.array(input, { maxLength: 30 }),
      at: fc.constantFrom('1', '2.veth.add', '3.bridge.learn-2'),
      view: fc.constant('text' as const),
      selected: fc.constantFrom('bridge:1', 'container:12'),
      theme: fc.constantFrom('light' as const, 'dark' as const),
    },
    { requiredKeys: ['host', 'seed', 'inputs'] },
  );
  fc.assert(
    fc.property(sessions, (given) => {
      const fragment = encodeSession(given);
      expect(carriesSession(fragment)).toBe(true);
      expect(decodeSession(fragment)).toEqual({ ok: true, value: given });
    }),
  );
});

it('20 commands fit into 300 characters', () => {
  const lines = [
    'docker run -d --name web nginx:alpine',
    'docker run -d --name db alpine sleep 1d',
    'ip -br link',
    'bridge link',
    'docker exec db ping -c 2 172.17.0.2',
    'docker exec db ip neigh',
    'bridge fdb show br docker0 | grep -v permanent',
    'docker run -d --name shop --network none alpine sleep 600',
    'ps aux | grep sleep',
    'docker stop web',
    'docker run -d --name cache redis:7-alpine',
    "docker inspect -f '{{.NetworkSettings.Networks.bridge.IPAddress}}' cache",
    'docker start web',
    'ip netns add blue',
    'ip link add va type veth peer name vb',
    'ip link set vb netns blue',
    'ip link set va master docker0 up',
    'ip netns exec blue ip addr add 172.17.0.77/16 dev vb',
    'docker rm -f web db',
    'cat /proc/sys/net/ipv4/ip_forward',
  ];
  expect(lines).toHaveLength(20);
  const fragment = encodeSession(session(lines.map(exec), { at: '18.veth.add', selected: 'container:3' }));
  expect(fragment.length).toBeLessThanOrEqual(300);
});

it('nothing that may stand behind a # is fatal', () => {
  const whole = encodeSession(session([exec('docker run -d --name web nginx:alpine'), exec('ip link')]));
  fc.assert(
    fc.property(fc.string({ maxLength: 200 }), (text) => {
      expect(typeof decodeSession(text).ok).toBe('boolean');
      expect(typeof decodeSession(`1.${text}`).ok).toBe('boolean');
    }),
  );
  fc.assert(
    fc.property(fc.nat({ max: whole.length - 3 }), fc.constantFrom(...'Aa0_-'), (at, letter) => {
      const changed = `${whole.slice(0, at + 2)}${letter}${whole.slice(at + 3)}`;
      expect(typeof decodeSession(changed).ok).toBe('boolean');
    }),
  );
  expect(decodeSession(whole.slice(0, -4))).toEqual({ ok: false, fault: 'broken' });
});

it('says why a link cannot be read', () => {
  expect(decodeSession('99.AAAA')).toEqual({ ok: false, fault: 'newer' });
  expect(decodeSession(`1.${'A'.repeat(9000)}`)).toEqual({ ok: false, fault: 'long' });
  expect(decodeSession(encodeSession(session([exec('echo '.repeat(30_000))])))).toEqual({ ok: false, fault: 'long' });
  expect(decodeSession(encodeSession(session(Array.from({ length: 501 }, () => exec('ls')))))).toEqual({
    ok: false,
    fault: 'broken',
  });
  expect(decodeSession('attach')).toEqual({ ok: false, fault: 'broken' });
});
