import type { Localized } from '../i18n/languages.ts';
import { type Drawn, drawVariables, fill, fillBoth, seedOfAttempt } from './draw.ts';
import { commandLines, type HostRunner } from './host.ts';
import type { QuestionSpec, ValueSpec } from './spec.ts';

/** A wrong answer that is known beforehand, with what its misconception stands against. */
export interface WrongAnswer {
  readonly value: Localized;
  readonly misconception?: string;
  readonly because?: Localized;
}

/** A question with its figures drawn and its key read from the host: plain data, the same for the same seed. */
export interface Question {
  readonly id: string;
  readonly kind: string;
  readonly seed: number;
  readonly ask: Localized;
  /** Run before the question and shown. */
  readonly host: readonly string[];
  /** What the question asks about; it runs after the answer. */
  readonly asked: readonly string[];
  /** The command whose output is the key; absent where no state decides. */
  readonly proof?: string;
  readonly key: Localized;
  readonly wrong: readonly WrongAnswer[];
  readonly feedback: Localized;
  readonly view?: string;
}

/** Whether two values are the same answer, by the rules of a kind. */
export type Same = (a: Localized, b: Localized) => boolean;

/** Attempts at a question whose wrong answers fall together with the key before it counts as broken. */
const attempts = 20;

const inBoth = (text: string): Localized => ({ ko: text, en: text });

/** Reads values from the host; runs that end badly or print nothing are mistakes of the question and throw. */
class Reader {
  private readonly spec: QuestionSpec;
  private readonly drawn: Drawn;
  private readonly host: HostRunner;

  constructor(spec: QuestionSpec, drawn: Drawn, host: HostRunner) {
    this.spec = spec;
    this.drawn = drawn;
    this.host = host;
  }

  commands(script: string | undefined): readonly string[] {
    return script === undefined ? [] : commandLines(fill(script, this.drawn));
  }

  value({ text, run, as, instead }: ValueSpec): Localized {
    if (run === undefined)
      return typeof text === 'object' ? fillBoth(text, this.drawn) : inBoth(fill(text ?? '', this.drawn));
    const { host, then } = instead ?? this.spec;
    const command = fill(run, this.drawn);
    const { stdout, stderr, exit } = this.host([...this.commands(host), ...this.commands(then)], command);
    const out = stdout.trim();
    if (exit !== 0 || out === '')
      throw new Error(`question ${this.spec.id}: ${command} gave status ${exit} and no answer. ${stderr}`.trim());
    return as === undefined ? inBoth(out) : fillBoth(as, { ...this.drawn, out });
  }
}

function attempt(spec: QuestionSpec, seed: number, host: HostRunner, same: Same): Omit<Question, 'seed'> {
  const drawn = drawVariables(spec.vars ?? {}, seed, spec.id);
  const reader = new Reader(spec, drawn, host);
  const key = reader.value(spec.answer);
  const wrong: WrongAnswer[] = [];
  for (const { misconception, because, ...source } of spec.wrong) {
    const value = reader.value(source);
    if (same(value, key) || wrong.some((other) => same(other.value, value))) continue;
    wrong.push({
      value,
      ...(misconception === undefined ? {} : { misconception }),
      ...(because === undefined ? {} : { because: fillBoth(because, drawn) }),
    });
  }
  const explained = (text: Localized): Localized => ({
    ko: fill(text.ko, { ...drawn, key: key.ko }),
    en: fill(text.en, { ...drawn, key: key.en }),
  });
  return {
    id: spec.id,
    kind: spec.kind,
    ask: fillBoth(spec.ask, drawn),
    host: reader.commands(spec.host),
    asked: reader.commands(spec.then),
    ...(spec.answer.run === undefined ? {} : { proof: fill(spec.answer.run, drawn) }),
    key,
    wrong,
    feedback: explained(spec.feedback),
    ...(spec.view === undefined ? {} : { view: spec.view }),
  };
}

/**
 * Draws a question's variables and reads its key and its wrong answers from the host. A wrong answer that equals the
 * key, or one before it, drops out; with fewer than two left the next seed is tried, at most 20 times, then it throws.
 */
export function pose(
  spec: QuestionSpec,
  seed: number,
  host: HostRunner,
  same: Same,
): { readonly question: Question; readonly drawnFrom: number } {
  for (let n = 0; n < attempts; n++) {
    const drawnFrom = seedOfAttempt(seed, n);
    const question = attempt(spec, drawnFrom, host, same);
    if (question.wrong.length >= 2) return { question: { ...question, seed }, drawnFrom };
  }
  throw new Error(
    `question ${spec.id}: seed ${seed} and the ${attempts - 1} after it leave fewer than two wrong answers`,
  );
}
