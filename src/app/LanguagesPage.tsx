import { languageNames } from '../i18n/languages.ts';
import { addressOf } from './address.ts';
import type { LoadedPage } from './loadPage.tsx';
import { PageHead } from './PageHead.tsx';
import styles from './PlainPage.module.css';
import { pathOf } from './routes.ts';

/** The address that belongs to no language. public/language.js goes on to the reader's own; without it, both stand here. */
export function LanguagesPage(props: { readonly words: LoadedPage['words'] }) {
  const title = props.words.map(({ t }) => t('site.name')).join(' · ');
  const [{ t: first }] = props.words;
  return (
    <main id="main" className={styles.page}>
      <PageHead route={{ page: 'languages' }} title={title} description={first('site.description')} />
      <h1 className="visually-hidden">{title}</h1>
      {props.words.map(({ language, t }) => (
        <section key={language} lang={language} className={styles.block}>
          <h2>{t('site.name')}</h2>
          <p>{t('site.tagline')}</p>
          <p>
            <a href={addressOf(pathOf({ page: 'home', language }))}>{languageNames[language]}</a>
          </p>
        </section>
      ))}
    </main>
  );
}
