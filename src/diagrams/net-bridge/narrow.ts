import { Drawing } from '../layout/drawing.ts';
import { widthOf } from '../layout/text.ts';
import {
  badgeOf,
  cardHeight,
  drawBadge,
  drawCard,
  drawTab,
  hostEnds,
  isFaint,
  narrowCard as style,
  vethLabels,
} from './card.ts';
import {
  drawBar,
  drawHost,
  drawNic,
  drawRouter,
  drawTable,
  learnedRows,
  neighbourRows,
  noteOnNic,
  type Segment,
  segmentsOf,
} from './parts.ts';
import type { Bridge, Device, Guest, View } from './view.ts';
import type { Words } from './words.ts';

const WIDTH = 358;
const FRAME = { x: 4, w: 350, top: 18 };
const LEFT = 30;
const RIGHT = 340;
const BAR = 54;
/** The bus runs down from its bar, and every port is on it. */
const TRUNK = 12;
const CARD = LEFT + 34;
const INSIDE = 286;

interface Sheet {
  readonly drawing: Drawing;
  readonly view: View;
  readonly words: Words;
  readonly ends: ReadonlyMap<number, Device>;
}

/** The layout for a phone: the bus runs down the left side, one guest under the other, in larger type. */
export function drawNarrow(view: View, words: Words): { drawing: Drawing; width: number; height: number } {
  const drawing = new Drawing();
  const sheet: Sheet = { drawing, view, words, ends: hostEnds(view) };
  let y = FRAME.top + 24;
  const tails: Tail[] = [];
  for (const segment of segmentsOf(view)) {
    const bottom = drawSegment(sheet, segment, y);
    if (segment.bridge) tails.push({ bridge: segment.bridge, y: bottom });
    y = bottom + 18;
  }
  y = drawBottom(sheet, tails, y);
  const height = y + 36 - FRAME.top;
  drawHost(drawing, view, { x: FRAME.x, y: FRAME.top, w: FRAME.w, h: height }, style, words);
  return { drawing, width: WIDTH, height: FRAME.top + height + 8 };
}

/** Where a bus ends, and the way of packets to the routing begins. */
interface Tail {
  readonly bridge: Bridge;
  readonly y: number;
}

function drawSegment(sheet: Sheet, { bridge, guests }: Segment, top: number): number {
  const { drawing, words } = sheet;
  if (bridge) drawBar(drawing, bridge, { x: LEFT, y: top, w: RIGHT - LEFT, h: BAR }, style, words);
  let y = top + (bridge ? BAR : 0);
  let lastPort = y;
  for (const guest of guests) {
    y += 14;
    const bottom = drawGuest(sheet, guest, bridge, y);
    if (bottom.port !== undefined) lastPort = bottom.port;
    y = bottom.y;
  }
  const drawn = new Set(drawing.nodes.map(({ id }) => id));
  for (const dev of bridge?.ports ?? []) {
    if (drawn.has(`netdev:${dev.key}`) || dev.kind === 'ether' || !bridge) continue;
    y += 10;
    drawPort(sheet, dev, bridge, y + style.tab / 2, `netdev:${dev.key}`);
    lastPort = y + style.tab / 2;
    y += style.tab;
  }
  if (!bridge) return y;
  if (bridge.ports.length === 0 && guests.length === 0) {
    y += 12;
    note(sheet, `empty:${bridge.key}`, words.empty, LEFT + 14, y);
    y += style.text + 8;
  }
  if (lastPort > top + BAR)
    drawing.node({
      id: `trunk:${bridge.key}`,
      kind: 'bridge',
      shape: 'bar',
      x: LEFT,
      y: top + BAR - 1,
      w: TRUNK,
      h: lastPort - top - BAR + 12,
      texts: [],
      name: '',
      parent: `netdev:${bridge.key}`,
      object: `netdev:${bridge.key}`,
      ...(bridge.state === 'UP' ? {} : { tone: 'off' }),
    });
  return y;
}

