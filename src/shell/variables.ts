import { evaluate } from './arithmetic.ts';
import type { FunctionFrame } from './flow.ts';
import { arithmeticOf } from './scope.ts';
import type { Shell } from './shell.ts';
import type { Variable } from './state.ts';

const ELEMENT = /^([A-Za-z_]\w*)\[(.*)\]$/s;

export const isName = (text: string): boolean => /^[A-Za-z_]\w*$/.test(text);

/** Value of a variable, element or special parameter. */
export function getVariable(shell: Shell, name: string): string | undefined {
  const special = specialOf(shell, name);
  if (special !== undefined) return special;
  const element = ELEMENT.exec(name);
  if (!element) {
    const variable = shell.variables.get(name);
    return variable?.items ? element0(variable) : (variable?.text ?? computed(shell, name));
  }
  const [, base, key] = element as unknown as [string, string, string];
  if (base === 'PIPESTATUS')
    return at(
      shell.pipeStatus.map((status, i) => [String(i), String(status)]),
      key,
    );
  if (base === 'FUNCNAME') return functionNames(shell)[Number(key)];
  const variable = shell.variables.get(base);
  if (variable?.items) return at(variable.items, key);
  return key === '0' ? variable?.text : undefined;
}

/** `FUNCNAME`: the running functions, the innermost first, a script's `main` last. */
export function functionNames(shell: Shell): readonly string[] {
  const names = shell.stack.flatMap((frame) => (frame.kind === 'function' ? [(frame as FunctionFrame).name] : []));
  return names.length === 0 ? [] : [...names.reverse(), ...(shell.base.numbered ? ['main'] : [])];
}

/** `declare -i`: the value of an expression; 0 for what is none. */
function integerText(shell: Shell, text: string): string {
  const value = evaluate(arithmeticOf(text), {
    get: (name) => getVariable(shell, name) ?? '',
    set: () => undefined,
    expand: () => '',
    parse: arithmeticOf,
    fail: (message) => shell.complain(`${text}: ${message}`),
  });
  return String(value);
}

const element0 = (variable: Variable): string | undefined => variable.items?.find(([key]) => key === '0')?.[1];

function at(items: readonly (readonly [string, string])[], key: string): string | undefined {
  const wanted = /^-\d+$/.test(key) ? String(Number(items.at(-1)?.[0] ?? -1) + 1 + Number(key)) : key;
  return items.find(([one]) => one === wanted)?.[1];
}

function specialOf(shell: Shell, name: string): string | undefined {
  switch (name) {
    case '?':
      return String(shell.status);
    case '$':
      return String(shell.base.pid);
    case '!':
      return shell.background ? String(shell.background) : undefined;
    case '#':
      return String(shell.positional.length);
    case '0':
      return shell.base.name;
    case '-':
      return [...shell.options].filter((option) => option.length === 1).join('') + (shell.base.interactive ? 'i' : '');
    default:
      return /^\d+$/.test(name) ? shell.positional[Number(name) - 1] : undefined;
  }
}

/** Variables that are made when they are read. */
function computed(shell: Shell, name: string): string | undefined {
  const { sys } = shell;
  if (shell.base.dialect !== 'bash') return name === 'PPID' ? String(sys.ppid) : undefined;
  switch (name) {
    case 'RANDOM':
      return String(sys.tx.chance('random', 32768));
    case 'SECONDS':
      return String(Math.floor((sys.now - shell.base.startedAt) / 1e6));
    case 'PPID':
      return String(sys.ppid);
    case 'BASHPID':
      return String(sys.pid);
    case 'UID':
    case 'EUID':
      return String(sys.self.uid);
    case 'LINENO':
      return String(shell.line);
    case 'HOSTNAME':
      return shell.hostname;
    case 'FUNCNAME':
      return functionNames(shell)[0];
    case 'PIPESTATUS':
      return String(shell.pipeStatus[0] ?? 0);
    case 'BASH_SUBSHELL':
      return String(shell.base.depth);
    case 'BASH_VERSION':
      return '5.2.37(1)-release';
    case 'BASH':
      return sys.self.exe;
    case 'OSTYPE':
      return 'linux-gnu';
    case 'HOSTTYPE':
      return 'x86_64';
    default:
      return undefined;
  }
}

/** Sets a variable or element; false (with a message) when it is read-only. Integers are kept as given text. */
export function setVariable(shell: Shell, name: string, value: string): boolean {
  const element = ELEMENT.exec(name);
  const base = element ? (element[1] as string) : name;
  const old = shell.variables.get(base) ?? {};
  if (old.readonly) {
    shell.complain(shell.base.dialect === 'bash' ? `${base}: readonly variable` : `${base}: is read only`);
    return false;
  }
  const text = old.integer ? integerText(shell, value) : value;
  if (!element && !old.items) shell.variables.set(base, { ...old, text });
  else shell.variables.set(base, withItem(old, element ? (element[2] as string) : '0', text));
  return true;
}

function withItem(old: Variable, key: string, value: string): Variable {
  const items: (readonly [string, string])[] = [
    ...(old.items ?? (old.text === undefined ? [] : [['0', old.text] as const])),
  ];
  const { text: _text, ...rest } = old;
  const wanted = !old.assoc && /^-\d+$/.test(key) ? String(Number(items.at(-1)?.[0] ?? -1) + 1 + Number(key)) : key;
  const found = items.findIndex(([one]) => one === wanted);
  if (found >= 0) items[found] = [wanted, value];
  else items.push([wanted, value]);
  if (!old.assoc) items.sort(([a], [b]) => Number(a) - Number(b));
  return { ...rest, items };
}

/** `a=(x y [5]=z)`: elements in order; a key that is given counts on from there. */
export function setArray(
  shell: Shell,
  name: string,
  elements: readonly (readonly [key: string | undefined, value: string])[],
  append: boolean,
): void {
  const old = shell.variables.get(name) ?? {};
  const { text: _text, ...rest } = old;
  let made: Variable = append ? withoutText(old) : { ...rest, items: [] };
  let next = Number(made.items?.at(-1)?.[0] ?? -1) + 1;
  for (const [key, value] of elements) {
    const at = key ?? String(next);
    made = withItem(made, at, value);
    next = Number(at) + 1;
  }
  shell.variables.set(name, made);
}

function withoutText(old: Variable): Variable {
  const { text, ...rest } = old;
  return { ...rest, items: old.items ?? (text === undefined ? [] : [['0', text]]) };
}

export function unsetVariable(shell: Shell, name: string): boolean {
  const element = ELEMENT.exec(name);
  const old = shell.variables.get(element ? (element[1] as string) : name);
  if (old?.readonly) {
    shell.complain(`unset: ${name}: cannot unset: readonly variable`);
    return false;
  }
  if (element && old?.items) {
    const items = old.items.filter(([key]) => key !== element[2]);
    shell.variables.set(element[1] as string, { ...old, items });
  } else shell.variables.delete(name);
  return true;
}

/** Environment of a command: exported variables, in the order in which they were set. */
export function environment(shell: Shell): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, variable] of shell.variables)
    if (variable.exported && variable.text !== undefined && name !== '__proto__') env[name] = variable.text;
  return env;
}
