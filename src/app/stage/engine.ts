import { project } from '../../diagrams/net-bridge/diagram.ts';
import type { Scene, SceneWidth } from '../../diagrams/scene.ts';
import { readWorld } from '../../engine/core/world.ts';
import { PartToCome } from '../../engine/linux/program.ts';
import { TTY, type TtyRow } from '../../engine/linux/tty.ts';
import type { Language } from '../../i18n/languages.ts';
import type { Input } from '../../lab/input.ts';
import {
  type Cursor,
  commit,
  endOf,
  eventsAt,
  isBusy,
  MAIN_TTY,
  openTimeline,
  runLine,
  type Timeline,
  worldAt,
} from '../../lab/timeline.ts';
import type { StepCommand } from '../../lessons/lesson.ts';
import { completed } from './completed.ts';
import { compareCursors, filmOf, isAtEnd, neighbourOf } from './film.ts';
import { completionOf, loadParts } from './parts.ts';
import { PATIENCE, type Plan, type StageStore, type StageUi, type Start, setUi } from './store.ts';
import type { Completion } from './Terminal.tsx';

/** The screen of the main terminal at one place of the timeline. */
export interface Screen {
  readonly rows: readonly TtyRow[];
  readonly prompt: string;
  readonly busy: boolean;
  /** Lines typed so far, oldest first. */
  readonly history: readonly string[];
}

/** Drives a stage: the one place where the reader's doings become inputs. Loaded apart, for it brings the engine. */
class Driver {
  private readonly store: StageStore;
  private readonly plan: Plan;
  /** The lesson's own host as far as it has been played, and where each step ends. */
  private lesson: Timeline;
  private readonly marks: number[] = [];
  /** What the host has still to do; the first may wait for programs to come. */
  private readonly queue: (() => void)[] = [];

  constructor(store: StageStore, plan: Plan, start?: Start) {
    this.store = store;
    this.plan = plan;
    this.lesson = openTimeline(plan.host, plan.seed);
    setUi(store, { ready: true });
    if (start) this.open(start);
    else if (store.getState().ui.steering) this.backToLesson();
    else this.open({});
    void loadParts().catch(() => undefined);
  }

  /** Stands where an address asks for; the prose does not steer. */
  open({
    timeline = openTimeline(this.plan.host, this.plan.seed),
    cursor = endOf(timeline),
    selected,
    asText,
    said,
  }: Start): void {
    this.store.setState(({ ui }) => ({
      timeline,
      cursor,
      ui: { ...ui, selected, asText, said, steering: false, playing: undefined },
    }));
  }

  /**
   * Does something to the host at once, or, when it needs programs that have not come yet, as soon as they have; always
   * in order. What is done must be safe to begin again: the engine is pure, so only the last line may change the stage.
   */
  private inOrder(action: () => void): void {
    this.queue.push(action);
    if (this.queue.length === 1) this.work();
  }

  private work(): void {
    for (let action = this.queue[0]; action; action = this.queue[0]) {
      try {
        action();
      } catch (fault) {
        if (!(fault instanceof PartToCome)) {
          this.queue.shift();
          throw fault;
        }
        void loadParts().then(
          () => this.work(),
          // Without them the line cannot be run; the next one asks again.
          () => this.queue.splice(0),
        );
        return;
      }
      this.queue.shift();
    }
  }

  private get timeline(): Timeline {
    return this.store.getState().timeline ?? this.lesson;
  }

  /** A typed line; from now on the host is the reader's. */
  line(line: string): void {
    this.give({ kind: 'exec', tty: MAIN_TTY, line });
  }

  key(key: string): void {
    this.give({ kind: 'key', tty: MAIN_TTY, key });
  }

  /** What Tab makes of the line; it stays while the commands that it may mean have not come yet. */
  complete(line: string, caret: number): Completion {
    const world = worldAt(this.timeline, this.store.getState().cursor);
    const tty = readWorld(world).find(TTY, 'name', MAIN_TTY);
    const found = tty && completionOf()?.(world, tty.id, line, caret);
    return completed(line, caret, found ?? { from: caret, candidates: [] });
  }

