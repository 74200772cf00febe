import { columns, SEATS_ACROSS, type Seat, seatsOf } from '../layout/columns.ts';
import { Drawing } from '../layout/drawing.ts';
import { widthOf } from '../layout/text.ts';
import type { SceneNode } from '../scene.ts';
import {
  badgeOf,
  cardHeight,
  drawBadge,
  drawCard,
  drawTab,
  hostEnds,
  isFaint,
  wideCard as style,
  vethLabels,
} from './card.ts';
import { drawBar, drawHost, type Segment, segmentsOf } from './parts.ts';
import type { Bridge, Device, Guest, View } from './view.ts';
import type { Words } from './words.ts';
import { type Bar, drawZone, OUTSIDE, PAD, type Sheet } from './zone.ts';

const EDGE = 12;
const TOP = 22;
const GAP = 22;
const CARD = 168;
const BAR = 34;
/** Between an interface's tab and its other end's, and between two rows of cards. */
const CABLE = 28;
const BETWEEN = 40;
const UNPLUGGED = 12;
/** How far a bar with two rows over it reaches beyond them: the ports of both have room then. */
const OVER = 9;

/** The layout for a desk screen: guests over a horizontal bar, routing and NIC to the right below it. */
export function drawWide(view: View, words: Words): { drawing: Drawing; width: number; height: number } {
  const drawing = new Drawing();
  const segments = segmentsOf(view);
  const across = Math.max(0, ...segments.map(({ guests }) => Math.min(guests.length, SEATS_ACROSS)));
  // With few guests there is room for the whole of what their cards say.
  const card = across <= 2 ? 220 : CARD;
  const double = segments.some(({ guests }) => guests.length > SEATS_ACROSS);
  const inner = Math.max(3, across) * (CARD + GAP) - GAP + (double ? 2 * OVER : 0);
  const left = EDGE + PAD;
  const right = left + inner;
  const sheet: Sheet = { drawing, view, words, left, right, card, ends: hostEnds(view), drawn: new Set() };
  let y = TOP + 32;
  const bars: Bar[] = [];
  for (const [i, segment] of segments.entries()) {
    const drawn = drawSegment(sheet, segment, y, i === 0);
    // The next bridge's guests stand clear of this one.
    y = drawn.bottom + (i < segments.length - 1 ? BETWEEN / 2 : 0);
    if (drawn.bar) bars.push(drawn.bar);
  }
  y = drawFree(sheet, y);
  const bottom = drawZone(sheet, bars, y + 16);
  const frame = { x: EDGE, y: TOP, w: inner + 2 * PAD, h: bottom + 34 - TOP };
  drawHost(drawing, view, frame, style, words);
  return { drawing, width: EDGE + frame.w + OUTSIDE, height: frame.y + frame.h + EDGE };
}

interface Row {
  readonly y: number;
  readonly seats: readonly (readonly [Guest, Seat])[];
}

function drawSegment(sheet: Sheet, segment: Segment, top: number, first: boolean) {
  const { guests, bridge } = segment;
  const addresses = Math.max(1, ...guests.map(({ devices }) => devices.flatMap((dev) => dev.addresses).length));
  const height = cardHeight(style, addresses);
  const seats = seatsOf(guests.length);
  const pairs = guests.map((guest, i) => [guest, seats[i] as Seat] as const);
  const rowOf = (side: Seat['side'], row: number) => pairs.filter(([, seat]) => seat.side === side && seat.row === row);
  const above = [1, 0].map((row) => rowOf('above', row)).filter((row) => row.length > 0);
  const below = [0, 1].map((row) => rowOf('below', row)).filter((row) => row.length > 0);
  const double = above.length > 1;
  const tab = double ? 2 * (style.mono + 2) + 8 : style.tab;
  const reserved = above.length === 0 && first ? height : 0;
  const rows: Row[] = above.map((row, i) => ({ y: top + i * (height + BETWEEN), seats: row }));
  const cards = above.length * (height + BETWEEN) - BETWEEN;
  const space = reserved || (above.length > 0 ? cards : -CABLE - tab - style.tab / 2 + 6);
  const barTop = top + space + style.tab / 2 + CABLE + tab;
  if (reserved && bridge && bridge.ports.length === 0) drawEmpty(sheet, top + height / 2 + 20);
  const barBottom = barTop + (bridge ? BAR : 0);
  const belowTop = barBottom + style.tab + CABLE + style.tab / 2;
  for (const [i, row] of below.entries()) rows.push({ y: belowTop + i * (height + BETWEEN), seats: row });
  const place = { barTop, barBottom, double, height, addresses, across: Math.min(guests.length, SEATS_ACROSS) };
  for (const row of rows) for (const [guest, seat] of row.seats) drawGuest(sheet, guest, seat, row.y, bridge, place);
  if (!bridge) return { bottom: rows.length > 0 ? top + cards : top, bar: undefined };
  drawBar(sheet.drawing, bridge, { x: sheet.left, y: barTop, w: sheet.right - sheet.left, h: BAR }, style, sheet.words);
  const hanging = below.length === 0 ? drawOtherPorts(sheet, bridge, barBottom) : 0;
  const bottom = below.length > 0 ? belowTop + below.length * (height + BETWEEN) - BETWEEN : barBottom + hanging;
  return { bottom: bottom + 10, bar: { bridge, top: barTop, bottom: barBottom, free: below.length === 0 } };
}

