import { type Cursor, endOf, framesOf, type Timeline } from '../lab/timeline.ts';

/**
 * A place in words that survive a new release: `<input number>[.<event kind>[-k]]`, as in `2.veth.add` or
 * `5.bridge.learn-2` (the second of its kind). Undefined at the end, where a session opens without one.
 */
export function atOf(timeline: Timeline, cursor: Cursor): string | undefined {
  if (cursor.frame === undefined) return cursor.at === endOf(timeline).at ? undefined : String(cursor.at);
  const kinds = framesOf(timeline, cursor.at).map(({ event }) => event.kind);
  const kind = kinds[cursor.frame];
  if (kind === undefined) return String(cursor.at);
  const nth = kinds.slice(0, cursor.frame + 1).filter((other) => other === kind).length;
  return `${cursor.at}.${kind}${nth > 1 ? `-${nth}` : ''}`;
}

/** The frame of an input that `<event kind>[-k]` names; undefined when nothing of that kind happens in it any more. */
export function frameNamed(timeline: Timeline, at: number, text: string): number | undefined {
  const [, kind, nth = '1'] = /^([\w.]+?)(?:-(\d+))?$/.exec(text) ?? [];
  let left = Number(nth);
  const frame = framesOf(timeline, at).findIndex(({ event }) => event.kind === kind && --left === 0);
  return frame < 0 ? undefined : frame;
}

/** A place that was found; `lost` when the event that it names does not happen any more: then it is the input's end. */
export interface Place {
  readonly cursor: Cursor;
  readonly lost: boolean;
}

/** Finds the place that `atOf` names. */
export function placeOf(timeline: Timeline, at: string | undefined): Place {
  const end = endOf(timeline);
  if (at === undefined) return { cursor: end, lost: false };
  const [, number, event] = /^(\d{1,6})(?:\.(.+))?$/.exec(at) ?? [];
  if (number === undefined || Number(number) > end.at) return { cursor: end, lost: true };
  const cursor = { at: Number(number) };
  if (event === undefined) return { cursor, lost: false };
  const frame = frameNamed(timeline, cursor.at, event);
  return frame === undefined ? { cursor, lost: true } : { cursor: { ...cursor, frame }, lost: false };
}
