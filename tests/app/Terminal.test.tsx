import { fireEvent, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it, vi } from 'vitest';
import { Terminal, type TerminalProps } from '../../src/app/stage/Terminal.tsx';
import { pageAround } from './fixtures.tsx';

async function show(props: Partial<TerminalProps> = {}) {
  const page = await pageAround();
  const onLine = vi.fn();
  const onKey = vi.fn();
  const all: TerminalProps = { rows: [], prompt: '# ', ready: true, history: [], onLine, onKey, ...props };
  const { rerender } = render(page(<Terminal {...all} />));
  const input = screen.getByRole<HTMLInputElement>('textbox', { name: 'Command line' });
  return {
    onLine,
    onKey,
    input,
    user: userEvent.setup(),
    change: (next: Partial<TerminalProps>) => rerender(page(<Terminal {...all} {...next} />)),
  };
}

it('a line goes to the host on Enter and leaves the field empty', async () => {
  const { onLine, input, user } = await show();
  await user.type(input, 'docker ps{Enter}');
  expect(onLine).toHaveBeenCalledExactlyOnceWith('docker ps');
  expect(input).toHaveValue('');
});

it('rows stand in the log with their prompt, and long ones are whole', async () => {
  const long = 'x'.repeat(500);
  await show({
    rows: [
      { id: 1, kind: 'cmd', prompt: '# ', text: 'docker run -d "nginx"' },
      { id: 2, kind: 'out', text: long },
    ],
  });
  const log = screen.getByRole('log');
  expect(log).toHaveTextContent('# docker run -d "nginx"');
  expect(log).toHaveTextContent(long);
});

it('lines typed before the engine is there are shown and run in order afterwards', async () => {
  const { onLine, input, user, change } = await show({ ready: false });
  await user.type(input, 'one{Enter}two{Enter}');
  expect(onLine).not.toHaveBeenCalled();
  expect(screen.getByRole('status')).toHaveTextContent('The host is starting');
  expect(screen.getByText('one')).toBeVisible();
  change({ ready: true });
  expect(onLine.mock.calls).toEqual([['one'], ['two']]);
  expect(screen.getByRole('status')).toBeEmptyDOMElement();
});

it('arrows walk the history and come back to the draft', async () => {
  const { input, user } = await show({ history: ['first', 'second'] });
  await user.type(input, 'dra{ArrowUp}');
  expect(input).toHaveValue('second');
  await user.keyboard('{ArrowUp}{ArrowUp}');
  expect(input).toHaveValue('first');
  await user.keyboard('{ArrowDown}{ArrowDown}');
  expect(input).toHaveValue('dra');
});

it('Enter and arrows that belong to the Korean input method do nothing', async () => {
  const { onLine, input } = await show({ history: ['old'] });
  input.value = '안녕';
  fireEvent.keyDown(input, { key: 'Enter', isComposing: true });
  fireEvent.keyDown(input, { key: 'Enter', keyCode: 229 });
  fireEvent.keyDown(input, { key: 'ArrowUp', isComposing: true });
  expect(onLine).not.toHaveBeenCalled();
  expect(input).toHaveValue('안녕');
});

it('control keys reach the host', async () => {
  const { onKey, input, user } = await show();
  await user.type(input, 'half{Control>}c{/Control}');
  expect(input).toHaveValue('');
  await user.keyboard('{Control>}d{/Control}{Control>}z{/Control}{Control>}l{/Control}');
  expect(onKey.mock.calls.map(([key]) => key)).toEqual(['^C', '^D', '^Z', '^L']);
});

it('Tab completes a line, says the candidates, and leaves an empty line or after Escape', async () => {
  const complete = vi.fn((value: string) => ({
    value: `${value}ker `,
    caret: value.length + 4,
    candidates: ['docker', 'dockerd'],
  }));
  const { input, user } = await show({ complete });
  await user.type(input, 'doc{Tab}');
  expect(input).toHaveValue('docker ');
  expect(screen.getByRole('status')).toHaveTextContent('2 completions: docker dockerd');
  expect(input).toHaveFocus();
  await user.keyboard('{Escape}{Tab}');
  expect(input).not.toHaveFocus();
  await user.click(input);
  await user.clear(input);
  await user.keyboard('{Tab}');
  expect(input).not.toHaveFocus();
  expect(complete).toHaveBeenCalledOnce();
});

it('several pasted lines run one after the other; the last waits for Enter', async () => {
  const { onLine, input, user } = await show();
  await user.click(input);
  await user.paste('one\ntwo\nthree');
  expect(onLine.mock.calls).toEqual([['one'], ['two']]);
  expect(input).toHaveValue('three');
});
