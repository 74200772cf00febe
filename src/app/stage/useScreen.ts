import { useEffect, useMemo } from 'react';
import { useStore } from 'zustand';
import type { Scene, SceneWidth } from '../../diagrams/scene.ts';
import type { MessageKey } from '../../i18n/messages.ts';
import { usePage } from '../PageContext.tsx';
import type { Pictures } from './firstPicture.ts';
import type { TerminalProps, TerminalRow } from './Terminal.tsx';
import type { StageHandle } from './useStage.ts';

const nothing = () => undefined;

/** A tenth of a second of the reader's time is one of the host's, as long as a job runs. */
const TICK = 100;
/** How long one picture of a playing film stands, in milliseconds. */
const PICTURE = 420;

function useClock({ store, driver }: StageHandle, busy: boolean): void {
  const playing = useStore(store, ({ ui }) => ui.playing !== undefined);
  useEffect(() => {
    if (!driver || !busy) return;
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') driver.tick();
    }, TICK);
    return () => clearInterval(timer);
  }, [driver, busy]);
  useEffect(() => {
    if (!driver || !playing) return;
    const timer = setInterval(() => driver.playOn(), PICTURE);
    return () => clearInterval(timer);
  }, [driver, playing]);
}

interface ScreenRow {
  readonly kind: TerminalRow['kind'];
  readonly text: string;
  readonly prompt?: string | undefined;
  readonly slots?: Readonly<Record<string, string>> | undefined;
}

/** The rows of the terminal; notes that are keys of the dictionary are said in the reader's language. */
function useRows(rows: readonly ScreenRow[]): readonly TerminalRow[] {
  const { t } = usePage();
  // A row that has been shown keeps its identity, so that a long screen costs nothing when a line is added.
  const known = useMemo(() => {
    const made = new WeakMap<ScreenRow, TerminalRow>();
    return (row: ScreenRow, id: number): TerminalRow => {
      const old = made.get(row);
      if (old?.id === id) return old;
      const isKey = row.kind === 'note' && row.text.startsWith('note.');
      const said = isKey ? t(row.text as MessageKey, row.slots ?? {}) : row.text;
      const { slots: _filled, ...plain } = row;
      const shown = { ...plain, id, text: said };
      made.set(row, shown);
      return shown;
    };
  }, [t]);
  return useMemo(() => rows.map(known), [rows, known]);
}

const noRows: readonly ScreenRow[] = [];
const noLines: readonly string[] = [];

/** What a stage shows at its place of the timeline: the picture in either layout, and the terminal. */
export function useScreen(
  stage: StageHandle,
  first: Pictures,
): { readonly sceneFor: (width: SceneWidth) => Scene; readonly terminal: TerminalProps } {
  const { store, driver, engine } = stage;
  const { language } = usePage();
  const timeline = useStore(store, (state) => state.timeline);
  const cursor = useStore(store, (state) => state.cursor);
  const screen = useMemo(
    () => (engine && timeline ? engine.screenAt(timeline, cursor) : undefined),
    [engine, timeline, cursor],
  );
  const rows = useRows(screen?.rows ?? noRows);
  useClock(stage, screen?.busy ?? false);
  const sceneFor = useMemo(() => {
    const made = new Map<SceneWidth, Scene>();
    return (width: SceneWidth): Scene => {
      const fresh = cursor.at === 0 || !engine || !timeline;
      const scene = made.get(width) ?? (fresh ? first[width] : engine.sceneAt(timeline, cursor, language, width));
      made.set(width, scene);
      return scene;
    };
  }, [engine, timeline, cursor, language, first]);
  const terminal: TerminalProps = {
    rows,
    prompt: screen?.prompt ?? first.prompt,
    ready: driver !== undefined,
    history: screen?.history ?? noLines,
    onLine: driver ? (line) => driver.line(line) : nothing,
    onKey: driver ? (key) => driver.key(key) : nothing,
    complete: driver && ((line, caret) => driver.complete(line, caret)),
  };
  return { sceneFor, terminal };
}
