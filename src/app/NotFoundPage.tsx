import { modules } from 'virtual:curriculum';
import { useEffect, useState } from 'react';
import { languages } from '../i18n/languages.ts';
import { addressOf, base } from './address.ts';
import { diagramIds } from './diagrams/gallery.ts';
import type { LoadedPage } from './loadPage.tsx';
import { PageHead } from './PageHead.tsx';
import styles from './PlainPage.module.css';
import { nearestPath, pathOf } from './routes.ts';

/** Every address a reader could have meant. */
function knownPaths(): readonly string[] {
  const slugs = modules.flatMap((module) => module.lessons).filter((lesson) => lesson.live);
  return languages.flatMap((language) => [
    pathOf({ page: 'home', language }),
    ...slugs.map(({ slug }) => pathOf({ page: 'lesson', language, slug })),
    pathOf({ page: 'diagrams', language }),
    ...diagramIds.map((id) => pathOf({ page: 'diagram', language, id })),
  ]);
}

/**
 * The 404 page. It is rendered once and served at any wrong address, so the address is read after hydration only; until
 * then it speaks both languages, and it goes on doing so when the address belongs to neither.
 */
export function NotFoundPage(props: { readonly words: LoadedPage['words'] }) {
  const [nearest, setNearest] = useState<string | undefined>();
  useEffect(() => setNearest(nearestPath(window.location.pathname.slice(base.length), knownPaths())), []);
  return (
    <main id="main" className={styles.page}>
      <PageHead
        route={{ page: 'not-found' }}
        title={props.words.map(({ t }) => t('notFound.title')).join(' · ')}
        description=""
      />
      <p className={styles.code}>404</p>
      {props.words.map(({ language, t }, index) => {
        const Heading = index === 0 ? 'h1' : 'h2';
        return (
          <section key={language} lang={language} className={styles.block}>
            <Heading tabIndex={-1}>{t('notFound.title')}</Heading>
            <p>{t('notFound.text')}</p>
            <p className={styles.nearest}>
              {nearest !== undefined && (
                <>
                  {t('notFound.nearest')}: <a href={addressOf(nearest)}>{nearest}</a>
                </>
              )}
            </p>
            <p>
              <a href={addressOf(pathOf({ page: 'home', language }))}>{t('notFound.home')}</a>
            </p>
          </section>
        );
      })}
    </main>
  );
}
