import type { ReactNode } from 'react';
import { FreeAnswerView } from '../../FreeAnswerView.tsx';
import type { KindViewProps } from '../../kind.ts';

/** A number, written freely. */
export function View(props: KindViewProps): ReactNode {
  return <FreeAnswerView {...props} inputMode="decimal" unreadable={props.t('quiz.noNumber')} />;
}
