import type { Assignment, Command, Word } from 'unbash';
import { strerror } from '../engine/core/errno.ts';
import { execve, findInPath } from '../engine/linux/exec.ts';
import { exitProcess } from '../engine/linux/life.ts';
import { PROCESS } from '../engine/linux/process.ts';
import { System } from '../engine/linux/system.ts';
import { noteTo } from '../engine/linux/terminal.ts';
import { readFile, stat } from '../engine/linux/vfs.ts';
import { assignAll, expandAssignment, type Made } from './assign.ts';
import { type ArrayElements, type Call, findBuiltin } from './builtin.ts';
import { commandNames, nearest } from './command.ts';
import type { Expansion } from './expand.ts';
import { defineNode, type FunctionFrame, type NodeFrame, restoreVariables } from './flow.ts';
import { forkShell, jobProcess, privateFds } from './fork.ts';
import type { ForegroundFrame } from './jobs.ts';
import { quoteWord } from './quote.ts';
import { applyRedirects, expandRedirects, type Redirect, redirectMessage, redirectShell } from './redirect.ts';
import { runText } from './script.ts';
import { type Doing, defineFrame, type Shell } from './shell.ts';
import { type Expanding, expandFor } from './shellScope.ts';
import type { Frame } from './state.ts';
import { nodeAt } from './syntax.ts';
import { environment } from './variables.ts';

interface CommandFrame extends NodeFrame, Expanding {
  readonly kind: 'command';
}

/** A simple command with all its words expanded. */
interface Expanded {
  readonly words: readonly string[];
  readonly assignments: readonly Made[];
  readonly redirects: readonly Redirect[];
  readonly arrays: ReadonlyMap<number, ArrayElements>;
}

defineNode('Command', (shell, { text, node }) => shell.push<CommandFrame>({ kind: 'command', text, node }));

defineFrame<CommandFrame>({
  kind: 'command',
  step(shell, frame): Doing {
    const node = nodeAt(frame) as Command;
    shell.running = { text: frame.text, node: frame.node };
    if (expandAlias(shell, frame, node)) return undefined;
    const made = expandFor(shell, frame, frame.text, (expansion) => expandCommand(expansion, node));
    if (!made) return undefined;
    if (shell.options.has('x')) trace(shell, made);
    if (made.words.length === 0) return assignOnly(shell, made);
    return runWords(shell, made, frame);
  },
});

function expandCommand(expansion: Expansion, node: Command): Expanded {
  const words: string[] = node.name ? [...expansion.words(node.name)] : [];
  const arrays = new Map<number, ArrayElements>();
  for (const arg of node.args) {
    if (arg.type === 'Word') for (const word of expansion.words(arg as Word)) words.push(word);
    else {
      const assoc = words.some((word) => /^-[a-zA-Z]*A/.test(word));
      const made = expandAssignment(expansion, arg as Assignment, false, assoc);
      if (made.elements) arrays.set(words.length - 1, made.elements);
      words.push(made.elements ? made.name : `${made.name}${made.append ? '+' : ''}=${made.value}`);
    }
  }
  const assignments = node.prefix.flatMap((one) => (one.type === 'Assignment' ? [one] : []));
  return {
    words,
    arrays,
    assignments: assignments.map((one) => expandAssignment(expansion, one, words.length === 0)),
    redirects: node.redirects.length === 0 ? [] : expandRedirects(expansion, node.redirects),
  };
}

function expandAlias(shell: Shell, frame: CommandFrame, node: Command): boolean {
  if (shell.aliases.size === 0 || !node.name || node.name.text !== node.name.value) return false;
  const { value } = node.name;
  const alias = shell.aliases.get(value);
  const used = shell.stack.some((one) => (one as Frame & { alias?: string }).alias === value);
  if (alias === undefined || used) return false;
  shell.stack.pop();
  runText(shell, `${alias}${frame.text.slice(node.name.end, node.end)}`, value);
  return true;
}

function trace(shell: Shell, { words, assignments }: Expanded): void {
  const shown = [...assignments.map((one) => `${one.name}=${quoteWord(one.value)}`), ...words.map(quoteWord)];
  if (shown.length > 0) shell.err(`${'+'.repeat(shell.base.depth + 1)} ${shown.join(' ')}\n`);
}

function assignOnly(shell: Shell, made: Expanded): undefined {
  const status = shell.substituted ?? 0;
  const ok = assignAll(shell, made.assignments);
  shell.stack.pop();
  if (!ok) return shell.abort(1);
  shell.status = status;
  if (made.redirects.length > 0 && redirectShell(shell, made.redirects)) shell.finish();
  return undefined;
}

function runWords(shell: Shell, made: Expanded, frame: CommandFrame): Doing {
  const [name, ...args] = made.words as [string, ...string[]];
  const body = shell.functions.get(name);
  const builtin = findBuiltin(shell, name);
  if (body && !(builtin?.special && shell.base.dialect !== 'bash')) {
    shell.stack.pop();
    if (!redirectShell(shell, made.redirects)) return undefined;
    callFunction(shell, name, args, made.assignments);
    return shell.push({ kind: 'node', ...body });
  }
  if (builtin) return runBuiltin(shell, name, args, made);
  return runExternal(shell, made.words, made, frame);
}

