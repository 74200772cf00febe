import type { KindView } from './kind.ts';

const files = import.meta.glob<{ readonly View: KindView }>('./kinds/*/View.tsx', { eager: true });

/** How each kind of question takes an answer, by its name. */
export const views: Readonly<Record<string, KindView>> = Object.fromEntries(
  Object.entries(files).map(([path, file]) => [path.split('/').at(-2) ?? path, file.View]),
);
