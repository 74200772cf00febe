import { useState } from 'react';
import { usePage } from '../PageContext.tsx';
import { HOST, type Pictures, SEED } from './firstPicture.ts';
import { Picture } from './Picture.tsx';
import styles from './SmallStage.module.css';
import { Terminal } from './Terminal.tsx';
import { useScreen } from './useScreen.ts';
import { useStage } from './useStage.ts';

/** What a newcomer may run, one after the other. */
const SUGGESTIONS = [
  'docker run -d --name web nginx:alpine',
  'docker run -d --name db alpine sleep 1d',
  'docker exec db ping -c 2 172.17.0.2',
  'docker stop web',
];

/** A live host in small: the picture, the next command to try, and a terminal unless it is left out. */
export function SmallStage(props: { readonly id: string; readonly first: Pictures; readonly terminal?: boolean }) {
  const { t } = usePage();
  const [plan] = useState({ id: props.id, host: HOST, seed: SEED, steps: [] });
  const stage = useStage(plan);
  const { sceneFor, terminal } = useScreen(stage, props.first);
  const { history, ready } = terminal;
  const next = SUGGESTIONS.find((line) => !history.includes(line));
  return (
    <section
      className={styles.small}
      aria-label={t('stage.label')}
      data-live={ready || undefined}
      data-terminal={props.terminal || undefined}
    >
      <div className={styles.diagram}>
        <Picture sceneFor={sceneFor} plain />
      </div>
      <div className={styles.try}>
        {next === undefined ? (
          <button type="button" disabled={!ready} onClick={() => stage.driver?.restart()}>
            {t('stage.restart')}
          </button>
        ) : (
          <button type="button" disabled={!ready} onClick={() => terminal.onLine(next)}>
            <span className={styles.label}>{t('stage.try')}</span>
            <code translate="no">{next}</code>
          </button>
        )}
      </div>
      {props.terminal && (
        <div className={styles.terminal}>
          <Terminal {...terminal} />
        </div>
      )}
    </section>
  );
}
