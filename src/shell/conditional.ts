import type { ArithmeticCommand, TestCommand, TestExpression } from 'unbash';
import type { Expansion } from './expand.ts';
import { defineNode, type NodeFrame } from './flow.ts';
import { matchesPattern } from './pattern.ts';
import { compileRegex, search } from './regex/regex.ts';
import { arithmeticOf } from './scope.ts';
import { defineFrame, type Shell } from './shell.ts';
import { type Expanding, expandFor } from './shellScope.ts';
import { nodeAt } from './syntax.ts';
import { binaryTest, numericTest, unaryTest } from './testExpression.ts';
import { getVariable, setArray } from './variables.ts';

interface ConditionFrame extends NodeFrame, Expanding {
  readonly kind: 'condition';
}

const start = (shell: Shell, { text, node }: NodeFrame): undefined =>
  shell.push<ConditionFrame>({ kind: 'condition', text, node });
defineNode('TestCommand', start);
defineNode('ArithmeticCommand', start);

defineFrame<ConditionFrame>({
  kind: 'condition',
  step(shell, frame) {
    const node = nodeAt(frame) as TestCommand | ArithmeticCommand;
    const value = expandFor(shell, frame, frame.text, (expansion) =>
      node.type === 'ArithmeticCommand'
        ? expansion.arithmetic(node.expression, `((: ${node.body.trim()}`) !== 0n
        : new Condition(shell, expansion).holds(node.expression),
    );
    if (value === undefined) return undefined;
    return shell.finish(typeof value === 'number' ? value : value ? 0 : 1);
  },
});

/** `[[ … ]]`; a number is the status of a failure. */
class Condition {
  constructor(
    private readonly shell: Shell,
    private readonly expansion: Expansion,
  ) {}

  holds(node: TestExpression): boolean | number {
    const { shell, expansion } = this;
    switch (node.type) {
      case 'TestGroup':
        return this.holds(node.expression);
      case 'TestNot': {
        const value = this.holds(node.operand);
        return typeof value === 'number' ? value : node.negations.length % 2 === 1 ? !value : value;
      }
      case 'TestLogical': {
        const and = node.operator === '&&';
        for (const operand of node.operands) {
          const value = this.holds(operand);
          if (typeof value === 'number' || value !== and) return value;
        }
        return and;
      }
      case 'TestUnary':
        return unaryTest(shell.sys, node.operator, expansion.single(node.operand), (name) =>
          node.operator === '-v' ? getVariable(shell, name) !== undefined : false,
        );
      case 'TestBinary':
        return this.compares(node);
    }
  }

  private compares(node: Extract<TestExpression, { type: 'TestBinary' }>): boolean | number {
    const { shell, expansion } = this;
    const left = expansion.single(node.left);
    if (node.operator === '=~') return this.matches(left, expansion.regex(node.right));
    if (['=', '==', '!='].includes(node.operator))
      return matchesPattern(expansion.pattern(node.right), left) === (node.operator !== '!=');
    const right = expansion.single(node.right);
    if (/^-(eq|ne|lt|le|gt|ge)$/.test(node.operator)) {
      const [a, b] = [left, right].map((text) => expansion.arithmetic(arithmeticOf(text))) as [bigint, bigint];
      return numericTest(a, node.operator, b);
    }
    const value = binaryTest(shell.sys, left, node.operator, right);
    return typeof value === 'boolean' ? value : 2;
  }

  private matches(text: string, source: string): boolean | number {
    const regex = compileRegex(source, { extended: true });
    if (typeof regex === 'string') return 2;
    const match = search(regex, text);
    const groups: (readonly [undefined, string])[] = [];
    for (let i = 0; match && i < match.length; i += 2)
      groups.push([undefined, text.slice(match[i] as number, Math.max(match[i] as number, match[i + 1] as number))]);
    setArray(this.shell, 'BASH_REMATCH', groups, false);
    return match !== undefined;
  }
}
