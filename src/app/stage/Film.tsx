import { type PointerEvent, useMemo } from 'react';
import { useStore } from 'zustand';
import type { MessageKey, MessageValues } from '../../i18n/messages.ts';
import { usePage } from '../PageContext.tsx';
import styles from './Film.module.css';
import type { Bar } from './film.ts';
import type { StageHandle } from './useStage.ts';

/** How many commands the strip shows up to the one that is being looked at. */
const COMMANDS = 3;

interface Strip {
  readonly bars: readonly (Bar & { readonly line: string; readonly starts: boolean })[];
  /** Index of the picture that is shown; -1 at the fresh host. */
  readonly at: number;
}

const emptyStrip: Strip = { bars: [], at: -1 };

function useStrip({ store, engine }: StageHandle): Strip {
  const timeline = useStore(store, (state) => state.timeline);
  const cursor = useStore(store, (state) => state.cursor);
  return useMemo(() => {
    if (!engine || !timeline) return emptyStrip;
    const scenes = engine.filmOf(timeline, Math.max(1, cursor.at - 12));
    const current = scenes.findIndex(({ at }) => at >= cursor.at);
    const last = cursor.at === 0 ? Math.min(COMMANDS, scenes.length) : Math.max(current + 1, COMMANDS);
    const shown = scenes.slice(Math.max(0, last - COMMANDS), last);
    const bars = shown.flatMap((scene) => scene.bars.map((bar, i) => ({ ...bar, line: scene.line, starts: i === 0 })));
    return { bars, at: bars.findLastIndex((bar) => engine.compareCursors(bar.cursor, cursor) <= 0) };
  }, [engine, timeline, cursor]);
}

const SENTENCES: ReadonlySet<string> = new Set([
  'layer.add',
  'container.create',
  'shim.start',
  'cgroup.add',
  'cgroup.freeze',
  'namespace.add',
  'process.clone',
  'rootfs.mount',
  'veth.add',
  'bridge.plug',
  'bridge.unplug',
  'address.add',
  'container.exec',
  'bridge.learn',
  'neigh.learn',
  'netdev.add',
  'netdev.move',
  'netdev.remove',
  'netns.pin',
  'container.kill',
  'container.die',
  'container.destroy',
]);

/** One sentence that says what the picture made. */
function useSentence() {
  const { t } = usePage();
  return (bar: (Bar & { readonly line: string }) | undefined): string => {
    if (!bar) return t('film.fresh');
    const { event, together } = bar;
    if (!event) return bar.line === '' ? '' : t('film.end', { line: bar.line });
    const values: Record<string, string | number> = { event: event.kind };
    for (const [name, value] of Object.entries(event.fields))
      values[name] = typeof value === 'number' ? value : Array.isArray(value) ? value.join(' ') : String(value);
    values.all = together.map(({ fields }) => String(fields.name ?? fields.kind ?? '')).join(', ');
    const key = SENTENCES.has(event.kind) ? `film.${event.kind}` : 'film.other';
    return t(key as MessageKey, values as MessageValues);
  };
}

/** The strip itself: bars to click or drag over, and a slider for keyboard and screen reader. */
function Bars(props: { readonly strip: Strip; readonly text: string; readonly onGo: (bar: Bar) => void }) {
  const { t } = usePage();
  const { bars, at } = props.strip;
  const go = (index: number) => {
    const bar = bars[index];
    if (bar && index !== at) props.onGo(bar);
  };
  const scrub = (event: PointerEvent<HTMLElement>) => {
    if (event.type === 'pointermove' && event.buttons === 0) return;
    const box = event.currentTarget.getBoundingClientRect();
    const part = (event.clientX - box.left) / box.width;
    go(Math.max(0, Math.min(bars.length - 1, Math.floor(part * bars.length))));
  };
  if (bars.length === 0) return null;
  return (
    <div className={styles.strip}>
      <input
        type="range"
        className={styles.slider}
        min={-1}
        max={bars.length - 1}
        value={at}
        aria-label={t('film.label')}
        aria-valuetext={props.text}
        onChange={(event) => go(Number(event.currentTarget.value))}
      />
      <div className={styles.bars} aria-hidden="true" onPointerDown={scrub} onPointerMove={scrub}>
        {bars.map((bar, index) => (
          <span
            key={`${bar.cursor.at} ${bar.cursor.frame ?? 'end'}`}
            className={styles.bar}
            data-starts={(bar.starts && index > 0) || undefined}
            data-now={index === at || undefined}
            data-past={index < at || undefined}
            data-end={bar.event ? undefined : ''}
          />
        ))}
      </div>
    </div>
  );
}

/** Film strip, its controls, and the way back: to the lesson, or to a fresh host. */
export function Film(props: { readonly stage: StageHandle; readonly lesson: boolean; readonly onRestart: () => void }) {
  const { stage, lesson } = props;
  const { store, driver } = stage;
  const { t } = usePage();
  const strip = useStrip(stage);
  const sentence = useSentence();
  const playing = useStore(store, ({ ui }) => ui.playing !== undefined);
  const steering = useStore(store, ({ ui }) => ui.steering);
  const touched = useStore(store, (state) => (state.timeline?.commits.length ?? 0) > 0);
  const { bars, at } = strip;
  const text = touched ? sentence(bars[at]) : t('film.fresh');
  const idle = !driver || bars.length === 0;
  return (
    <div className={styles.film}>
      <div className={styles.controls}>
        <button
          type="button"
          aria-label={t('film.previous')}
          disabled={idle || at < 0}
          onClick={() => driver?.stepFilm(-1)}
        >
          ◂
        </button>
        <button
          type="button"
          aria-label={playing ? t('film.pause') : t('film.play')}
          disabled={idle}
          onClick={() => (playing ? driver?.pause() : driver?.play())}
        >
          {playing ? '❚❚' : '▶'}
        </button>
        <button
          type="button"
          aria-label={t('film.next')}
          disabled={idle || at >= bars.length - 1}
          onClick={() => driver?.stepFilm(1)}
        >
          ▸
        </button>
      </div>
      <Bars strip={strip} text={text} onGo={(bar) => driver?.goTo(bar.cursor)} />
      <p className={styles.caption}>
        {bars.length > 0 && at >= 0 && <span>{t('film.place', { number: at + 1, count: bars.length })} · </span>}
        {text}
      </p>
      {lesson && driver && !steering && (
        <button type="button" className={styles.back} onClick={() => driver.backToLesson()}>
          {t('stage.backToLesson')}
        </button>
      )}
      {!lesson && driver && touched && (
        <button type="button" className={styles.back} onClick={props.onRestart}>
          {t('stage.restart')}
        </button>
      )}
    </div>
  );
}
