import { describe, expect, it } from 'vitest';
import type { HostRunner } from '../../src/quiz/host.ts';
import type { Answer } from '../../src/quiz/kind.ts';
import { kind as choice } from '../../src/quiz/kinds/choice/kind.ts';
import { schema as choiceSchema } from '../../src/quiz/kinds/choice/schema.ts';
import { kind as number } from '../../src/quiz/kinds/number/kind.ts';
import { schema as numberSchema } from '../../src/quiz/kinds/number/schema.ts';
import { kind as text } from '../../src/quiz/kinds/text/kind.ts';
import { schema as textSchema } from '../../src/quiz/kinds/text/schema.ts';
import { kinds } from '../../src/quiz/kinds.ts';
import { schemas } from '../../src/quiz/schemas.ts';
import { views } from '../../src/quiz/views.ts';

const both = (words: string) => ({ ko: words, en: words });

/** A host that counts: `runs` gives the number of commands before, `echo` its words. */
const host: HostRunner = (commands, run) => {
  const stdout = run === 'runs' ? `${commands.length}\n` : run.startsWith('echo ') ? `${run.slice(5)}\n` : '';
  return { stdout, stderr: '', exit: stdout === '' ? 1 : 0 };
};

const fields = {
  id: 'sample',
  host: 'a\n# a comment\nb @{name}\n',
  // biome-ignore lint/suspicious/noThenProperty: the word of the content format; it holds a text, never a function
  then: 'c',
  vars: { name: ['web', 'db', 'api'], extra: ['@{name}-1'] },
  ask: both('how many for @{extra}?'),
  answer: { run: 'runs' },
  wrong: [
    { text: '4', misconception: 'M31', because: both('no NIC') },
    { run: 'echo 2', because: both('@{name} counts too') },
  ],
  feedback: both('it is @{key}'),
};

const given = (value: string): Answer => ({ given: value });

describe('a question', () => {
  it('has a folder for each kind', () => {
    for (const part of [kinds, schemas, views])
      expect(Object.keys(part).toSorted()).toEqual(['choice', 'number', 'text']);
  });

  it('draws its variables from the seed and reads its key from the host', () => {
    const spec = numberSchema.parse({ kind: 'number', ...fields });
    const question = number.generate(spec, 7, host);
    expect(question).toEqual(number.generate(spec, 7, host));
    const [, name = ''] = question.host[1]?.split(' ') ?? [];
    expect(fields.vars.name).toContain(name);
    expect(question).toMatchObject({
      host: ['a', `b ${name}`],
      asked: ['c'],
      ask: both(`how many for ${name}-1?`),
      proof: 'runs',
      key: both('3'),
      feedback: both('it is 3'),
    });
    expect(question.wrong[1]?.because).toEqual(both(`${name} counts too`));
    const drawn = new Set(Array.from({ length: 50 }, (_, seed) => number.generate(spec, seed, host).host[1]));
    expect(drawn.size).toBe(3);
  });

  it('tells the story of a misconception on a host of its own', () => {
    const wrong = [...fields.wrong, { run: 'runs', instead: { host: 'only' }, because: both('x') }];
    const question = text.generate(textSchema.parse({ kind: 'text', ...fields, wrong }), 1, host);
    expect(question.wrong.map(({ value }) => value.en)).toEqual(['4', '2', '1']);
  });

  it('drops wrong answers that equal the key or each other, and gives up when fewer than two are left', () => {
    const wrong = [...fields.wrong, { text: '3', because: both('x') }, { text: '2.0', because: both('x') }];
    const spec = numberSchema.parse({ kind: 'number', ...fields, wrong });
    expect(number.generate(spec, 1, host).wrong).toHaveLength(2);
    const hopeless = { ...spec, wrong: [{ text: '3', because: both('x') }, ...spec.wrong.slice(0, 1)] };
    expect(() => number.generate(hopeless, 1, host)).toThrow('fewer than two wrong answers');
  });

  it('takes the next seed when this one leaves too few wrong answers', () => {
    const wrong = [
      { text: '4', because: both('x') },
      { text: '@{n}', because: both('x') },
    ];
    const spec = numberSchema.parse({
      kind: 'number',
      ...fields,
      vars: { name: ['a'], extra: ['b'], n: [3, 5] },
      wrong,
    });
    for (let seed = 0; seed < 50; seed++)
      expect(number.generate(spec, seed, host).wrong.map(({ value }) => value.en)).toEqual(['4', '5']);
  });

  it('is at fault when its command fails, or when a slot has no variable', () => {
    const broken = numberSchema.parse({ kind: 'number', ...fields, answer: { run: 'nothing' } });
    expect(() => number.generate(broken, 1, host)).toThrow('question sample: nothing gave status 1');
    const slot = numberSchema.parse({ kind: 'number', ...fields, ask: both('@{who}') });
    expect(() => number.generate(slot, 1, host)).toThrow('@{who} is no variable');
  });

  it('is refused without a reason for a wrong answer, with two sources, or with a single wrong answer', () => {
    const accepts = (change: object) => choiceSchema.safeParse({ kind: 'choice', ...fields, ...change }).success;
    expect(accepts({})).toBe(true);
    expect(accepts({ wrong: [fields.wrong[0], { text: '9' }] })).toBe(false);
    expect(accepts({ wrong: [fields.wrong[0]] })).toBe(false);
    expect(accepts({ answer: { run: 'runs', text: '3' } })).toBe(false);
    expect(accepts({ answer: {} })).toBe(false);
    expect(accepts({ hint: 'x' })).toBe(false);
  });
});

