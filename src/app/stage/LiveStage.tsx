import { useEffect, useMemo } from 'react';
import { useStore } from 'zustand';
import type { SceneWidth } from '../../diagrams/scene.ts';
import type { MessageKey } from '../../i18n/messages.ts';
import { addressOf } from '../address.ts';
import { usePage } from '../PageContext.tsx';
import { pathOf } from '../routes.ts';
import { DiagramPane } from './DiagramPane.tsx';
import { Film } from './Film.tsx';
import type { Pictures } from './firstPicture.ts';
import styles from './LiveStage.module.css';
import { Stage } from './Stage.tsx';
import { type StageStore, setUi } from './store.ts';
import { Terminal, type TerminalProps, type TerminalRow } from './Terminal.tsx';
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
      const said = row.kind === 'note' && row.text.startsWith('note.') ? t(row.text as MessageKey) : row.text;
      const shown = { ...row, id, text: said };
      made.set(row, shown);
      return shown;
    };
  }, [t]);
  return useMemo(() => rows.map(known), [rows, known]);
}

/** What is to be said of the link that was opened. */
function Said({ store }: { readonly store: StageStore }) {
  const { t } = usePage();
  const said = useStore(store, ({ ui }) => ui.said);
  if (!said) return null;
  return (
    <div className={styles.said} role="alert">
      <p>{t(said)}</p>
      <button type="button" aria-label={t('stage.dismiss')} onClick={() => setUi(store, { said: undefined })}>
        ×
      </button>
    </div>
  );
}

const noRows: readonly ScreenRow[] = [];
const noLines: readonly string[] = [];

/** The stage with its host: diagram, film and terminal look at one place of one timeline. */
export function LiveStage(props: {
  readonly stage: StageHandle;
  readonly first: Pictures;
  /** The diagram that it shows. */
  readonly diagram: string;
  readonly full?: boolean;
  /** The lesson may be gone back to. */
  readonly lesson?: boolean;
}) {
  const { stage, first } = props;
  const { store, driver, engine } = stage;
  const { language } = usePage();
  const timeline = useStore(store, (state) => state.timeline);
  const cursor = useStore(store, (state) => state.cursor);
  const screen = useMemo(
    () => (engine && timeline ? engine.screenAt(timeline, cursor) : undefined),
    [engine, timeline, cursor],
  );
  const rows = useRows(screen?.rows ?? noRows);
  const busy = screen?.busy ?? false;
  useClock(stage, busy);
  const scenes = useMemo(() => {
    const fresh = cursor.at === 0;
    return (width: SceneWidth) =>
      engine && timeline && !fresh ? engine.sceneAt(timeline, cursor, language, width) : first[width];
  }, [engine, timeline, cursor, language, first]);
  const link = async () => {
    const { fragmentOf } = await import('./links.ts');
    const path = pathOf({ page: 'diagram', language, id: props.diagram });
    return addressOf(path) + fragmentOf(store.getState(), stage.plan);
  };
  const terminal: TerminalProps = {
    rows,
    prompt: screen?.prompt ?? first.prompt,
    ready: driver !== undefined,
    history: screen?.history ?? noLines,
    onLine: driver ? (line) => driver.line(line) : nothing,
    onKey: driver ? (key) => driver.key(key) : nothing,
  };
  return (
    <Stage
      full={props.full ?? false}
      diagram={
        <DiagramPane
          sceneFor={scenes}
          store={store}
          onCommand={driver ? (command) => driver.line(command) : undefined}
          link={link}
        />
      }
      timeline={
        <>
          <Said store={store} />
          <Film stage={stage} lesson={props.lesson ?? false} onRestart={() => driver?.restart()} />
        </>
      }
      terminal={<Terminal {...terminal} />}
      onEscape={() => setUi(store, { selected: undefined })}
    />
  );
}
