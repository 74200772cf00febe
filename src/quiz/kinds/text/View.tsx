import type { ReactNode } from 'react';
import { FreeAnswerView } from '../../FreeAnswerView.tsx';
import type { KindViewProps } from '../../kind.ts';

/** A short text, written freely. */
export function View(props: KindViewProps): ReactNode {
  return <FreeAnswerView {...props} inputMode="text" unreadable={props.t('quiz.noText')} />;
}
