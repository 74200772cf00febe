import type {
  AndOr,
  ArithmeticFor,
  Case,
  CompoundList,
  For,
  If,
  ParsedScript,
  Redirected,
  Statement,
  While,
} from 'unbash';
import { matchesPattern } from './pattern.ts';
import { quoteWord } from './quote.ts';
import { expandRedirects, redirectShell } from './redirect.ts';
import { type Doing, defineFrame, type Shell } from './shell.ts';
import { type Expanding, expandFor } from './shellScope.ts';
import type { Frame, Variable } from './state.ts';
import { nodeAt, refTo } from './syntax.ts';
import { setVariable } from './variables.ts';

/** A frame that stands for a node of a script. */
export interface NodeFrame extends Frame {
  readonly text: string;
  readonly node: number;
}

/** Inside a condition, where `set -e` does not look. */
export interface Conditional extends Frame {
  condition?: boolean;
}

const at = <N>(frame: NodeFrame): N => nodeAt(frame) as unknown as N;

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
    const start = starts.get(node.type);
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

let launchBackground: (shell: Shell, frame: NodeFrame, statement: Statement) => void = () => undefined;

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

interface IfFrame extends NodeFrame, Conditional {
  readonly kind: 'if';
  /** Which condition has been run; -1 before the first. */
  tested: number;
  done?: boolean;
}

defineNode('If', (shell, { text, node }) => shell.push<IfFrame>({ kind: 'if', text, node, tested: -1 }));
defineFrame<IfFrame>({
  kind: 'if',
  step(shell, frame) {
    const node = at<If>(frame);
    if (frame.done) return shell.finish();
    const branches = [node, ...node.elif];
    const branch = branches[frame.tested];
    frame.condition = false;
    if (branch && shell.status === 0) {
      frame.done = true;
      return pushChild(shell, frame, branch.then);
    }
    frame.tested++;
    const next = branches[frame.tested];
    if (next) {
      frame.condition = true;
      return pushChild(shell, frame, next.clause);
    }
    if (!node.else) return shell.finish(0);
    frame.done = true;
    return pushChild(shell, frame, node.else);
  },
});

/** A loop, which `break` and `continue` look for. `again` is where `continue` goes on. */
export interface LoopFrame extends NodeFrame, Conditional, Expanding {
  readonly loop: true;
  stage: 'first' | 'test' | 'body' | 'update';
  last: number;
}

defineNode('While', (shell, { text, node }) =>
  shell.push<LoopFrame>({ kind: 'while', text, node, loop: true, stage: 'first', last: 0 }),
);
defineFrame<LoopFrame>({
  kind: 'while',
  step(shell, frame) {
    const node = at<While>(frame);
    if (frame.stage === 'test') {
      frame.condition = false;
      if ((shell.status === 0) !== (node.kind === 'while')) return shell.finish(frame.last);
      frame.stage = 'body';
      return pushChild(shell, frame, node.body);
    }
    if (frame.stage === 'body') frame.last = shell.status;
    frame.stage = 'test';
    frame.condition = true;
    return pushChild(shell, frame, node.clause);
  },
});

interface ForFrame extends LoopFrame {
  words?: readonly string[];
  next: number;
}

defineNode('For', (shell, { text, node }) =>
  shell.push<ForFrame>({ kind: 'for', text, node, loop: true, stage: 'first', last: 0, next: 0 }),
);
defineFrame<ForFrame>({
  kind: 'for',
  step(shell, frame) {
    const node = at<For>(frame);
    if (!frame.words) {
      const words = expandFor(shell, frame, frame.text, (expansion) =>
        node.wordlist ? node.wordlist.flatMap((word) => expansion.words(word)) : [...shell.positional],
      );
      if (!words) return undefined;
      frame.words = words;
      shell.status = 0;
    }
    const value = frame.words[frame.next++];
    if (value === undefined) return shell.finish();
    if (!setVariable(shell, node.name.value, value)) return shell.finish(1);
    if (shell.options.has('x')) {
      const words = frame.words.map(quoteWord).join(' ');
      shell.err(`${'+'.repeat(shell.base.depth + 1)} for ${node.name.value} in ${words}\n`);
    }
    return pushChild(shell, frame, node.body);
  },
});

defineNode('ArithmeticFor', (shell, { text, node }) =>
  shell.push<LoopFrame>({ kind: 'arithmetic-for', text, node, loop: true, stage: 'first', last: 0 }),
);
defineFrame<LoopFrame>({
  kind: 'arithmetic-for',
  step(shell, frame) {
    const node = at<ArithmeticFor>(frame);
    const { stage } = frame;
    const expression = stage === 'first' ? node.initialize : stage === 'test' ? node.test : node.update;
    if (stage === 'body') {
      frame.last = shell.status;
      frame.stage = 'update';
      return undefined;
    }
    const value = expandFor(shell, frame, frame.text, (expansion) =>
      expression ? expansion.arithmetic(expression) : 1n,
    );
    if (value === undefined) return undefined;
    if (stage !== 'test') {
      frame.stage = 'test';
      return undefined;
    }
    if (value === 0n) return shell.finish(frame.last);
    frame.stage = 'body';
    return pushChild(shell, frame, node.body);
  },
});

interface CaseFrame extends NodeFrame, Expanding {
  readonly kind: 'case';
  /** The item whose body runs; -1 before the first. */
  item: number;
}

defineNode('Case', (shell, { text, node }) => shell.push<CaseFrame>({ kind: 'case', text, node, item: -1 }));
defineFrame<CaseFrame>({
  kind: 'case',
  step(shell, frame) {
    const { word, items } = at<Case>(frame);
    const before = items[frame.item];
    if (before?.terminator === ';&' && items[frame.item + 1]) {
      frame.item++;
      return pushChild(shell, frame, (items[frame.item] as (typeof items)[number]).body);
    }
    if (before && before.terminator !== ';;&') return shell.finish();
    const found = expandFor(shell, frame, frame.text, (expansion) => {
      const subject = expansion.single(word);
      return items.findIndex(
        (item, i) => i > frame.item && item.pattern.some((one) => matchesPattern(expansion.pattern(one), subject)),
      );
    });
    if (found === undefined) return undefined;
    const item = items[found];
    if (!item) return shell.finish(before ? shell.status : 0);
    frame.item = found;
    shell.status = 0;
    return pushChild(shell, frame, item.body);
  },
});

defineNode('BraceGroup', (shell, frame) => pushChild(shell, frame, at<{ body: CompoundList }>(frame).body));

defineNode('Function', (shell, frame) => {
  const node = at<{ name: { value: string }; body: Parameters<typeof refTo>[1] }>(frame);
  shell.functions.set(node.name.value, refTo(frame.text, node.body));
  shell.status = 0;
});

interface RedirectedFrame extends NodeFrame, Expanding {
  readonly kind: 'redirected';
}

defineNode('Redirected', (shell, { text, node }) => shell.push<RedirectedFrame>({ kind: 'redirected', text, node }));
defineFrame<RedirectedFrame>({
  kind: 'redirected',
  step(shell, frame): Doing {
    const node = at<Redirected>(frame);
    const redirects = expandFor(shell, frame, frame.text, (expansion) => expandRedirects(expansion, node.redirects));
    if (!redirects) return undefined;
    shell.stack.pop();
    if (!redirectShell(shell, redirects)) return undefined;
    return pushChild(shell, frame, node.command);
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
