import { createContext, useContext } from 'react';
import type { Language } from '../i18n/languages.ts';
import type { Translate } from '../i18n/messages.ts';
import type { Route } from './routes.ts';

/** What every part of a page may ask for. */
export interface PageContextValue {
  readonly route: Route;
  readonly language: Language;
  readonly t: Translate;
}

const PageContext = createContext<PageContextValue | null>(null);

export const PageProvider = PageContext.Provider;

/** The page's language, words and route; only inside a page. */
export function usePage(): PageContextValue {
  const value = useContext(PageContext);
  if (value === null) throw new Error('usePage outside a page');
  return value;
}
