import { useMemo } from 'react';
import { useStore } from 'zustand';
import { SceneText } from '../../diagrams/render/SceneText.tsx';
import type { Scene, SceneNode, SceneWidth } from '../../diagrams/scene.ts';
import { CopyLink } from '../diagrams/CopyLink.tsx';
import { usePage } from '../PageContext.tsx';
import styles from './DiagramPane.module.css';
import { Picture } from './Picture.tsx';
import { type Plan, type StageStore, setUi } from './store.ts';

/** What is pointed at or selected, and the command that shows the same on a real host. */
function Inspector(props: { readonly node: SceneNode; readonly onCommand: ((command: string) => void) | undefined }) {
  const { t } = usePage();
  const { node, onCommand } = props;
  return (
    <div className={styles.inspector}>
      <p>{node.name}</p>
      {node.command !== undefined && onCommand && (
        <button
          type="button"
          aria-label={t('stage.run', { command: node.command })}
          onClick={() => onCommand(node.command ?? '')}
        >
          <span aria-hidden="true">$ </span>
          <code translate="no">{node.command}</code>
        </button>
      )}
    </div>
  );
}

/** The diagram of the stage: picture or words, and what is selected in it. */
export function DiagramPane(props: {
  readonly sceneFor: (width: SceneWidth) => Scene;
  readonly store: StageStore;
  readonly steps: Plan['steps'];
  readonly onCommand?: ((command: string) => void) | undefined;
  /** The address that brings another reader here. */
  readonly link: () => Promise<string>;
}) {
  const { t } = usePage();
  const { sceneFor, store } = props;
  const asText = useStore(store, ({ ui }) => ui.asText ?? false);
  const selected = useStore(store, ({ ui }) => ui.selected);
  const step = useStore(store, ({ ui }) => (ui.steering ? ui.step : undefined));
  const focus = props.steps.find(({ id }) => id === step)?.focus;
  // What is said and what can be selected is the same in both layouts.
  const scene = useMemo(() => sceneFor('wide'), [sceneFor]);
  const node = selected === undefined ? undefined : scene.nodes.find(({ object }) => object === selected);
  return (
    <div className={styles.pane}>
      <div className={styles.tools}>
        <CopyLink path={props.link} />
        <button type="button" onClick={() => setUi(store, { asText: !asText })}>
          {asText ? t('stage.asPicture') : t('stage.asText')}
        </button>
      </div>
      <div className={styles.shown}>
        {asText ? (
          <SceneText description={scene.description} name={t('scene.name')} />
        ) : (
          <Picture
            sceneFor={sceneFor}
            selected={selected}
            focus={focus}
            onSelect={(object) => setUi(store, { selected: object })}
          />
        )}
      </div>
      {!asText && node && <Inspector node={node} onCommand={props.onCommand} />}
    </div>
  );
}
