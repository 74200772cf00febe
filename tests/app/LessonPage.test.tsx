import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it } from 'vitest';
import { loadPlacing } from '../../src/app/lesson/catalogue.ts';
import { LessonPage } from '../../src/app/lesson/LessonPage.tsx';
import type { Pictures } from '../../src/app/stage/firstPicture.ts';
import type { Scene } from '../../src/diagrams/scene.ts';
import type { Lesson } from '../../src/lessons/lesson.ts';
import { pageAround } from './fixtures.tsx';

const lesson: Lesson = {
  slug: 'net-bridge',
  language: 'en',
  title: 'Who is plugged into docker0?',
  summary: 'Follow the cable.',
  objectives: ['draw the path'],
  sources: [{ title: 'bridge(8)', href: 'https://man7.org/' }],
  tree: [['p', null, 'Text.']],
  steps: [],
  questions: {},
};

const scene: Scene = {
  width: 10,
  height: 10,
  nodes: [],
  links: [],
  description: { summary: 'A host alone.', sections: [] },
};
const first: Pictures = { wide: scene, narrow: scene, prompt: '# ' };

const placing = await loadPlacing('net-bridge');
if (!placing) throw new Error('the lesson is not in the curriculum');

it('shows where the lesson stands, what it is for, its text and its sources', async () => {
  const page = await pageAround('en', { page: 'lesson', language: 'en', slug: 'net-bridge' });
  render(page(<LessonPage lesson={lesson} placing={placing} first={first} />));
  expect(screen.getByRole('heading', { level: 1 })).toHaveTextContent(lesson.title);
  expect(screen.getByText('5.1 · 15 min')).toBeVisible();
  expect(screen.getByText('draw the path')).toBeVisible();
  expect(screen.getByRole('link', { name: 'bridge(8)' })).toHaveAttribute('href', 'https://man7.org/');
});

it('carries the stage beside the text, and its sheet opens and docks', async () => {
  const page = await pageAround('en', { page: 'lesson', language: 'en', slug: 'net-bridge' });
  render(page(<LessonPage lesson={lesson} placing={placing} first={first} />));
  const stage = screen.getByRole('region', { name: 'The host' });
  expect(stage).toHaveTextContent(/just booted.*#/);
  const handle = screen.getByRole('button', { name: 'Enlarge the host' });
  await userEvent.click(handle);
  expect(screen.getByRole('button', { name: 'Dock the host' })).toHaveAttribute('aria-expanded', 'true');
});
