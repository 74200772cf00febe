import { expect, it } from 'vitest';
import { project } from '../../src/diagrams/net-bridge/diagram.ts';
import { textOf } from '../../src/diagrams/scene.ts';
import { readWorld } from '../../src/engine/core/world.ts';
import { eventsAt, worldAt } from '../../src/lab/timeline.ts';
import { decodeSession, encodeSession } from '../../src/links/codec.ts';
import { atOf } from '../../src/links/place.ts';
import { type Replayed, replaySession } from '../../src/links/replay.ts';
import type { Session } from '../../src/links/session.ts';
import { corpus } from './corpus.ts';

function replayed(session: Session): Replayed {
  const result = replaySession(session);
  if (!result.ok) throw new Error(result.fault);
  return result.value;
}

function words({ timeline, cursor }: Replayed): string {
  const events = eventsAt(timeline, cursor);
  return textOf(project(readWorld(worldAt(timeline, cursor)), { language: 'en', width: 'wide', events }).description);
}

const run = (...lines: readonly string[]): Session => ({
  host: 'docker-host',
  seed: 1,
  inputs: lines.map((line) => ({ kind: 'exec', tty: 'host', line })),
});

for (const { release, made, fragment, says } of corpus)
  it(`a link of ${release} still gives its picture: ${made}`, () => {
    const opened = decodeSession(fragment);
    expect(opened.ok).toBe(true);
    if (!opened.ok) return;
    const picture = words(replayed(opened.value));
    for (const sentence of says) expect(picture).toContain(sentence);
  });

it('a place inside a command is found again by what happens there', () => {
  const whole = replayed(run('docker run -d --name web nginx:alpine', 'docker run -d --name db alpine sleep 1d'));
  const { timeline } = whole;
  for (const at of ['1', '1.veth.add', '2.bridge.plug', '2.namespace.add-3']) {
    const place = replayed({
      ...run('docker run -d --name web nginx:alpine', 'docker run -d --name db alpine sleep 1d'),
      at,
    });
    expect(place.lost).toBe(false);
    expect(atOf(timeline, place.cursor)).toBe(at);
  }
  expect(atOf(timeline, whole.cursor)).toBeUndefined();
});

it('an event that does not happen any more gives the end of its input, and says so', () => {
  expect(replayed({ ...run('ip link', 'ip addr'), at: '1.veth.add' })).toMatchObject({ lost: true, cursor: { at: 1 } });
  expect(replayed({ ...run('ip link'), at: '7' })).toMatchObject({ lost: true, cursor: { at: 1 } });
  expect(replayed({ ...run('ip link'), at: 'nonsense' })).toMatchObject({ lost: true, cursor: { at: 1 } });
});

it('a host that does not exist and a wait without end are refused', () => {
  expect(replaySession({ ...run(), host: 'constructor' })).toEqual({ ok: false, fault: 'broken' });
});

it('what passed of time is played again, also when it was long', () => {
  const session: Session = {
    ...run('sleep 30'),
    inputs: [...run('sleep 30').inputs, { kind: 'advance', until: 60_000_000 }],
  };
  const { timeline } = replayed(session);
  expect(timeline.commits).toHaveLength(2);
  expect(worldAt(timeline, { at: 2 }).now).toBe(60_000_000);
  expect(decodeSession(encodeSession(session))).toEqual({ ok: true, value: session });
});
