import type { Drawing } from '../layout/drawing.ts';
import { fitText, widthOf } from '../layout/text.ts';
import { wideCard as style } from './card.ts';
import { drawNic, drawRouter, drawTable, learnedRows, neighbourRows, noteOnNic } from './parts.ts';
import type { Bridge, Device, View } from './view.ts';
import type { Words } from './words.ts';

/** Between the host's frame and what stands in it, and right of the frame for the wire to the outside. */
export const PAD = 22;
export const OUTSIDE = 74;

/** What the parts of the wide layout share. */
export interface Sheet {
  readonly drawing: Drawing;
  readonly view: View;
  readonly words: Words;
  readonly left: number;
  readonly right: number;
  readonly card: number;
  readonly ends: ReadonlyMap<number, Device>;
  /** Devices that have been drawn with a guest. */
  readonly drawn: Set<number>;
}

/** A drawn bar, for the ways of packets that start at it. */
export interface Bar {
  readonly bridge: Bridge;
  readonly top: number;
  readonly bottom: number;
  /** Nothing stands between it and the routing below. */
  readonly free: boolean;
}

const DIAMOND = { w: 120, h: 78 };
/** Room for one line of the table of learned addresses. */
const LEARNED = 228;

/** Under the bars: what was learned on the left, routing and the NIC on the right. Gives the lower end. */
export function drawZone(sheet: Sheet, bars: readonly Bar[], top: number): number {
  const { drawing, view, words, left, right } = sheet;
  const frame = right + PAD;
  const cx = frame - 152;
  const cy = top + 14 + DIAMOND.h / 2;
  const w = cx - DIAMOND.w / 2 - 16 - left;
  const both = w >= 2 * LEARNED + 18;
  const learned = { title: words.learned, rows: learnedRows(view), empty: words.none, command: 'bridge fdb show' };
  const neighbours = { title: words.neighbours, rows: neighbourRows(view), empty: words.none, command: 'ip neigh' };
  const half = both ? LEARNED : w;
  const first =
    view.bridges.length > 0
      ? drawTable(drawing, { id: 'learned', ...learned, x: left, y: top, w: half }, style, words)
      : 0;
  let tables = top + first;
  if (neighbours.rows.length > 0) {
    const at = both ? { x: left + half + 18, y: top, w: w - half - 18 } : { x: left, y: tables + 10, w };
    const height = drawTable(drawing, { id: 'neighbours', ...neighbours, ...at }, style, words);
    tables = Math.max(tables, at.y + height);
  }
  drawRouter(drawing, view, { cx, cy, ...DIAMOND }, style, words);
  drawRoutes(sheet, bars, cx, cy, top);
  const nics = drawNics(sheet, bars, { frame, cx, cy });
  if (view.more > 0)
    drawing.node({
      id: 'more',
      kind: 'note',
      shape: 'none',
      x: left,
      y: tables + 8,
      w,
      h: style.text + 6,
      texts: [{ x: 0, y: style.text, text: words.says.morePlaces(view.more), size: style.text, hue: 'soft' }],
      name: words.says.morePlaces(view.more),
      parent: 'host',
    });
  return Math.max(tables + (view.more > 0 ? 28 : 0), nics);
}

/** The dashed way of packets from each bar into the diamond: straight down, or along the right edge. */
function drawRoutes(sheet: Sheet, bars: readonly Bar[], cx: number, cy: number, top: number): void {
  for (const [i, { bridge, top: barTop, bottom, free }] of bars.entries()) {
    const last = i === bars.length - 1 && free;
    const gutter = sheet.right + 14;
    const down: [number, number][] = last
      ? [[cx, bottom]]
      : [
          [sheet.right, (barTop + bottom) / 2],
          [gutter, (barTop + bottom) / 2],
          [gutter, top + 4],
          [cx, top + 4],
        ];
    sheet.drawing.link({
      id: `route:${bridge.key}`,
      kind: 'route',
      from: `netdev:${bridge.key}`,
      to: 'router',
      points: [...down, [cx, cy - DIAMOND.h / 2]],
      ...(sheet.view.forwarding && bridge.addresses.length > 0 ? {} : { tone: 'off' }),
    });
  }
}

