import { createContext, type ReactNode, useContext } from 'react';
import type { StepCommand } from '../../lessons/lesson.ts';
import { usePage } from '../PageContext.tsx';
import styles from './Prose.module.css';
import { useProseWidgets } from './widgets.ts';

interface Children {
  readonly children?: ReactNode;
}

const StepContext = createContext<string | undefined>(undefined);

/** `::::step{#id}`: a stretch of prose with an address; marked when the host stands at it. */
function Step({ id, children }: Children & { readonly id: string }) {
  const { t } = usePage();
  const { activeStep } = useProseWidgets();
  return (
    <StepContext value={id}>
      <section id={id} className={styles.step} data-step aria-current={activeStep === id ? 'step' : undefined}>
        <a className={styles.anchor} href={`#${id}`} aria-label={t('prose.stepLink')}>
          #
        </a>
        {children}
      </section>
    </StepContext>
  );
}

/** `~~~sh run`: commands that the host runs; the button appears once it can. */
function Run({ commands }: { readonly commands: readonly StepCommand[] }) {
  const { t } = usePage();
  const { run, activeStep } = useProseWidgets();
  const step = useContext(StepContext);
  return (
    <div className={styles.run}>
      <pre translate="no">
        {commands.map(({ line, tty }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the lines of a block are fixed text
          <span key={index} className={styles.line}>
            <span className={styles.prompt} aria-hidden="true">
              {tty ? `${tty} $ ` : '$ '}
            </span>
            <code>{line}</code>
            {'\n'}
          </span>
        ))}
      </pre>
      {run && (
        <button type="button" onClick={() => run(commands)}>
          {activeStep === step ? t('prose.runAgain') : t('prose.run')}
        </button>
      )}
    </div>
  );
}

/** `~~~sh show`: commands or output to look at, not run. */
function Show({ text }: { readonly text: string }) {
  const { t } = usePage();
  return (
    <figure className={styles.show}>
      <figcaption className="visually-hidden">{t('prose.show')}</figcaption>
      <pre translate="no">
        <code>{text}</code>
      </pre>
    </figure>
  );
}

const noteKinds = ['misconception', 'correction', 'deeper', 'history'] as const;
type NoteKind = (typeof noteKinds)[number];

/** `:::note{kind=…}`; a note belongs to its step and is no landmark of the page. */
function Note({ kind, children }: Children & { readonly kind: NoteKind }) {
  const { t } = usePage();
  return (
    <div role="note" className={styles.note} data-kind={kind} aria-label={t(`prose.note.${kind}`)}>
      <p className={styles.label}>{t(`prose.note.${kind}`)}</p>
      {children}
    </div>
  );
}

function Predict({ of }: { readonly of: string }) {
  const { Predict: Widget } = useProseWidgets();
  return Widget ? <Widget id={of} /> : null;
}

function Quiz({ of }: { readonly of: string }) {
  const { Quiz: Widget } = useProseWidgets();
  return Widget ? <Widget id={of} /> : null;
}

function Lab({ of }: { readonly of: string }) {
  const { Lab: Widget } = useProseWidgets();
  return Widget ? <Widget id={of} /> : null;
}

/** `:term[veth]{of=veth}`: a word of the glossary at its first use. */
function Term({ children }: Children & { readonly of: string }) {
  return <dfn className={styles.term}>{children}</dfn>;
}

/** `:out[command]`: what the command printed at this point, put in by the build. */
function Out({ text }: { readonly text: string }) {
  return (
    <samp className={styles.out} translate="no">
      {text}
    </samp>
  );
}

/** Tag of the element tree → its component. */
export const directives = {
  step: Step,
  run: Run,
  show: Show,
  note: Note,
  predict: Predict,
  quiz: Quiz,
  lab: Lab,
  term: Term,
  out: Out,
};
