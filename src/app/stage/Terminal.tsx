import { type ClipboardEvent, type KeyboardEvent, memo, type ReactNode, useEffect, useRef, useState } from 'react';
import { usePage } from '../PageContext.tsx';
import styles from './Terminal.module.css';
import { type KeyAction, keyAction, tokensOf } from './terminalKeys.ts';

/** One row of the screen, as the world has it. A `cmd` row is a prompt with the line that was typed at it. */
export interface TerminalRow {
  readonly id: string | number;
  readonly kind: 'cmd' | 'out' | 'err' | 'note';
  readonly text: string;
  readonly prompt?: string | undefined;
}

/** What a completion makes of the line, and the candidates when there is more than one. */
export interface Completion {
  readonly value: string;
  readonly caret: number;
  readonly candidates: readonly string[];
}

/** Candidates of a completion that are listed. */
const MOST_SHOWN = 60;

export interface TerminalProps {
  readonly rows: readonly TerminalRow[];
  readonly prompt: string;
  /** The engine is there. Until then lines are kept and shown, and given on in order afterwards. */
  readonly ready: boolean;
  /** Lines typed before, oldest first. */
  readonly history: readonly string[];
  readonly onLine: (line: string) => void;
  readonly onKey: (key: '^C' | '^D' | '^Z' | '^L') => void;
  readonly complete?: ((value: string, caret: number) => Completion) | undefined;
  /** Decorates output, for names that stand for objects of the diagram. */
  readonly decorate?: ((text: string) => ReactNode) | undefined;
}

function CommandText({ text }: { readonly text: string }) {
  let at = 0;
  return tokensOf(text).map(({ look, text: part }) => {
    at += part.length;
    return (
      <span key={at} className={styles[look]}>
        {part}
      </span>
    );
  });
}

const Row = memo(function Row(props: { readonly row: TerminalRow; readonly decorate: TerminalProps['decorate'] }) {
  const { row, decorate } = props;
  return (
    <div className={styles[row.kind]}>
      {row.prompt && <span className={styles.prompt}>{row.prompt}</span>}
      {row.kind === 'cmd' ? <CommandText text={row.text} /> : (decorate?.(row.text) ?? row.text)}
    </div>
  );
});

/** Lines typed before the engine is there; they are given on, in order, as soon as it is. */
function useEarlyLines(ready: boolean, onLine: (line: string) => void) {
  const [early, setEarly] = useState<readonly string[]>([]);
  useEffect(() => {
    if (!ready || early.length === 0) return;
    setEarly([]);
    for (const line of early) onLine(line);
  }, [ready, early, onLine]);
  return { early, keep: (line: string) => setEarly((lines) => [...lines, line]) };
}

/** Walks the history; the line being written is kept at its end. */
function useHistory(history: readonly string[]) {
  const back = useRef(0);
  const draft = useRef('');
  return {
    reset: () => {
      back.current = 0;
    },
    move(step: 1 | -1, value: string): string | undefined {
      const next = back.current + step;
      if (next < 0 || next > history.length) return undefined;
      if (back.current === 0) draft.current = value;
      back.current = next;
      return next === 0 ? draft.current : history[history.length - next];
    },
  };
}

function setLine(input: HTMLInputElement, value: string, caret = value.length): void {
  input.value = value;
  input.setSelectionRange(caret, caret);
  // Brings the caret into view in a line that is longer than the field.
  input.scrollLeft = input.scrollWidth;
}

