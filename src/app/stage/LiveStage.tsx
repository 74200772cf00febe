import { useStore } from 'zustand';
import { addressOf } from '../address.ts';
import { usePage } from '../PageContext.tsx';
import { pathOf } from '../routes.ts';
import { DiagramPane } from './DiagramPane.tsx';
import { Film } from './Film.tsx';
import type { Pictures } from './firstPicture.ts';
import styles from './LiveStage.module.css';
import { Stage } from './Stage.tsx';
import { type StageStore, setUi } from './store.ts';
import { Terminal } from './Terminal.tsx';
import { useScreen } from './useScreen.ts';
import type { StageHandle } from './useStage.ts';

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
  const { store, driver } = stage;
  const { language } = usePage();
  const { sceneFor, terminal } = useScreen(stage, first);
  const link = async () => {
    const { fragmentOf } = await import('./links.ts');
    const path = pathOf({ page: 'diagram', language, id: props.diagram });
    return addressOf(path) + fragmentOf(store.getState(), stage.plan);
  };
  return (
    <Stage
      live={driver !== undefined}
      full={props.full ?? false}
      diagram={
        <DiagramPane
          sceneFor={sceneFor}
          store={store}
          steps={stage.plan.steps}
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
