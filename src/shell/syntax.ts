import { forEachChild, type ParsedScript, parse, type SyntaxNode } from 'unbash';

/** Where a node stands: the text it was parsed from, and its number in that text's tree. Plain JSON, unlike the node. */
export interface NodeRef {
  readonly text: string;
  readonly node: number;
}

interface Parsed {
  readonly script: ParsedScript;
  readonly nodes: readonly SyntaxNode[];
  readonly numbers: ReadonlyMap<SyntaxNode, number>;
}

/** Trees by their text: a pure cache, bounded. */
const cache = new Map<string, Parsed>();
const MOST = 400;

/** Characters of a script that are read; a longer one is none (`file is too large`). */
const LONGEST = 128 << 10;
const NO_SCRIPT = parse('');

function parsed(text: string): Parsed {
  if (text.length > LONGEST) return { script: NO_SCRIPT, nodes: [NO_SCRIPT], numbers: new Map() };
  const known = cache.get(text);
  if (known) return known;
  const script = parse(text);
  const nodes: SyntaxNode[] = [];
  const numbers = new Map<SyntaxNode, number>();
  const todo: SyntaxNode[] = [script];
  for (let node = todo.pop(); node; node = todo.pop()) {
    numbers.set(node, nodes.length);
    nodes.push(node);
    forEachChild(node, (child) => todo.push(child));
  }
  const made = { script, nodes, numbers };
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
