import { type FormEvent, type ReactNode, useId } from 'react';
import type { KindViewProps } from './kind.ts';
import styles from './Question.module.css';

/** A line to write the answer on; what cannot be read is said beside it and judges nobody. */
export function FreeAnswerView(
  props: KindViewProps & { readonly inputMode: 'decimal' | 'text'; readonly unreadable: string },
): ReactNode {
  const { t, verdict, given, labelledBy, answer } = props;
  const problem = useId();
  const unread = given !== undefined && verdict === undefined;
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    answer(String(new FormData(event.currentTarget).get('answer') ?? ''));
  };
  return (
    <form className={styles.free} onSubmit={submit} noValidate>
      <input
        name="answer"
        type="text"
        inputMode={props.inputMode}
        aria-labelledby={labelledBy}
        aria-invalid={unread || undefined}
        aria-describedby={unread ? problem : undefined}
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        readOnly={verdict !== undefined}
      />
      <button type="submit" disabled={verdict !== undefined}>
        {t('quiz.answer')}
      </button>
      {unread && (
        <p id={problem} className={styles.problem} role="alert">
          {props.unreadable}
        </p>
      )}
    </form>
  );
}
