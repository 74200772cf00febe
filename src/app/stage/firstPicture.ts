import type { Scene, SceneWidth } from '../../diagrams/scene.ts';
import type { Language } from '../../i18n/languages.ts';

/** The pictures that a page starts from, before its engine is there. */
export interface Pictures extends Readonly<Record<SceneWidth, Scene>> {
  /** What stands before the command line. */
  readonly prompt: string;
}

/** The host of the course, and the seed with which every page boots it. */
export const HOST = 'docker-host';
export const SEED = 1;

/** Id of the page's data block. */
const PICTURE_ID = 'scene';

/** What a built page carries. */
export const pictureData = (language: Language, pictures: Pictures): Readonly<Record<string, unknown>> => ({
  [PICTURE_ID]: { language, pictures },
});

/** The fresh host's pictures in a language: from the built page, else (development, another language) from the engine. */
export async function firstPicture(language: Language): Promise<Pictures> {
  const embedded = import.meta.env.SSR ? null : document.getElementById(PICTURE_ID);
  if (embedded?.textContent) {
    const carried = JSON.parse(embedded.textContent) as { language: Language; pictures: Pictures };
    if (carried.language === language) return carried.pictures;
  }
  const { engine } = await import('./engine.ts');
  return engine.firstScenes(HOST, SEED, language);
}

/** Runs the engine's module while the page is being taken over: its file is on its way since the page was read. */
export function prefetchEngine(): void {
  // Failing, it is asked for again by the stage, which knows what to do.
  if (!import.meta.env.SSR) import('./engine.ts').catch(() => undefined);
}
