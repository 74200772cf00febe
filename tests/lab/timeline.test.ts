import { describe, expect, it } from 'vitest';
import { saveWorld } from '../../src/engine/core/world.ts';
import type { Input } from '../../src/lab/input.ts';
import {
  commit,
  endOf,
  eventsAt,
  frameCount,
  framesOf,
  isBusy,
  openTimeline,
  replayInputs,
  runLine,
  type Timeline,
  worldAt,
} from '../../src/lab/timeline.ts';

const exec = (line: string): Input => ({ kind: 'exec', tty: 'host', line });
const later = (timeline: Timeline, micros: number): Input => ({
  kind: 'advance',
  until: worldAt(timeline, endOf(timeline)).now + micros,
});

describe('a timeline', () => {
  const fresh = openTimeline('docker-host', 1);
  const one = commit(fresh, exec('docker run -d --name web nginx:alpine'));
  const two = commit(one, exec('ip -br link'));

  it('starts with a terminal that waits for a line', () => {
    expect(isBusy(fresh.base)).toBe(false);
    expect(worldAt(fresh, { at: 0 })).toBe(fresh.base);
  });

  it('gives back every world that it went through', () => {
    expect(worldAt(two, { at: 0 })).toBe(fresh.base);
    expect(worldAt(two, { at: 1 })).toBe(one.commits[0]?.world);
    expect(worldAt(two, endOf(two))).toBe(two.commits[1]?.world);
  });

  it('replays its inputs to the same bits', () => {
    const again = replayInputs(
      'docker-host',
      1,
      two.commits.map(({ input }) => input),
    );
    expect(saveWorld(worldAt(again, endOf(again)))).toBe(saveWorld(worldAt(two, endOf(two))));
  });

  it('shows the frames inside one input, the last of which is on the way to its end', () => {
    const [run] = two.commits;
    const frames = framesOf(two, 1);
    expect(frames.length).toBe(frameCount(run as never));
    expect(frames.length).toBeGreaterThan(5);
    const seqs = frames.map(({ event }) => event.seq);
    expect([...seqs].sort((a, b) => a - b)).toEqual(seqs);
    expect(run?.events.filter((event) => event.frame).map((event) => event.seq)).toEqual(seqs);
    expect(framesOf(two, 1)).toBe(frames);
    expect(worldAt(two, { at: 1, frame: 2 })).toBe(frames[2]?.world);
    expect(eventsAt(two, { at: 1, frame: 2 }).at(-1)?.seq).toBe(frames[2]?.event.seq);
    expect(worldAt(two, { at: 1, frame: 9999 })).toBe(run?.world);
  });

  it('forks where a line is typed in the past', () => {
    const forked = commit(two, exec('hostname'), { at: 1, frame: 3 });
    expect(forked.commits.length).toBe(2);
    expect(forked.commits[0]).toBe(two.commits[0]);
    expect(two.commits.length).toBe(2);
  });

  it('makes one of the advances that follow each other, as if time had passed at once', () => {
    let steps = commit(one, later(one, 100_000));
    for (let i = 0; i < 20; i++) steps = commit(steps, later(steps, 100_000));
    expect(steps.commits.length).toBe(2);
    const whole = commit(one, later(one, 2_100_000));
    expect(saveWorld(worldAt(steps, endOf(steps)))).toBe(saveWorld(worldAt(whole, endOf(whole))));
    expect(framesOf(steps, 2).length).toBe(frameCount(steps.commits[1] as never));
  });

  it('lets a command that takes time end', () => {
    const slept = runLine(fresh, 'sleep 25', 'host', 60_000_000);
    expect(isBusy(worldAt(slept, endOf(slept)))).toBe(false);
    expect(worldAt(slept, endOf(slept)).now - fresh.base.now).toBeGreaterThanOrEqual(25_000_000);
    const endless = runLine(fresh, 'sleep 1d', 'host', 20_000_000);
    expect(isBusy(worldAt(endless, endOf(endless)))).toBe(true);
  });
});
