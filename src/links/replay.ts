import { hasHost } from '../lab/boot.ts';
import type { Input } from '../lab/input.ts';
import { commit, endOf, openTimeline, type Timeline, worldAt } from '../lab/timeline.ts';
import { type Place, placeOf } from './place.ts';
import type { Opened, Session } from './session.ts';

/** Events that a link may make a page replay. */
const MOST_EVENTS = 1_000_000;

/** A long wait comes in slices, so that one that would never end is noticed on the way; they merge into one again. */
const SLICE = 10_000_000;
const MOST_SLICES = 10_000;

function inSlices(input: Input): readonly Input[] {
  if (input.kind !== 'advance') return [input];
  const count = Math.min(MOST_SLICES, Math.ceil(input.until / SLICE));
  const before = Array.from(
    { length: Math.max(0, count - 1) },
    (_, i): Input => ({ ...input, until: (i + 1) * SLICE }),
  );
  return [...before, input];
}

/** A session as it stands once its inputs have been played. */
export interface Replayed extends Place {
  readonly timeline: Timeline;
}

/** Plays a session's inputs on a fresh host. A link may name a host that is gone, or ask for more than a page may do. */
export function replaySession({ host, seed, inputs, at }: Session): Opened<Replayed> {
  if (!hasHost(host)) return { ok: false, fault: 'broken' };
  let timeline = openTimeline(host, seed);
  for (const input of inputs.flatMap(inSlices)) {
    const { now } = worldAt(timeline, endOf(timeline));
    if (input.kind === 'advance' && input.until < now) continue;
    timeline = commit(timeline, input);
    if ((timeline.commits.at(-1)?.events.at(-1)?.seq ?? 0) > MOST_EVENTS) return { ok: false, fault: 'long' };
  }
  return { ok: true, value: { timeline, ...placeOf(timeline, at) } };
}
