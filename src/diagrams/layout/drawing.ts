import type { SceneLink, SceneNode } from '../scene.ts';

type Point = readonly [x: number, y: number];

/** Collects the parts of a scene; all coordinates are rounded, so that build and browser agree to the last bit. */
export class Drawing {
  readonly nodes: SceneNode[] = [];
  readonly links: SceneLink[] = [];

  node(node: SceneNode): SceneNode {
    const placed = {
      ...node,
      x: round(node.x),
      y: round(node.y),
      w: round(node.w),
      h: round(node.h),
      texts: node.texts.map((text) => ({ ...text, x: round(text.x), y: round(text.y) })),
    };
    this.nodes.push(placed);
    return placed;
  }

  link(link: SceneLink): void {
    this.links.push({ ...link, points: cornersOf(link.points) });
  }
}

const round = (value: number): number => Math.round(value * 2) / 2;

/** Rounded, without points that stand on the way between their neighbours: a line that only changed its length keeps its shape. */
function cornersOf(points: readonly Point[]): readonly Point[] {
  const rounded = points.map(([x, y]): Point => [round(x), round(y)]);
  return rounded.filter((point, i) => {
    const before = rounded[i - 1];
    const after = rounded[i + 1];
    if (!before || !after) return true;
    const onColumn = before[0] === point[0] && point[0] === after[0];
    const onRow = before[1] === point[1] && point[1] === after[1];
    return !onColumn && !onRow;
  });
}