function note({ drawing }: Sheet, id: string, text: string, x: number, y: number): void {
  const w = widthOf(text, { size: style.text });
  drawing.node({
    id,
    kind: 'note',
    shape: 'none',
    x,
    y,
    w,
    h: style.text + 6,
    texts: [{ x: 0, y: style.text, text, size: style.text, hue: 'soft' }],
    name: '',
    parent: 'host',
  });
}

/** The port's tab beside the bus. */
function drawPort({ drawing, words }: Sheet, dev: Device, bridge: Bridge, cy: number, object: string) {
  const labels = vethLabels(dev, style, 400);
  const w = Math.max(...labels.map((label) => widthOf(label, { size: style.mono, mono: true }))) + 12;
  const apart = dev.master === undefined ? 12 : 0;
  return drawTab(
    drawing,
    dev,
    {
      cx: LEFT + TRUNK + apart + w / 2,
      cy,
      parent: `netdev:${bridge.key}`,
      object,
      labels,
      name: [
        words.says.port(dev.name, dev.ifindex),
        ...(dev.peer ? [words.says.end(dev.peer.name, dev.peer.ifindex)] : []),
        ...(apart > 0 ? [words.unplugged] : []),
      ].join(', '),
      command: `ip link show ${dev.name}`,
    },
    style,
  );
}

function drawGuest(
  sheet: Sheet,
  guest: Guest,
  bridge: Bridge | undefined,
  top: number,
): { readonly y: number; readonly port?: number } {
  const { drawing, words } = sheet;
  const [first] = guest.devices;
  const end = first && sheet.ends.get(first.key);
  const here = end && bridge && (end.master === undefined || end.master === bridge.key) ? end : undefined;
  const row = here ? style.tab + 20 : 0;
  const cardTop = top + row;
  const addresses = Math.max(1, guest.devices.flatMap((dev) => dev.addresses).length);
  const height = cardHeight(style, addresses);
  const place = { x: CARD, y: cardTop, w: RIGHT - CARD, edge: 'top' as const, addresses };
  drawCard(drawing, guest, place, style, words);
  for (const [i, dev] of guest.devices.entries()) {
    const tab = drawTab(
      drawing,
      dev,
      {
        cx: INSIDE - i * 74,
        cy: cardTop,
        parent: guest.id,
        object: guest.id,
        labels: [dev.name],
        name: [words.says.port(dev.name, dev.ifindex), ...dev.addresses].join(', '),
        command: `ip addr show ${dev.name}`,
        inside: true,
      },
      style,
    );
    if (i > 0 || !here || !bridge) continue;
    const port = drawPort(sheet, here, bridge, top + style.tab / 2, guest.id);
    drawing.link({
      id: `cable:${here.key}`,
      kind: 'cable',
      from: tab.id,
      to: port.id,
      points: [
        [INSIDE, tab.y],
        [INSIDE, top + style.tab / 2],
        [port.x + port.w, top + style.tab / 2],
      ],
      ...(here.made || dev.made ? { tone: 'made' } : here.carrier ? {} : { tone: 'off' }),
    });
  }
  const badge = badgeOf(guest, here ? [here] : [], words);
  if (badge && !isFaint(guest))
    drawBadge(
      drawing,
      { id: `badge:${guest.id}`, text: badge, right: RIGHT - 12, cy: cardTop + height, parent: guest.id },
      style,
    );
  return {
    y: cardTop + height + (badge ? 8 : 0),
    ...(here?.master === undefined ? {} : { port: top + style.tab / 2 }),
  };
}

const DIAMOND = { w: 124, h: 84 };

