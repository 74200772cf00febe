import { useState } from 'react';
import { Link } from 'wouter';
import { Layout } from '../Layout.tsx';
import { usePage } from '../PageContext.tsx';
import { PageHead } from '../PageHead.tsx';
import { pathOf } from '../routes.ts';
import { HOST, type Pictures, SEED } from '../stage/firstPicture.ts';
import { LiveStage } from '../stage/LiveStage.tsx';
import { useStage } from '../stage/useStage.ts';
import styles from './DiagramPage.module.css';
import type { GalleryDiagram } from './gallery.ts';

/** One diagram in full size with its host. */
export function DiagramPage(props: { readonly diagram: GalleryDiagram; readonly first: Pictures }) {
  const { language, route, t } = usePage();
  const { id, lesson } = props.diagram;
  const title = lesson.title[language];
  const [plan] = useState({ id: `diagram ${id}`, host: HOST, seed: SEED, steps: [] });
  const stage = useStage(plan);
  return (
    <Layout wide crumbs={[{ label: title }]}>
      <PageHead
        route={route}
        title={`${title} · ${t('diagrams.title')} · ${t('site.name')}`}
        description={t('diagrams.lede')}
      />
      <div className={styles.head}>
        <h1 tabIndex={-1}>{title}</h1>
        <code>{id}</code>
        {lesson.live && (
          <Link href={pathOf({ page: 'lesson', language, slug: lesson.slug })}>{t('diagrams.lesson', { title })}</Link>
        )}
      </div>
      <LiveStage stage={stage} first={props.first} diagram={id} full />
    </Layout>
  );
}
