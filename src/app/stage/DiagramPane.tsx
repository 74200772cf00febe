import { useEffect, useMemo, useState } from 'react';
import { useStore } from 'zustand';
import { SceneText } from '../../diagrams/render/SceneText.tsx';
import { SceneView } from '../../diagrams/render/SceneView.tsx';
import type { Scene, SceneNode, SceneWidth } from '../../diagrams/scene.ts';
import { CopyLink } from '../diagrams/CopyLink.tsx';
import { usePage } from '../PageContext.tsx';
import styles from './DiagramPane.module.css';
import { type StageStore, setUi } from './store.ts';

/** Same width as in the style sheets. */
const NARROW = '(max-width: 760px)';

/** Which layout has room; before the page has been taken over both stand there, and the style sheet shows one. */
function useSceneWidth(): SceneWidth | 'both' {
  const [width, setWidth] = useState<SceneWidth | 'both'>('both');
  useEffect(() => {
    const query = window.matchMedia?.(NARROW);
    const update = () => setWidth(query?.matches ? 'narrow' : 'wide');
    update();
    query?.addEventListener('change', update);
    return () => query?.removeEventListener('change', update);
  }, []);
  return width;
}

function useSceneWords() {
  const { t } = usePage();
  return useMemo(
    () => ({
      name: t('scene.name'),
      howTo: t('scene.howTo'),
      zoomIn: t('scene.zoomIn'),
      zoomOut: t('scene.zoomOut'),
      fit: t('scene.fit'),
    }),
    [t],
  );
}

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

function Picture(props: {
  readonly scene: Scene;
  readonly width: SceneWidth;
  readonly store: StageStore;
  readonly both: boolean;
}) {
  const { store, width } = props;
  const selected = useStore(store, ({ ui }) => ui.selected);
  const words = useSceneWords();
  return (
    <div className={props.both ? styles[width] : styles.picture}>
      <SceneView
        scene={props.scene}
        words={words}
        scrolls={width === 'narrow'}
        selected={selected}
        onSelect={(object) => setUi(store, { selected: object })}
      />
    </div>
  );
}

/** The diagram of the stage: picture or words, and what is selected in it. */
export function DiagramPane(props: {
  readonly sceneFor: (width: SceneWidth) => Scene;
  readonly store: StageStore;
  readonly onCommand?: ((command: string) => void) | undefined;
  /** The address that brings another reader here. */
  readonly link: () => Promise<string>;
}) {
  const { t } = usePage();
  const { sceneFor, store } = props;
  const width = useSceneWidth();
  const asText = useStore(store, ({ ui }) => ui.asText ?? false);
  const shown = useMemo(
    () => (width === 'both' ? (['wide', 'narrow'] as const) : [width]).map((one) => [one, sceneFor(one)] as const),
    [width, sceneFor],
  );
  const selected = useStore(store, ({ ui }) => ui.selected);
  const [, scene] = shown[0] ?? [];
  const node = selected === undefined ? undefined : scene?.nodes.find(({ object }) => object === selected);
  return (
    <div className={styles.pane}>
      {asText && scene ? (
        <SceneText description={scene.description} name={t('scene.name')} />
      ) : (
        shown.map(([one, picture]) => (
          <Picture key={one} scene={picture} width={one} store={store} both={width === 'both'} />
        ))
      )}
      {!asText && node && <Inspector node={node} onCommand={props.onCommand} />}
      <div className={styles.tools}>
        <CopyLink path={props.link} />
        <button type="button" onClick={() => setUi(store, { asText: !asText })}>
          {asText ? t('stage.asPicture') : t('stage.asText')}
        </button>
      </div>
    </div>
  );
}
