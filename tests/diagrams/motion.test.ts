import { expect, it } from 'vitest';
import { motionTo, still } from '../../src/diagrams/render/motion.ts';
import type { Scene, SceneNode } from '../../src/diagrams/scene.ts';

const node = (id: string, x: number): SceneNode => ({
  id,
  kind: 'port',
  shape: 'tab',
  x,
  y: 0,
  w: 10,
  h: 10,
  texts: [],
  name: id,
});

const scene = (nodes: readonly SceneNode[], width = 100): Scene => ({
  width,
  height: 50,
  nodes,
  links: [{ id: 'l', kind: 'cable', from: 'a', to: 'b', points: nodes.map(({ x }) => [x, 0] as const) }],
  description: { summary: '', sections: [] },
});

it('what stays moves, what comes appears, what goes fades', () => {
  const at = motionTo(still(scene([node('a', 0), node('old', 5)])), scene([node('a', 20), node('new', 50)], 200));
  const half = at(0.5);
  expect(half.width).toBe(150);
  const shown = new Map(half.nodes.map((one) => [one.node.id, one]));
  expect(shown.get('a')).toMatchObject({ opacity: 1, node: { x: 10 } });
  expect(shown.get('new')?.opacity).toBe(0.5);
  expect(shown.get('old')?.opacity).toBe(0.5);
});

it('ends exactly at the scene, also when it is cut short on the way', () => {
  const goal = scene([node('a', 20)]);
  const cut = motionTo(still(scene([node('a', 0), node('b', 5)])), scene([node('b', 9)]))(0.3);
  expect(motionTo(cut, goal)(1)).toEqual(still(goal));
});

it('leaves alone what does not change', () => {
  const same = node('a', 7);
  const half = motionTo(still(scene([same])), scene([same, node('b', 9)]))(0.5);
  expect(half.nodes[0]?.node).toBe(same);
});
