import { render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it, vi } from 'vitest';
import { Prose } from '../../src/app/prose/Prose.tsx';
import { ProseWidgetsProvider } from '../../src/app/prose/widgets.ts';
import type { ProseNode } from '../../src/lessons/lesson.ts';
import { pageAround } from './fixtures.tsx';

const Predict = ({ id }: { readonly id: string }) => <p>predict {id}</p>;

const tree: readonly ProseNode[] = [
  ['h2', { id: 'intro' }, 'Bridge'],
  ['predict', { of: 'ports' }],
  [
    'step',
    { id: 'attach', view: 'net-bridge' },
    ['p', null, 'The ', ['term', { of: 'veth' }, 'veth pair'], ' has ', ['out', { text: '2' }], ' ends.'],
    ['run', { commands: [{ line: 'docker run -d nginx' }, { line: 'bridge link' }] }],
    ['note', { kind: 'correction' }, ['p', null, 'It is no port.']],
  ],
  ['p', null, ['a', { href: 'https://example.org/' }, 'source']],
  ['table', null, ['tbody', null, ['tr', null, ['td', null, 'cell']]]],
];

it('every directive becomes its element, readable without any widget', async () => {
  const page = await pageAround();
  const { container } = render(page(<Prose tree={tree} />));
  const step = container.querySelector<HTMLElement>('#attach');
  expect(step).toHaveAttribute('data-step');
  expect(step).toHaveTextContent('The veth pair has 2 ends.');
  expect(step).toHaveTextContent('$ docker run -d nginx');
  expect(screen.getByRole('note', { name: 'Correction' })).toHaveTextContent('It is no port.');
  expect(screen.getByRole('link', { name: 'source' })).toHaveAttribute('rel', 'noreferrer');
  expect(screen.queryByRole('button')).toBeNull();
});

it('a run block runs its commands, and the active step says so', async () => {
  const page = await pageAround('ko');
  const run = vi.fn();
  render(
    page(
      <ProseWidgetsProvider value={{ run, activeStep: 'attach', Predict }}>
        <Prose tree={tree} />
      </ProseWidgetsProvider>,
    ),
  );
  const step = document.getElementById('attach') as HTMLElement;
  expect(step).toHaveAttribute('aria-current', 'step');
  await userEvent.click(within(step).getByRole('button', { name: '다시 실행' }));
  expect(run).toHaveBeenCalledExactlyOnceWith([{ line: 'docker run -d nginx' }, { line: 'bridge link' }]);
  expect(screen.getByText('predict ports')).toBeInTheDocument();
});
