import type { Event } from '../../engine/core/event.ts';
import { type Commit, type Cursor, endOf, type Timeline } from '../../lab/timeline.ts';

/** One picture of the film strip: a frame (or a run of like ones), or the end of a command. */
export interface Bar {
  readonly cursor: Cursor;
  /** What happened; undefined for an end. */
  readonly event?: Event;
  /** Like events that share the picture: the namespaces of one clone. */
  readonly together: readonly Event[];
}

/** The pictures of one command. */
export interface Scene {
  readonly at: number;
  readonly line: string;
  readonly bars: readonly Bar[];
}

/** Events that follow each other and make one picture. */
const TOGETHER = new Set(['namespace.add', 'bridge.learn', 'neigh.learn', 'netdev.remove']);

function barsOf(commit: Commit, at: number): readonly Bar[] {
  const bars: { cursor: Cursor; event?: Event; together: Event[] }[] = [];
  let frame = -1;
  for (const event of commit.events) {
    if (!event.frame) continue;
    frame++;
    const last = bars.at(-1);
    if (last?.event && last.event.kind === event.kind && TOGETHER.has(event.kind)) {
      last.cursor = { at, frame };
      last.together.push(event);
    } else bars.push({ cursor: { at, frame }, event, together: [event] });
  }
  bars.push({ cursor: { at }, together: [] });
  return bars;
}

/** What was typed; time that passed by itself belongs to the command before it. */
function lineOf(commit: Commit): string {
  const { input } = commit;
  if (input.kind === 'exec') return input.line;
  return input.kind === 'key' ? input.key : input.kind === 'write' ? input.path : '';
}

/** The pictures of a timeline from commit `from` on, command by command. */
export function filmOf(timeline: Timeline, from = 1): readonly Scene[] {
  const scenes: Scene[] = [];
  for (let at = Math.max(1, from); at <= timeline.commits.length; at++) {
    const commit = timeline.commits[at - 1];
    if (!commit || commit.input.kind === 'open') continue;
    const bars = barsOf(commit, at);
    const last = scenes.at(-1);
    if (commit.input.kind === 'advance' && last)
      scenes[scenes.length - 1] = { ...last, at, bars: [...last.bars.slice(0, -1), ...bars] };
    else scenes.push({ at, line: lineOf(commit), bars });
  }
  return scenes;
}

/** Orders places: an end comes after all frames of its commit. */
export function compareCursors(a: Cursor, b: Cursor): number {
  return a.at - b.at || (a.frame ?? Number.MAX_SAFE_INTEGER) - (b.frame ?? Number.MAX_SAFE_INTEGER);
}

/** The place one picture before or after; undefined at either end of the film. */
export function neighbourOf(timeline: Timeline, cursor: Cursor, step: 1 | -1): Cursor | undefined {
  const bars = filmOf(timeline, cursor.at - 2).flatMap((scene) => scene.bars);
  if (step === 1) return bars.find((bar) => compareCursors(bar.cursor, cursor) > 0)?.cursor;
  const before = bars.filter((bar) => compareCursors(bar.cursor, cursor) < 0).at(-1)?.cursor;
  return before ?? (cursor.at > 0 && cursor.at <= 3 ? { at: 0 } : undefined);
}

export const isAtEnd = (timeline: Timeline, cursor: Cursor): boolean =>
  cursor.frame === undefined && cursor.at === endOf(timeline).at;