/** What the keys do to the line and to the host. */
function useCommandLine(props: TerminalProps, keep: (line: string) => void) {
  const { ready, onLine, onKey, complete } = props;
  const history = useHistory(props.history);
  const [candidates, setCandidates] = useState<readonly string[]>([]);
  const leaving = useRef(false);
  const submit = (line: string) => {
    history.reset();
    if (ready) onLine(line);
    else keep(line);
  };
  const finish = (input: HTMLInputElement) => {
    const result = complete?.(input.value, input.selectionStart ?? input.value.length);
    if (result === undefined) return;
    setLine(input, result.value, result.caret);
    setCandidates(result.candidates);
  };
  const act = (action: KeyAction, input: HTMLInputElement) => {
    setCandidates([]);
    switch (action.do) {
      case 'submit': {
        const line = input.value;
        setLine(input, '');
        return submit(line);
      }
      case 'complete':
        return finish(input);
      case 'older':
      case 'newer': {
        const line = history.move(action.do === 'older' ? 1 : -1, input.value);
        return line === undefined ? undefined : setLine(input, line);
      }
      case 'edit':
        return setLine(input, action.value, action.caret);
      case 'signal':
        if (action.key === '^C') setLine(input, '');
        history.reset();
        return ready ? onKey(action.key) : undefined;
      case 'leave':
        return undefined;
    }
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    const input = event.currentTarget;
    const { key, ctrlKey, altKey, metaKey, shiftKey, nativeEvent } = event;
    // Enter and arrows belong to the input method while a syllable is open; Safari says so by code 229 only.
    const composing = nativeEvent.isComposing || nativeEvent.keyCode === 229;
    const selected = input.selectionStart !== input.selectionEnd || !(window.getSelection()?.isCollapsed ?? true);
    const caret = input.selectionStart ?? input.value.length;
    const action = keyAction(
      { key, ctrlKey, altKey, metaKey, shiftKey, composing },
      { value: input.value, caret, selected },
    );
    // Escape, then Tab, always leaves the terminal, also from a line with text.
    if (action === undefined || (action.do === 'complete' && leaving.current)) return;
    leaving.current = action.do === 'leave';
    event.preventDefault();
    act(action, input);
  };
  const onPaste = (event: ClipboardEvent<HTMLInputElement>) => {
    const text = event.clipboardData.getData('text');
    if (!text.includes('\n')) return;
    event.preventDefault();
    const input = event.currentTarget;
    const start = input.selectionStart ?? input.value.length;
    const whole = input.value.slice(0, start) + text + input.value.slice(input.selectionEnd ?? start);
    const lines = whole.split(/\r?\n/);
    setLine(input, lines.pop() ?? '');
    for (const line of lines) submit(line);
  };
  return { candidates, onKeyDown, onPaste };
}

/**
 * The terminal: rows of the world above one real input. It knows no command; lines and keys go to the host, rows and
 * prompt come from it. Long lines wrap. The input is not controlled, so that what was typed before hydration stays.
 */
export function Terminal(props: TerminalProps) {
  const { t } = usePage();
  const { rows, prompt, ready } = props;
  const { early, keep } = useEarlyLines(ready, props.onLine);
  const { candidates, onKeyDown, onPaste } = useCommandLine(props, keep);
  const screen = useRef<HTMLDivElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const length = rows.length + early.length;
  useEffect(() => {
    // The newest row is in view; only this box scrolls, never the page.
    if (length === 0) return;
    // With the frame, which lays the page out anyway: at once it would be laid out for this alone.
    const frame = requestAnimationFrame(() => {
      if (screen.current) screen.current.scrollTop = screen.current.scrollHeight;
    });
    return () => cancelAnimationFrame(frame);
  }, [length]);
  const focusInput = () => {
    if (window.getSelection()?.isCollapsed ?? true) input.current?.focus({ preventScroll: true });
  };
  return (
    <section className={styles.terminal} aria-label={t('terminal.label')} translate="no">
      {/* biome-ignore lint/a11y/noStaticElementInteractions: a click anywhere on the screen means the command line, which the keyboard reaches by itself */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the same */}
      <div className={styles.screen} ref={screen} onClick={focusInput}>
        <div role="log" aria-label={t('terminal.log')}>
          {rows.map((row) => (
            <Row key={row.id} row={row} decorate={props.decorate} />
          ))}
        </div>
        {early.map((line, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the queue only grows until it is emptied
          <div key={index} className={styles.early}>
            <span className={styles.prompt}>{prompt}</span>
            {line}
          </div>
        ))}
        <label className={styles.line}>
          <span className={styles.prompt} aria-hidden="true">
            {prompt}
          </span>
          <input
            ref={input}
            type="text"
            aria-label={t('terminal.input')}
            autoCapitalize="off"
            autoComplete="off"
            autoCorrect="off"
            spellCheck={false}
            enterKeyHint="send"
            onKeyDown={onKeyDown}
            onPaste={onPaste}
          />
        </label>
        <p className={styles.hint} role="status">
          {!ready && early.length > 0 && t('terminal.starting')}
          {candidates.length > 1 &&
            t('terminal.completions', { count: candidates.length, list: candidates.slice(0, MOST_SHOWN).join('  ') })}
        </p>
      </div>
    </section>
  );
}