/** A function may call itself this deep. */
const MOST_CALLS = 1000;

function callFunction(shell: Shell, name: string, args: readonly string[], assignments: readonly Made[]): void {
  const calls = shell.stack.filter((frame) => frame.kind === 'function').length;
  if (calls >= MOST_CALLS) {
    shell.complain(`${name}: maximum function nesting level exceeded (${MOST_CALLS})`);
    shell.abort(1);
    return;
  }
  const saved = assignments.map((one) => [one.name, shell.variables.get(one.name) ?? null] as const);
  shell.push<FunctionFrame>({ kind: 'function', name, positional: shell.positional, saved });
  assignAll(shell, assignments, true);
  shell.positional = args;
}

interface EnvironmentFrame extends Frame {
  readonly kind: 'environment';
  readonly saved: FunctionFrame['saved'];
}

defineFrame<EnvironmentFrame>({
  kind: 'environment',
  step: (shell) => shell.finish(),
  leave: (shell, frame) => restoreVariables(shell, frame.saved),
});

interface OutputFrame extends Frame {
  readonly kind: 'output';
  readonly name: string;
  readonly status: number;
  text: string;
}

defineFrame<OutputFrame>({
  kind: 'output',
  step(shell, frame): Doing {
    const { sys } = shell;
    while (frame.text !== '') {
      const wrote = sys.write(1, frame.text);
      if (wrote.ok) {
        frame.text = frame.text.slice(wrote.value);
        continue;
      }
      const channel = sys.channel(1);
      if (wrote.error === 'EAGAIN' && channel !== undefined) return { wait: { channels: [channel] } };
      if (sys.self.state !== 'Z') {
        const words = shell.base.dialect === 'bash' ? `${frame.name}: write error: ` : 'write error: ';
        shell.complain(`${words}${strerror(wrote.error)}`);
      }
      return shell.finish(1);
    }
    return shell.finish(frame.status);
  },
});

function runBuiltin(shell: Shell, name: string, args: readonly string[], made: Expanded): undefined {
  shell.stack.pop();
  const builtin = findBuiltin(shell, name);
  const keep = name === 'exec' && args.length === 0;
  if (made.redirects.length > 0 && !redirectShell(shell, made.redirects, keep)) {
    if (builtin?.special && shell.base.dialect !== 'bash') shell.abort(2);
    return undefined;
  }
  if (made.assignments.length > 0) {
    if (!(builtin?.special && shell.base.dialect !== 'bash')) {
      const saved = made.assignments.map((one) => [one.name, shell.variables.get(one.name) ?? null] as const);
      shell.push<EnvironmentFrame>({ kind: 'environment', saved });
    }
    assignAll(shell, made.assignments, true);
  }
  callBuiltin(shell, name, args, made.arrays);
  return undefined;
}

/** Runs a builtin by name; its output goes out before the next step. */
export function callBuiltin(
  shell: Shell,
  name: string,
  args: readonly string[],
  arrays: Call['arrays'] = new Map(),
): void {
  let text = '';
  const status = findBuiltin(shell, name)?.run(shell, {
    name,
    args,
    arrays,
    out: (more) => {
      text += more;
    },
    fail: (message, code = 1) => {
      shell.complain(`${name}: ${message}`);
      return code;
    },
  });
  if (text === '') {
    if (status !== undefined) shell.status = status & 255;
  } else shell.push<OutputFrame>({ kind: 'output', name, status: status ?? shell.status, text });
}

/** Where a command word leads, or what is wrong with it and the status that this gives. */
function findCommandPath(
  shell: Shell,
  name: string,
): { readonly path: string } | { readonly message: string; readonly status: number } {
  const { sys } = shell;
  const bash = shell.base.dialect === 'bash';
  if (name.includes('/')) {
    const found = stat(sys.tx, sys.self, name);
    if (!found.ok) {
      const missing = bash ? strerror(found.error) : 'not found';
      return { message: `${name}: ${missing}`, status: found.error === 'EACCES' ? 126 : 127 };
    }
    if (found.value.kind === 'dir')
      return { message: `${name}: ${bash ? 'Is a directory' : 'Permission denied'}`, status: 126 };
    return { path: name };
  }
  const path = shell.variables.get('PATH')?.text ?? '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
  const found = name === '' ? undefined : findInPath(sys.tx, sys.self, name, path);
  if (found?.ok) return { path: found.value };
  if (found?.error === 'EACCES') return { message: `${name}: Permission denied`, status: 126 };
  return { message: bash ? `${name}: command not found` : `${name}: not found`, status: 127 };
}

