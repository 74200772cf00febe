import { createStore, type StoreApi } from 'zustand/vanilla';
import type { MessageKey } from '../../i18n/messages.ts';
import type { Cursor, Timeline } from '../../lab/timeline.ts';
import type { StepCommand } from '../../lessons/lesson.ts';

/** How long a command of a lesson may take, in virtual microseconds. */
export const PATIENCE = 60_000_000;

/** What the stage starts from, and where the steps of its lesson bring it. */
export interface Plan {
  /** The page's name of it: what a reader made of it is kept under this while she looks at another page. */
  readonly id: string;
  readonly host: string;
  readonly seed: number;
  readonly steps: readonly {
    readonly id: string;
    readonly commands: readonly StepCommand[];
    /** The title of the object that it is about. */
    readonly focus?: string;
  }[];
}

export interface StageUi {
  /** The engine is there. */
  readonly ready: boolean;
  /** The prose moves the host; typing and clicking take over. */
  readonly steering: boolean;
  /** The step of the lesson that is being read. */
  readonly step?: string | undefined;
  /** The object that is selected in all views. */
  readonly selected?: string | undefined;
  /** The words instead of the picture. */
  readonly asText?: boolean | undefined;
  /** What is to be said of the link that was opened. */
  readonly said?: MessageKey | undefined;
  /** The film goes on by itself until this place. */
  readonly playing?: Cursor | undefined;
}

/** All that the stage knows: a host's history, a place in it, and what the reader does with the page. */
export interface StageState {
  readonly timeline: Timeline | undefined;
  readonly cursor: Cursor;
  readonly ui: StageUi;
}

/** Where a stage starts when an address asks for it. Without a timeline it is a fresh host. */
export interface Start {
  readonly timeline?: Timeline;
  readonly cursor?: Cursor;
  readonly selected?: string | undefined;
  readonly asText?: boolean;
  readonly said?: MessageKey | undefined;
}

export type StageStore = StoreApi<StageState>;

/** A stage before its engine is there. It knows no engine code, so that it stands from the first render on. */
export const createStage = (steering: boolean): StageStore =>
  createStore<StageState>(() => ({ timeline: undefined, cursor: { at: 0 }, ui: { ready: false, steering } }));

export function setUi(store: StageStore, ui: Partial<StageUi>): void {
  store.setState((state) => ({ ui: { ...state.ui, ...ui } }));
}