  private give(input: Input): void {
    this.inOrder(() => {
      const timeline = commit(this.timeline, input, this.store.getState().cursor);
      this.store.setState((state) => ({
        timeline,
        cursor: endOf(timeline),
        ui: { ...state.ui, steering: false, playing: undefined },
      }));
    });
  }

  /** A job holds the terminal: a tenth of a second goes by. Does nothing in the past or when all is quiet. */
  tick(): void {
    const { timeline, cursor } = this.store.getState();
    if (!timeline || !isAtEnd(timeline, cursor) || this.queue.length > 0) return;
    const world = worldAt(timeline, cursor);
    if (!isBusy(world)) return;
    this.inOrder(() => {
      const next = commit(timeline, { kind: 'advance', until: world.now + 100_000 });
      this.store.setState({ timeline: next, cursor: endOf(next) });
    });
  }

  /** Moves to a place of the film; the prose lets go. */
  goTo(cursor: Cursor): void {
    this.store.setState((state) => ({ cursor, ui: { ...state.ui, steering: false, playing: undefined } }));
  }

  stepFilm(step: 1 | -1): void {
    const to = neighbourOf(this.timeline, this.store.getState().cursor, step);
    if (to) this.goTo(to);
  }

  /** Plays on from here to the end; from the end, the last command again. */
  play(): void {
    const { timeline } = this;
    const { cursor } = this.store.getState();
    const last = filmOf(timeline, timeline.commits.length - 1).at(-1);
    const from = isAtEnd(timeline, cursor) && last ? (last.bars[0]?.cursor ?? cursor) : cursor;
    this.store.setState((state) => ({ cursor: from, ui: { ...state.ui, playing: endOf(timeline) } }));
  }

  pause(): void {
    setUi(this.store, { playing: undefined });
  }

  /** The next picture of a film that plays; it stops by itself. */
  playOn(): void {
    const { cursor, ui } = this.store.getState();
    if (!ui.playing) return;
    const to = neighbourOf(this.timeline, cursor, 1);
    const over = !to || compareCursors(to, ui.playing) >= 0;
    this.store.setState({
      cursor: over ? ui.playing : to,
      ui: { ...ui, playing: over ? undefined : ui.playing },
    });
  }

  /** Plays the lesson's host up to command number `count` of step number `index`; gives the place. */
  private reach(index: number, count: number): number {
    let at = this.marks.length;
    const flat = this.plan.steps.slice(0, index).reduce((sum, { commands }) => sum + commands.length, 0) + count;
    const commands = this.plan.steps.flatMap((step) => step.commands);
    for (; at < flat; at++) {
      const { line, tty } = commands[at] as StepCommand;
      this.lesson = runLine(this.lesson, line, tty ?? MAIN_TTY, PATIENCE);
      this.marks.push(this.lesson.commits.length);
    }
    return flat === 0 ? 0 : (this.marks[flat - 1] ?? 0);
  }

  /** A step comes into view: while the prose steers, the host moves to where that step's commands have run. */
  steerTo(step: string | undefined): void {
    setUi(this.store, { step });
    this.inOrder(() => {
      // Meanwhile another step may have come, or the reader taken over.
      const { ui } = this.store.getState();
      if (!ui.steering || ui.step !== step) return;
      const index = this.plan.steps.findIndex(({ id }) => id === step);
      const at = index < 0 ? 0 : this.reach(index, this.plan.steps[index]?.commands.length ?? 0);
      this.store.setState({ timeline: this.lesson, cursor: { at }, ui: { ...ui, playing: undefined } });
    });
  }

  /** Gives the host back to the lesson. */
  backToLesson(): void {
    setUi(this.store, { steering: true });
    this.steerTo(this.store.getState().ui.step);
  }

  /** A fresh host, without what was typed. `lines` are played on it, the last two (what is asked, and its proof) as a film. */
  restart(lines: readonly string[] = []): void {
    this.inOrder(() => {
      let timeline = openTimeline(this.plan.host, this.plan.seed);
      let before = 0;
      lines.forEach((line, i) => {
        if (i <= lines.length - 2) before = timeline.commits.length;
        timeline = runLine(timeline, line, MAIN_TTY, PATIENCE);
      });
      this.store.setState((state) => {
        const { cursor, ui } = filmFrom(timeline, before, state.ui);
        return { timeline, cursor, ui: { ...ui, steering: false, selected: undefined } };
      });
    });
  }