function runExternal(shell: Shell, words: readonly string[], made: Expanded, frame: Frame): Doing {
  const { sys } = shell;
  const [name] = words as [string];
  const env = environment(shell);
  for (const { name: key, value } of made.assignments) if (key !== '__proto__') env[key] = value;
  const found = findCommandPath(shell, name);
  if (mayReplace(shell)) return replaceShell(shell, words, made.redirects, env, found);
  if ('message' in found && shell.base.dialect !== 'bash') {
    shell.stack.pop();
    if (redirectShell(shell, made.redirects)) {
      shell.complain(found.message);
      shell.status = found.status;
    }
    noteNearest(shell, name);
    return undefined;
  }
  const child = forkShell(shell, {});
  shell.stack.splice(shell.stack.indexOf(frame), 1);
  if (!child) return undefined;
  const inside = new System(sys.tx, child.id);
  const status = become(shell, inside, words, made.redirects, env, found);
  if ('message' in found) noteNearest(shell, name);
  if (status !== undefined) exitProcess(sys.tx, sys.tx.need(PROCESS, child.id), { code: status });
  const text = words.join(' ');
  return shell.push<ForegroundFrame>({ kind: 'foreground', processes: [jobProcess(shell, child)], text });
}

/** Redirects and executes in a process; a status when that fails, with its message on the process's stderr. */
function become(
  shell: Shell,
  sys: System,
  words: readonly string[],
  redirects: readonly Redirect[],
  env: Record<string, string>,
  found: ReturnType<typeof findCommandPath>,
): number | undefined {
  const failure = redirects.length === 0 ? undefined : applyRedirects(sys, redirects, shell.options.has('C'));
  if (failure) {
    sys.write(2, `${shell.prefix()}${redirectMessage(shell, failure)}\n`);
    return shell.base.dialect === 'dash' ? 2 : 1;
  }
  if ('message' in found) {
    sys.write(2, `${shell.prefix()}${found.message}\n`);
    return found.status;
  }
  const done = execve(sys.tx, sys.self, found.path, words, env);
  if (done.ok) return undefined;
  if (done.error === 'ENOEXEC') {
    const text = readFile(sys.tx, sys.self, found.path);
    if (text.ok && text.value === '') return notSimulated(shell, sys, words[0] as string, found.path);
    const again = execve(sys.tx, sys.self, '/bin/sh', [words[0] as string, found.path, ...words.slice(1)], env);
    if (again.ok) return undefined;
  }
  const text = done.error === 'ENOENT' ? 'cannot execute: required file not found' : strerror(done.error);
  sys.write(2, `${shell.prefix()}${words[0]}: ${text}\n`);
  return done.error === 'ENOENT' ? 127 : 126;
}

/** A binary that stands there as a name only: the kernel's words, and a line of ours. */
function notSimulated(shell: Shell, sys: System, name: string, path: string): number {
  const words = shell.base.dialect === 'bash' ? `${path}: cannot execute binary file: ` : `${name}: `;
  sys.write(2, `${shell.prefix()}${words}${strerror('ENOEXEC')}\n`);
  if (sys.self.tty !== undefined) noteTo(sys.tx, sys.self.tty, 'note.missing', { name });
  return 126;
}

/** Nothing is left to do after this command, so that it may take the shell's place. */
function mayReplace(shell: Shell): boolean {
  if (!shell.base.oneShot || shell.traps.size > 0 || shell.jobs.length > 0) return false;
  return shell.stack.every((frame, i) => {
    if (i === shell.stack.length - 1) return true;
    const { kind, next, text, node } = frame as Frame & { next?: number; text?: string; node?: number };
    if ((kind !== 'list' && kind !== 'and') || text === undefined || node === undefined) return false;
    return next === (nodeAt({ text, node }) as unknown as { commands: readonly unknown[] }).commands.length;
  });
}

function replaceShell(
  shell: Shell,
  words: readonly string[],
  redirects: readonly Redirect[],
  env: Record<string, string>,
  found: ReturnType<typeof findCommandPath>,
): Doing {
  for (const fd of privateFds(shell)) shell.sys.close(fd);
  const status = become(shell, shell.sys, words, redirects, env, found);
  return status === undefined ? { replaced: true } : { exit: status };
}

interface WordsFrame extends Frame {
  readonly kind: 'words';
  readonly words: readonly string[];
}

/** `command name …`: no function, no builtin. */
defineFrame<WordsFrame>({
  kind: 'words',
  step(shell, frame) {
    const made: Expanded = { words: frame.words, assignments: [], redirects: [], arrays: new Map() };
    return runExternal(shell, frame.words, made, frame);
  },
});

/** `exec command`: takes the shell's place in any case. */
export function execWords(shell: Shell, words: readonly string[], env: Record<string, string>): Doing {
  const found = findCommandPath(shell, words[0] as string);
  if ('message' in found) {
    shell.complain(`exec: ${found.message.replace('command not found', 'not found')}`);
    return shell.base.interactive ? undefined : { exit: found.status };
  }
  return replaceShell(shell, words, [], env, found);
}

function noteNearest(shell: Shell, name: string): void {
  const { terminal } = shell.base;
  const near = terminal === undefined ? undefined : nearest(name, commandNames());
  if (near !== undefined && terminal !== undefined) shell.note('note.nearest', { name, near });
}
