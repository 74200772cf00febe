import { languages } from '../../i18n/languages.ts';
import { type Cursor, endOf, MAIN_TTY, openTimeline, runLine, type Timeline } from '../../lab/timeline.ts';
import { decodeSession, encodeSession } from '../../links/codec.ts';
import { atOf, frameNamed } from '../../links/place.ts';
import { replaySession } from '../../links/replay.ts';
import { loadLesson } from '../lesson/catalogue.ts';
import { loadParts } from './parts.ts';
import { PATIENCE, type Plan, type StageState, type Start } from './store.ts';

interface Reached {
  readonly timeline: Timeline;
  readonly cursor: Cursor;
  readonly lost: boolean;
}

/** Plays a plan's commands up to the end of a step, or to an event of it: `two-ends`, `attach.veth.add`. */
function reachStep({ host, seed, steps }: Plan, at: string): Reached {
  const [, id, event] = /^([a-z0-9-]+)(?:\.(.+))?$/.exec(at) ?? [];
  const index = steps.findIndex((step) => step.id === id);
  let timeline = openTimeline(host, seed);
  let first = 0;
  for (const { commands } of steps.slice(0, index + 1)) {
    first = timeline.commits.length + 1;
    for (const { line, tty } of commands) timeline = runLine(timeline, line, tty ?? MAIN_TTY, PATIENCE);
  }
  const end = endOf(timeline);
  if (index < 0 || event === undefined) return { timeline, cursor: end, lost: index < 0 };
  for (let input = first; input <= end.at; input++) {
    const frame = frameNamed(timeline, input, event);
    if (frame !== undefined) return { timeline, cursor: { at: input, frame }, lost: false };
  }
  return { timeline, cursor: end, lost: true };
}

function openSession(fragment: string): Start {
  const opened = decodeSession(fragment);
  if (!opened.ok) return { said: `link.${opened.fault}` };
  const replayed = replaySession(opened.value);
  if (!replayed.ok) return { said: `link.${replayed.fault}` };
  const { timeline, cursor, lost } = replayed.value;
  const { selected, view, theme } = opened.value;
  // The reader's own choice comes before the sender's.
  if (theme && !document.documentElement.dataset.theme) document.documentElement.dataset.theme = theme;
  return { timeline, cursor, selected, asText: view === 'text', said: lost ? 'link.lost' : undefined };
}

/** What an address asks for: a session in its fragment, else in its query a step of the plan, or of the lesson `scenario`. */
export async function openAddress({ hash, search }: Pick<Location, 'hash' | 'search'>, plan: Plan): Promise<Start> {
  await loadParts();
  if (/^#\d+\./.test(hash)) return openSession(hash.slice(1));
  const query = new URLSearchParams(search);
  const scenario = query.get('scenario');
  // The steps of a lesson are the same in every language.
  const steps = scenario === null ? plan.steps : (await loadLesson(scenario, languages[0]))?.steps;
  if (!steps) return { said: 'link.broken' };
  const at = query.get('at') ?? steps.at(-1)?.id ?? '';
  const { timeline, cursor, lost } = reachStep({ ...plan, steps }, at);
  return { timeline, cursor, said: lost ? 'link.lost' : undefined };
}

/** The fragment that brings another reader to a stage as it stands, with its `#`; '' for a fresh host. */
export function fragmentOf({ timeline, cursor, ui }: StageState, plan: Plan): string {
  const whole = timeline?.commits ?? [];
  // The lesson's host may have been played further than the step that is being read.
  const commits = ui.steering ? whole.slice(0, cursor.at) : whole;
  if (commits.length === 0 && !ui.selected && !ui.asText) return '';
  const { theme } = document.documentElement.dataset;
  const at = timeline && atOf({ ...timeline, commits }, cursor);
  const fragment = encodeSession({
    host: plan.host,
    seed: plan.seed,
    inputs: commits.map(({ input }) => input),
    ...(at ? { at } : {}),
    ...(ui.asText ? { view: 'text' } : {}),
    ...(ui.selected ? { selected: ui.selected } : {}),
    ...(theme === 'light' || theme === 'dark' ? { theme } : {}),
  });
  return `#${fragment}`;
}
