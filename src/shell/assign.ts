import type { Assignment } from 'unbash';
import type { ArrayElements } from './builtin.ts';
import type { Expansion } from './expand.ts';
import type { Shell } from './shell.ts';
import { getVariable, setArray, setVariable } from './variables.ts';

/** An assignment with its words expanded. Plain JSON. */
export interface Made {
  /** `a` or `a[3]` */
  readonly name: string;
  readonly value: string;
  readonly elements?: ArrayElements;
  readonly append?: boolean;
}

/** `now` makes it visible to the words that follow: `a=1 b=$a`. */
export function expandAssignment(expansion: Expansion, node: Assignment, now = false, assoc = false): Made {
  const append = node.append === true;
  if (node.value.type === 'ArrayValue') {
    const elements = node.value.elements.flatMap((word): [string | undefined, string][] => {
      const keyed = /^\[([^\]]+)\]=/.test(word.text);
      if (!keyed) return expansion.words(word).map((value) => [undefined, value]);
      const match = /^\[(.*?)\]=(.*)$/s.exec(expansion.single(word));
      if (!match) return [];
      const [, key, value] = match as unknown as [string, string, string];
      return [[assoc ? key : subscript(expansion, node.name, key), value]];
    });
    return { name: node.name, value: '', elements, append };
  }
  const index = node.index ? `[${expansion.single(node.index)}]` : '';
  const name = index ? expansion.subscript(`${node.name}${index}`) : node.name;
  const value = expansion.assigned(node.value);
  if (now) {
    const before = append ? (expansion.scope.get(name) ?? '') : '';
    expansion.scope.set(
      name,
      append && expansion.scope.isInteger(name) ? `(${before || 0})+(${value || 0})` : before + value,
    );
  }
  return { name, value, append };
}

function subscript(expansion: Expansion, name: string, key: string): string {
  const full = expansion.subscript(`${name}[${key}]`);
  return full.slice(name.length + 1, -1);
}

/** Makes assignments; false when a variable is read-only. `env` marks them as exported: a command's own environment. */
export function assignAll(shell: Shell, assignments: readonly Made[], env = false): boolean {
  return assignments.every((one) => {
    if (one.elements) {
      if (shell.variables.get(one.name)?.readonly) return setVariable(shell, one.name, '');
      setArray(shell, one.name, one.elements, one.append === true);
      return true;
    }
    const before = one.append && env ? (getVariable(shell, one.name) ?? '') : '';
    if (!env && one.append) return true;
    if (!setVariable(shell, one.name, before + one.value)) return false;
    if (env) shell.variables.set(one.name, { ...shell.variables.get(one.name), exported: true });
    return true;
  });
}
