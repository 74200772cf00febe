import { modules } from 'virtual:curriculum';
import { Link } from 'wouter';
import { Layout } from '../Layout.tsx';
import { usePage } from '../PageContext.tsx';
import { PageHead } from '../PageHead.tsx';
import { pathOf } from '../routes.ts';
import type { Pictures } from '../stage/firstPicture.ts';
import { SmallStage } from '../stage/SmallStage.tsx';
import { CourseMap } from './CourseMap.tsx';
import styles from './HomePage.module.css';

const points = ['home.point1', 'home.point2', 'home.point3'] as const;

/** What the course is, where to start, and the map of it. */
export function HomePage(props: { readonly first: Pictures }) {
  const { language, route, t } = usePage();
  const first = modules.flatMap((module) => module.lessons).find((lesson) => lesson.live);
  return (
    <Layout>
      <PageHead route={route} title={`${t('site.name')} · ${t('site.tagline')}`} description={t('site.description')} />
      <div className={styles.hero}>
        <div>
          <h1 tabIndex={-1}>{t('site.name')}</h1>
          <p className={styles.tagline}>{t('site.tagline')}</p>
          {first && (
            <p className={styles.actions}>
              <Link className={styles.start} href={pathOf({ page: 'lesson', language, slug: first.slug })}>
                {t('home.start')}
              </Link>
              <Link href={pathOf({ page: 'diagrams', language })}>{t('home.startDiagram')}</Link>
            </p>
          )}
        </div>
        <SmallStage id="home" first={props.first} terminal />
      </div>
      <section className={styles.points} aria-label={t('home.what')}>
        {points.map((point) => (
          <div key={point}>
            <h2>{t(`${point}.title`)}</h2>
            <p>{t(`${point}.text`)}</p>
          </div>
        ))}
      </section>
      <CourseMap modules={modules} />
    </Layout>
  );
}
