import type { CourseLesson, CourseModule } from 'virtual:curriculum';
import { Link } from 'wouter';
import { usePage } from '../PageContext.tsx';
import { pathOf } from '../routes.ts';
import styles from './CourseMap.module.css';

function LessonRow(props: { readonly number: string; readonly lesson: CourseLesson }) {
  const { language, t } = usePage();
  const { lesson, number } = props;
  const title = lesson.title[language];
  return (
    <li className={lesson.live ? styles.live : styles.toCome}>
      <span className={styles.number}>{number}</span>
      {lesson.live ? (
        <Link href={pathOf({ page: 'lesson', language, slug: lesson.slug })}>{title}</Link>
      ) : (
        <span>{title}</span>
      )}
      <span className={styles.minutes}>
        {lesson.live ? t('lesson.minutes', { count: lesson.minutes }) : t('home.toCome')}
      </span>
    </li>
  );
}

/** All modules with their lessons; those that can be read are links. */
export function CourseMap(props: { readonly modules: readonly CourseModule[] }) {
  const { language, t } = usePage();
  const lessons = props.modules.flatMap((module) => module.lessons);
  const live = lessons.filter((lesson) => lesson.live).length;
  return (
    <section className={styles.map} aria-labelledby="map">
      <h2 id="map">{t('home.map')}</h2>
      <p className={styles.summary}>
        {t('home.mapSummary', { modules: props.modules.length, count: lessons.length })}.{' '}
        {t('home.live', { count: live })}
      </p>
      <ol className={styles.modules}>
        {props.modules.map((module, m) => (
          <li key={module.id}>
            <h3>
              <span className={styles.moduleNumber}>{t('home.module', { number: m + 1 })}</span>
              {module.title[language]}
            </h3>
            <ol>
              {module.lessons.map((lesson, l) => (
                <LessonRow key={lesson.slug} number={`${m + 1}.${l + 1}`} lesson={lesson} />
              ))}
            </ol>
          </li>
        ))}
      </ol>
    </section>
  );
}
