import * as z from 'zod/mini';

const text = z.string().check(z.minLength(1));

const localized = z.strictObject({ ko: text, en: text });

/** Why an answer is wrong: its own words, or those of a misconception. */
const reason = {
  misconception: z.optional(z.string().check(z.regex(/^M\d\d$/))),
  because: z.optional(localized),
};

/** A host on which another story happened: that of a misconception. */
// biome-ignore lint/suspicious/noThenProperty: the word of the content format; it holds a text, never a function
const story = z.strictObject({ host: text, then: z.optional(text) });

/** A value: fixed words, or the output of a command; `as` puts it into words, at `@{out}`. */
const value = {
  text: z.optional(z.union([text, localized])),
  run: z.optional(text),
  as: z.optional(localized),
};

interface Source {
  readonly text?: unknown;
  readonly run?: unknown;
  readonly as?: unknown;
}

const oneValue = z.refine<Source>(
  ({ text, run, as }) => (text === undefined) !== (run === undefined) && (as === undefined || run !== undefined),
  'give either text or run; `as` goes with run',
);

const keySchema = z.strictObject(value).check(oneValue);

const wrongSchema = z.strictObject({ ...value, ...reason, instead: z.optional(story) }).check(
  oneValue,
  z.refine((given) => given.misconception !== undefined || given.because !== undefined, 'say why it is wrong'),
  z.refine((given) => given.instead === undefined || given.run !== undefined, '`instead` goes with run'),
);

const variable = z.array(z.union([z.string(), z.number()])).check(z.minLength(1));

/** What every kind of question has (quiz.yaml); a kind adds its own fields. */
export const questionFields = {
  id: z.string().check(z.regex(/^[a-z0-9-]+$/)),
  /** Name → values, of which the seed draws one; a value may hold variables that stand before it. */
  vars: z.optional(z.record(z.string().check(z.regex(/^[a-z][a-z0-9]*$/)), variable)),
  /** Commands that run before the question and are shown. */
  host: text,
  /** The commands that the question asks about. */
  // biome-ignore lint/suspicious/noThenProperty: the word of the content format; it holds a text, never a function
  then: z.optional(text),
  ask: localized,
  answer: keySchema,
  wrong: z.array(wrongSchema).check(z.minLength(2)),
  /** Which rule decides; shown after every answer. May hold `@{key}`. */
  feedback: localized,
  /** The diagram that shows it. */
  view: z.optional(text),
};

const questionSchema = z.strictObject({ kind: z.string(), ...questionFields });

export type QuestionSpec = z.infer<typeof questionSchema>;
export type ValueSpec = z.infer<typeof keySchema> & Pick<z.infer<typeof wrongSchema>, 'instead'>;
