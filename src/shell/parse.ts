import { forEachChild, type ParsedScript, parse, type SyntaxNode } from 'unbash';

/** A text's tree, and all its nodes in the order of their numbers. */
export interface Parsed {
  readonly script: ParsedScript;
  readonly nodes: readonly SyntaxNode[];
}

/** Parses any text as bash does. */
export function parseScript(text: string): Parsed {
  const script = parse(text);
  const nodes: SyntaxNode[] = [];
  const todo: SyntaxNode[] = [script];
  for (let node = todo.pop(); node; node = todo.pop()) {
    nodes.push(node);
    forEachChild(node, (child) => todo.push(child));
  }
  return { script, nodes };
}
