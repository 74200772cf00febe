import { notFound } from '../engine/linux/program.ts';
import { readdir, readFile, stat } from '../engine/linux/vfs.ts';
import { Expansion } from './expand.ts';
import { hasMagic, matchesPattern, type Pattern } from './pattern.ts';
import type { Scope } from './scope.ts';
import type { Shell } from './shell.ts';
import type { Frame, Variable } from './state.ts';
import type { NodeRef } from './syntax.ts';
import { functionNames, getVariable, setVariable } from './variables.ts';

/** A frame whose words need outputs of other commands keeps here what has come so far. */
export interface Expanding extends Frame {
  outputs?: readonly string[];
}

interface Wanted {
  readonly script: NodeRef;
  readonly kind: 'output' | '<' | '>';
}

/** The shell's variables and files as an expansion sees them. */
class ShellScope implements Scope {
  /** The first command substitution whose output is not there yet. */
  wanted: Wanted | undefined;
  error: string | undefined;
  /** The variables as they were before the expansion set one. */
  saved: Map<string, Variable> | undefined;
  private used = 0;

  constructor(
    private readonly shell: Shell,
    private readonly outputs: readonly string[],
  ) {}

  get nounset(): boolean {
    return this.shell.options.has('u');
  }

  get nullglob(): boolean {
    return this.shell.options.has('nullglob');
  }

  get noglob(): boolean {
    return this.shell.options.has('f');
  }

  get positional(): readonly string[] {
    return this.shell.positional;
  }

  get(name: string): string | undefined {
    return getVariable(this.shell, name);
  }

  set(name: string, value: string): void {
    if (this.wanted || this.error !== undefined) return;
    // The assignment itself says that a variable is read-only.
    if (this.shell.variables.get(name.replace(/\[.*$/s, ''))?.readonly) return;
    this.saved ??= new Map(this.shell.variables);
    setVariable(this.shell, name, value);
  }

  values(name: string): readonly string[] {
    if (name === 'PIPESTATUS') return this.shell.pipeStatus.map(String);
    if (name === 'FUNCNAME') return functionNames(this.shell);
    const variable = this.shell.variables.get(name);
    return variable?.items?.map(([, value]) => value) ?? (variable?.text === undefined ? [] : [variable.text]);
  }

  keys(name: string): readonly string[] {
    const variable = this.shell.variables.get(name);
    return variable?.items?.map(([key]) => key) ?? (variable?.text === undefined ? [] : ['0']);
  }

  names(prefix: string): readonly string[] {
    return [...this.shell.variables.keys()].filter((name) => name.startsWith(prefix)).sort();
  }

  isInteger(name: string): boolean {
    return this.shell.variables.get(name)?.integer === true;
  }

  isAssociative(name: string): boolean {
    return this.shell.variables.get(name)?.assoc === true;
  }

  substitute(script: NodeRef): string {
    return this.output({ script, kind: 'output' });
  }

  processSubstitution(script: NodeRef, operator: '<' | '>'): string {
    return this.output({ script, kind: operator });
  }

  private output(wanted: Wanted): string {
    const output = this.outputs[this.used++];
    if (output === undefined) this.wanted ??= wanted;
    return output ?? '';
  }

  fail(message: string): void {
    if (!this.wanted) this.error ??= message;
  }

  home(user: string): string | undefined {
    if (user === '') return this.get('HOME') ?? (this.shell.sys.self.uid === 0 ? '/root' : undefined);
    if (user === '+') return this.get('PWD');
    if (user === '-') return this.get('OLDPWD');
    const passwd = readFile(this.shell.sys.tx, this.shell.sys.self, '/etc/passwd');
    const line = passwd.ok ? passwd.value.split('\n').find((row) => row.startsWith(`${user}:`)) : undefined;
    return line?.split(':')[5];
  }

  glob(pattern: Pattern): readonly string[] {
    return globPaths(this.shell, pattern);
  }
}

/** Paths that match a pattern with slashes, sorted. Hidden names only when the pattern names the dot. */
function globPaths(shell: Shell, pattern: Pattern): readonly string[] {
  const { sys } = shell;
  const parts = splitPattern(pattern);
  let found = [parts[0]?.text === '' ? '/' : ''];
  for (const [i, part] of parts.entries()) {
    if (part.text === '' && i < parts.length - 1) continue;
    const last = i === parts.length - 1;
    const next: string[] = [];
    for (const dir of found) {
      const at = (name: string): string => `${dir}${name}`;
      if (part.text === '') {
        if (stat(sys.tx, sys.self, dir).ok) next.push(dir);
        continue;
      }
      if (!hasMagic(part)) {
        const path = at(part.text.replace(/\\(.)/g, '$1'));
        if (stat(sys.tx, sys.self, path, false).ok) next.push(last ? path : `${path}/`);
        continue;
      }
      const names = readdir(sys.tx, sys.self, dir === '' ? '.' : dir);
      if (!names.ok) continue;
      for (const name of names.value) {
        if (name.startsWith('.') && !part.text.startsWith('.')) continue;
        if (!matchesPattern(part, name)) continue;
        if (last) next.push(at(name));
        else {
          const below = stat(sys.tx, sys.self, at(name));
          if (below.ok && below.value.kind === 'dir') next.push(`${at(name)}/`);
        }
      }
    }
    found = next;
    if (found.length === 0) return [];
  }
  return found.sort();
}

function splitPattern(pattern: Pattern): readonly Pattern[] {
  const parts: Pattern[] = [];
  let from = 0;
  for (let i = 0; i <= pattern.text.length; i++) {
    if (i < pattern.text.length && pattern.text[i] !== '/') continue;
    parts.push({ text: pattern.text.slice(from, i), literal: pattern.literal.slice(from, i) });
    from = i + 1;
  }
  return parts;
}

let startSubstitution = (_shell: Shell, _script: NodeRef, _kind: Wanted['kind']): void => notFound('$(');

/** Says how the output of a command substitution is got: by the part that forks. */
export function onSubstitution(start: typeof startSubstitution): void {
  startSubstitution = start;
}

/**
 * Expands for a frame. Undefined when it did not come to an end: a command substitution has been started (its frame
 * stands on top, and the frame steps again when its output is there), or an error has ended the command.
 */
export function expandFor<T>(
  shell: Shell,
  frame: Expanding,
  text: string,
  body: (expansion: Expansion) => T,
): T | undefined {
  const scope = new ShellScope(shell, frame.outputs ?? []);
  if (frame.outputs === undefined) shell.substituted = undefined;
  const value = body(new Expansion(scope, text));
  if (scope.wanted) {
    if (scope.saved) shell.variables = scope.saved;
    frame.outputs ??= [];
    startSubstitution(shell, scope.wanted.script, scope.wanted.kind);
    return undefined;
  }
  delete frame.outputs;
  if (scope.error === undefined) return value;
  shell.complain(scope.error);
  shell.abort(shell.base.dialect === 'bash' ? 1 : 2);
  return undefined;
}
