import type { Event } from '../../engine/core/event.ts';
import type { Reader } from '../../engine/core/world.ts';
import type { Language } from '../../i18n/languages.ts';
import type { Scene, SceneWidth } from '../scene.ts';
import { drawNarrow } from './narrow.ts';
import { sayView } from './say.ts';
import { viewOf } from './view.ts';
import { drawWide } from './wide.ts';
import { words } from './words.ts';

export interface Options {
  readonly language: Language;
  readonly width: SceneWidth;
  /** What the last input did: the objects that it made are marked. */
  readonly events?: readonly Event[];
}

/**
 * The host's network from the bridge's point of view: who is plugged into which bridge, by which cable, and that the NIC
 * is not. Hand-made namespaces look like Docker's. @sim simplified: at most 12 guests are drawn, the rest is counted.
 */
export function project(read: Reader, options: Options): Scene {
  const said = words[options.language];
  const view = viewOf(read, options.events ?? []);
  if (!view) return { width: 1, height: 1, nodes: [], links: [], description: { summary: '', sections: [] } };
  const { drawing, width, height } = options.width === 'wide' ? drawWide(view, said) : drawNarrow(view, said);
  return { width, height, nodes: drawing.nodes, links: drawing.links, description: sayView(view, said) };
}
