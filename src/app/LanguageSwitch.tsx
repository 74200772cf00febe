import { Link, useLocation } from 'wouter';
import { languageNames, otherLanguage } from '../i18n/languages.ts';
import { usePage } from './PageContext.tsx';
import { inLanguage, pathOf } from './routes.ts';
import { writeStored } from './storage.ts';

/**
 * Where the reader is: the step that has passed the upper third of the window, as a fragment. Steps carry the same ids
 * in every language, so the other language opens at the same step.
 */
function placeOnPage(): string {
  const passed = [...document.querySelectorAll<HTMLElement>('[data-step]')].filter(
    (step) => step.getBoundingClientRect().top < window.innerHeight / 3,
  );
  const step = passed.at(-1);
  if (step !== undefined) return `#${step.id}`;
  return window.location.hash;
}

/** A link to this page in the other language; it keeps the step and the query. */
export function LanguageSwitch(props: { readonly className?: string | undefined }) {
  const { route, language, t } = usePage();
  const other = otherLanguage(language);
  const path = pathOf(inLanguage(route, other));
  const [, navigate] = useLocation();
  return (
    <Link
      href={path}
      hrefLang={other}
      lang={other}
      className={props.className}
      aria-label={t('language.switchTo')}
      onClick={(event) => {
        writeStored('language', other);
        event.preventDefault();
        navigate(path + window.location.search + placeOnPage());
      }}
    >
      {languageNames[other]}
    </Link>
  );
}
