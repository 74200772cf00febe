import type { ReactNode } from 'react';
import { Router } from 'wouter';
import { memoryLocation } from 'wouter/memory-location';
import { PageProvider } from '../../src/app/PageContext.tsx';
import type { Route } from '../../src/app/routes.ts';
import type { Language } from '../../src/i18n/languages.ts';
import { loadDictionary, translator } from '../../src/i18n/messages.ts';

/** A page around a part, with the real words of a language. */
export async function pageAround(language: Language = 'en', route: Route = { page: 'home', language }) {
  const value = { route, language, t: translator(language, await loadDictionary(language)) };
  const { hook } = memoryLocation({ path: '/' });
  return (children: ReactNode) => (
    <Router hook={hook}>
      <PageProvider value={value}>{children}</PageProvider>
    </Router>
  );
}
