import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { LanguageSwitch } from './LanguageSwitch.tsx';
import styles from './Layout.module.css';
import { usePage } from './PageContext.tsx';
import { pathOf } from './routes.ts';
import { ThemeSwitch } from './theme/ThemeSwitch.tsx';

/** A place on the way from the home page to this one. */
export interface Crumb {
  readonly label: string;
  /** Path inside the site; without it the crumb is the page itself. */
  readonly path?: string;
}

function Crumbs(props: { readonly crumbs: readonly Crumb[] }) {
  return (
    <ol className={styles.crumbs}>
      {props.crumbs.map((crumb) => (
        <li key={crumb.label}>
          {crumb.path === undefined ? (
            <span aria-current="page">{crumb.label}</span>
          ) : (
            <Link href={crumb.path}>{crumb.label}</Link>
          )}
        </li>
      ))}
    </ol>
  );
}

/** The frame of every page: header with the way here and the switches, the page, footer. */
export function Layout(props: {
  readonly crumbs?: readonly Crumb[];
  readonly wide?: boolean;
  readonly children: ReactNode;
}) {
  const { language, route, t } = usePage();
  return (
    <>
      <a className={styles.skip} href="#main">
        {t('site.skip')}
      </a>
      <header className={styles.header}>
        <Link className={styles.brand} href={pathOf({ page: 'home', language })}>
          {t('site.name')}
        </Link>
        <nav className={styles.way} aria-label={t('site.sections')}>
          {props.crumbs && <Crumbs crumbs={props.crumbs} />}
          <Link
            className={styles.section}
            href={pathOf({ page: 'diagrams', language })}
            aria-current={route.page === 'diagrams' ? 'page' : undefined}
          >
            {t('site.diagrams')}
          </Link>
        </nav>
        <div className={styles.switches}>
          <LanguageSwitch className={styles.language} />
          <ThemeSwitch />
        </div>
      </header>
      <main id="main" tabIndex={-1} className={props.wide ? styles.wide : styles.main}>
        {props.children}
      </main>
      <footer className={props.wide ? styles.footerWide : styles.footer}>
        <p>{t('site.privacy')}</p>
        <p>{t('site.source')}</p>
      </footer>
    </>
  );
}
