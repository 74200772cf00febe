import type { Drawing } from '../layout/drawing.ts';
import { firstThatFits, fitText, widthOf } from '../layout/text.ts';
import type { Hue, SceneNode, SceneText } from '../scene.ts';
import type { Device, Guest, View } from './view.ts';
import type { Words } from './words.ts';

/** Measures of a card in one of the two layouts, in units of the scene. */
export interface CardStyle {
  readonly pad: number;
  readonly title: number;
  readonly text: number;
  readonly mono: number;
  readonly pill: number;
  readonly tab: number;
}

export const wideCard: CardStyle = { pad: 11, title: 14, text: 12.5, mono: 11.5, pill: 28, tab: 22 };
export const narrowCard: CardStyle = { pad: 12, title: 15, text: 13, mono: 12, pill: 30, tab: 26 };

interface Place {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  /** The edge on which its interfaces sit. */
  readonly edge: 'top' | 'bottom';
  /** Addresses that it makes room for. */
  readonly addresses: number;
}

const lines = (style: CardStyle): number => style.mono + 4;

/** How tall a card is with room for so many addresses; one side's tabs reach in by half. */
export function cardHeight(style: CardStyle, addresses: number): number {
  return style.tab / 2 + style.title + lines(style) + style.pill + addresses * lines(style) + 26;
}

export const isFaint = (guest: Guest): boolean => guest.inode === undefined && !guest.onHost;

const hueOf = (guest: Guest): Hue => (isFaint(guest) || guest.onHost ? 'soft' : 'net');

/** The card of a guest: its outline with name and inode, its process, its addresses. Interfaces come with their cables. */
export function drawCard(drawing: Drawing, guest: Guest, place: Place, style: CardStyle, words: Words): SceneNode {
  const { x, y, w } = place;
  const room = w - 2 * style.pad;
  const top = place.edge === 'top' ? style.tab / 2 + 4 : 8;
  const face = { size: style.mono, mono: true };
  const under =
    guest.inode === undefined
      ? guest.onHost
        ? fitText(words.hostNetwork, { size: style.mono }, room)
        : fitText(`${guest.state ?? ''} · ${words.noNamespace}`, { size: style.mono }, room)
      : firstThatFits([`◇ net ${guest.inode}`, `◇ ${guest.inode}`], face, room);
  const firstLine = top + style.title;
  const texts: SceneText[] = [
    {
      x: style.pad,
      y: firstLine,
      text: fitText(guest.title, { size: style.title, bold: true }, room),
      size: style.title,
      bold: true,
      hue: isFaint(guest) ? 'soft' : 'ink',
    },
    {
      x: style.pad,
      y: firstLine + lines(style),
      text: under,
      size: style.mono,
      hue: hueOf(guest),
      ...(guest.inode === undefined ? {} : { mono: true }),
    },
  ];
  const pillTop = firstLine + lines(style) + 8;
  texts.push(...addressTexts(guest, style, w, pillTop + style.pill + style.mono + 6));
  const card = drawing.node({
    id: guest.id,
    kind: 'namespace',
    shape: 'card',
    x,
    y,
    w,
    h: cardHeight(style, place.addresses),
    hue: hueOf(guest),
    ...(isFaint(guest) ? { tone: 'faint' } : guest.made ? { tone: 'made' } : {}),
    texts,
    title: guest.title,
    name: nameOf(guest, words),
    parent: 'host',
    object: guest.id,
    command: guest.state === undefined ? `ip netns exec ${guest.title} ip addr` : `docker inspect ${guest.title}`,
  });
  drawPill(drawing, guest, { x: x + style.pad, y: y + pillTop, w: room }, style, words);
  return card;
}

/** `172.17.0.2/16`; with its interface in front where there are several. */
function addressTexts(guest: Guest, style: CardStyle, w: number, y: number): readonly SceneText[] {
  const addresses = guest.devices.flatMap((dev) =>
    dev.addresses.map((address) => (guest.devices.length > 1 ? `${dev.name} ${address}` : address)),
  );
  return addresses.map((address, i) => ({
    x: w / 2,
    y: y + i * lines(style),
    text: fitText(address, { size: style.mono, mono: true }, w - 2 * style.pad),
    size: style.mono,
    mono: true,
    anchor: 'middle' as const,
  }));
}

function nameOf(guest: Guest, words: Words): string {
  const where =
    guest.inode === undefined
      ? guest.onHost
        ? words.hostNetwork
        : words.says.state(guest.state ?? '')
      : words.says.namespace(guest.inode);
  const addresses = guest.devices.flatMap((dev) => dev.addresses);
  return [guest.title, where, ...addresses].join(', ');
}

const PILL_PAD = 9;

