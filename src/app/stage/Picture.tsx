import { type RefObject, useEffect, useMemo, useRef, useState } from 'react';
import { SceneView } from '../../diagrams/render/SceneView.tsx';
import type { Scene, SceneWidth } from '../../diagrams/scene.ts';
import { usePage } from '../PageContext.tsx';
import styles from './Picture.module.css';

/** Same widths as in the style sheets: of the window, and of the frame around the picture, in pixels. */
const NARROW = '(max-width: 760px)';
const LEAST = 440;

/** Which layout has room; before the page has been taken over both stand there, and the style sheet shows one. */
function useSceneWidth(frame: RefObject<HTMLDivElement | null>): SceneWidth | 'both' {
  const [width, setWidth] = useState<SceneWidth | 'both'>('both');
  useEffect(() => {
    const query = window.matchMedia?.(NARROW);
    const box = frame.current;
    const update = () => {
      // Before anything is laid out it has no width.
      const room = box?.clientWidth || LEAST;
      setWidth(query?.matches || room < LEAST ? 'narrow' : 'wide');
    };
    update();
    query?.addEventListener('change', update);
    const observer = typeof ResizeObserver === 'undefined' ? undefined : new ResizeObserver(update);
    if (box) observer?.observe(box);
    return () => {
      query?.removeEventListener('change', update);
      observer?.disconnect();
    };
  }, [frame]);
  return width;
}

/** The picture in the layout that the screen has room for. */
export function Picture(props: {
  readonly sceneFor: (width: SceneWidth) => Scene;
  readonly selected?: string | undefined;
  readonly focus?: string | undefined;
  readonly onSelect?: ((object: string | undefined) => void) | undefined;
  /** Without buttons to zoom. */
  readonly plain?: boolean;
}) {
  const { t } = usePage();
  const { sceneFor } = props;
  const frame = useRef<HTMLDivElement>(null);
  const width = useSceneWidth(frame);
  const words = useMemo(
    () => ({
      name: t('scene.name'),
      howTo: t('scene.howTo'),
      zoomIn: t('scene.zoomIn'),
      zoomOut: t('scene.zoomOut'),
      fit: t('scene.fit'),
    }),
    [t],
  );
  const shown = useMemo(
    () => (width === 'both' ? (['wide', 'narrow'] as const) : [width]).map((one) => [one, sceneFor(one)] as const),
    [width, sceneFor],
  );
  return (
    <div ref={frame} className={styles.frame}>
      {shown.map(([one, scene]) => (
        <div key={one} className={width === 'both' ? styles[one] : styles.picture}>
          <SceneView
            scene={scene}
            words={words}
            scrolls={one === 'narrow'}
            plain={props.plain ?? false}
            selected={props.selected}
            focus={props.focus}
            onSelect={props.onSelect}
          />
        </div>
      ))}
    </div>
  );
}
