import { createContext, type ReactNode, useContext, useState } from 'react';
import type { Lesson } from '../../lessons/lesson.ts';
import { QuestionView } from '../../quiz/QuestionView.tsx';
import type { Question } from '../../quiz/question.ts';
import { usePage } from '../PageContext.tsx';
import { ProseWidgetsProvider, useProseWidgets } from '../prose/widgets.ts';
import { poseQuestion } from './questions.ts';

const LessonContext = createContext<Lesson | undefined>(undefined);

/** One question, posed anew with the next seed as often as the reader likes. */
function Renewable(props: { readonly slug: string; readonly first: Question; readonly predict: boolean }) {
  const { slug, first, predict } = props;
  const { language, t } = usePage();
  const { show } = useProseWidgets();
  const [question, setQuestion] = useState(first);
  const renew = async () => {
    const next = await poseQuestion(slug, question.id, question.seed + 1);
    if (next !== undefined) setQuestion(next);
  };
  return (
    <QuestionView
      key={question.seed}
      {...{ question, language, t, predict }}
      focused={question !== first}
      onShow={show}
      onRenew={renew}
    />
  );
}

function LessonQuestion({ id, predict = false }: { readonly id: string; readonly predict?: boolean }) {
  const lesson = useContext(LessonContext);
  const first = lesson?.questions[id];
  return lesson && first ? <Renewable slug={lesson.slug} first={first} predict={predict} /> : null;
}

const Quiz = ({ id }: { readonly id: string }) => <LessonQuestion id={id} />;
const Predict = ({ id }: { readonly id: string }) => <LessonQuestion id={id} predict />;

/** Gives the prose of a lesson its questions: they stand in the built page and are graded without the engine. */
export function LessonQuestions(props: { readonly lesson: Lesson; readonly children: ReactNode }) {
  const widgets = useProseWidgets();
  return (
    <LessonContext value={props.lesson}>
      <ProseWidgetsProvider value={{ ...widgets, Quiz, Predict }}>{props.children}</ProseWidgetsProvider>
    </LessonContext>
  );
}
