import { type Call, defineBuiltin } from '../builtin.ts';
import type { FunctionFrame } from '../flow.ts';
import { arithmeticOf } from '../scope.ts';
import type { Shell } from '../shell.ts';
import { expandFor } from '../shellScope.ts';
import type { Variable } from '../state.ts';
import { getVariable, isName, setArray, setVariable, unsetVariable } from '../variables.ts';
import { sortedVariables } from './set.ts';

interface Marks {
  readonly exported?: boolean;
  readonly readonly?: boolean;
  readonly integer?: boolean;
  readonly assoc?: boolean;
  readonly array?: boolean;
}

/** `name`, `name=value` or `name=(…)` of declare and its like. */
function declareOne(shell: Shell, call: Call, index: number, marks: Marks): number {
  const word = call.args[index] as string;
  const match = /^([^=+]*(?:\[[^\]]*\])?)(\+?=)?(.*)$/s.exec(word) as RegExpExecArray;
  const name = (match[1] as string).replace(/\[.*$/s, '');
  if (!isName(name)) {
    const bad = `\`${word}': not a valid identifier`;
    if (shell.base.dialect === 'bash') return call.fail(bad);
    return call.fail(shell.base.dialect === 'dash' ? `${name}: bad variable name` : `${word}: bad variable name`, 2);
  }
  const { assoc, array, ...flags } = marks;
  const elements = call.arrays.get(index);
  if (assoc || array) {
    const old: Variable = shell.variables.get(name) ?? {};
    if (!old.items) shell.variables.set(name, { ...old, items: [], ...(assoc ? { assoc } : {}) });
  }
  if (flags.integer) shell.variables.set(name, { ...shell.variables.get(name), integer: true });
  if (elements) setArray(shell, name, elements, false);
  else if (match[2]) {
    const value = match[2] === '+=' ? (getVariable(shell, name) ?? '') + match[3] : (match[3] as string);
    if (!setVariable(shell, match[1] as string, value)) return 1;
  }
  shell.variables.set(name, { ...shell.variables.get(name), ...flags });
  return 0;
}

const namesIn = (call: Call): readonly number[] =>
  call.args.flatMap((word, i) => (/^[-+][A-Za-z]+$|^--$/.test(word) ? [] : [i]));

const lettersIn = (call: Call): string =>
  call.args
    .filter((word) => /^-[A-Za-z]+$/.test(word))
    .map((word) => word.slice(1))
    .join('');

function declareAll(shell: Shell, call: Call, marks: Marks): number {
  let status = 0;
  for (const index of namesIn(call)) status = declareOne(shell, call, index, marks) || status;
  return status;
}

function attributes(variable: Variable): string {
  const letters =
    (variable.items ? (variable.assoc ? 'A' : 'a') : '') +
    (variable.integer ? 'i' : '') +
    (variable.readonly ? 'r' : '') +
    (variable.exported ? 'x' : '');
  return letters || '-';
}

/** A variable as `declare -p` writes it. */
function declaration(name: string, variable: Variable): string {
  const quoted = (text: string): string => `"${text.replace(/[\\"$`]/g, '\\$&')}"`;
  const head = `declare -${attributes(variable)} ${name}`;
  if (variable.items) return `${head}=(${variable.items.map(([key, value]) => `[${key}]=${quoted(value)}`).join(' ')})`;
  return variable.text === undefined ? head : `${head}=${quoted(variable.text)}`;
}

defineBuiltin({
  name: 'export',
  special: true,
  summary: 'Set export attribute for shell variables.',
  run(shell, call) {
    const letters = lettersIn(call);
    if (namesIn(call).length === 0) {
      for (const [name, variable] of sortedVariables(shell)) {
        if (!variable.exported) continue;
        call.out(
          shell.base.dialect === 'bash'
            ? `${declaration(name, variable)}\n`
            : `export ${name}='${variable.text ?? ''}'\n`,
        );
      }
      return 0;
    }
    if (!letters.includes('n')) return declareAll(shell, call, { exported: true });
    for (const index of namesIn(call)) {
      const variable = shell.variables.get(call.args[index] as string);
      if (variable) shell.variables.set(call.args[index] as string, { ...variable, exported: false });
    }
    return 0;
  },
});

defineBuiltin({
  name: 'readonly',
  special: true,
  summary: 'Mark shell variables as unchangeable.',
  run: (shell, call) => declareAll(shell, call, { readonly: true }),
});

