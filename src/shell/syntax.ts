import type { ParsedScript, SyntaxNode } from 'unbash';
import { type Parsed, parseScript } from './parse.ts';
import { parsePlain } from './plain.ts';

/** Where a node stands: the text it was parsed from, and its number in that text's tree. Plain JSON, unlike the node. */
export interface NodeRef {
  readonly text: string;
  readonly node: number;
}

interface Numbered extends Parsed {
  readonly numbers: ReadonlyMap<SyntaxNode, number>;
}

/** Trees by their text: a pure cache, bounded. */
const cache = new Map<string, Numbered>();
const MOST = 400;

/** Characters of a script that are read; a longer one is none (`file is too large`). */
const LONGEST = 128 << 10;

function numbered(made: Parsed): Numbered {
  return { ...made, numbers: new Map(made.nodes.map((node, number) => [node, number])) };
}

function parsed(text: string): Numbered {
  if (text.length > LONGEST) return parsed('');
  const known = cache.get(text);
  if (known) return known;
  const made = numbered(parsePlain(text) ?? parseScript(text));
  if (cache.size >= MOST) cache.delete(cache.keys().next().value as string);
  cache.set(text, made);
  return made;
}

export const scriptOf = (text: string): ParsedScript => parsed(text).script;

export const nodeAt = (ref: NodeRef): SyntaxNode => parsed(ref.text).nodes[ref.node] as SyntaxNode;

export const refTo = (text: string, node: SyntaxNode): NodeRef => ({ text, node: parsed(text).numbers.get(node) ?? 0 });

export interface SyntaxProblem {
  readonly message: string;
  readonly open: boolean;
  readonly near: string;
  /** Where in the text. */
  readonly at: number;
}

/** The first syntax error of a text; `open` when more text could mend it (an unclosed quote, `if` without `fi`). */
export function syntaxError(text: string): SyntaxProblem | undefined {
  if (text.length > LONGEST) return { message: 'file is too large', open: false, near: '', at: 0 };
  const { script } = parsed(text);
  const error = script.errors?.[0];
  if (!error)
    return /(?:^|[^\\])(?:\\\\)*\\\n$/.test(text)
      ? { message: 'continued', open: true, near: '', at: text.length }
      : undefined;
  const rest = text.slice(error.pos).trim();
  const open = rest === '' || /unterminated|unclosed|expected '(?:fi|done|esac|then|do|\}|\))'/i.test(error.message);
  return {
    message: error.message,
    at: error.pos,
    open: open && !/^[)};&|]/.test(rest),
    near: /^(?:;;|&&|\|\||[^\s\w]|\w+)/.exec(rest)?.[0] ?? 'newline',
  };
}
