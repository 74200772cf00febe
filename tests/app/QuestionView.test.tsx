import { render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it, vi } from 'vitest';
import { loadDictionary, translator } from '../../src/i18n/messages.ts';
import { QuestionView } from '../../src/quiz/QuestionView.tsx';
import type { Question } from '../../src/quiz/question.ts';

const both = (words: string) => ({ ko: words, en: words });

const base: Question = {
  id: 'sample',
  kind: 'number',
  seed: 1,
  ask: { ko: '`docker0`의 포트는 몇 개입니까?', en: 'How many ports has `docker0`?' },
  host: ['docker run -d --name web nginx:alpine'],
  asked: ['docker run -d --name db alpine sleep 1d'],
  proof: "bridge link | grep -c 'master docker0'",
  key: both('2'),
  wrong: [
    { value: both('3'), misconception: 'M31', because: { ko: 'NIC는 포트가 아닙니다.', en: 'The NIC is no port.' } },
  ],
  feedback: { ko: '컨테이너마다 하나입니다.', en: 'One for each container.' },
};

const choice = { ...base, kind: 'choice', options: [both('3'), both('2'), both('`0`')] };
const text = { ...base, kind: 'text', suffixes: [] };
const number = { ...base, tolerance: 0, units: [] };

const en = translator('en', await loadDictionary('en'));
const ko = translator('ko', await loadDictionary('ko'));

it('shows what ran, what runs next and what is asked', () => {
  render(<QuestionView question={choice} language="en" t={en} />);
  const group = screen.getByRole('group', { name: 'How many ports has docker0?' });
  expect(group).toHaveTextContent('docker run -d --name web nginx:alpine');
  expect(group).toHaveTextContent('docker run -d --name db alpine sleep 1d');
  expect(within(group).getAllByRole('listitem')).toHaveLength(3);
  expect(group).not.toHaveTextContent('One for each container.');
});

it('a wrong choice gets its own reason at once, and the focus', async () => {
  const onVerdict = vi.fn();
  render(<QuestionView question={choice} language="en" t={en} onVerdict={onVerdict} />);
  await userEvent.click(screen.getByRole('button', { name: '3' }));
  const feedback = screen.getByRole('note');
  expect(feedback).toHaveFocus();
  expect(feedback).toHaveTextContent('Your answer: 3 · the host says: 2');
  expect(feedback).toHaveTextContent('The NIC is no port.');
  expect(feedback).toHaveTextContent('One for each container.');
  expect(feedback).toHaveTextContent("bridge link | grep -c 'master docker0'");
  expect(screen.getByRole('button', { name: /^3.*your answer$/ })).toBeDisabled();
  expect(screen.getByRole('button', { name: /^2.*the host$/ })).toBeDisabled();
  expect(onVerdict).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ right: false, misconception: 'M31' }));
});

it('number keys answer while the focus is inside', async () => {
  render(<QuestionView question={choice} language="ko" t={ko} />);
  await userEvent.keyboard('2');
  expect(screen.queryByRole('note')).toBeNull();
  await userEvent.tab();
  await userEvent.keyboard('9');
  expect(screen.queryByRole('note')).toBeNull();
  await userEvent.keyboard('2');
  expect(screen.getByRole('note')).toHaveTextContent('호스트의 답도 같습니다: 2');
  expect(screen.getByRole('note')).not.toHaveTextContent('NIC는 포트가 아닙니다.');
});

it('not sure is an answer: it shows the key and blames nobody', async () => {
  render(<QuestionView question={choice} language="ko" t={ko} />);
  await userEvent.click(screen.getByRole('button', { name: '잘 모르겠습니다' }));
  const feedback = screen.getByRole('note');
  expect(feedback).toHaveTextContent('호스트의 답: 2');
  expect(feedback).not.toHaveTextContent('내 답');
});

it('a free answer is given with Enter; what is no number is said and not judged', async () => {
  render(<QuestionView question={number} language="en" t={en} />);
  const input = screen.getByRole('textbox', { name: 'How many ports has docker0?' });
  await userEvent.type(input, 'two{Enter}');
  expect(screen.getByRole('alert')).toHaveTextContent('Answer with a number');
  expect(input).toBeInvalid();
  expect(input).toHaveValue('two');
  await userEvent.clear(input);
  await userEvent.type(input, '3{Enter}');
  expect(screen.getByRole('note')).toHaveTextContent('The NIC is no port.');
  expect(input).toHaveValue('3');
});

it('digits typed into a text answer stay text', async () => {
  render(<QuestionView question={text} language="en" t={en} />);
  await userEvent.type(screen.getByRole('textbox'), '2');
  expect(screen.queryByRole('note')).toBeNull();
  await userEvent.keyboard('{Enter}');
  expect(screen.getByRole('note')).toHaveTextContent('The host says the same: 2');
});

it('the host plays the question, and a new one takes the focus', async () => {
  const onShow = vi.fn();
  const onRenew = vi.fn();
  const { rerender } = render(<QuestionView question={choice} language="en" t={en} {...{ onShow, onRenew }} />);
  await userEvent.click(screen.getByRole('button', { name: 'Not sure' }));
  await userEvent.click(screen.getByRole('button', { name: 'Show me on the host' }));
  expect(onShow).toHaveBeenCalledExactlyOnceWith([...base.host, ...base.asked, base.proof]);
  await userEvent.click(screen.getByRole('button', { name: 'Again, with other figures' }));
  expect(onRenew).toHaveBeenCalledOnce();
  rerender(<QuestionView key="next" question={{ ...choice, seed: 2 }} language="en" t={en} focused />);
  expect(screen.getByText(/How many ports/)).toHaveFocus();
});
