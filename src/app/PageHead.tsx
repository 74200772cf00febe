import { languages } from '../i18n/languages.ts';
import { addressOf } from './address.ts';
import { inLanguage, pathOf, type Route } from './routes.ts';

/** Title, description, canonical address and language versions. React keeps them in the document's head; the build moves them there. */
export function PageHead(props: { readonly route: Route; readonly title: string; readonly description: string }) {
  const { route, title, description } = props;
  if (route.page === 'not-found') {
    return (
      <>
        <title>{title}</title>
        <meta name="robots" content="noindex" />
      </>
    );
  }
  return (
    <>
      <title>{title}</title>
      <meta name="description" content={description} />
      <meta property="og:title" content={title} />
      <meta property="og:description" content={description} />
      <link rel="canonical" href={addressOf(pathOf(route))} />
      {languages.map((language) => (
        <link
          key={language}
          rel="alternate"
          hrefLang={language}
          href={addressOf(pathOf(inLanguage(route, language)))}
        />
      ))}
      <link rel="alternate" hrefLang="x-default" href={addressOf('/')} />
    </>
  );
}
