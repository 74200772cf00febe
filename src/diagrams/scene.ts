/** A hue that means a kind (theme/tokens.css), or one of the plain inks. */
export type Hue = 'ink' | 'soft' | 'net' | 'pid' | 'made' | 'on-ink';

/** A line of text inside a node; `x` and `y` (baseline) count from the node's upper left corner. */
export interface SceneText {
  readonly x: number;
  readonly y: number;
  readonly text: string;
  /** Font size in units of the scene. */
  readonly size: number;
  readonly mono?: boolean;
  readonly bold?: boolean;
  readonly hue?: Hue;
  readonly anchor?: 'start' | 'middle' | 'end';
  /** It stands on a line: the sheet's colour goes behind it. */
  readonly mask?: boolean;
}

type NodeKind =
  | 'host'
  | 'kernel'
  | 'namespace'
  | 'process'
  | 'port'
  | 'bridge'
  | 'router'
  | 'nic'
  | 'outside'
  | 'table'
  | 'row'
  | 'badge'
  | 'note';

type NodeShape = 'frame' | 'ground' | 'card' | 'pill' | 'tab' | 'bar' | 'diamond' | 'none';

/** Something that is drawn in a box. Ids are stable: the same object has the same id in every scene of a host. */
export interface SceneNode {
  readonly id: string;
  readonly kind: NodeKind;
  readonly shape: NodeShape;
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
  readonly hue?: Hue;
  /** `made`: it came with the last input. `faint`: a record without a kernel object. `off`: down or without carrier. */
  readonly tone?: 'made' | 'faint' | 'off';
  readonly texts: readonly SceneText[];
  /** Its own name on the host, whole, where it stands for an object that prose speaks of: `docker0`, `web`. */
  readonly title?: string;
  /** What a screen reader says of it; '' for what others say already. */
  readonly name: string;
  /** The node that it belongs to: it stands inside, or on the edge. */
  readonly parent?: string;
  /** The object of the host that it stands for: what is selected in all views. */
  readonly object?: string;
  /** The command that shows the same on a real host. */
  readonly command?: string;
}

/** A line between nodes. `cable`: a veth pair. `route`: packets are routed. `wire`: copper. */
export interface SceneLink {
  readonly id: string;
  readonly kind: 'cable' | 'route' | 'wire';
  readonly from: string;
  readonly to: string;
  readonly points: readonly (readonly [x: number, y: number])[];
  readonly tone?: 'made' | 'faint' | 'off';
}

export interface DescriptionTable {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** A part of the text twin: sentences, a table, or both. */
export interface DescriptionSection {
  readonly title: string;
  readonly lines: readonly string[];
  readonly table?: DescriptionTable;
}

/** The picture in words, from the same facts. */
export interface Description {
  readonly summary: string;
  readonly sections: readonly DescriptionSection[];
}

/** A picture as plain data. */
export interface Scene {
  readonly width: number;
  readonly height: number;
  /** In the order of reading, which is that of the arrow keys. */
  readonly nodes: readonly SceneNode[];
  readonly links: readonly SceneLink[];
  readonly description: Description;
}

/** Room that a scene is laid out for: a desk screen or a phone. */
export type SceneWidth = 'wide' | 'narrow';

/** The words of a description, in the order in which they are read; two scenes that say the same are equal in it. */
export function textOf(description: Description): string {
  const lines = [description.summary];
  for (const { title, lines: said, table } of description.sections) {
    lines.push(title, ...said);
    if (table) for (const row of [table.head, ...table.rows]) lines.push(row.join(' | '));
  }
  return lines.join('\n');
}
