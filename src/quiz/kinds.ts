import type { Kind } from './kind.ts';

const files = import.meta.glob<{ readonly kind: Kind }>('./kinds/*/kind.ts', { eager: true });

/** Every kind of question by its name, which is its folder's. */
export const kinds: Readonly<Record<string, Kind>> = Object.fromEntries(
  Object.entries(files).map(([path, file]) => [path.split('/').at(-2) ?? path, file.kind]),
);
