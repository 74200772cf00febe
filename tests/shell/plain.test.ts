import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Parsed, parseScript } from '../../src/shell/parse.ts';
import { parsePlain } from '../../src/shell/plain.ts';

const PLAIN = [
  'docker run -d --name web nginx:alpine',
  'ip -br link\n',
  '',
  '  \t',
  '\n\n',
  '  ls   -l /tmp  ',
  '#!/bin/sh\nset -e\n\n# what was given\nexec "$@"\n',
  'echo a\n  echo b\n',
  '-x +y %1 1.2.3.4/8',
];
const OTHER = [
  'a=b',
  'a=b c',
  'echo a=b',
  'export a',
  'if',
  'ls | wc',
  'ls &',
  'ls; ls',
  "echo 'a'",
  'echo $a',
  'echo *',
  'echo {a,b}',
  'ls > x',
  'echo a\\\nb',
  'echo a # b',
  'echo ~',
  '! ls',
  'docker ps --format "{{.Names}}"',
];

/** The nodes as JSON, commands with the lists that are derived from their words. */
const shown = ({ nodes }: Parsed): unknown =>
  JSON.parse(
    JSON.stringify(
      nodes.map((node) =>
        node.type === 'Command' ? [node.name, node.prefix, node.suffix, node.args, node.redirects] : node,
      ),
      (key, value: unknown) => (key === 'args' || key === 'redirects' ? undefined : value),
    ),
  );

function same(text: string): void {
  const plain = parsePlain(text);
  if (plain) expect(shown(plain)).toEqual(shown(parseScript(text)));
}

describe('plain command lines', () => {
  it.each(PLAIN)('%j is read without the parser, into the same tree', (text) => {
    expect(parsePlain(text)).toBeDefined();
    same(text);
  });

  it.each(OTHER)('%j is left to the parser', (text) => expect(parsePlain(text)).toBeUndefined());

  it('agrees with the parser on whatever it reads', () => {
    const piece = fc.constantFrom(
      ' ',
      '\t',
      '\n',
      'a',
      'if',
      'time',
      'x=',
      '=',
      '-',
      '1',
      '%',
      ':',
      '"$@"',
      '#',
      '#!',
      '+',
      ',',
      '@',
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 12 }).map((all) => all.join('')),
        same,
      ),
      { numRuns: 2000 },
    );
  });
});
