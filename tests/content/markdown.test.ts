import { describe, expect, it } from 'vitest';
import { readLessonText } from '../../src/lessons/markdown.ts';

const front = '---\ntitle: T\nsummary: S\nobjectives: [see it]\nminutes: 5\nsources: [veth-4]\n---\n';

const read = (body: string) => readLessonText(`${front}${body}`, 'content/lessons/x/en.md', 'en');

const inStep = (body: string) => `::::step{#one view="net-bridge"}\n## One\n\n${body}\n::::\n`;

describe('Markdown of a lesson', () => {
  it('gives a step its id, title, view and commands', () => {
    const { steps } = read(inStep('~~~sh run exit=1\nip link\nbridge \\\n  link\n~~~\n'));
    expect(steps).toEqual([
      {
        id: 'one',
        title: 'One',
        view: 'net-bridge',
        commands: [{ line: 'ip link' }, { line: 'bridge \\\n  link', exit: 1 }],
      },
    ]);
  });

  it('keeps colons of prose as text', () => {
    const { tree } = read(inStep('Port 8080:80 of nginx:alpine, key:value, 10:a.'));
    expect(JSON.stringify(tree)).toContain('"Port 8080:80 of nginx:alpine, key:value, 10:a."');
  });

  it('takes the command of :out as it is written', () => {
    const { outputs } = read(
      inStep("~~~sh run\nip link\n~~~\nIt says :out[ip -br addr | awk '{print $3}' # *x* {{.A}} http://a.example/].\n"),
    );
    expect(outputs.map(({ command, after }) => [command, after.length])).toEqual([
      ["ip -br addr | awk '{print $3}' # *x* {{.A}} http://a.example/", 1],
    ]);
  });

  it('marks a quoted sentence in the other language', () => {
    const { tree } = read(inStep('x').concat('> It is one.\n>\n> 하나입니다.\n'));
    expect(tree.at(-1)).toEqual(['blockquote', null, ['p', null, 'It is one.'], ['p', { lang: 'ko' }, '하나입니다.']]);
  });

  it('puts run and show blocks into the tree without a box around them', () => {
    const { tree } = read(inStep('~~~sh run tty=c1\nls\n~~~\n\n~~~text show\na  b\n~~~\n'));
    expect(tree[0]).toEqual([
      'step',
      { id: 'one', view: 'net-bridge' },
      ['h2', null, 'One'],
      ['run', { commands: [{ line: 'ls', tty: 'c1' }] }],
      ['show', { text: 'a  b' }],
    ]);
  });

  it.each([
    [
      'an unknown block',
      inStep('x\n\n:::notes{kind="deeper"}\nx\n:::'),
      13,
      'there is no :::notes; there are step, note',
    ],
    ['an unknown leaf', '::predicts{of=a}\n', 8, 'there is no ::predicts; there are predict, quiz, lab'],
    ['an unknown inline word with brackets', inStep('a :trem[veth]{of=veth}'), 11, 'there is no :trem'],
    ['a missing attribute', '\n::predict\n', 9, 'predict needs of'],
    ['an unknown attribute', '::quiz{of=a to=b}\n', 8, 'quiz takes no to; it takes of'],
    ['an unknown kind of note', inStep(':::note{kind=tip}\nx\n:::'), 11, 'there is no note of kind tip'],
    ['a step without a heading', '::::step{#one}\nx\n::::\n', 8, 'step one needs a heading'],
    ['a step that stands twice', inStep('x') + inStep('y'), 8, 'step one stands twice'],
    ['commands outside a step', `~~~sh run\nls\n~~~\n${inStep('x')}`, 9, 'a run block belongs inside a step'],
    ['an unknown mode of a block', inStep('~~~sh\nls\n~~~'), 11, 'a block is either'],
    ['an unknown option of a run block', inStep('~~~sh run fast\nls\n~~~'), 11, 'does not understand fast'],
    ['HTML', '<b>x</b>\n', 8, 'HTML is not part of a lesson'],
  ])('%s is refused with its line', (_, body, line, reason) => {
    expect(() => read(body)).toThrow(`content/lessons/x/en.md:${line}: `);
    expect(() => read(body)).toThrow(reason);
  });

  it('a wrong front matter is refused with its line', () => {
    const text = front.replace('minutes: 5', 'minutes: five');
    expect(() => readLessonText(`${text}x`, 'en.md', 'en')).toThrow(/^en\.md:5: minutes: /);
    expect(() => readLessonText('# T', 'en.md', 'en')).toThrow('en.md:1: a lesson starts with its front matter');
  });
});
