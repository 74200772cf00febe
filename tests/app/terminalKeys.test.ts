import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { tokensOf } from '../../src/app/stage/terminalKeys.ts';

it('colouring loses no character of any line', () => {
  fc.assert(
    fc.property(
      fc.string(),
      (line) =>
        tokensOf(line)
          .map((token) => token.text)
          .join('') === line,
    ),
  );
});

it('commands, options, quotes and operators are told apart', () => {
  const looks = tokensOf(`A=1 docker run -d --name "my web" nginx | grep 'x' && ls > out`)
    .filter((token) => token.text.trim() !== '')
    .map(({ look, text }) => `${look} ${text}`);
  expect(looks).toEqual([
    'plain A=1',
    'command docker',
    'plain run',
    'option -d',
    'option --name',
    'quoted "my web"',
    'plain nginx',
    'operator |',
    'command grep',
    "quoted 'x'",
    'operator &&',
    'command ls',
    'operator >',
    'plain out',
  ]);
});
