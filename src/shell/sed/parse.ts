import { compileRegex } from '../regex/regex.ts';

export type Address =
  | { readonly kind: 'line'; readonly line: number }
  | { readonly kind: 'last' }
  | { readonly kind: 'step'; readonly first: number; readonly step: number }
  | { readonly kind: 'regex'; readonly source: string; readonly fold: boolean }
  /** `addr1,+N` and `addr1,~N` */
  | { readonly kind: 'count'; readonly count: number }
  | { readonly kind: 'multiple'; readonly of: number };

export interface Substitution {
  readonly source: string;
  readonly replacement: string;
  readonly global: boolean;
  readonly print: boolean;
  readonly fold: boolean;
  readonly nth: number;
  readonly write?: string;
}

export interface Instruction {
  readonly letter: string;
  readonly from?: Address;
  readonly to?: Address;
  readonly not: boolean;
  /** Text of a, i, c; a label; a file name; the two lists of y. */
  readonly text?: string;
  readonly other?: string;
  readonly substitution?: Substitution;
  /** Where `{` goes when it does not hold; where b, t, T go. */
  jump?: number;
  readonly number?: number;
}

/** A problem at a place of the script, in GNU's words. */
export interface SedProblem {
  readonly text: string;
  /** Characters read; undefined for problems of the whole script. */
  readonly at?: number;
}

export interface SedOptions {
  readonly extended: boolean;
}

