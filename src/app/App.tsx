import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { Router, useLocation } from 'wouter';
import { base } from './address.ts';
import { type LoadedPage, loadPage } from './loadPage.tsx';
import { PageProvider } from './PageContext.tsx';
import { pathOf, routeOf } from './routes.ts';

const isServer = import.meta.env.SSR;
// On the server an effect before painting has no meaning, and React says so.
const useBeforePaint = isServer ? useEffect : useLayoutEffect;

/** Brings the reader to the place that the address names, or to the top, and the keyboard to the page's heading. */
function arrive(): void {
  const place = document.getElementById(window.location.hash.slice(1));
  if (place) place.scrollIntoView({ behavior: 'instant' });
  else window.scrollTo({ top: 0, behavior: 'instant' });
  document.querySelector<HTMLElement>('h1')?.focus({ preventScroll: true });
}

/** Follows the address: the shown page stays until the next one is loaded, so that nothing flickers between them. */
function useShownPage(first: LoadedPage): LoadedPage {
  const [path] = useLocation();
  const [shown, setShown] = useState(first);
  const wanted = useRef(path);
  useEffect(() => {
    if (wanted.current === path) return;
    wanted.current = path;
    loadPage(routeOf(path)).then(
      (page) => {
        if (wanted.current === path) setShown(page);
      },
      // A chunk that is gone after a new release: the server has the page in its new form.
      () => window.location.reload(),
    );
  }, [path]);
  return shown;
}

function Pages(props: { readonly first: LoadedPage }) {
  const shown = useShownPage(props.first);
  const [words] = shown.words;
  const arrived = useRef(shown);
  useEffect(() => {
    document.documentElement.dataset.hydrated = '';
  }, []);
  useEffect(() => {
    document.documentElement.lang = words.language;
  }, [words.language]);
  useBeforePaint(() => {
    if (arrived.current === shown) return;
    arrived.current = shown;
    arrive();
  }, [shown]);
  return (
    <PageProvider key={pathOf(shown.route)} value={{ route: shown.route, ...words }}>
      {shown.body}
    </PageProvider>
  );
}

/** The whole site. `path` is given on the server only; in the browser the address bar has it. */
export function App(props: { readonly first: LoadedPage; readonly path?: string }) {
  return (
    <Router base={base} {...(props.path === undefined ? {} : { ssrPath: base + props.path })}>
      <Pages first={props.first} />
    </Router>
  );
}