  /** Runs a block of the lesson: on the lesson's host as a film, or, once taken over, on the reader's own. */
  run(commands: readonly StepCommand[]): void {
    this.inOrder(() => {
      const { ui } = this.store.getState();
      const place = ui.steering ? this.placeOf(commands) : undefined;
      if (place) {
        const before = this.reach(place.index, place.first);
        const end = this.reach(place.index, place.first + commands.length);
        const step = this.plan.steps[place.index]?.id;
        this.store.setState({ timeline: this.lesson, ...filmFrom(this.lesson, before, { ...ui, step }, end) });
        return;
      }
      const before = this.timeline.commits.length;
      const played = commands.reduce(
        (timeline, { line, tty }) => runLine(timeline, line, tty ?? MAIN_TTY, PATIENCE),
        this.timeline,
      );
      this.store.setState({ timeline: played, ...filmFrom(played, before, ui) });
    });
  }

  private placeOf(block: readonly StepCommand[]): { readonly index: number; readonly first: number } | undefined {
    const text = block.map(({ line }) => line).join('\n');
    const order = [this.store.getState().ui.step, ...this.plan.steps.map(({ id }) => id)];
    for (const id of order) {
      const index = this.plan.steps.findIndex((step) => step.id === id);
      const lines = this.plan.steps[index]?.commands.map(({ line }) => line) ?? [];
      for (let first = 0; first + block.length <= lines.length; first++) {
        if (lines.slice(first, first + block.length).join('\n') === text) return { index, first };
      }
    }
    return undefined;
  }
}

/** The film of what came after commit `before`, up to `end`: it stands at its first picture and plays, or, where motion is not wanted, stands at its end. */
function filmFrom(timeline: Timeline, before: number, ui: StageUi, end = timeline.commits.length) {
  const still = window.matchMedia?.('(prefers-reduced-motion: reduce)').matches ?? true;
  const first = still ? undefined : filmOf(timeline, before + 1)[0]?.bars[0]?.cursor;
  return first
    ? { cursor: first, ui: { ...ui, playing: { at: end } } }
    : { cursor: { at: end }, ui: { ...ui, playing: undefined } };
}

/** The picture at a place of a timeline. */
const sceneAt = (timeline: Timeline, cursor: Cursor, language: Language, width: SceneWidth): Scene =>
  project(readWorld(worldAt(timeline, cursor)), { language, width, events: eventsAt(timeline, cursor) });

function screenAt(timeline: Timeline, cursor: Cursor): Screen {
  const world = worldAt(timeline, cursor);
  const tty = readWorld(world).find(TTY, 'name', MAIN_TTY);
  const history = timeline.commits
    .slice(0, cursor.at)
    .flatMap(({ input }) => (input.kind === 'exec' && input.tty === MAIN_TTY && input.line.trim() ? [input.line] : []));
  return {
    rows: tty?.rows ?? [],
    prompt: (tty?.partial ?? '') + (tty?.prompt ?? ''),
    busy: isBusy(world),
    history,
  };
}

/** Both pictures of a fresh host, and its prompt: what a built page starts from. */
function firstScenes(
  host: string,
  seed: number,
  language: Language,
): Readonly<Record<SceneWidth, Scene>> & { readonly prompt: string } {
  const timeline = openTimeline(host, seed);
  return {
    wide: sceneAt(timeline, { at: 0 }, language, 'wide'),
    narrow: sceneAt(timeline, { at: 0 }, language, 'narrow'),
    prompt: screenAt(timeline, { at: 0 }).prompt,
  };
}

/** What the page does with the engine once it has been loaded. */
export const engine = {
  drive: (store: StageStore, plan: Plan, start?: Start) => new Driver(store, plan, start),
  sceneAt,
  screenAt,
  firstScenes,
  filmOf,
  compareCursors,
};

export type Engine = typeof engine;
export type StageDriver = Driver;
