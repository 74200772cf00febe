import { type KeyboardEvent, memo, useEffect, useId, useRef, useState } from 'react';
import type { Scene, SceneNode } from '../scene.ts';
import { type ShownLink, useMotion } from './motion.ts';
import styles from './SceneView.module.css';
import { Link, Shape, Texts } from './shapes.tsx';
import { useZoom } from './zoom.ts';

/** The words that the picture's own controls need. */
export interface SceneWords {
  /** Name of the picture. */
  readonly name: string;
  /** How the keyboard moves in it; said on entry. */
  readonly howTo: string;
  readonly zoomIn: string;
  readonly zoomOut: string;
  readonly fit: string;
}

export interface SceneViewProps {
  readonly scene: Scene;
  readonly words: SceneWords;
  /** The object that is selected in all views. */
  readonly selected?: string | undefined;
  readonly onSelect?: ((object: string | undefined) => void) | undefined;
  /** The title of the object that the prose is about: it is ringed, not selected. */
  readonly focus?: string | undefined;
  /** Told what the keyboard or the pointer is on. */
  readonly onPoint?: ((node: SceneNode | undefined) => void) | undefined;
  /** The scene takes the width there is and scrolls down, instead of being fitted and zoomed. */
  readonly scrolls?: boolean;
  /** Without buttons to zoom. */
  readonly plain?: boolean;
}

interface NodeProps {
  readonly node: SceneNode;
  readonly opacity: number;
  readonly stop: boolean;
  readonly pressed: boolean;
  readonly focused: boolean;
  readonly hatch: string;
  readonly onSelect: (node: SceneNode) => void;
  readonly onPoint: (node: SceneNode) => void;
}

/** Least side of what a pointer can hit, in units of the scene. */
const TARGET = 28;

function Hit({ node }: { readonly node: SceneNode }) {
  const w = Math.max(node.w, TARGET);
  const h = Math.max(node.h, TARGET);
  return <rect className={styles.hit} x={(node.w - w) / 2} y={(node.h - h) / 2} width={w} height={h} />;
}

/** Between a shape and the ring round it. */
const RING = 3.5;

const Ring = ({ node }: { readonly node: SceneNode }) => (
  <rect
    className={styles.ring}
    x={-RING}
    y={-RING}
    width={node.w + 2 * RING}
    height={node.h + 2 * RING}
    rx={node.shape === 'card' ? 11 : 7}
  />
);

const Node = memo(function Node({ node, opacity, stop, pressed, focused, hatch, onSelect, onPoint }: NodeProps) {
  const look = {
    className: styles.node,
    transform: `translate(${node.x} ${node.y})`,
    'data-kind': node.kind,
    'data-shape': node.shape,
    'data-hue': node.hue,
    'data-tone': node.tone,
    ...(opacity < 1 ? { opacity } : {}),
  };
  const drawn = (
    <>
      <Shape node={node} hatch={hatch} />
      <Texts texts={node.texts} />
    </>
  );
  // What others say already is only drawn.
  if (node.name === '')
    return (
      // biome-ignore lint/a11y/noAriaHiddenOnFocusable: a group of shapes is no stop of the keyboard
      <g {...look} aria-hidden="true">
        {drawn}
      </g>
    );
  return (
    // biome-ignore lint/a11y/useSemanticElements: there are no HTML buttons inside an SVG picture
    <g
      {...look}
      role="button"
      tabIndex={stop ? 0 : -1}
      aria-label={node.name}
      aria-pressed={pressed}
      aria-current={focused || undefined}
      data-node={node.id}
      onClick={() => onSelect(node)}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' && event.key !== ' ') return;
        event.preventDefault();
        onSelect(node);
      }}
      onFocus={() => onPoint(node)}
      onPointerEnter={() => onPoint(node)}
    >
      {node.shape !== 'frame' && <Hit node={node} />}
      {focused && <Ring node={node} />}
      {drawn}
    </g>
  );
});

const Links = memo(function Links({ links }: { readonly links: readonly ShownLink[] }) {
  return (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: a group of lines is no stop of the keyboard
    <g aria-hidden="true">
      {links.map((shown) => (
        <Link key={shown.link.id} {...shown} />
      ))}
    </g>
  );
});

const STEPS: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