function drawNics(
  sheet: Sheet,
  bars: readonly Bar[],
  at: { readonly frame: number; readonly cx: number; readonly cy: number },
): number {
  const { drawing, view, words } = sheet;
  const { frame, cx, cy } = at;
  for (const [i, nic] of view.nics.slice(0, 2).entries()) {
    const y = cy + i * 58;
    drawNic(drawing, nic, { cx: frame, cy: y }, style, words);
    const half = (widthOf(nic.name, { size: style.mono, mono: true }) + 12) / 2;
    const bar = bars.find(({ bridge }) => bridge.key === nic.master);
    const points: [number, number][] = bar
      ? [
          [frame - 10, y - style.tab / 2],
          [frame - 10, (bar.top + bar.bottom) / 2],
          [sheet.right, (bar.top + bar.bottom) / 2],
        ]
      : [
          [cx + DIAMOND.w / 2 - (i > 0 ? DIAMOND.w / 4 : 0), cy + (i > 0 ? DIAMOND.h / 4 : 0)],
          [cx + DIAMOND.w / 2 - (i > 0 ? DIAMOND.w / 4 : 0), y],
          [frame - half, y],
        ];
    drawing.link({
      id: `nic:${nic.key}`,
      kind: bar ? 'wire' : 'route',
      from: bar ? `netdev:${bar.bridge.key}` : 'router',
      to: `netdev:${nic.key}`,
      points: bar ? points : points.filter((_, j) => i > 0 || j !== 1),
    });
    drawing.link({
      id: `wire:${nic.key}`,
      kind: 'wire',
      from: `netdev:${nic.key}`,
      to: 'outside',
      points: [
        [frame + half, y],
        [frame + OUTSIDE - 6, y],
      ],
    });
    drawNicTexts(sheet, nic, { frame, y, below: cy + DIAMOND.h / 2 + 2 + i * 58 });
  }
  drawing.node({
    id: 'outside',
    kind: 'outside',
    shape: 'none',
    x: frame + 22,
    y: cy + 4,
    w: OUTSIDE - 24,
    h: style.mono + 8,
    texts: [
      {
        x: OUTSIDE - 28,
        y: style.mono + 3,
        text: fitText(words.outside, { size: style.mono }, OUTSIDE - 24),
        size: style.mono,
        hue: 'soft',
        anchor: 'end',
      },
    ],
    name: '',
  });
  const note = noteOnNic(view, words);
  const noteWidth = widthOf(note, { size: style.text });
  const noteY = cy + DIAMOND.h / 2 + 26 + Math.max(0, view.nics.length - 1) * 58;
  drawing.node({
    id: 'note',
    kind: 'note',
    shape: 'none',
    x: frame - 12 - noteWidth,
    y: noteY - 6,
    w: noteWidth,
    h: style.text + 6,
    texts: [{ x: noteWidth, y: style.text + 1, text: note, size: style.text, hue: 'soft', anchor: 'end' }],
    name: '',
    parent: 'host',
  });
  return noteY + style.text + 6;
}

function drawNicTexts(
  { drawing, words }: Sheet,
  nic: Device,
  { frame, y, below }: { readonly frame: number; readonly y: number; readonly below: number },
): void {
  const line = (id: string, text: string, top: number, mono: boolean) => {
    const w = widthOf(text, { size: style.mono, mono });
    drawing.node({
      id: `${id}:${nic.key}`,
      kind: 'note',
      shape: 'none',
      x: frame - 10 - w,
      y: top,
      w,
      h: style.mono + 6,
      texts: [
        { x: w, y: style.mono, text, size: style.mono, anchor: 'end', ...(mono ? { mono } : { hue: 'soft' as const }) },
      ],
      name: '',
      parent: 'host',
    });
  };
  line('nic-label', words.nic, y - style.tab / 2 - 18, false);
  if (nic.addresses[0]) line('nic-address', nic.addresses[0], below, true);
}
