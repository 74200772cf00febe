import type { ArithmeticExpression, Word } from 'unbash';
import type { Pattern } from './pattern.ts';
import { type NodeRef, scriptOf } from './syntax.ts';

/** What an expansion sees of its shell. Reading and setting variables happens on the shell's working copy. */
export interface Scope {
  /** Value of a variable or special parameter; undefined when unset. `a[1]` for elements. */
  get(name: string): string | undefined;
  set(name: string, value: string): void;
  /** All values of an array (or the one of a scalar), and its keys. */
  values(name: string): readonly string[];
  keys(name: string): readonly string[];
  names(prefix: string): readonly string[];
  isAssociative(name: string): boolean;
  /** `declare -i`: what it is given is an expression. */
  isInteger(name: string): boolean;
  readonly positional: readonly string[];
  /** Output of a command substitution; '' until it has run, and then the expansion is made again. */
  substitute(script: NodeRef): string;
  /** A path whose other end is a command: `<(…)`. */
  processSubstitution(script: NodeRef, operator: '<' | '>'): string;
  home(user: string): string | undefined;
  /** Paths that match, sorted; none when nothing does. */
  glob(pattern: Pattern): readonly string[];
  /** An error that ends the command, in the shell's words without the leading name; the first one counts. */
  fail(message: string): void;
  readonly nounset: boolean;
  readonly noglob: boolean;
  /** A pattern that matches nothing becomes no word at all. */
  readonly nullglob: boolean;
}

/** What the operations of `${…}` need of the expansion that they are part of. */
export interface Expander {
  readonly scope: Scope;
  single(word: Word | undefined): string;
  pattern(word: Word | undefined): Pattern;
  /** `source` is the text that an error names. */
  arithmetic(expression: ArithmeticExpression | undefined, source?: string): bigint;
  subscript(name: string): string;
  parameter(name: string): string;
}

/** The expression of an arithmetic text; undefined when it is none. */
export function arithmeticOf(text: string): ArithmeticExpression | undefined {
  const command = scriptOf(`((${text}))`).commands[0]?.command;
  return command?.type === 'ArithmeticCommand' ? command.expression : undefined;
}
