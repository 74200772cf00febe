import type { ArithmeticExpression, DoubleQuotedChild, ParsedScript, Word, WordPart } from 'unbash';
import { type ArithmeticScope, evaluate } from './arithmetic.ts';
import { braceWords } from './brace.ts';
import { expandParameter } from './parameter.ts';
import { bare, hasMagic, joinPatterns, literally, type Pattern } from './pattern.ts';
import { arithmeticOf, type Expander, type Scope } from './scope.ts';
import { refTo, scriptOf } from './syntax.ts';

interface Piece {
  readonly text: string;
  readonly quoted: boolean;
}
type Field = readonly Piece[];

/** Expansion of words of one source text. */
export class Expansion implements Expander {
  constructor(
    readonly scope: Scope,
    readonly text: string,
  ) {}

  /** A word as a command's arguments: all expansions, splitting, globbing. */
  words(word: Word): readonly string[] {
    if (word.parts?.some((part) => part.type === 'BraceExpansion')) {
      return braceWords(word.text).flatMap((raw) => this.reparsed(raw));
    }
    return this.fields(word).flatMap((field) => this.globbed(field));
  }

  /** Text that the parser has left as it was, in an expression inside a substitution: read as in double quotes. */
  private requoted(raw: string): string {
    const text = `: "${raw}"`;
    const command = scriptOf(text).commands[0]?.command;
    const word = command?.type === 'Command' ? command.args[0] : undefined;
    return word?.type === 'Word' ? new Expansion(this.scope, text).single(word) : raw;
  }

  private reparsed(raw: string): readonly string[] {
    const text = `: ${raw}`;
    const command = scriptOf(text).commands[0]?.command;
    const word = command?.type === 'Command' ? command.args[0] : undefined;
    if (word?.type !== 'Word') return [raw];
    return new Expansion(this.scope, text).fields(word).flatMap((field) => this.globbed(field));
  }

  /** A word as one text: assignments, redirections, here-strings, `case`. */
  single(word: Word | undefined): string {
    return word
      ? this.pieces(word)
          .map((piece) => piece.text)
          .join('')
      : '';
  }

  /** The value of an assignment: as one text, a tilde also after a colon. */
  assigned(word: Word): string {
    const text = this.single(word);
    if (word.text !== word.value || !text.includes(':~')) return text;
    return text
      .split(':')
      .map((part) => this.tilde(part))
      .join(':');
  }

  /** A word as a pattern; quoted characters stand for themselves. */
  pattern(word: Word | undefined): Pattern {
    if (!word) return bare('');
    return joinPatterns(this.pieces(word).map((piece) => (piece.quoted ? literally(piece.text) : bare(piece.text))));
  }

