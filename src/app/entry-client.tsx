import './theme/tokens.css';
import './theme/base.css';
import { StrictMode } from 'react';
import { createRoot, hydrateRoot } from 'react-dom/client';
import { App } from './App.tsx';
import { base } from './address.ts';
import { loadPage } from './loadPage.tsx';
import { registerServiceWorker } from './offline/register.ts';
import { routeOf } from './routes.ts';
import { prefetchEngine } from './stage/firstPicture.ts';

/** Shows the page of the address: hydrates what the build rendered, or renders afresh in development. */
async function open(): Promise<void> {
  const root = document.getElementById('root');
  if (root === null) throw new Error('the page has no #root');
  const first = await loadPage(routeOf(window.location.pathname.slice(base.length)));
  if (first.data !== undefined) prefetchEngine();
  const app = (
    <StrictMode>
      <App first={first} />
    </StrictMode>
  );
  if (root.firstElementChild === null) createRoot(root).render(app);
  else hydrateRoot(root, app);
  if (import.meta.env.PROD) registerServiceWorker();
}

void open();
