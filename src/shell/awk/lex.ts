export type TokenKind = 'number' | 'string' | 'regex' | 'name' | 'function' | 'word' | 'mark' | 'newline' | 'end';

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly line: number;
  /** A name directly followed by `(`: a call. */
  readonly call?: boolean;
}

const WORDS = new Set(
  'BEGIN END function func if else while for do in next nextfile exit return break continue delete print printf getline'.split(
    ' ',
  ),
);

const MARKS = [
  '**=',
  '&&',
  '||',
  '++',
  '--',
  '+=',
  '-=',
  '*=',
  '/=',
  '%=',
  '^=',
  '**',
  '==',
  '!=',
  '<=',
  '>=',
  '>>',
  '!~',
  '{',
  '}',
  '(',
  ')',
  '[',
  ']',
  ';',
  ',',
  '+',
  '-',
  '*',
  '/',
  '%',
  '^',
  '!',
  '>',
  '<',
  '|',
  '?',
  ':',
  '~',
  '$',
  '=',
] as const;

/** Tokens of a program, or a message with the line. */
export function lex(source: string): readonly Token[] | string {
  const tokens: Token[] = [];
  let line = 1;
  let at = 0;
  const push = (kind: TokenKind, text: string, more: Partial<Token> = {}): void => {
    tokens.push({ kind, text, line, ...more });
  };
  while (at < source.length) {
    const rest = source.slice(at);
    const blank = /^(?:[ \t\r]+|\\\r?\n|#[^\n]*)/.exec(rest);
    if (blank) {
      at += blank[0].length;
      if (blank[0].includes('\n')) line++;
      continue;
    }
    if (rest[0] === '\n') {
      push('newline', '\n');
      line++;
      at++;
      continue;
    }
    const number = /^(?:0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)/.exec(rest);
    if (number) {
      push('number', number[0]);
      at += number[0].length;
      continue;
    }
    if (rest[0] === '"') {
      const string = /^"((?:[^"\\\n]|\\[\s\S])*)"/.exec(rest);
      if (!string) return `line ${line}: runaway string constant ${rest.split('\n')[0]}`;
      push('string', unquote(string[1] as string));
      at += string[0].length;
      continue;
    }
    if (rest[0] === '/' && regexMayStand(tokens.at(-1))) {
      const regex = /^\/((?:[^/\\\n[]|\\.|\[(?:\^?\]?(?:\[:\w+:\]|[^\]\n])*)\])*)\//.exec(rest);
      if (!regex) return `line ${line}: regular expression compile failed (missing '/')`;
      push('regex', (regex[1] as string).replace(/\\\//g, '/'));
      at += regex[0].length;
      continue;
    }
    const name = /^[A-Za-z_]\w*/.exec(rest);
    if (name) {
      const call = rest[name[0].length] === '(';
      push(WORDS.has(name[0]) ? 'word' : 'name', name[0], call ? { call } : {});
      at += name[0].length;
      continue;
    }
    const mark = MARKS.find((one) => rest.startsWith(one));
    if (mark === undefined) return `line ${line}: syntax error at or near ${rest[0]}`;
    push('mark', mark);
    at += mark.length;
  }
  push('end', '');
  return tokens;
}

/** After a value a slash divides; anywhere else it opens a regular expression. */
function regexMayStand(before: Token | undefined): boolean {
  if (!before) return true;
  if (before.kind === 'number' || before.kind === 'string' || before.kind === 'name' || before.kind === 'regex')
    return false;
  if (before.kind === 'mark') return ![')', ']', '$', '++', '--'].includes(before.text);
  return true;
}

const SIMPLE: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
  '\\': '\\',
  '"': '"',
  '/': '/',
};

export function unquote(text: string): string {
  return text.replace(/\\(?:([0-7]{1,3})|([\s\S]))/g, (all, octal: string | undefined, c: string) =>
    octal !== undefined ? String.fromCharCode(Number.parseInt(octal, 8) & 255) : (SIMPLE[c] ?? (c === '\n' ? '' : all)),
  );
}