describe('choice', () => {
  const question = choice.generate(choiceSchema.parse({ kind: 'choice', ...fields }), 3, host);

  it('shows key and wrong answers once each, in an order of the seed', () => {
    expect(question.options.map(({ en }) => en).toSorted()).toEqual(['2', '3', '4']);
    const spec = choiceSchema.parse({ kind: 'choice', ...fields });
    const orders = Array.from({ length: 50 }, (_, seed) =>
      choice
        .generate(spec, seed, host)
        .options.map(({ en }) => en)
        .join(),
    );
    expect(new Set(orders).size).toBe(6);
  });

  it('grades by index, with the reason of the chosen wrong answer', () => {
    const at = (value: string) => given(String(question.options.findIndex(({ en }) => en === value)));
    expect(choice.grade(question, at('3'))).toEqual({ right: true, answer: both('3'), key: both('3') });
    expect(choice.grade(question, at('4'))).toEqual({
      right: false,
      answer: both('4'),
      key: both('3'),
      because: both('no NIC'),
      misconception: 'M31',
    });
    expect(choice.grade(question, 'unsure')).toEqual({ right: false, key: both('3') });
    for (const nonsense of ['3', '-1', 'x', '']) expect(choice.grade(question, given(nonsense))).toBeUndefined();
  });

  it('may put an output into words', () => {
    const answer = { run: 'runs', as: { ko: '@{out}개', en: '@{out} ports' } };
    const spec = choiceSchema.parse({ kind: 'choice', ...fields, answer });
    expect(choice.generate(spec, 1, host).key).toEqual({ ko: '3개', en: '3 ports' });
  });
});

describe('number', () => {
  const spec = numberSchema.parse({ kind: 'number', ...fields, accept: { units: ['개', 'ports'] } });
  const question = number.generate(spec, 1, host);

  it.each(['3', ' 3 ', '3개', '3 개', '3 Ports', '３', '3.0', '+3'])('reads %j as the key', (value) => {
    expect(number.grade(question, given(value))).toMatchObject({ right: true });
  });

  it.each(['', 'three', '3 apples', '3 4', '-'])('does not judge %j', (value) => {
    expect(number.grade(question, given(value))).toBeUndefined();
  });

  it('knows why a foreseen number is wrong and judges others too', () => {
    expect(number.grade(question, given('4'))).toMatchObject({
      right: false,
      misconception: 'M31',
      because: both('no NIC'),
    });
    expect(number.grade(question, given('1,000'))).toEqual({ right: false, answer: both('1000'), key: both('3') });
    expect(number.grade(question, 'unsure')).toEqual({ right: false, key: both('3') });
  });

  it('keeps to its tolerance', () => {
    const loose = number.generate(
      numberSchema.parse({ kind: 'number', ...fields, accept: { tolerance: 0.5 } }),
      1,
      host,
    );
    expect(number.grade(loose, given('3.5'))?.right).toBe(true);
    expect(number.grade(loose, given('3.6'))?.right).toBe(false);
  });

  it('refuses a key that is no number', () => {
    const broken = numberSchema.parse({ kind: 'number', ...fields, answer: { run: 'echo up' } });
    expect(() => number.generate(broken, 1, host)).toThrow('up is no number');
  });
});

describe('text', () => {
  const answers = {
    answer: { run: 'echo 172.17.0.3' },
    wrong: [{ text: '172.17.0.4', because: both('x') }, fields.wrong[1]],
  };
  const spec = textSchema.parse({ kind: 'text', ...fields, ...answers, accept: { suffixes: ['/16'] } });
  const question = text.generate(spec, 1, host);

  it.each(['172.17.0.3', ' 172.17.0.3\n', '172.17.0.3/16', '`172.17.0.3`', '１７２.17.0.3', '172.17.0.3.'])(
    'reads %j as the key',
    (value) => {
      expect(text.grade(question, given(value))).toMatchObject({ right: true });
    },
  );

  it('knows why a foreseen text is wrong and judges others too', () => {
    expect(text.grade(question, given('172.17.0.4/16'))).toMatchObject({ right: false, because: both('x') });
    expect(text.grade(question, given('10.0.0.1'))).toEqual({
      right: false,
      answer: both('10.0.0.1'),
      key: both('172.17.0.3'),
    });
    expect(text.grade(question, given('  '))).toBeUndefined();
    expect(text.grade(question, given('/16'))).toMatchObject({ right: false });
  });
});
