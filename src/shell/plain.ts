import type { Command, DoubleQuotedPart, ParsedScript, Statement, SyntaxNode, Word } from 'unbash';
import type { Parsed } from './parse.ts';

/** A word without quotes, expansions or patterns; `"$@"`, with which scripts hand on what they were given. */
const WORD = /^(?:[\w./:,@%+=-]+|"\$@")$/;
const ASSIGNMENT = /^(?:=|[A-Za-z_]\w*\+?=)/;
/** First words that begin something else than a command, and those behind which words may be assignments. */
const SPECIAL =
  /^(?:case|coproc|do|done|elif|else|esac|fi|for|function|if|in|select|then|time|until|while|declare|export|local|readonly|typeset)$/;

function wordAt(text: string, pos: number): Word {
  const end = pos + text.length;
  if (!text.startsWith('"')) return { type: 'Word', text, pos, end, value: text, parts: undefined };
  const inner = { type: 'SimpleExpansion', pos: pos + 1, end: end - 1, text: '$@' } as const;
  const part: DoubleQuotedPart = { type: 'DoubleQuoted', pos, end, text, parts: [inner] };
  return { type: 'Word', text, pos, end, value: '$@', parts: [part] };
}

/** The command of one line; undefined when the line is not plain. */
function plainCommand(line: string, at: number): Statement | undefined {
  const words = [...line.matchAll(/[^ \t]+/g)].map((match) => wordAt(match[0], at + match.index));
  const [name, ...suffix] = words as [Word, ...Word[]];
  if (SPECIAL.test(name.text) || words.some(({ text }) => !WORD.test(text) || ASSIGNMENT.test(text))) return undefined;
  const { pos } = name;
  const { end } = words.at(-1) as Word;
  const command: Command = { type: 'Command', pos, end, name, prefix: [], suffix, args: suffix, redirects: [] };
  return { type: 'Statement', pos, end, command, background: undefined };
}

function childrenOf(node: SyntaxNode): readonly SyntaxNode[] {
  switch (node.type) {
    case 'Script':
      return node.commands;
    case 'Statement':
      return [node.command];
    case 'Command':
      return [node.name as Word, ...node.suffix];
    case 'Word':
    case 'DoubleQuoted':
      return node.parts ?? [];
    default:
      return [];
  }
}

/**
 * The tree of plain command lines and comments, exactly as parseScript gives it; undefined for any other text. Most
 * typed lines are plain, and a page can read them before it has the parser.
 */
export function parsePlain(text: string): Parsed | undefined {
  const shebang = /^#!.*/.exec(text)?.[0];
  const commands: Statement[] = [];
  for (const { 0: line, index } of text.matchAll(/.+/g)) {
    if (/^[ \t]*(?:#|$)/.test(line)) continue;
    const statement = plainCommand(line, index);
    if (!statement) return undefined;
    commands.push(statement);
  }
  const script = { type: 'Script', pos: 0, end: text.length, shebang, commands, errors: undefined } as ParsedScript;
  const nodes: SyntaxNode[] = [];
  const todo: SyntaxNode[] = [script];
  for (let node = todo.pop(); node; node = todo.pop()) {
    nodes.push(node);
    todo.push(...childrenOf(node));
  }
  return { script, nodes };
}
