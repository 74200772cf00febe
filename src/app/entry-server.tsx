import './theme/tokens.css';
import './theme/base.css';
import { modules } from 'virtual:curriculum';
import { StrictMode } from 'react';
import { prerenderToNodeStream } from 'react-dom/static';
import { languages } from '../i18n/languages.ts';
import { App } from './App.tsx';
import { diagramIds } from './diagrams/gallery.ts';
import { loadPage } from './loadPage.tsx';
import { pathOf, type Route, routeOf } from './routes.ts';

/** One page as the build writes it. */
export interface RenderedPage {
  readonly path: string;
  readonly language: string;
  readonly html: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** The addresses of all pages, in the order of the site; the 404 page stands apart. */
export function allPaths(): readonly string[] {
  const routes: Route[] = [{ page: 'languages' }];
  const live = modules.flatMap((module) => module.lessons).filter((lesson) => lesson.live);
  for (const language of languages) {
    routes.push({ page: 'home', language });
    for (const { slug } of live) routes.push({ page: 'lesson', language, slug });
    routes.push({ page: 'diagrams', language });
    for (const id of diagramIds) routes.push({ page: 'diagram', language, id });
  }
  return routes.map(pathOf);
}

/** Renders one page to HTML. Throws when a part throws or when the address leads nowhere. */
export async function renderPage(path: string): Promise<RenderedPage> {
  const page = await loadPage(routeOf(path));
  if (page.route.page === 'not-found' && path !== '/404/') throw new Error(`${path} gives the 404 page`);
  const { prelude } = await prerenderToNodeStream(
    <StrictMode>
      <App first={page} path={path} />
    </StrictMode>,
    {
      // React hides long completed content behind an inline script otherwise, which the CSP forbids.
      progressiveChunkSize: Number.POSITIVE_INFINITY,
      onError(error) {
        throw error;
      },
    },
  );
  const parts: string[] = [];
  for await (const part of prelude) parts.push(String(part));
  return { path, language: page.words[0].language, html: parts.join(''), data: page.data ?? {} };
}