function drawEmpty({ drawing, words, left, right }: Sheet, y: number): void {
  const w = widthOf(words.empty, { size: style.text });
  drawing.node({
    id: 'empty',
    kind: 'note',
    shape: 'none',
    x: (left + right - w) / 2,
    y: y - style.text,
    w,
    h: style.text + 6,
    texts: [{ x: w / 2, y: style.text, text: words.empty, size: style.text, hue: 'soft', anchor: 'middle' }],
    name: '',
    parent: 'host',
  });
}

interface SegmentPlace {
  readonly barTop: number;
  readonly barBottom: number;
  /** Two rows share the bar's upper edge: each port gets half a column. */
  readonly double: boolean;
  readonly height: number;
  readonly addresses: number;
  readonly across: number;
}

function drawGuest(
  sheet: Sheet,
  guest: Guest,
  seat: Seat,
  y: number,
  bridge: Bridge | undefined,
  place: SegmentPlace,
): void {
  const { drawing, words, left, right, card: w } = sheet;
  const x = columns(place.across, w, GAP, left, right)[seat.column] ?? left;
  const edge = seat.side === 'above' ? 'bottom' : 'top';
  const card = drawCard(drawing, guest, { x, y, w, edge, addresses: place.addresses }, style, words);
  const ends: Device[] = [];
  for (const [i, dev] of guest.devices.entries()) {
    const cx = x + (w * (i + 1)) / (guest.devices.length + 1);
    const cy = edge === 'bottom' ? y + place.height : y;
    const inner = drawInner(sheet, guest, dev, cx, cy);
    const end = sheet.ends.get(dev.key);
    if (!end || !bridge || sheet.drawn.has(end.key) || ends.length > 0) continue;
    if (end.master !== undefined && end.master !== bridge.key) continue;
    ends.push(end);
    drawCable(sheet, guest, { card, inner, end, seat }, place, bridge);
  }
  const badge = badgeOf(guest, ends, words);
  if (badge && !isFaint(guest))
    drawBadge(
      drawing,
      {
        id: `badge:${guest.id}`,
        text: badge,
        right: x + w - 10,
        cy: edge === 'bottom' ? y : y + place.height + 5,
        parent: guest.id,
      },
      style,
    );
}

function drawInner({ drawing, words }: Sheet, guest: Guest, dev: Device, cx: number, cy: number): SceneNode {
  const says = [words.says.port(dev.name, dev.ifindex), ...dev.addresses, dev.lladdr];
  if (dev.peer) says.push(words.says.end(dev.peer.name, dev.peer.ifindex));
  return drawTab(
    drawing,
    dev,
    {
      cx,
      cy,
      parent: guest.id,
      object: guest.id,
      labels: [dev.name],
      name: says.join(', '),
      command: insideCommand(guest, `ip addr show ${dev.name}`),
      inside: true,
    },
    style,
  );
}

const insideCommand = (guest: Guest, command: string): string =>
  guest.state === undefined ? `ip netns exec ${guest.title} ${command}` : `docker exec ${guest.title} ${command}`;

interface Cable {
  readonly card: SceneNode;
  readonly inner: SceneNode;
  readonly end: Device;
  readonly seat: Seat;
}

