import type { ReactNode } from 'react';
import { InlineCodeView } from '../../InlineCodeView.tsx';
import type { KindViewProps } from '../../kind.ts';
import styles from '../../Question.module.css';
import type { ChoiceQuestion } from './kind.ts';

/** Options as buttons: one press is the answer. The number keys do the same while the focus is inside. */
export function View(props: KindViewProps<ChoiceQuestion>): ReactNode {
  const { question, language, t, verdict, given, answer } = props;
  const marks = (index: number, option: string) => {
    if (verdict === undefined) return undefined;
    if (option === question.key[language]) return 'right';
    return given === String(index) ? 'wrong' : undefined;
  };
  return (
    <ol className={styles.options} aria-labelledby={props.labelledBy}>
      {question.options.map((option, index) => {
        const mark = marks(index, option[language]);
        return (
          <li key={option.en}>
            <button
              type="button"
              data-key={index + 1}
              data-mark={mark}
              disabled={verdict !== undefined}
              onClick={() => answer(String(index))}
            >
              <span className={styles.number} aria-hidden="true">
                {index + 1}
              </span>
              <span>
                <InlineCodeView text={option[language]} />
              </span>
              {mark && (
                <span className={styles.mark}>
                  <span aria-hidden="true">{mark === 'right' ? '✓' : '✗'}</span>{' '}
                  {mark === 'right' ? t('quiz.hosts') : t('quiz.yours')}
                </span>
              )}
            </button>
          </li>
        );
      })}
    </ol>
  );
}
