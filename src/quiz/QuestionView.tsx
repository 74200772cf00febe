import { type ComponentType, type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react';
import type { Language } from '../i18n/languages.ts';
import type { Translate } from '../i18n/messages.ts';
import { InlineCodeView } from './InlineCodeView.tsx';
import type { KindViewProps, Verdict } from './kind.ts';
import { kinds } from './kinds.ts';
import styles from './Question.module.css';
import type { Question } from './question.ts';
import { views } from './views.ts';

interface QuestionProps {
  readonly question: Question;
  readonly language: Language;
  readonly t: Translate;
  /** Stands in front of the step that it asks about. */
  readonly predict?: boolean;
  /** Takes the place of one that had the focus: takes it over. */
  readonly focused?: boolean;
  readonly onVerdict?: ((verdict: Verdict) => void) | undefined;
  /** Plays the question's commands on the host beside it; absent until the host can run. */
  readonly onShow?: ((commands: readonly string[]) => void) | undefined;
  /** Asks again with other figures; absent until the host can run. */
  readonly onRenew?: (() => void) | undefined;
}

function Commands(props: { readonly title: string; readonly lines: readonly string[] }): ReactNode {
  if (props.lines.length === 0) return null;
  return (
    <figure className={styles.commands}>
      <figcaption>{props.title}</figcaption>
      <pre translate="no">
        <code>{props.lines.join('\n')}</code>
      </pre>
    </figure>
  );
}

/** What the host says, and why; it takes the focus, so that a screen reader reads it at once. */
function Feedback(props: QuestionProps & { readonly verdict: Verdict }): ReactNode {
  const { question, language, t, verdict, onShow, onRenew } = props;
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.focus({ preventScroll: true }), []);
  const key = verdict.key[language];
  const shown = [...question.host, ...question.asked, ...(question.proof === undefined ? [] : [question.proof])];
  return (
    <div
      ref={box}
      tabIndex={-1}
      className={styles.feedback}
      data-right={verdict.right}
      role="note"
      aria-label={t('quiz.feedback')}
    >
      <p className={styles.outcome}>
        <span aria-hidden="true">{verdict.right ? '✓' : '→'}</span>
        {verdict.right ? (
          <span>{t('quiz.same', { key })}</span>
        ) : verdict.answer === undefined ? (
          <span>{t('quiz.key', { key })}</span>
        ) : (
          <span>{t('quiz.differs', { answer: verdict.answer[language], key })}</span>
        )}
      </p>
      {verdict.because && (
        <p>
          <InlineCodeView text={verdict.because[language]} />
        </p>
      )}
      <p>
        <InlineCodeView text={question.feedback[language]} />
      </p>
      {question.proof !== undefined && (
        <p className={styles.proof}>
          {t('quiz.proof')} <code translate="no">{question.proof}</code>
        </p>
      )}
      {(onShow || onRenew) && (
        <div className={styles.actions}>
          {onShow && (
            <button type="button" onClick={() => onShow(shown)}>
              {t('quiz.show')}
            </button>
          )}
          {onRenew && (
            <button type="button" onClick={onRenew}>
              {t('quiz.renew')}
            </button>
          )}
        </div>
      )}
    </div>
  );
}

/** The number keys press the button that carries the number, while the focus is inside the question and not in its input. */
function pressNumber(event: KeyboardEvent<HTMLElement>): void {
  if (!/^[1-9]$/.test(event.key) || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.target instanceof HTMLInputElement) return;
  const button = event.currentTarget.querySelector<HTMLButtonElement>(`button[data-key="${event.key}"]`);
  if (button === null || button.disabled) return;
  event.preventDefault();
  button.click();
}

/**
 * One question: what ran on the host, what is asked, the way to answer, and at once what the host says. "Not sure" is
 * always an answer. A new question (another key of the element) starts afresh.
 */
export function QuestionView(props: QuestionProps): ReactNode {
  const { question, language, t, onVerdict } = props;
  const [given, setGiven] = useState<string | undefined>();
  const [verdict, setVerdict] = useState<Verdict | undefined>();
  const ask = useId();
  const text = useRef<HTMLParagraphElement>(null);
  const { focused = false } = props;
  useEffect(() => {
    if (focused) text.current?.focus({ preventScroll: true });
  }, [focused]);
  const kind = kinds[question.kind];
  const View = views[question.kind] as ComponentType<KindViewProps> | undefined;
  if (kind === undefined || View === undefined) throw new Error(`there is no kind of question ${question.kind}`);
  const answer = (value: string | undefined) => {
    const judged = kind.grade(question, value === undefined ? 'unsure' : { given: value });
    setGiven(value);
    setVerdict(judged);
    if (judged !== undefined) onVerdict?.(judged);
  };
  return (
    <fieldset className={styles.question} aria-labelledby={ask} onKeyDown={pressNumber} data-question={question.id}>
      <p className={styles.label}>{t(props.predict ? 'prose.predict' : 'prose.quiz')}</p>
      <Commands title={t('quiz.host')} lines={question.host} />
      <Commands title={t('quiz.asked')} lines={question.asked} />
      <p id={ask} ref={text} tabIndex={-1} className={styles.ask}>
        <InlineCodeView text={question.ask[language]} />
      </p>
      <View {...{ question, language, t, verdict, given }} labelledBy={ask} answer={answer} />
      {verdict === undefined ? (
        <button type="button" className={styles.unsure} onClick={() => answer(undefined)}>
          {t('quiz.unsure')}
        </button>
      ) : (
        <Feedback {...props} verdict={verdict} />
      )}
    </fieldset>
  );
}
