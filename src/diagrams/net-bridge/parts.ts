import type { Drawing } from '../layout/drawing.ts';
import { fitText, widthOf } from '../layout/text.ts';
import type { SceneText } from '../scene.ts';
import { type CardStyle, drawTab } from './card.ts';
import type { Bridge, Device, Guest, View } from './view.ts';
import type { Words } from './words.ts';

/** A bridge with the guests that are drawn at it; `bridge` is undefined for guests of a host without any. */
export interface Segment {
  readonly bridge: Bridge | undefined;
  readonly guests: readonly Guest[];
}

export function segmentsOf(view: View): readonly Segment[] {
  const known = new Set(view.bridges.map(({ key }) => key));
  const apart = view.guests.filter((guest) => !known.has(guest.bridge));
  const segments: Segment[] = view.bridges.map((bridge) => ({
    bridge,
    guests: view.guests.filter((guest) => guest.bridge === bridge.key),
  }));
  return apart.length > 0 ? [...segments, { bridge: undefined, guests: apart }] : segments;
}

/** `DOWN · NO-CARRIER`, `UP` */
export const bridgeState = (bridge: Bridge): string =>
  bridge.up && !bridge.carrier ? `${bridge.state} · NO-CARRIER` : bridge.state;

interface Box {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** The bus bar: name and state on the left, address and number of ports on the right, or below where there is no room. */
export function drawBar(drawing: Drawing, bridge: Bridge, box: Box, style: CardStyle, words: Words): void {
  const state = bridgeState(bridge);
  const facts = [...bridge.addresses.slice(0, 1), words.ports(bridge.ports.length)].join(' · ');
  const mono = { size: style.mono, mono: true };
  const nameWidth = widthOf(bridge.name, { size: style.title, bold: true });
  const oneLine = 28 + nameWidth + widthOf(state, mono) + widthOf(facts, mono) + 24 <= box.w;
  const down = bridge.state !== 'UP';
  const ink = down ? ('ink' as const) : ('on-ink' as const);
  const baseline = oneLine ? box.h / 2 + style.title * 0.36 : style.title + 7;
  const below = oneLine ? baseline : baseline + style.mono + 6;
  const texts: SceneText[] = [
    { x: 14, y: baseline, text: bridge.name, size: style.title, bold: true, hue: ink },
    { x: 14 + nameWidth + 12, y: baseline, text: state, size: style.mono, mono: true, hue: ink },
    {
      x: oneLine ? box.w - 14 : 14,
      y: below,
      text: facts,
      size: style.mono,
      mono: true,
      hue: ink,
      anchor: oneLine ? 'end' : 'start',
    },
  ];
  drawing.node({
    id: `netdev:${bridge.key}`,
    kind: 'bridge',
    shape: 'bar',
    ...box,
    ...(bridge.made ? { tone: 'made' } : down ? { tone: 'off' } : {}),
    texts,
    title: bridge.name,
    name: [words.says.bridge(bridge.name, state, bridge.ports.length), ...bridge.addresses].join(', '),
    parent: 'host',
    object: `netdev:${bridge.key}`,
    command: `bridge link show master ${bridge.name}`,
  });
}

/** Rows that a table shows before it counts the rest. */
const MOST_ROWS = 12;

export interface TableRow {
  readonly text: string;
  readonly made: boolean;
}

/** A small table inside the picture; its height. An empty one says so. */
export function drawTable(
  drawing: Drawing,
  table: {
    readonly id: string;
    readonly title: string;
    readonly rows: readonly TableRow[];
    readonly empty: string;
    readonly x: number;
    readonly y: number;
    readonly w: number;
    readonly command: string;
  },
  style: CardStyle,
  words: Words,
): number {
  const pitch = style.mono + 5;
  const size = style.mono;
  const shown = table.rows.slice(0, table.rows.length > MOST_ROWS ? MOST_ROWS - 1 : MOST_ROWS);
  const texts: SceneText[] = [
    { x: 0, y: style.text, text: fitText(table.title, { size: style.text }, table.w), size: style.text, hue: 'soft' },
  ];
  const line = (text: string, made: boolean, mono: boolean) =>
    texts.push({
      x: 0,
      y: style.text + pitch * texts.length + 2,
      text: fitText(text, { size, mono }, table.w),
      size,
      ...(mono ? { mono } : {}),
      hue: made ? 'made' : mono ? 'ink' : 'soft',
    });
  for (const { text, made } of shown) line(text, made, true);
  if (shown.length === 0) line(table.empty, false, false);
  if (shown.length < table.rows.length) line(words.more(table.rows.length - shown.length), false, false);
  const h = style.text + pitch * (texts.length - 1) + 6;
  drawing.node({
    id: table.id,
    kind: 'table',
    shape: 'none',
    x: table.x,
    y: table.y,
    w: table.w,
    h,
    texts,
    name: `${table.title}: ${table.rows.map(({ text }) => text).join('; ') || table.empty}`,
    parent: 'host',
    command: table.command,
  });
  return h;
}

/** What the bridges have learned; the bridge is named where there are several. */
export const learnedRows = (view: View): readonly TableRow[] =>
  view.bridges.flatMap(({ name, learned }) =>
    learned.map(({ lladdr, port, made }) => ({
      text: `${lladdr} → ${port}${view.bridges.length > 1 ? ` (${name})` : ''}`,
      made,
    })),
  );

export const neighbourRows = (view: View): readonly TableRow[] =>
  view.neighbours.map(({ owner, address, lladdr, state, made }) => ({
    text: `${owner}: ${address} → ${lladdr || state}`,
    made,
  }));

/** The diamond in which the kernel routes. */
export function drawRouter(
  drawing: Drawing,
  view: View,
  at: { readonly cx: number; readonly cy: number; readonly w: number; readonly h: number },
  style: CardStyle,
  words: Words,
): void {
  const { cx, cy, w, h } = at;
  drawing.node({
    id: 'router',
    kind: 'router',
    shape: 'diamond',
    x: cx - w / 2,
    y: cy - h / 2,
    w,
    h,
    ...(view.forwarding ? {} : { tone: 'off' }),
    texts: [
      { x: w / 2, y: h / 2 - 2, text: words.routing, size: style.text, anchor: 'middle' },
      {
        x: w / 2,
        y: h / 2 + style.mono,
        text: `ip_forward ${view.forwarding ? 1 : 0}`,
        size: style.mono - 1.5,
        mono: true,
        hue: 'soft',
        anchor: 'middle',
      },
    ],
    name: `${words.routing}. ${words.says.forwarding(view.forwarding)}`,
    parent: 'host',
    object: 'router',
    command: 'sysctl net.ipv4.ip_forward',
  });
}

/** The bridge that the NIC is, or is not, a port of: what the note under the routing says. */
export function noteOnNic(view: View, words: Words): string {
  const [nic] = view.nics;
  const master = view.bridges.find(({ key }) => key === nic?.master);
  if (master) return words.isAPort(master.name);
  const [first] = view.bridges;
  return nic && first ? words.notAPort(first.name) : '';
}

export function drawNic(
  drawing: Drawing,
  nic: Device,
  at: { readonly cx: number; readonly cy: number },
  style: CardStyle,
  words: Words,
): void {
  drawTab(
    drawing,
    nic,
    {
      ...at,
      kind: 'nic',
      parent: 'host',
      object: `netdev:${nic.key}`,
      labels: [nic.name],
      title: nic.name,
      name: [`${words.nic} ${nic.name}`, ...nic.addresses].join(', '),
      command: `ip addr show ${nic.name}`,
    },
    style,
  );
}

/** The host's outline with its name, and the kernel that all of it stands on. Drawn first, so put in front. */
export function drawHost(drawing: Drawing, view: View, box: Box, style: CardStyle, words: Words): void {
  const ground = 24;
  const kernel = words.kernel(view.kernel);
  drawing.node({
    id: 'kernel',
    kind: 'kernel',
    shape: 'ground',
    x: box.x + 1,
    y: box.y + box.h - ground - 1,
    w: box.w - 2,
    h: ground,
    texts: [{ x: 22, y: ground / 2 + style.mono * 0.36, text: kernel, size: style.mono, hue: 'soft', mask: true }],
    name: '',
    parent: 'host',
  });
  const [ground_] = drawing.nodes.splice(-1);
  drawing.node({
    id: 'host',
    kind: 'host',
    shape: 'frame',
    ...box,
    texts: [{ x: 22, y: style.title * 0.36, text: view.host, size: style.title, bold: true, mask: true }],
    name: `${view.host}, ${kernel}`,
    object: 'host',
    command: 'ip -br addr',
  });
  const [frame] = drawing.nodes.splice(-1);
  if (frame && ground_) drawing.nodes.unshift(frame, ground_);
}
