import type { ReactNode } from 'react';
import { type Language, languages } from '../i18n/languages.ts';
import { loadDictionary, type Translate, translator } from '../i18n/messages.ts';
import type { Route } from './routes.ts';
import { firstPicture, pictureData } from './stage/firstPicture.ts';

/** Words of one language, bound. */
export interface Words {
  readonly language: Language;
  readonly t: Translate;
}

/** A page with everything that its first render needs, so that rendering never waits. */
export interface LoadedPage {
  readonly route: Route;
  /** The page's language first; pages that belong to none carry all. */
  readonly words: readonly [Words, ...Words[]];
  readonly body: ReactNode;
  /** Plain data that the built page carries as JSON, by element id, so that it stands before the engine does. */
  readonly data?: Readonly<Record<string, unknown>>;
}

async function wordsOf(language: Language): Promise<Words> {
  return { language, t: translator(language, await loadDictionary(language)) };
}

async function allWords(): Promise<LoadedPage['words']> {
  const [first, ...others] = languages;
  return [await wordsOf(first), ...(await Promise.all(others.map(wordsOf)))];
}

async function notFound(): Promise<LoadedPage> {
  const [words, { NotFoundPage }] = await Promise.all([allWords(), import('./NotFoundPage.tsx')]);
  return { route: { page: 'not-found' }, words, body: <NotFoundPage words={words} /> };
}

async function lessonPage(route: Route & { page: 'lesson' }): Promise<LoadedPage> {
  const { language, slug } = route;
  const { loadLesson, loadPlacing } = await import('./lesson/catalogue.ts');
  const [words, { LessonPage }, lesson, placing, first] = await Promise.all([
    wordsOf(language),
    import('./lesson/LessonPage.tsx'),
    loadLesson(slug, language),
    loadPlacing(slug),
    firstPicture(language),
  ]);
  return lesson === undefined || placing === undefined
    ? notFound()
    : {
        route,
        words: [words],
        body: <LessonPage lesson={lesson} placing={placing} first={first} />,
        data: pictureData(language, first),
      };
}

async function diagramPage(route: Route & { page: 'diagram' }): Promise<LoadedPage> {
  const { language } = route;
  const [{ findDiagram }, words, { DiagramPage }, first] = await Promise.all([
    import('./diagrams/gallery.ts'),
    wordsOf(language),
    import('./diagrams/DiagramPage.tsx'),
    firstPicture(language),
  ]);
  const diagram = findDiagram(route.id);
  if (diagram === undefined) return notFound();
  return {
    route,
    words: [words],
    body: <DiagramPage diagram={diagram} first={first} />,
    data: pictureData(language, first),
  };
}

/** Loads the code, words and content of a route. What does not exist gives the 404 page; a failing network rejects. */
export async function loadPage(route: Route): Promise<LoadedPage> {
  switch (route.page) {
    case 'languages': {
      const [words, { LanguagesPage }] = await Promise.all([allWords(), import('./LanguagesPage.tsx')]);
      return { route, words, body: <LanguagesPage words={words} /> };
    }
    case 'home': {
      const [words, { HomePage }, first] = await Promise.all([
        wordsOf(route.language),
        import('./home/HomePage.tsx'),
        firstPicture(route.language),
      ]);
      return { route, words: [words], body: <HomePage first={first} />, data: pictureData(route.language, first) };
    }
    case 'diagrams': {
      const [words, { DiagramListPage }, first] = await Promise.all([
        wordsOf(route.language),
        import('./diagrams/DiagramListPage.tsx'),
        firstPicture(route.language),
      ]);
      return {
        route,
        words: [words],
        body: <DiagramListPage first={first} />,
        data: pictureData(route.language, first),
      };
    }
    case 'lesson':
      return lessonPage(route);
    case 'diagram':
      return diagramPage(route);
    case 'not-found':
      return notFound();
  }
}