  /** A word as a regular expression: quoted characters stand for themselves. */
  regex(word: Word): string {
    if (!word.parts && /^[^'"]*$/.test(word.text))
      return word.text.replace(/\\(.)/gs, (all, char: string) => (/[\\^$.[\]|()*+?{}]/.test(char) ? all : char));
    return this.pieces(word)
      .map((piece) => (piece.quoted ? piece.text.replace(/[\\^$.[\]|()*+?{}]/g, '\\$&') : piece.text))
      .join('');
  }

  /** Text with `$…` in it and no word structure: here-documents. */
  partsText(parts: readonly WordPart[]): string {
    return parts.map((part) => this.quotedText(part as DoubleQuotedChild)).join('');
  }

  arithmetic(expression: ArithmeticExpression | undefined, source?: string): bigint {
    const { scope } = this;
    const names: ArithmeticScope = {
      get: (name) => {
        const value = scope.get(this.subscript(name));
        if (value === undefined && scope.nounset) scope.fail(`${name}: unbound variable`);
        return value ?? '';
      },
      set: (name, value) => scope.set(this.subscript(name), value),
      expand: (node) =>
        node.type !== 'ArithmeticWord'
          ? this.substitution(node.script)
          : node.parts
            ? this.partsText(node.parts)
            : this.requoted(node.value),
      parse: (text) => arithmeticOf(text),
      fail: (message) => scope.fail(source && !message.startsWith(`${source}: `) ? `${source}: ${message}` : message),
    };
    return evaluate(expression, names);
  }

  /** `a[i+1]` → `a[3]`: subscripts of indexed arrays are expressions. */
  subscript(name: string): string {
    const match = /^(\w+)\[(.*)\]$/s.exec(name);
    if (!match || /^[@*]$/.test(match[2] as string) || /^-?\d+$/.test(match[2] as string)) return name;
    const [, base, index] = match as unknown as [string, string, string];
    if (this.scope.isAssociative(base)) return name;
    const expression = arithmeticOf(index);
    return expression ? `${base}[${this.arithmetic(expression)}]` : name;
  }

  private pieces(word: Word): readonly Piece[] {
    return this.fields(word, false).flatMap((field, i) => (i === 0 ? field : [{ text: ' ', quoted: true }, ...field]));
  }

  /** The fields of a word before globbing; `split` false keeps unquoted expansions whole. */
  private fields(word: Word, split = true): readonly Field[] {
    const build = new Fields(this.ifs, split);
    if (!word.parts) {
      const quoted = word.text !== word.value;
      build.add(quoted ? word.value : this.tilde(word.value), quoted);
      return build.done();
    }
    for (const [i, part] of word.parts.entries()) this.part(part, build, i === 0);
    return build.done();
  }

  private get ifs(): string {
    return this.scope.get('IFS') ?? ' \t\n';
  }

  private part(part: WordPart, build: Fields, first: boolean): void {
    switch (part.type) {
      case 'Literal':
        build.add(first && part.text === part.value ? this.tilde(part.value) : part.value, part.text !== part.value);
        break;
      case 'SingleQuoted':
      case 'AnsiCQuoted':
        build.add(part.value, true);
        break;
      case 'DoubleQuoted':
      case 'LocaleString':
        this.doubleQuoted(part.parts, build);
        break;
      case 'Glob':
      case 'ExtendedGlob':
      case 'BraceExpansion':
        build.add(part.text, false);
        break;
      case 'ProcessSubstitution':
        if (part.script) build.add(this.scope.processSubstitution(refTo(this.text, part.script), part.operator), true);
        break;
      default:
        this.expansion(part, build, false);
    }
  }

  private doubleQuoted(parts: readonly DoubleQuotedChild[], build: Fields): void {
    if (parts.length === 0) build.add('', true);
    let lists = 0;
    for (const part of parts) {
      if (part.type === 'Literal') build.add(part.value, true);
      else {
        if (this.listOf(part)) lists++;
        this.expansion(part, build, true);
      }
    }
    if (lists < parts.length) build.open();
  }

  /** `$@`, `$*`, `${a[@]}`: the values, and whether each becomes a field of its own in quotes. */
  private listOf(part: DoubleQuotedChild): { readonly values: readonly string[]; readonly apart: boolean } | undefined {
    const { scope } = this;
    if (part.type === 'SimpleExpansion' && /^\$[@*]$/.test(part.text))
      return { values: scope.positional, apart: part.text === '$@' };
    if (part.type !== 'ParameterExpansion' || part.prefix === '#') return undefined;
    return expandParameter(this, part).list;
  }

  private expansion(part: DoubleQuotedChild, build: Fields, quoted: boolean): void {
    const list = this.listOf(part);
    if (!list) build.expanded(this.quotedText(part), quoted);
    else if (quoted && !list.apart) build.add(list.values.join(this.ifs.slice(0, 1)), true);
    else {
      for (const [i, value] of list.values.entries()) {
        if (i > 0) build.cut();
        build.expanded(value, quoted);
      }
    }
  }

  /** The text of an expansion as it stands in double quotes. */
  quotedText(part: DoubleQuotedChild): string {
    switch (part.type) {
      case 'Literal':
        return part.value;
      case 'SimpleExpansion':
        return this.parameter(part.text.slice(1));
      case 'ParameterExpansion': {
        const { text, list } = expandParameter(this, part);
        return list ? list.values.join(list.apart ? ' ' : this.ifs.slice(0, 1)) : text;
      }
      case 'CommandExpansion':
        return this.substitution(part.script);
      default:
        return String(this.arithmetic(part.expression, part.text.replace(/^\$\(\(|\)\)$/g, '').trim()));
    }
  }

  parameter(name: string): string {
    if (name === '@' || name === '*') return this.scope.positional.join(name === '@' ? ' ' : this.ifs.slice(0, 1));
    const value = this.scope.get(name);
    if (value === undefined && this.scope.nounset) this.scope.fail(`${name}: unbound variable`);
    return value ?? '';
  }

  private substitution(script: ParsedScript | undefined): string {
    return script ? this.scope.substitute(refTo(this.text, script)).replace(/\n+$/, '') : '';
  }

  private tilde(text: string): string {
    const match = /^~([\w-]*)(\/.*|)$/s.exec(text);
    if (!match) return text;
    const home = this.scope.home(match[1] as string);
    return home === undefined ? text : home + match[2];
  }

  private globbed(field: Field): readonly string[] {
    const text = field.map((piece) => piece.text).join('');
    if (this.scope.noglob) return [text];
    const pattern = joinPatterns(field.map((piece) => (piece.quoted ? literally(piece.text) : bare(piece.text))));
    if (!hasMagic(pattern)) return [text];
    const paths = this.scope.glob(pattern);
    return paths.length > 0 || this.scope.nullglob ? paths : [text];
  }
}

/** Fields under construction. Unquoted expansions are cut at IFS; everything else sticks together. */
class Fields {
  private readonly all: Piece[][] = [];
  private current: Piece[] | undefined;

  constructor(
    private readonly ifs: string,
    private readonly split: boolean,
  ) {}

  add(text: string, quoted: boolean): void {
    if (text === '' && !quoted) return;
    this.current ??= [];
    this.current.push({ text, quoted });
  }

  /** A field exists from here on, even if nothing more is added. */
  open(): void {
    this.current ??= [];
    if (this.current.length === 0) this.current.push({ text: '', quoted: true });
  }

  cut(): void {
    if (this.current) this.all.push(this.current);
    this.current = undefined;
  }

  expanded(text: string, quoted: boolean): void {
    if (quoted || !this.split || this.ifs === '') {
      this.add(text, quoted);
      return;
    }
    const isSpace = (char: string): boolean => this.ifs.includes(char) && /[ \t\n]/.test(char);
    let part = '';
    for (let i = 0; i < text.length; i++) {
      const char = text[i] as string;
      if (!this.ifs.includes(char)) {
        part += char;
        continue;
      }
      if (isSpace(char)) {
        this.add(part, false);
        this.cut();
      } else {
        if (part === '') this.open();
        this.add(part, false);
        this.cut();
        while (isSpace(text[i + 1] ?? 'x')) i++;
      }
      part = '';
    }
    this.add(part, false);
  }

  done(): readonly Field[] {
    this.cut();
    return this.all;
  }
}
