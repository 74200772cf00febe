import { line } from 'd3';
import { memo } from 'react';
import type { SceneNode, SceneText } from '../scene.ts';
import type { ShownLink } from './motion.ts';
import styles from './SceneView.module.css';

const RADIUS: Readonly<Partial<Record<SceneNode['shape'], number>>> = { frame: 10, card: 8, tab: 5, bar: 4 };

/** The outline of a node. */
export function Shape({ node, hatch }: { readonly node: SceneNode; readonly hatch: string }) {
  const { w, h, shape } = node;
  switch (shape) {
    case 'none':
      return null;
    case 'diamond':
      return <path className={styles.shape} d={`M${w / 2} 0L${w} ${h / 2}L${w / 2} ${h}L0 ${h / 2}Z`} />;
    case 'ground':
      return <rect className={styles.ground} width={w} height={h} fill={`url(#${hatch})`} />;
    default:
      return <rect className={styles.shape} width={w} height={h} rx={shape === 'pill' ? h / 2 : RADIUS[shape]} />;
  }
}

export const Texts = memo(function Texts({ texts }: { readonly texts: readonly SceneText[] }) {
  return texts.map(({ x, y, text, size, mono, bold, hue, anchor, mask }) => (
    <text
      key={`${x} ${y} ${text}`}
      x={x}
      y={y}
      fontSize={size}
      textAnchor={anchor === 'start' ? undefined : anchor}
      data-mono={mono || undefined}
      data-bold={bold || undefined}
      data-mask={mask || undefined}
      data-hue={hue}
    >
      {text}
    </text>
  ));
});

const path = line<readonly [number, number]>();

export const Link = memo(function Link({ link, opacity, drawn }: ShownLink) {
  return (
    <path
      className={styles.link}
      d={path([...link.points]) ?? ''}
      data-kind={link.kind}
      data-tone={link.tone}
      {...(opacity < 1 ? { opacity } : {})}
      {...(drawn < 1 && link.kind === 'cable' ? { pathLength: 1, strokeDasharray: `${drawn} 1` } : {})}
    />
  );
});
