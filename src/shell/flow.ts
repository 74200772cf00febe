import type { AndOr, CompoundList, ParsedScript, Statement } from 'unbash';
import { notFound } from '../engine/linux/program.ts';
import { defineFrame, type Shell } from './shell.ts';
import type { Frame, Variable } from './state.ts';
import { nodeAt, refTo } from './syntax.ts';

/** A frame that stands for a node of a script. */
export interface NodeFrame extends Frame {
  readonly text: string;
  readonly node: number;
}

/** Inside a condition, where `set -e` does not look. */
export interface Conditional extends Frame {
  condition?: boolean;
}

/** The node that a frame stands for. */
export const at = <N>(frame: NodeFrame): N => nodeAt(frame) as unknown as N;

type Start = (shell: Shell, frame: NodeFrame) => void;
const starts = new Map<string, Start>();

/** Says what running a kind of node means: usually pushing a frame. */
export function defineNode(type: string, start: Start): void {
  starts.set(type, start);
}

defineFrame<NodeFrame>({
  kind: 'node',
  step(shell, frame) {
    shell.stack.pop();
    const node = nodeAt(frame);
    const start = starts.get(node.type) ?? notFound(node.type);
    if (start) start(shell, frame);
    else {
      shell.complain(`${node.type}: not supported`);
      shell.status = 1;
    }
  },
});

/** Runs a child node of a frame's node. */
export function pushChild(shell: Shell, frame: NodeFrame, node: Parameters<typeof refTo>[1]): undefined {
  return shell.push({ kind: 'node', ...refTo(frame.text, node) });
}

interface ListFrame extends NodeFrame {
  readonly kind: 'list';
  next: number;
  /** Statements from here on stand behind a syntax error. */
  readonly end?: number;
  /** The last statement failed, and ERR's trap has had its turn. */
  told?: boolean;
}

let launchBackground = (_shell: Shell, _frame: NodeFrame, _statement: Statement): void => notFound('&');

/** Says how a statement with `&` starts: by the part that forks. */
export function onBackground(launch: typeof launchBackground): void {
  launchBackground = launch;
}

const startList: Start = (shell, frame) =>
  shell.push<ListFrame>({ kind: 'list', text: frame.text, node: frame.node, next: 0 });
defineNode('CompoundList', startList);
defineNode('Script', startList);
defineNode('Statement', (shell, frame) => pushChild(shell, frame, at<Statement>(frame).command));

defineFrame<ListFrame>({
  kind: 'list',
  step(shell, frame) {
    const { commands } = at<CompoundList | ParsedScript>(frame);
    const end = frame.end ?? commands.length;
    const before = commands[frame.next - 1];
    if (before && !before.background && !frame.told && failed(shell, before)) {
      frame.told = true;
      const action = shell.traps.get('ERR');
      if (action && !shell.stack.some((one) => (one as { signal?: string }).signal === 'ERR'))
        return shell.push<Frame & { action: string; signal: string }>({ kind: 'trap', action, signal: 'ERR' });
    }
    if (frame.told && shell.options.has('e')) return shell.exit(shell.status);
    frame.told = false;
    const statement = commands[frame.next];
    if (!statement || frame.next >= end) return shell.finish();
    frame.next++;
    if (statement.background) launchBackground(shell, frame, statement);
    else pushChild(shell, frame, statement.command);
    return undefined;
  },
});

/** The statement failed, and nothing looks at its status: what `set -e` and the trap of ERR act on. */
function failed(shell: Shell, { command }: Statement): boolean {
  if (shell.status === 0 || !(shell.options.has('e') || shell.traps.has('ERR'))) return false;
  if (shell.stack.some((frame) => (frame as Conditional).condition)) return false;
  switch (command.type) {
    case 'AndOr':
      return shell.lastOfAndOr;
    case 'Pipeline':
      return command.prefixes.every((prefix) => prefix.type !== 'Negation');
    case 'If':
    case 'While':
    case 'For':
    case 'ArithmeticFor':
    case 'BraceGroup':
    case 'Case':
    case 'Function':
      return false;
    default:
      return true;
  }
}

interface AndFrame extends NodeFrame, Conditional {
  readonly kind: 'and';
  next: number;
}

defineNode('AndOr', (shell, { text, node }) => shell.push<AndFrame>({ kind: 'and', text, node, next: 0 }));
defineFrame<AndFrame>({
  kind: 'and',
  step(shell, frame) {
    const { commands, operators } = at<AndOr>(frame);
    while (frame.next > 0 && frame.next < commands.length) {
      const wanted = operators[frame.next - 1] === '&&';
      if ((shell.status === 0) === wanted) break;
      frame.next++;
      if (frame.next === commands.length) shell.lastOfAndOr = false;
      if (frame.next === commands.length) return shell.finish();
    }
    const command = commands[frame.next];
    if (!command) return shell.finish();
    frame.next++;
    frame.condition = frame.next < commands.length;
    shell.lastOfAndOr = !frame.condition;
    return pushChild(shell, frame, command);
  },
});

/** A running function or sourced file: where `return` goes, and what was put aside. */
export interface FunctionFrame extends Frame {
  readonly kind: 'function';
  readonly name: string;
  readonly positional: readonly string[];
  /** Variables that `local` hides, as they were. */
  saved: readonly (readonly [name: string, variable: Variable | null])[];
}

defineFrame<FunctionFrame>({
  kind: 'function',
  step: (shell) => shell.finish(),
  leave(shell, frame) {
    shell.positional = frame.positional;
    restoreVariables(shell, frame.saved);
  },
});

export function restoreVariables(shell: Shell, saved: FunctionFrame['saved']): void {
  for (const [name, variable] of [...saved].reverse()) {
    if (variable === null) shell.variables.delete(name);
    else shell.variables.set(name, variable);
  }
}