/** Arrow keys, Home and End move between the parts; one of them is the stop of the Tab key. */
function useRoving(named: readonly SceneNode[]) {
  const [stop, setStop] = useState<string | undefined>(undefined);
  const current = named.some(({ id }) => id === stop) ? stop : named[0]?.id;
  const onKeyDown = (event: KeyboardEvent<SVGSVGElement>) => {
    const at = named.findIndex(({ id }) => id === current);
    const step = STEPS[event.key];
    const to =
      event.key === 'Home'
        ? 0
        : event.key === 'End'
          ? named.length - 1
          : step === undefined
            ? -1
            : Math.min(named.length - 1, Math.max(0, at + step));
    const next = named[to];
    if (!next || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    setStop(next.id);
    event.currentTarget.querySelector<SVGGElement>(`[data-node="${next.id}"]`)?.focus();
  };
  return { current, setStop, onKeyDown };
}

/** Says the new summary once things have come to rest; nothing at first. */
function Announcement({ summary }: { readonly summary: string }) {
  const [said, setSaid] = useState('');
  const before = useRef(summary);
  useEffect(() => {
    if (before.current === summary) return;
    const timer = setTimeout(() => {
      before.current = summary;
      setSaid(summary);
    }, 400);
    return () => clearTimeout(timer);
  }, [summary]);
  return (
    <p className="visually-hidden" aria-live="polite">
      {said}
    </p>
  );
}

/** A scene that scrolls shows what it is about: the object of the prose, else what the last input made. */
function useInView(scene: Scene, focus: string | undefined, scrolls: boolean, height: number) {
  const box = useRef<HTMLDivElement>(null);
  const target =
    scene.nodes.find(({ title }) => title !== undefined && title === focus) ??
    scene.nodes.findLast(({ tone, shape }) => tone === 'made' && shape === 'card');
  const middle = target && target.y + target.h / 2;
  const { width } = scene;
  // While the picture still grows, the place is not there to be scrolled to.
  const grown = Math.abs(height - scene.height) < 1;
  useEffect(() => {
    const svg = box.current?.querySelector('svg');
    if (!scrolls || !grown || !svg || middle === undefined) return;
    const still = window.matchMedia?.('(prefers-reduced-motion: reduce)').matches ?? true;
    const top = (middle * svg.clientWidth) / width - (box.current?.clientHeight ?? 0) / 2;
    box.current?.scrollTo?.({ top, behavior: still ? 'auto' : 'smooth' });
  }, [scrolls, grown, middle, width]);
  return box;
}

/** Draws a scene: its parts are named and reached by one Tab and the arrow keys; changes move and are said. */
export function SceneView(props: SceneViewProps) {
  const { scene, words, selected, scrolls = false } = props;
  const shown = useMotion(scene);
  const named = scene.nodes.filter(({ name }) => name !== '');
  const { current, setStop, onKeyDown } = useRoving(named);
  const zoom = useZoom(!scrolls);
  const box = useInView(scene, props.focus, scrolls, shown.height);
  const id = useId();
  const { onSelect, onPoint } = props;
  const select = useRef<NodeProps['onSelect']>(() => undefined);
  select.current = (node) => onSelect?.(node.object === selected ? undefined : node.object);
  const point = useRef<NodeProps['onPoint']>(() => undefined);
  point.current = (node) => {
    onPoint?.(node);
  };
  const [handlers] = useState(() => ({
    onSelect: (node: SceneNode) => select.current(node),
    onPoint: (node: SceneNode) => point.current(node),
  }));
  return (
    <div ref={box} className={scrolls ? styles.scrolls : styles.fits}>
      {/* biome-ignore lint/a11y/useSemanticElements: the group is an SVG picture with controls inside */}
      <svg
        className={styles.scene}
        viewBox={`0 0 ${Math.round(shown.width)} ${Math.round(shown.height)}`}
        role="group"
        aria-label={words.name}
        aria-describedby={`${id}how`}
        data-zoomed={zoom.zoomed || undefined}
        onFocus={(event) => {
          const node = (event.target as Element).closest('[data-node]')?.getAttribute('data-node');
          if (node) setStop(node);
        }}
        onKeyDown={(event) => {
          zoom.onKeyDown(event);
          onKeyDown(event);
        }}
        onPointerLeave={() => onPoint?.(undefined)}
        {...zoom.pointer}
      >
        <defs>
          <pattern id={`${id}hatch`} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
            <line className={styles.hatch} x1="0" y1="0" x2="0" y2="6" />
          </pattern>
        </defs>
        <g {...(zoom.transform ? { transform: zoom.transform } : {})}>
          {shown.nodes.slice(0, 2).map(({ node, opacity }) => (
            <Node
              key={node.id}
              node={node}
              opacity={opacity}
              stop={node.id === current}
              pressed={node.object !== undefined && node.object === selected}
              focused={node.title !== undefined && node.title === props.focus}
              hatch={`${id}hatch`}
              {...handlers}
            />
          ))}
          <Links links={shown.links} />
          {shown.nodes.slice(2).map(({ node, opacity }) => (
            <Node
              key={node.id}
              node={node}
              opacity={opacity}
              stop={node.id === current}
              pressed={node.object !== undefined && node.object === selected}
              focused={node.title !== undefined && node.title === props.focus}
              hatch={`${id}hatch`}
              {...handlers}
            />
          ))}
        </g>
      </svg>
      <p id={`${id}how`} className="visually-hidden">
        {words.howTo}
      </p>
      {!scrolls && !props.plain && (
        <div className={styles.zoom}>
          <button type="button" aria-label={words.zoomIn} onClick={zoom.zoomIn}>
            +
          </button>
          <button type="button" aria-label={words.zoomOut} onClick={zoom.zoomOut} disabled={!zoom.zoomed}>
            −
          </button>
          {zoom.zoomed && (
            <button type="button" onClick={zoom.fit}>
              {words.fit}
            </button>
          )}
        </div>
      )}
      <Announcement summary={scene.description.summary} />
    </div>
  );
}