/** The other end's tab on the bar, and the cable between the two. Cables of the farther row go down between two cards. */
function drawCable(sheet: Sheet, guest: Guest, cable: Cable, place: SegmentPlace, bridge: Bridge): void {
  const { drawing, words, card: w } = sheet;
  const { inner, end, seat, card } = cable;
  sheet.drawn.add(end.key);
  const room = place.double && seat.side === 'above' ? (w + GAP) / 2 : w + GAP;
  const labels = vethLabels(end, style, room);
  const h = Math.max(style.tab, labels.length * (style.mono + 2) + 8);
  const apart = end.master === undefined ? UNPLUGGED : 0;
  const column = card.x + w / 2;
  // Two rows share the bar's upper edge: each has half of every column.
  const tabWidth = Math.max(...labels.map((label) => widthOf(label, { size: style.mono, mono: true }))) + 12;
  const nearer = card.x - OVER + tabWidth / 2 - column;
  const shift = place.double && seat.side === 'above' ? (seat.row === 0 ? nearer : nearer + room) : 0;
  const tab = drawTab(
    drawing,
    end,
    {
      cx: column + shift,
      cy: seat.side === 'above' ? place.barTop - h / 2 - apart : place.barBottom + h / 2 + apart,
      parent: `netdev:${bridge.key}`,
      object: guest.id,
      labels,
      name: [
        words.says.port(end.name, end.ifindex),
        ...(end.peer ? [words.says.end(end.peer.name, end.peer.ifindex)] : []),
        ...(end.master === undefined ? [words.unplugged] : []),
      ].join(', '),
      command: `ip link show ${end.name}`,
    },
    style,
  );
  const from = inner.x + inner.w / 2;
  // Places are rounded to half units: a cable that goes straight down stays straight.
  const middle = tab.x + tab.w / 2;
  const to = Math.abs(middle - from) < 1 ? from : middle;
  const points: [number, number][] = [];
  if (seat.side === 'below') points.push([from, inner.y], [from, inner.y - 8], [to, inner.y - 8], [to, tab.y + tab.h]);
  else {
    const start = inner.y + inner.h;
    const turn = place.barTop - (place.double ? 2 * (style.mono + 2) + 8 : style.tab) - CABLE + 10;
    points.push([from, start]);
    if (seat.row === 1) {
      const gutter = card.x + w + GAP / 2;
      points.push([from, start + 10], [gutter, start + 10], [gutter, turn + 8], [to, turn + 8]);
    } else points.push([from, turn], [to, turn]);
    points.push([to, tab.y]);
  }
  const made = end.made || inner.tone === 'made';
  drawing.link({
    id: `cable:${end.key}`,
    kind: 'cable',
    from: inner.id,
    to: tab.id,
    points,
    ...(made ? { tone: 'made' } : end.carrier ? {} : { tone: 'off' }),
  });
}

/** Ports whose other end is not drawn hang below the bar; the NIC, plugged in by hand, has a wire of its own. */
function drawOtherPorts(sheet: Sheet, bridge: Bridge, y: number): number {
  const others = bridge.ports.filter((port) => !sheet.drawn.has(port.key) && port.kind !== 'ether');
  return drawTabRow(sheet, others, y + style.tab / 2, `netdev:${bridge.key}`);
}

function drawTabRow(sheet: Sheet, devices: readonly Device[], cy: number, parent: string): number {
  let x = sheet.left + 10;
  for (const dev of devices) {
    const [label = ''] = vethLabels(dev, style, 400);
    const w = widthOf(label, { size: style.mono, mono: true }) + 12;
    if (x + w > sheet.right - 150) break;
    sheet.drawn.add(dev.key);
    drawTab(
      sheet.drawing,
      dev,
      {
        cx: x + w / 2,
        cy,
        parent,
        object: `netdev:${dev.key}`,
        labels: [label],
        name: sheet.words.says.port(dev.name, dev.ifindex),
        command: `ip link show ${dev.name}`,
      },
      style,
    );
    x += w + 14;
  }
  return devices.length > 0 ? style.tab : 0;
}

/** Virtual devices of the host that lead to no guest, on a shelf of their own; a pair with its cable. */
function drawFree(sheet: Sheet, y: number): number {
  const { drawing, view, words } = sheet;
  const free = view.free.filter((dev) => !sheet.drawn.has(dev.key));
  if (free.length === 0) return y;
  drawing.node({
    id: 'free',
    kind: 'note',
    shape: 'none',
    x: sheet.left,
    y: y + 4,
    w: sheet.right - sheet.left - 150,
    h: style.text + 4,
    texts: [{ x: 0, y: style.text, text: words.loose, size: style.text, hue: 'soft' }],
    name: '',
    parent: 'host',
  });
  const cy = y + style.text + 16 + style.tab / 2;
  drawTabRow(sheet, free, cy, 'host');
  for (const dev of free) {
    const near = drawing.nodes.find(({ id }) => id === `netdev:${dev.key}`);
    const far = drawing.nodes.find(({ id }) => id === `netdev:${dev.peer?.key}`);
    if (!near || !far || near.x > far.x || far.parent !== 'host') continue;
    drawing.link({
      id: `cable:${dev.key}`,
      kind: 'cable',
      from: near.id,
      to: far.id,
      points: [
        [near.x + near.w, cy],
        [far.x, cy],
      ],
      ...(dev.made ? { tone: 'made' } : {}),
    });
  }
  return cy + style.tab / 2 + 6;
}
