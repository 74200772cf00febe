import { Link } from 'wouter';
import { addressOf } from '../address.ts';
import { Layout } from '../Layout.tsx';
import { usePage } from '../PageContext.tsx';
import { PageHead } from '../PageHead.tsx';
import { pathOf } from '../routes.ts';
import type { Pictures } from '../stage/firstPicture.ts';
import { SmallStage } from '../stage/SmallStage.tsx';
import { CopyLink } from './CopyLink.tsx';
import styles from './DiagramListPage.module.css';
import { diagramIds, findDiagram } from './gallery.ts';

/** All diagrams with the lesson that explains each, and a link to hand on. */
export function DiagramListPage(props: { readonly first: Pictures }) {
  const { language, route, t } = usePage();
  const diagrams = diagramIds.map(findDiagram).filter((diagram) => diagram !== undefined);
  return (
    <Layout>
      <PageHead route={route} title={`${t('diagrams.title')} · ${t('site.name')}`} description={t('diagrams.lede')} />
      <div className={styles.head}>
        <h1 tabIndex={-1}>{t('diagrams.title')}</h1>
        <p>{t('diagrams.lede')}</p>
      </div>
      {diagrams.length === 0 && <p>{t('diagrams.none')}</p>}
      <ul className={styles.list}>
        {diagrams.map(({ id, lesson }) => {
          const path = pathOf({ page: 'diagram', language, id });
          return (
            <li key={id}>
              <div className={styles.about}>
                <h2>
                  <Link href={path}>{lesson.title[language]}</Link>
                </h2>
                <p>
                  <code>{id}</code>
                </p>
                {lesson.live && (
                  <p>
                    <Link href={pathOf({ page: 'lesson', language, slug: lesson.slug })}>
                      {t('diagrams.lesson', { title: lesson.title[language] })}
                    </Link>
                  </p>
                )}
                <CopyLink path={addressOf(path)} />
              </div>
              <SmallStage id={`small ${id}`} first={props.first} />
            </li>
          );
        })}
      </ul>
    </Layout>
  );
}
