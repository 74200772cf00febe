import { easeCubicOut, interpolateNumber } from 'd3';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { Scene, SceneLink, SceneNode } from '../scene.ts';

/** A node on its way: where it is now, and how much of it is there. */
export interface ShownNode {
  readonly node: SceneNode;
  readonly opacity: number;
}

/** A link on its way; `drawn` is the part of its length that is there. */
export interface ShownLink {
  readonly link: SceneLink;
  readonly opacity: number;
  readonly drawn: number;
}

export interface Shown {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly ShownNode[];
  readonly links: readonly ShownLink[];
}

export const still = (scene: Scene): Shown => ({
  width: scene.width,
  height: scene.height,
  nodes: scene.nodes.map((node) => ({ node, opacity: 1 })),
  links: scene.links.map((link) => ({ link, opacity: 1, drawn: 1 })),
});

type At<T> = (t: number) => T;

function nodeMotion(from: ShownNode | undefined, to: SceneNode): At<ShownNode> {
  const opacity = interpolateNumber(from?.opacity ?? 0, 1);
  if (!from) return (t) => ({ node: to, opacity: opacity(t) });
  const { x, y, w, h } = from.node;
  if (x === to.x && y === to.y && w === to.w && h === to.h) return (t) => ({ node: to, opacity: opacity(t) });
  const places = [
    [x, to.x],
    [y, to.y],
    [w, to.w],
    [h, to.h],
  ].map(([a = 0, b = 0]) => interpolateNumber(a, b));
  return (t) => {
    if (t >= 1) return { node: to, opacity: 1 };
    const [nx = 0, ny = 0, nw = 0, nh = 0] = places.map((place) => place(t));
    return { node: { ...to, x: nx, y: ny, w: nw, h: nh }, opacity: opacity(t) };
  };
}

const samePoints = (a: SceneLink, b: SceneLink): boolean =>
  a.points.length === b.points.length &&
  a.points.every(([x, y], i) => x === b.points[i]?.[0] && y === b.points[i]?.[1]);

function linkMotion(from: ShownLink | undefined, to: SceneLink): At<ShownLink> {
  if (!from) return (t) => ({ link: to, opacity: 1, drawn: t });
  const opacity = interpolateNumber(from.opacity, 1);
  const drawn = interpolateNumber(from.drawn, 1);
  if (samePoints(from.link, to)) return (t) => ({ link: to, opacity: opacity(t), drawn: drawn(t) });
  if (from.link.points.length !== to.points.length) return (t) => ({ link: to, opacity: t, drawn: 1 });
  const points = to.points.map(([x, y], i) => {
    const [fx, fy] = from.link.points[i] ?? [x, y];
    return [interpolateNumber(fx, x), interpolateNumber(fy, y)] as const;
  });
  return (t) => ({
    link: t >= 1 ? to : { ...to, points: points.map(([x, y]) => [x(t), y(t)] as const) },
    opacity: opacity(t),
    drawn: drawn(t),
  });
}

/** From what is on the screen to a scene. Parts that stay keep their identity, so that React leaves them alone. */
export function motionTo(from: Shown, scene: Scene): At<Shown> {
  const nodesBefore = new Map(from.nodes.map((shown) => [shown.node.id, shown]));
  const linksBefore = new Map(from.links.map((shown) => [shown.link.id, shown]));
  const nodes = scene.nodes.map((node) => nodeMotion(nodesBefore.get(node.id), node));
  const links = scene.links.map((link) => linkMotion(linksBefore.get(link.id), link));
  const stay = new Set([...scene.nodes, ...scene.links].map(({ id }) => id));
  const leavingNodes = from.nodes.filter(({ node }) => !stay.has(node.id));
  const leavingLinks = from.links.filter(({ link }) => !stay.has(link.id));
  const width = interpolateNumber(from.width, scene.width);
  const height = interpolateNumber(from.height, scene.height);
  return (t) =>
    t >= 1
      ? still(scene)
      : {
          width: width(t),
          height: height(t),
          nodes: [
            ...nodes.map((at) => at(t)),
            ...leavingNodes.map((shown) => ({ ...shown, opacity: shown.opacity * (1 - t) })),
          ],
          links: [
            ...links.map((at) => at(t)),
            ...leavingLinks.map((shown) => ({ ...shown, opacity: shown.opacity * (1 - t) })),
          ],
        };
}

/** Milliseconds from one state to the next. */
const DURATION = 320;
/** How far the first picture after a change already is: it shows in the very next frame. */
const HEAD_START = 0.2;

const wantsNoMotion = (): boolean =>
  typeof window !== 'undefined' && window.matchMedia?.('(prefers-reduced-motion: reduce)').matches === true;

const useBeforePaint = typeof window === 'undefined' ? useEffect : useLayoutEffect;

/** The scene in motion: a new one starts from what is on the screen at that moment. */
export function useMotion(scene: Scene): Shown {
  const [shown, setShown] = useState(() => still(scene));
  const latest = useRef({ shown, scene });
  useBeforePaint(() => {
    if (latest.current.scene === scene) return;
    const at = motionTo(latest.current.shown, scene);
    const show = (t: number) => {
      const next = at(t);
      latest.current = { shown: next, scene };
      setShown(next);
    };
    if (wantsNoMotion()) {
      show(1);
      return;
    }
    let frame = 0;
    let start: number | undefined;
    const go = (now: number) => {
      start ??= now;
      const t = Math.min(1, HEAD_START + ((now - start) / DURATION) * (1 - HEAD_START));
      show(t >= 1 ? 1 : easeCubicOut(t));
      if (t < 1) frame = requestAnimationFrame(go);
    };
    show(easeCubicOut(HEAD_START));
    frame = requestAnimationFrame(go);
    return () => cancelAnimationFrame(frame);
  }, [scene]);
  return shown;
}
