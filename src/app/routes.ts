import { isLanguage, type Language } from '../i18n/languages.ts';

/** Every kind of page. Addresses are a promise: see product.md, *Pages and addresses*. */
export type Route =
  | { readonly page: 'languages' }
  | { readonly page: 'home'; readonly language: Language }
  | { readonly page: 'lesson'; readonly language: Language; readonly slug: string }
  | { readonly page: 'diagrams'; readonly language: Language }
  | { readonly page: 'diagram'; readonly language: Language; readonly id: string }
  | { readonly page: 'not-found' };

/** The route of an address inside the site (without the base path). Unknown shapes are `not-found`; what a slug names is not checked here. */
export function routeOf(path: string): Route {
  const parts = path
    .replace(/[?#].*$/s, '')
    .replace(/\/index\.html$/, '/')
    .split('/')
    .filter(Boolean);
  const [language, section, name, ...rest] = parts;
  if (language === undefined) return { page: 'languages' };
  if (!isLanguage(language) || rest.length > 0) return { page: 'not-found' };
  if (section === undefined) return { page: 'home', language };
  if (section === 'lessons' && name !== undefined) return { page: 'lesson', language, slug: name };
  if (section === 'diagrams')
    return name === undefined ? { page: 'diagrams', language } : { page: 'diagram', language, id: name };
  return { page: 'not-found' };
}

/** The canonical address of a route inside the site; it always ends in `/`. */
export function pathOf(route: Route): string {
  switch (route.page) {
    case 'languages':
      return '/';
    case 'not-found':
      return '/404/';
    case 'home':
      return `/${route.language}/`;
    case 'lesson':
      return `/${route.language}/lessons/${route.slug}/`;
    case 'diagrams':
      return `/${route.language}/diagrams/`;
    case 'diagram':
      return `/${route.language}/diagrams/${route.id}/`;
  }
}

/** The same page in another language. Pages that belong to no language lead to its home page. */
export function inLanguage(route: Route, language: Language): Route {
  return route.page === 'languages' || route.page === 'not-found' ? { page: 'home', language } : { ...route, language };
}

/** Edit distance (insert, delete, replace, swap of neighbours) of two addresses. */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, (before[j - 2] ?? 0) + 1);
      next.push(best);
    }
    before = row;
    row = next;
  }
  return row[b.length] ?? 0;
}

/** The page whose address is nearest to a wrong one, or undefined when none is near (too much would change). */
export function nearestPath(wrong: string, paths: readonly string[]): string | undefined {
  const asked = `${wrong.slice(0, 200).toLowerCase().replace(/\/+$/, '')}/`;
  let best: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const path of paths) {
    const steps = distance(asked, path);
    if (steps < least && steps <= Math.max(asked.length, path.length) * 0.6) {
      least = steps;
      best = path;
    }
  }
  return best;
}
