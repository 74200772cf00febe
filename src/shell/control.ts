import type { ArithmeticFor, Case, CompoundList, For, If, Redirected, While } from 'unbash';
import { at, type Conditional, defineNode, type NodeFrame, pushChild } from './flow.ts';
import { matchesPattern } from './pattern.ts';
import { quoteWord } from './quote.ts';
import { expandRedirects, redirectShell } from './redirect.ts';
import { type Doing, defineFrame } from './shell.ts';
import { type Expanding, expandFor } from './shellScope.ts';
import { refTo } from './syntax.ts';
import { setVariable } from './variables.ts';

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