/** The first process with its PID inside and on the host; the others are counted. */
function drawPill(
  drawing: Drawing,
  guest: Guest,
  box: { readonly x: number; readonly y: number; readonly w: number },
  style: CardStyle,
  words: Words,
): void {
  const [first, ...others] = guest.processes;
  if (!first) return;
  const small = { size: style.mono, mono: true };
  const inner = box.w - 2 * PILL_PAD;
  const count = others.length > 0 ? `+${others.length}` : '';
  const own = guest.inode === undefined ? '' : String(first.own);
  const ownWidth = own ? widthOf(own, small) + 5 : 0;
  const room = inner - 6 - ownWidth - (count ? widthOf(count, small) + 6 : 0);
  // The command's name whole before the word for the host's PID, and both in smaller type before it is cut.
  const wordings = [style.text, style.mono].flatMap((size) =>
    [words.onHost(first.host), String(first.host)].map((pid) => ({ size, host: own ? `· ${pid}` : pid })),
  );
  const fits = ({ size, host }: (typeof wordings)[number]) =>
    widthOf(first.comm, { size }) + widthOf(host, { size }) <= room;
  const { size, host } = wordings.find(fits) ?? {
    size: style.mono,
    host: own ? `· ${first.host}` : String(first.host),
  };
  const comm = fitText(first.comm, { size }, room - widthOf(host, { size }));
  const after = PILL_PAD + widthOf(comm, { size }) + 6;
  const y = style.pill / 2 + style.text * 0.36;
  const mono = { y, size: style.mono, mono: true };
  const texts: SceneText[] = [
    { x: PILL_PAD, y, text: comm, size },
    ...(own ? [{ ...mono, x: after, text: own, hue: 'pid' as const }] : []),
    { x: after + ownWidth, y, text: host, size, hue: 'soft' },
    ...(count ? [{ ...mono, x: box.w - PILL_PAD, text: count, hue: 'soft' as const, anchor: 'end' as const }] : []),
  ];
  drawing.node({
    id: `process:${first.key}`,
    kind: 'process',
    shape: 'pill',
    ...box,
    h: style.pill,
    texts,
    name: guest.processes
      .slice(0, 6)
      .map(({ comm: name, own: inside, host: outside }) => words.says.process(name, inside, outside))
      .join('; '),
    parent: guest.id,
    object: guest.id,
    command: `ps -o pid,comm -p ${first.host}`,
  });
}

/** A tab with the name of an interface, centred on a point. */
export function drawTab(
  drawing: Drawing,
  dev: Device,
  tab: {
    readonly cx: number;
    readonly cy: number;
    readonly parent: string;
    readonly object: string;
    readonly labels: readonly string[];
    readonly title?: string;
    readonly name: string;
    readonly command: string;
    readonly inside?: boolean;
    readonly kind?: 'port' | 'nic';
  },
  style: CardStyle,
): SceneNode {
  const face = { size: style.mono, mono: true };
  const w = Math.max(...tab.labels.map((label) => widthOf(label, face))) + 12;
  const h = Math.max(style.tab, tab.labels.length * (style.mono + 2) + 8);
  const first = h / 2 + style.mono * 0.36 - ((tab.labels.length - 1) * (style.mono + 2)) / 2;
  return drawing.node({
    id: `netdev:${dev.key}`,
    kind: tab.kind ?? 'port',
    shape: 'tab',
    x: tab.cx - w / 2,
    y: tab.cy - h / 2,
    w,
    h,
    hue: tab.inside ? 'net' : 'ink',
    ...(dev.made ? { tone: 'made' } : dev.up ? {} : { tone: 'off' }),
    texts: tab.labels.map((text, i) => ({
      x: w / 2,
      y: first + i * (style.mono + 2),
      text,
      size: style.mono,
      mono: true,
      anchor: 'middle',
      ...(dev.made ? { hue: 'made' as const } : {}),
    })),
    ...(tab.title === undefined ? {} : { title: tab.title }),
    name: tab.name,
    parent: tab.parent,
    object: tab.object,
    command: tab.command,
  });
}

/** `veth7c481f3@if2`: the name with the peer's number, on one line or on two. */
export function vethLabels(dev: Device, style: CardStyle, room: number): readonly string[] {
  const peer = dev.peer ? `@if${dev.peer.ifindex}` : '';
  const whole = dev.name + peer;
  return widthOf(whole, { size: style.mono, mono: true }) + 12 <= room || !peer ? [whole] : [dev.name, peer];
}

/** The orange word that says what the last input made. */
export function drawBadge(
  drawing: Drawing,
  badge: {
    readonly id: string;
    readonly text: string;
    readonly right: number;
    readonly cy: number;
    readonly parent: string;
  },
  style: CardStyle,
): void {
  const size = style.mono;
  const w = widthOf(badge.text, { size, bold: true }) + 16;
  const h = size + 9;
  drawing.node({
    id: badge.id,
    kind: 'badge',
    shape: 'pill',
    x: badge.right - w,
    y: badge.cy - h / 2,
    w,
    h,
    tone: 'made',
    texts: [{ x: w / 2, y: h / 2 + size * 0.36, text: badge.text, size, bold: true, hue: 'made', anchor: 'middle' }],
    name: '',
    parent: badge.parent,
  });
}

/** Was an end of this guest's cable plugged in, or the guest itself made, by the last input? */
export function badgeOf(guest: Guest, ends: readonly Device[], words: Words): string | undefined {
  if (ends.some((end) => end.made && end.master !== undefined)) return words.plugged;
  return guest.made ? words.made : undefined;
}

/** The host's ends of a guest's cables, by the key of the end inside. */
export function hostEnds(view: View): ReadonlyMap<number, Device> {
  const ends = new Map<number, Device>();
  for (const dev of [...view.bridges.flatMap(({ ports }) => ports), ...view.free])
    if (dev.peer) ends.set(dev.peer.key, dev);
  return ends;
}
