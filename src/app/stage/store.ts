import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Cursor, Timeline } from '../../lab/timeline.ts';
import type { StepCommand } from '../../lessons/lesson.ts';

/** What the stage starts from, and where the steps of its lesson bring it. */
export interface Plan {
  readonly host: string;
  readonly seed: number;
  readonly steps: readonly { readonly id: string; readonly commands: readonly StepCommand[] }[];
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
  /** The film goes on by itself until this place. */
  readonly playing?: Cursor | undefined;
}

/** All that the stage knows: a host's history, a place in it, and what the reader does with the page. */
export interface StageState {
  readonly timeline: Timeline | undefined;
  readonly cursor: Cursor;
  readonly ui: StageUi;
}

export type StageStore = StoreApi<StageState>;

/** A stage before its engine is there. It knows no engine code, so that it stands from the first render on. */
export const createStage = (): StageStore =>
  createStore<StageState>(() => ({ timeline: undefined, cursor: { at: 0 }, ui: { ready: false, steering: true } }));

export function setUi(store: StageStore, ui: Partial<StageUi>): void {
  store.setState((state) => ({ ui: { ...state.ui, ...ui } }));
}