/** Parses a script; expressions of several -e are joined by newlines beforehand. */
export function parseSed(script: string, options: SedOptions): readonly Instruction[] | SedProblem {
  return new Parser(script, options).parse();
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', f: '\f', v: '\v', a: '\x07' };

class Parser {
  private at = 0;
  private problem: SedProblem | undefined;
  private readonly instructions: Instruction[] = [];
  private readonly blocks: number[] = [];
  private readonly labels = new Map<string, number>();
  private last = '';

  constructor(
    private readonly script: string,
    private readonly options: SedOptions,
  ) {}

  parse(): readonly Instruction[] | SedProblem {
    while (this.problem === undefined) {
      this.skip(/[\s;]/);
      if (this.at >= this.script.length) break;
      this.instruction();
    }
    if (this.problem) return this.problem;
    if (this.blocks.length > 0) return { text: "unmatched `{'", at: 0 };
    for (const one of this.instructions) {
      if (!'btT'.includes(one.letter)) continue;
      const to = one.text ? this.labels.get(one.text) : this.instructions.length;
      if (to === undefined) return { text: `can't find label for jump to \`${one.text}'` };
      one.jump = to;
    }
    return this.instructions;
  }

  private fail(text: string, at = this.at): undefined {
    this.problem ??= { text, at };
    return undefined;
  }

  private peek(): string {
    return this.script[this.at] ?? '';
  }

  private skip(what: RegExp): void {
    while (this.at < this.script.length && what.test(this.peek())) this.at++;
  }

  private instruction(): void {
    const from = this.address();
    let to: Address | undefined;
    if (this.problem) return;
    if (from) {
      this.skip(/[ \t]/);
      if (this.peek() === ',') {
        this.at++;
        this.skip(/[ \t]/);
        to = this.address(true);
        if (!to) {
          this.fail("unexpected `,'");
          return;
        }
      }
    }
    this.skip(/[ \t]/);
    let not = false;
    while (this.peek() === '!') {
      not = true;
      this.at++;
      this.skip(/[ \t]/);
    }
    const letter = this.peek();
    this.at++;
    if (letter === '' || letter === '\n' || letter === ';') {
      this.at = Math.min(this.at, this.script.length);
      this.fail('missing command', letter === '' ? this.script.length : this.at);
      return;
    }
    this.command(letter, { not, ...(from ? { from } : {}), ...(to ? { to } : {}) });
  }

  private address(second = false): Address | undefined {
    const rest = this.script.slice(this.at);
    const number = /^(\d+)(?:~(\d+))?/.exec(rest);
    if (number) {
      this.at += number[0].length;
      return number[2] === undefined
        ? { kind: 'line', line: Number(number[1]) }
        : { kind: 'step', first: Number(number[1]), step: Number(number[2]) };
    }
    const relative = second ? /^([+~])(\d+)/.exec(rest) : null;
    if (relative) {
      this.at += relative[0].length;
      return relative[1] === '+'
        ? { kind: 'count', count: Number(relative[2]) }
        : { kind: 'multiple', of: Number(relative[2]) };
    }
    if (this.peek() === '$') {
      this.at++;
      return { kind: 'last' };
    }
    if (this.peek() !== '/' && this.peek() !== '\\') return undefined;
    if (this.peek() === '\\') this.at++;
    const end = this.peek();
    this.at++;
    const source = this.delimited(end, true);
    if (source === undefined) return this.fail('unterminated address regex', Math.min(this.at, this.script.length));
    let fold = false;
    while (/[IM]/.test(this.peek())) {
      fold ||= this.peek() === 'I';
      this.at++;
    }
    return this.regex(source, fold) ? { kind: 'regex', source: source || this.last, fold } : undefined;
  }

  private regex(source: string, fold: boolean): boolean {
    const regex = compileRegex(source, { extended: this.options.extended, ignoreCase: fold });
    if (typeof regex === 'string') {
      this.fail(regex);
      return false;
    }
    return true;
  }

  /** Text up to an unescaped delimiter, which is passed; undefined when it never comes. */
  private delimited(end: string, regex: boolean): string | undefined {
    let text = '';
    let bracket = false;
    while (this.at < this.script.length) {
      const c = this.peek();
      if (c === end && !bracket) {
        this.at++;
        return text;
      }
      if (c === '\n') return undefined;
      if (c === '\\') {
        const next = this.script[this.at + 1] ?? '';
        this.at += 2;
        if (next === end && end !== '\\') text += /[*.^$[\]+?(){}|]/.test(end) && regex ? `\\${next}` : next;
        else text += regex && next === '\n' ? '\n' : `\\${next}`;
        continue;
      }
      if (regex && c === '[' && !bracket) {
        bracket = true;
        text += c;
        this.at++;
        if (this.peek() === '^') text += this.script[this.at++];
        if (this.peek() === ']') text += this.script[this.at++];
        continue;
      }
      if (bracket && c === ']') bracket = false;
      text += c;
      this.at++;
    }
    return undefined;
  }

  private command(letter: string, base: Pick<Instruction, 'from' | 'to' | 'not'>): void {
    const add = (more: Partial<Instruction> = {}): void => {
      this.instructions.push({ letter, ...base, ...more });
    };
    switch (letter) {
      case '#':
        if (base.from) this.fail("comments don't accept any addresses");
        else this.skip(/[^\n]/);
        return;
      case '{':
        this.blocks.push(this.instructions.length);
        add();
        return;
      case '}': {
        const open = this.blocks.pop();
        if (base.from) this.fail('} doesn’t want any addresses'.replace('’', "'"));
        else if (open === undefined) this.fail("unexpected `}'");
        else (this.instructions[open] as Instruction).jump = this.instructions.length;
        this.finish();
        return;
      }
      case ':': {
        if (base.from) this.fail(': doesn’t want any addresses'.replace('’', "'"));
        this.skip(/[ \t]/);
        const label = this.word(/[^\s;]/);
        if (label === '') this.fail('":" lacks a label');
        this.labels.set(label, this.instructions.length);
        return;
      }
      case 'b':
      case 't':
      case 'T':
        this.skip(/[ \t]/);
        add({ text: this.word(/[^\s;}]/) });
        return;
      case 'a':
      case 'i':
      case 'c':
        this.inserted(add);
        return;
      case 's':
        this.substitution(add);
        return;
      case 'y':
        this.transliteration(add);
        return;
      case 'r':
      case 'R':
      case 'w':
      case 'W': {
        this.skip(/[ \t]/);
        const name = this.word(/[^\n]/);
        if (name === '') this.fail('missing filename in r/R/w/W commands');
        add({ text: name });
        return;
      }
      case 'q':
      case 'Q':
      case 'l':
      case 'L': {
        if (base.to && 'qQ'.includes(letter)) this.fail('command only uses one address');
        this.skip(/[ \t]/);
        const number = this.word(/\d/);
        add(number === '' ? {} : { number: Number(number) });
        this.finish();
        return;
      }
      default:
        if (!'=dDeFgGhHnNpPxz'.includes(letter)) {
          this.fail(`unknown command: \`${letter}'`);
          return;
        }
        add();
        this.finish();
        return;
    }
  }

  /** After a command: a blank, `;`, newline, `}` or the end. */
  private finish(): void {
    this.skip(/[ \t]/);
    if (this.at >= this.script.length || /[\n;}#]/.test(this.peek())) return;
    this.at++;
    this.fail('extra characters after command');
  }

  private word(of: RegExp): string {
    const from = this.at;
    this.skip(of);
    return this.script.slice(from, this.at).trimEnd();
  }

  private inserted(add: (more: Partial<Instruction>) => void): void {
    this.skip(/[ \t]/);
    if (this.peek() === '\\') {
      this.at++;
      this.skip(/[ \t]/);
      if (this.peek() === '\n') this.at++;
    }
    if (this.at >= this.script.length) {
      this.fail("expected \\ after `a', `c' or `i'");
      return;
    }
    let text = '';
    while (this.at < this.script.length && this.peek() !== '\n') {
      if (this.peek() === '\\' && this.at + 1 < this.script.length) {
        this.at++;
        text += Object.hasOwn(ESCAPES, this.peek()) && this.peek() === 't' ? '\t' : this.peek();
      } else text += this.peek();
      this.at++;
    }
    add({ text });
  }

  private substitution(add: (more: Partial<Instruction>) => void): void {
    const end = this.peek();
    this.at++;
    if (end === '' || end === '\n' || end === '\\') {
      this.fail("unterminated `s' command", Math.min(this.at, this.script.length));
      return;
    }
    const source = this.delimited(end, true);
    const replacement = source === undefined ? undefined : this.delimited(end, false);
    if (source === undefined || replacement === undefined) {
      this.fail("unterminated `s' command", Math.min(this.at, this.script.length));
      return;
    }
    const flags = { global: false, print: false, fold: false, nth: 0, write: undefined as string | undefined };
    for (;;) {
      const c = this.peek();
      if (c === 'g') flags.global = true;
      else if (c === 'p') flags.print = true;
      else if (c === 'i' || c === 'I') flags.fold = true;
      else if (/[1-9]/.test(c)) {
        flags.nth = Number(/^\d+/.exec(this.script.slice(this.at))?.[0]);
        this.at += String(flags.nth).length - 1;
      } else if (c === 'w') {
        this.at++;
        this.skip(/[ \t]/);
        flags.write = this.word(/[^\n]/);
        break;
      } else if (c !== 'm' && c !== 'M') break;
      this.at++;
    }
    this.skip(/[ \t]/);
    if (this.at < this.script.length && !/[\n;}#]/.test(this.peek())) {
      this.at++;
      this.fail("unknown option to `s'");
      return;
    }
    this.substitute(source, replacement, flags, add);
  }

  private substitute(
    source: string,
    replacement: string,
    flags: Omit<Substitution, 'source' | 'replacement' | 'write'> & { readonly write: string | undefined },
    add: (more: Partial<Instruction>) => void,
  ): void {
    const regex = compileRegex(source, { extended: this.options.extended, ignoreCase: flags.fold });
    if (typeof regex === 'string') {
      this.fail(regex);
      return;
    }
    const reference = /(?:^|[^\\])(?:\\\\)*\\([1-9])/.exec(replacement);
    if (reference && Number(reference[1]) > regex.groups) {
      this.fail(`invalid reference \\${reference[1]} on \`s' command's RHS`);
      return;
    }
    const { write, ...rest } = flags;
    if (source !== '') this.last = source;
    add({ substitution: { ...rest, source, replacement, ...(write === undefined ? {} : { write }) } });
  }

  private transliteration(add: (more: Partial<Instruction>) => void): void {
    const end = this.peek();
    this.at++;
    const from = this.delimited(end, false);
    const to = from === undefined ? undefined : this.delimited(end, false);
    if (from === undefined || to === undefined) {
      this.fail("unterminated `y' command", Math.min(this.at, this.script.length));
      return;
    }
    const plain = (text: string): string =>
      text.replace(/\\(.)/g, (_all, c: string) => (c === 'n' ? '\n' : c === 't' ? '\t' : c));
    if ([...plain(from)].length !== [...plain(to)].length) {
      this.fail("strings for `y' command are different lengths");
      return;
    }
    add({ text: plain(from), other: plain(to) });
    this.finish();
  }
}