/** Below the guests: routing and NIC, then the tables. */
function drawBottom(sheet: Sheet, tails: readonly Tail[], top: number): number {
  const { drawing, view, words } = sheet;
  const cx = LEFT + TRUNK / 2 + 70;
  const cy = top + DIAMOND.h / 2 + 10;
  drawRouter(drawing, view, { cx, cy, ...DIAMOND }, style, words);
  for (const { bridge, y } of tails) {
    const last = bridge === tails.at(-1)?.bridge;
    drawing.link({
      id: `route:${bridge.key}`,
      kind: 'route',
      from: `netdev:${bridge.key}`,
      to: 'router',
      points: [
        [last ? LEFT + TRUNK / 2 : LEFT - 12, last ? trunkEnd(drawing, bridge, y) : barMiddle(drawing, bridge)],
        [last ? LEFT + TRUNK / 2 : LEFT - 12, cy],
        [cx - DIAMOND.w / 2, cy],
      ],
      ...(view.forwarding && bridge.addresses.length > 0 ? {} : { tone: 'off' }),
    });
  }
  for (const [i, nic] of view.nics.slice(0, 2).entries()) {
    const y = cy + i * 44;
    drawNic(drawing, nic, { cx: FRAME.x + FRAME.w - 24, cy: y }, style, words);
    const half = (widthOf(nic.name, { size: style.mono, mono: true }) + 12) / 2;
    const bar = drawing.nodes.find(({ id }) => id === `netdev:${nic.master}`);
    drawing.link({
      id: `nic:${nic.key}`,
      kind: bar ? 'wire' : 'route',
      from: bar ? bar.id : 'router',
      to: `netdev:${nic.key}`,
      points: bar
        ? [
            [RIGHT + 4, y - style.tab / 2],
            [RIGHT + 4, bar.y + bar.h / 2],
            [RIGHT, bar.y + bar.h / 2],
          ]
        : [
            [cx + DIAMOND.w / 2, cy],
            [FRAME.x + FRAME.w - 24 - half, y],
          ],
    });
  }
  let y = cy + DIAMOND.h / 2 + 8 + Math.max(0, view.nics.length - 1) * 30;
  const [nic] = view.nics;
  if (nic) {
    note(sheet, 'nic-address', `${words.nic} ${[nic.name, ...nic.addresses].join(' ')}`, LEFT, y);
    note(sheet, 'note', noteOnNic(view, words), LEFT, y + style.text + 8);
    y += 2 * style.text + 24;
  }
  return drawTables(sheet, y);
}

const trunkEnd = (drawing: Drawing, bridge: Bridge, otherwise: number): number => {
  const trunk = drawing.nodes.find(({ id }) => id === `trunk:${bridge.key}`);
  const bar = drawing.nodes.find(({ id }) => id === `netdev:${bridge.key}`);
  return trunk ? trunk.y + trunk.h : bar ? bar.y + bar.h : otherwise;
};

const barMiddle = (drawing: Drawing, bridge: Bridge): number => {
  const bar = drawing.nodes.find(({ id }) => id === `netdev:${bridge.key}`);
  return bar ? bar.y + bar.h / 2 : 0;
};

function drawTables(sheet: Sheet, top: number): number {
  const { drawing, view, words } = sheet;
  let y = top;
  const tables = [
    { id: 'learned', title: words.learned, rows: learnedRows(view), command: 'bridge fdb show' },
    { id: 'neighbours', title: words.neighbours, rows: neighbourRows(view), command: 'ip neigh' },
    {
      id: 'free',
      title: words.loose,
      rows: view.free
        .filter((dev) => !drawing.nodes.some(({ id }) => id === `netdev:${dev.key}`))
        .map((dev) => ({ text: `${dev.name}${dev.peer ? ` @ ${dev.peer.name}` : ''}`, made: dev.made })),
      command: 'ip -br link',
    },
  ];
  for (const table of tables) {
    if (table.rows.length === 0 && table.id !== 'learned') continue;
    y += drawTable(drawing, { ...table, empty: words.none, x: LEFT, y, w: RIGHT - LEFT }, style, words) + 12;
  }
  if (view.more > 0) {
    note(sheet, 'more', words.says.morePlaces(view.more), LEFT, y);
    y += style.text + 10;
  }
  return y;
}
