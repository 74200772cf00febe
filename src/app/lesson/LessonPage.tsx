import type { Placing } from 'virtual:placings';
import { type ReactNode, useMemo, useState } from 'react';
import { Link } from 'wouter';
import { useStore } from 'zustand';
import type { Lesson } from '../../lessons/lesson.ts';
import { Layout } from '../Layout.tsx';
import { usePage } from '../PageContext.tsx';
import { PageHead } from '../PageHead.tsx';
import { Prose } from '../prose/Prose.tsx';
import { ProseWidgetsProvider } from '../prose/widgets.ts';
import { pathOf } from '../routes.ts';
import { HOST, type Pictures, SEED } from '../stage/firstPicture.ts';
import { LiveStage } from '../stage/LiveStage.tsx';
import { type StageHandle, useStage } from '../stage/useStage.ts';
import styles from './LessonPage.module.css';
import { LessonQuestions } from './LessonQuestions.tsx';
import { useSteering } from './useSteering.ts';

function Head(props: { readonly lesson: Lesson; readonly placing: Placing }) {
  const { t } = usePage();
  const { lesson, placing } = props;
  return (
    <header className={styles.head}>
      <p className={styles.kicker}>
        {placing.number} · {t('lesson.minutes', { count: placing.lesson.minutes })}
      </p>
      <h1 tabIndex={-1}>{lesson.title}</h1>
      <p className={styles.lede}>{lesson.summary}</p>
    </header>
  );
}

function Foot(props: { readonly lesson: Lesson; readonly placing: Placing }) {
  const { language, t } = usePage();
  const { lesson, placing } = props;
  return (
    <footer className={styles.foot}>
      {lesson.sources.length > 0 && (
        <>
          <h2>{t('lesson.sources')}</h2>
          <ul>
            {lesson.sources.map(({ title, href }) => (
              <li key={href}>
                <a href={href} rel="noreferrer">
                  {title}
                </a>
              </li>
            ))}
          </ul>
        </>
      )}
      {placing.next?.live && (
        <p className={styles.next}>
          {t('lesson.next')}:{' '}
          <Link href={pathOf({ page: 'lesson', language, slug: placing.next.slug })}>
            {placing.next.title[language]}
          </Link>
        </p>
      )}
    </footer>
  );
}

/** Connects the prose with the host: blocks run on it, questions are shown on it, the step it stands at is marked. */
function Widgets(props: { readonly stage: StageHandle; readonly children: ReactNode }) {
  const { store, driver } = props.stage;
  const activeStep = useStore(store, ({ ui }) => (ui.steering ? ui.step : undefined));
  const widgets = useMemo(
    () => ({
      activeStep,
      run: driver?.run.bind(driver),
      show: driver?.restart.bind(driver),
    }),
    [activeStep, driver],
  );
  return <ProseWidgetsProvider value={widgets}>{props.children}</ProseWidgetsProvider>;
}

/** A lesson: prose on the left, the stage beside it and in view. */
export function LessonPage(props: { readonly lesson: Lesson; readonly placing: Placing; readonly first: Pictures }) {
  const { language, route, t } = usePage();
  const { lesson, placing, first } = props;
  const [plan] = useState({ id: `lesson ${lesson.slug}`, host: HOST, seed: SEED, steps: lesson.steps });
  const stage = useStage(plan, true);
  useSteering(stage);
  const crumbs = [
    {
      label: `${placing.moduleNumber} ${placing.moduleTitle[language]}`,
      path: pathOf({ page: 'home', language }),
    },
    { label: `${placing.number} ${placing.lesson.title[language]}` },
  ];
  return (
    <Layout wide crumbs={crumbs}>
      <PageHead route={route} title={`${lesson.title} · ${t('site.name')}`} description={lesson.summary} />
      <div className={styles.withStage}>
        <article className={styles.text}>
          <Head lesson={lesson} placing={placing} />
          {lesson.objectives.length > 0 && (
            <section className={styles.objectives} aria-labelledby="objectives">
              <h2 id="objectives">{t('lesson.objectives')}</h2>
              <ul>
                {lesson.objectives.map((objective) => (
                  <li key={objective}>{objective}</li>
                ))}
              </ul>
            </section>
          )}
          <Widgets stage={stage}>
            <LessonQuestions lesson={lesson}>
              <Prose tree={lesson.tree} />
            </LessonQuestions>
          </Widgets>
          <Foot lesson={lesson} placing={placing} />
        </article>
        <LiveStage stage={stage} first={first} diagram={placing.lesson.diagram} lesson />
      </div>
    </Layout>
  );
}