for (const name of ['declare', 'typeset']) {
  defineBuiltin({
    name,
    bashOnly: true,
    summary: 'Set variable values and attributes.',
    run(shell, call) {
      const letters = lettersIn(call);
      const wrong = /[^aAfFgiIlnprtux]/.exec(letters)?.[0];
      if (wrong !== undefined) {
        call.fail(`-${wrong}: invalid option`);
        const usage = `[-aAfFgiIlnrtux] [name[=value] ...] or ${name} -p [-aAfFilnrtux] [name ...]`;
        shell.err(`${name}: usage: ${name} ${usage}\n`);
        return 2;
      }
      const names = namesIn(call).map((index) => call.args[index] as string);
      if (letters.includes('f') || letters.includes('F')) return names.every((one) => shell.functions.has(one)) ? 0 : 1;
      if (letters.includes('p') || names.length === 0) return printAll(shell, call, names, letters);
      const inFunction = shell.stack.some((frame) => frame.kind === 'function');
      if (inFunction && !letters.includes('g')) hide(shell, names);
      return declareAll(shell, call, {
        ...(letters.includes('x') ? { exported: true } : {}),
        ...(letters.includes('r') ? { readonly: true } : {}),
        ...(letters.includes('i') ? { integer: true } : {}),
        ...(letters.includes('a') ? { array: true } : {}),
        ...(letters.includes('A') ? { assoc: true } : {}),
      });
    },
  });
}

function printAll(shell: Shell, call: Call, names: readonly string[], letters: string): number {
  let status = 0;
  const wanted = names.length > 0 ? names : sortedVariables(shell).map(([name]) => name);
  for (const name of wanted) {
    const variable = shell.variables.get(name);
    if (!variable) status = call.fail(`${name}: not found`);
    else if (!letters.includes('x') || variable.exported) call.out(`${declaration(name, variable)}\n`);
  }
  return status;
}

/** Puts variables aside until the running function ends. */
function hide(shell: Shell, words: readonly string[]): void {
  const frame = shell.stack.findLast((one) => one.kind === 'function') as FunctionFrame | undefined;
  if (!frame) return;
  for (const word of words) {
    const name = word.replace(/[[+=].*$/s, '');
    if (frame.saved.some(([one]) => one === name)) continue;
    frame.saved = [...frame.saved, [name, shell.variables.get(name) ?? null]];
    shell.variables.delete(name);
  }
}

defineBuiltin({
  name: 'local',
  summary: 'Define local variables.',
  run(shell, call) {
    if (!shell.stack.some((frame) => frame.kind === 'function'))
      return shell.base.dialect === 'bash'
        ? call.fail('can only be used in a function')
        : call.fail('not in a function', 2);
    const letters = lettersIn(call);
    hide(
      shell,
      namesIn(call).map((index) => call.args[index] as string),
    );
    return declareAll(shell, call, {
      ...(letters.includes('r') ? { readonly: true } : {}),
      ...(letters.includes('a') ? { array: true } : {}),
      ...(letters.includes('A') ? { assoc: true } : {}),
    });
  },
});

defineBuiltin({
  name: 'unset',
  special: true,
  summary: 'Unset values and attributes of shell variables and functions.',
  run(shell, call) {
    const letters = lettersIn(call);
    let status = 0;
    for (const index of namesIn(call)) {
      const name = call.args[index] as string;
      if (letters.includes('f') || (!letters.includes('v') && !shell.variables.has(name) && shell.functions.has(name)))
        shell.functions.delete(name);
      else if (!unsetVariable(shell, name)) status = 1;
    }
    return status;
  },
});

defineBuiltin({
  name: 'let',
  summary: 'Evaluate arithmetic expressions.',
  run(shell, call) {
    if (call.args.length === 0) return call.fail('expression expected');
    const value = expandFor(shell, { kind: 'let' }, '', (expansion) =>
      call.args.map((text) => expansion.arithmetic(arithmeticOf(text), text)).at(-1),
    );
    return value === undefined ? undefined : value === 0n ? 1 : 0;
  },
});

/** Options of shopt; those that change nothing here are remembered all the same. */
const SHOPTS = new Set(
  'autocd cdspell checkhash checkwinsize cmdhist dotglob execfail expand_aliases extglob failglob globstar histappend interactive_comments lastpipe nocaseglob nocasematch nullglob sourcepath xpg_echo'.split(
    ' ',
  ),
);

defineBuiltin({
  name: 'shopt',
  bashOnly: true,
  summary: 'Set and unset shell options.',
  run(shell, call) {
    const letters = lettersIn(call);
    const names = namesIn(call).map((index) => call.args[index] as string);
    let status = 0;
    for (const name of names.length > 0 ? names : [...SHOPTS]) {
      if (!SHOPTS.has(name)) status = call.fail(`${name}: invalid shell option name`);
      else if (letters.includes('s') && names.length > 0) shell.options.add(name);
      else if (letters.includes('u') && names.length > 0) shell.options.delete(name);
      else {
        const on = shell.options.has(name);
        if (!on && names.length > 0) status = 1;
        if (!letters.includes('q')) call.out(`${name.padEnd(15)}\t${on ? 'on' : 'off'}\n`);
      }
    }
    return status;
  },
});
