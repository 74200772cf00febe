import type { Event } from '../engine/core/event.ts';
import { readWorld, type World } from '../engine/core/world.ts';
import { TTY } from '../engine/linux/tty.ts';
import { hasEnded, isIdle } from '../shell/session.ts';
import { bootHost } from './boot.ts';
import type { Input } from './input.ts';
import { step } from './step.ts';

/** One input with what came of it. Of merged `advance` inputs the frame events alone are kept. */
export interface Commit {
  readonly input: Input;
  readonly world: World;
  readonly events: readonly Event[];
}

/** A host and everything that was done to it. `base` has just booted, with the terminal `host` open. */
export interface Timeline {
  readonly host: string;
  readonly seed: number;
  readonly base: World;
  readonly commits: readonly Commit[];
}

/**
 * A place in a timeline: after `at` commits (0: the fresh host), or, with `frame`, inside commit `at` just after its
 * frame event of that number (from 0).
 */
export interface Cursor {
  readonly at: number;
  readonly frame?: number;
}

/** The terminal that is open on every timeline. */
export const MAIN_TTY = 'host';

/** A fresh host. Throws for a host that does not exist: addresses are checked before. */
export function openTimeline(host: string, seed: number): Timeline {
  const base = step(bootHost(host, seed), { kind: 'open', tty: MAIN_TTY }).world;
  return { host, seed, base, commits: [] };
}

export const endOf = (timeline: Timeline): Cursor => ({ at: timeline.commits.length });

/** The commit that the cursor stands in or after; undefined at the fresh host. */
const commitAt = (timeline: Timeline, cursor: Cursor): Commit | undefined => timeline.commits[cursor.at - 1];

const worldBefore = (timeline: Timeline, at: number): World => timeline.commits[at - 2]?.world ?? timeline.base;

/** How often one merged advance is taken up again before it is given up as endless. */
const MOST_ADVANCES = 50;

/** One input played whole: an `advance` that stops short of its instant (too many wake-ups) is taken up again. */
function play(world: World, input: Input, onFrame?: (event: Event, world: () => World) => void) {
  let { world: now, events } = step(world, input, onFrame);
  if (input.kind !== 'advance') return { world: now, events };
  for (let again = 0; now.now < input.until && again < MOST_ADVANCES; again++) {
    const more = step(now, input, onFrame);
    now = more.world;
    events = [...events, ...more.events];
  }
  return { world: now, events };
}

/**
 * Gives one more input to the host as it stands at the cursor, the end unless one is given; what came later falls away
 * (a fork). Inside a commit the input comes after that commit's end. An `advance` behind another becomes one with it.
 */
export function commit(timeline: Timeline, input: Input, cursor: Cursor = endOf(timeline)): Timeline {
  const commits = timeline.commits.slice(0, cursor.at);
  const last = commits.at(-1);
  const made = play(last?.world ?? timeline.base, input);
  if (input.kind === 'advance' && last?.input.kind === 'advance') {
    const events = [...last.events, ...made.events.filter((event) => event.frame)];
    return { ...timeline, commits: [...commits.slice(0, -1), { input, world: made.world, events }] };
  }
  const events = input.kind === 'advance' ? made.events.filter((event) => event.frame) : made.events;
  return { ...timeline, commits: [...commits, { input, world: made.world, events }] };
}

/** The same host with the same inputs, from the start: what a link and a lesson do. */
export const replayInputs = (host: string, seed: number, inputs: readonly Input[]): Timeline =>
  inputs.reduce((timeline, input) => commit(timeline, input), openTimeline(host, seed));

/** A state inside one commit: the frame event and the world just after it. */
export interface Frame {
  readonly event: Event;
  readonly world: World;
}

/** The frames worked out last; a commit is its own key, for it never changes. */
const recent = new Map<Commit, readonly Frame[]>();
const MOST_RECENT = 20;

/** The frames of commit number `at` (from 1), worked out by playing its input again; [] where there is no such commit. */
export function framesOf(timeline: Timeline, at: number): readonly Frame[] {
  const commit = timeline.commits[at - 1];
  if (!commit) return [];
  const known = recent.get(commit);
  if (known) {
    recent.delete(commit);
    recent.set(commit, known);
    return known;
  }
  const frames: Frame[] = [];
  play(worldBefore(timeline, at), commit.input, (event, world) => frames.push({ event, world: world() }));
  recent.set(commit, frames);
  const [oldest] = recent.keys();
  if (recent.size > MOST_RECENT && oldest) recent.delete(oldest);
  return frames;
}

/** How many frames a commit has, without working them out. */
export const frameCount = (commit: Commit): number =>
  commit.events.reduce((sum, event) => sum + (event.frame ? 1 : 0), 0);

/** The world at a place; a frame that does not exist gives the end of its commit. */
export function worldAt(timeline: Timeline, cursor: Cursor): World {
  const whole = commitAt(timeline, cursor)?.world ?? timeline.base;
  return cursor.frame === undefined ? whole : (framesOf(timeline, cursor.at)[cursor.frame]?.world ?? whole);
}

/** What happened on the way to a place: the events of its commit, up to the frame. */
export function eventsAt(timeline: Timeline, cursor: Cursor): readonly Event[] {
  const events = commitAt(timeline, cursor)?.events ?? [];
  if (cursor.frame === undefined) return events;
  const upTo = framesOf(timeline, cursor.at)[cursor.frame]?.event.seq;
  return upTo === undefined ? events : events.filter((event) => event.seq <= upTo);
}

/** Does a job still hold a terminal? Then `advance` has work to do. */
export function isBusy(world: World, tty: string = MAIN_TTY): boolean {
  const read = readWorld(world);
  const row = read.find(TTY, 'name', tty);
  return row !== undefined && !isIdle(read, row.id) && !hasEnded(read, row.id);
}

/** Gives a command line and lets it end, within `within` microseconds of virtual time: what the steps of a lesson do. */
export function runLine(timeline: Timeline, line: string, tty: string, within: number): Timeline {
  let next = timeline;
  if (!readWorld(worldAt(next, endOf(next))).find(TTY, 'name', tty)) next = commit(next, { kind: 'open', tty });
  next = commit(next, { kind: 'exec', tty, line });
  const { now } = worldAt(next, endOf(next));
  const deadline = now + within;
  while (isBusy(worldAt(next, endOf(next)), tty)) {
    const at = worldAt(next, endOf(next)).now;
    if (at >= deadline) break;
    next = commit(next, { kind: 'advance', until: Math.min(deadline, at + 1_000_000) });
  }
  return next;
}
