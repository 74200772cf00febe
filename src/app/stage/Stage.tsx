import { type PointerEvent, type ReactNode, useRef, useState } from 'react';
import { usePage } from '../PageContext.tsx';
import styles from './Stage.module.css';

/** How far a finger must pull the handle, in CSS pixels, to change the sheet's size. */
const pullDistance = 24;

/** Size of the sheet on a phone; on a desk screen all parts are always in view. */
function useSheet() {
  const [pulled, setPulled] = useState(false);
  const start = useRef<number | undefined>(undefined);
  const dragged = useRef(false);
  return {
    pulled,
    handle: {
      onPointerDown(event: PointerEvent) {
        start.current = event.clientY;
        dragged.current = false;
        event.currentTarget.setPointerCapture(event.pointerId);
      },
      onPointerMove(event: PointerEvent) {
        const moved = start.current === undefined ? 0 : start.current - event.clientY;
        if (Math.abs(moved) < pullDistance) return;
        dragged.current = true;
        setPulled(moved > 0);
      },
      onPointerUp() {
        start.current = undefined;
      },
      onClick() {
        // The click that ends a pull has already done its work.
        if (!dragged.current) setPulled((now) => !now);
        dragged.current = false;
      },
    },
  };
}

/**
 * The host beside the prose: diagram on top, timeline, terminal below. It stays in view; at phone width it is a sheet
 * at the bottom that docks with the diagram and is pulled up for the terminal.
 */
export function Stage(props: {
  readonly diagram: ReactNode;
  readonly timeline?: ReactNode;
  readonly terminal: ReactNode;
  /** The host answers. */
  readonly live?: boolean;
  /** Stands alone on the page instead of beside prose. */
  readonly full?: boolean;
  /** Escape was pressed somewhere in it. */
  readonly onEscape?: () => void;
}) {
  const { t } = usePage();
  const { pulled, handle } = useSheet();
  return (
    <section
      className={props.full ? styles.full : styles.stage}
      data-live={props.live || undefined}
      data-pulled={pulled || undefined}
      data-docked={(!props.full && !pulled) || undefined}
      aria-label={t('stage.label')}
      onKeyDown={(event) => {
        if (event.key === 'Escape') props.onEscape?.();
      }}
    >
      <button type="button" className={styles.handle} aria-expanded={pulled} {...handle}>
        <span className="visually-hidden">{pulled ? t('stage.dock') : t('stage.pullUp')}</span>
      </button>
      <div className={styles.diagram}>{props.diagram}</div>
      <div className={styles.timeline}>{props.timeline}</div>
      <div className={styles.terminal}>{props.terminal}</div>
    </section>
  );
}
