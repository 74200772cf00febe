import './builtins/basic.ts';
import './builtins/exec.ts';
import './builtins/information.ts';
import './builtins/input.ts';
import './builtins/jobs.ts';
import './builtins/set.ts';
import './builtins/variables.ts';
import './conditional.ts';
import './control.ts';
import './jobs.ts';
import './pipeline.ts';
import './prompt.ts';
import './simple.ts';
import { strerror } from '../engine/core/errno.ts';
import { PROCESS } from '../engine/linux/process.ts';
import { defineProgram, type Next } from '../engine/linux/program.ts';
import type { Signal } from '../engine/linux/signal.ts';
import type { System } from '../engine/linux/system.ts';
import { setForeground } from '../engine/linux/terminal.ts';
import { TTY } from '../engine/linux/tty.ts';
import { readFile } from '../engine/linux/vfs.ts';
import { isBusybox } from './command.ts';
import { runScript } from './script.ts';
import { Shell } from './shell.ts';
import type { Dialect, Frame, ShellState, Variable } from './state.ts';

/** What the words of a shell's command line ask for. */
interface Invocation {
  readonly interactive: boolean;
  readonly command?: string;
  readonly script?: string;
  readonly name?: string;
  readonly args: readonly string[];
  readonly options: readonly string[];
  readonly norc: boolean;
  readonly wrong?: string;
}

function parseInvocation(argv: readonly string[]): Invocation {
  const words = argv.slice(1);
  const options: string[] = [];
  let [command, interactive, stdin, norc, wantsCommand] = [undefined as string | undefined, false, false, false, false];
  while (words[0] !== undefined && /^[-+]./.test(words[0])) {
    const word = words.shift() as string;
    if (word === '--') break;
    if (word.startsWith('--')) {
      if (!/^--(norc|noprofile|noediting|login|posix|rcfile|verbose)$/.test(word))
        return { interactive: false, args: [], options: [], norc, wrong: `${word}: invalid option` };
      if (word === '--norc') norc = true;
      if (word === '--rcfile') words.shift();
      continue;
    }
    for (const letter of word.slice(1)) {
      if (letter === 'c') wantsCommand = true;
      else if (letter === 'i') interactive = true;
      else if (letter === 's') stdin = true;
      else if (letter === 'o') {
        const name = words.shift();
        if (name) options.push(name === 'errexit' ? 'e' : name === 'nounset' ? 'u' : name === 'xtrace' ? 'x' : name);
      } else if (letter !== 'l') options.push(letter);
    }
  }
  if (wantsCommand) command = words.shift();
  if (wantsCommand && command === undefined)
    return { interactive: false, args: [], options, norc, wrong: '-c: option requires an argument' };
  const named = command !== undefined || !stdin ? words.shift() : undefined;
  return {
    interactive,
    norc,
    options,
    args: words,
    ...(command === undefined ? (named === undefined ? {} : { script: named }) : { command }),
    ...(named === undefined ? {} : { name: named }),
  };
}

function dialectOf(sys: System, program: string): Dialect {
  if (isBusybox(sys)) return 'ash';
  return program === 'bash' ? 'bash' : 'dash';
}

/** A piped session's row, when no other shell on it takes the commands yet. */
function controlOf(sys: System, interactive: boolean): number | undefined {
  const { tty } = sys.self;
  if (tty === undefined || !interactive || !sys.tx.get(TTY, tty)?.piped) return undefined;
  const taken = sys.tx
    .list(PROCESS, 'tty', tty)
    .some((process) => process.id !== sys.id && (process.data as ShellState | null)?.control === tty);
  return taken ? undefined : tty;
}

function startVariables(sys: System, dialect: Dialect, interactive: boolean, norc: boolean): [string, Variable][] {
  const { env, cwd } = sys.self;
  const variables = new Map<string, Variable>();
  for (const [name, text] of Object.entries(env)) variables.set(name, { text, exported: true });
  const keep = (name: string, text: string, exported = false): void => {
    if (!variables.has(name)) variables.set(name, exported ? { text, exported } : { text });
  };
  variables.set('PWD', { text: cwd, exported: true });
  if (dialect === 'bash') {
    const level = Number(env.SHLVL ?? 0) + 1;
    variables.set('SHLVL', { text: String(level), exported: true });
    variables.set('_', { text: sys.self.exe, exported: true });
    if (interactive && !norc) keep('PS1', '\\u@\\h:\\w\\$ ');
  }
  keep('PATH', '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin');
  keep('IFS', ' \t\n');
  keep('OPTIND', '1');
  return [...variables];
}

function start(sys: System, argv: readonly string[], program: string): Next<ShellState> {
  const invocation = parseInvocation(argv);
  const dialect = dialectOf(sys, program);
  const called = (argv[0] ?? program).replace(/^-/, '');
  const input = sys.file(0);
  const reads = invocation.command === undefined && invocation.script === undefined;
  const onTerminal = input?.kind === 'tty' && reads;
  const interactive = invocation.wrong === undefined && (invocation.interactive || onTerminal);
  const control = controlOf(sys, interactive);
  const terminal = onTerminal && interactive ? input.target : undefined;
  const state: ShellState = {
    shell: true,
    dialect,
    name: invocation.name ?? called,
    interactive,
    bare: interactive,
    oneShot: invocation.command !== undefined,
    numbered: !interactive && invocation.command === undefined,
    ...(control === undefined ? {} : { control }),
    ...(terminal === undefined ? {} : { terminal }),
    stack: [],
    variables: startVariables(sys, dialect, interactive, invocation.norc),
    functions: [],
    aliases: [],
    traps: [],
    positional: invocation.args,
    status: 0,
    pipeStatus: [0],
    lastOfAndOr: true,
    pid: sys.pid,
    background: 0,
    options: invocation.options,
    jobs: [],
    history: [],
    ignored: sys.self.ignored as readonly Signal[],
    startedAt: sys.now,
    depth: 0,
    idle: false,
  };
  const shell = new Shell(sys, state);
  if (invocation.wrong !== undefined) return wrongCall(shell, called, invocation.wrong);
  shell.setSignals();
  if (terminal !== undefined) takeTerminal(sys, terminal);
  return begin(shell, invocation);
}

/** An interactive shell leads a group of its own, in the foreground. */
function takeTerminal(sys: System, terminal: number): void {
  sys.change({ pgrp: sys.id });
  setForeground(sys.tx, terminal, sys.id);
}

function begin(shell: Shell, invocation: Invocation): Next<ShellState> {
  const { sys, base } = shell;
  if (invocation.command !== undefined) runScript(shell, invocation.command, '-c: ');
  else if (invocation.script !== undefined) {
    const text = readFile(sys.tx, sys.self, invocation.script);
    if (!text.ok) {
      const words = strerror(text.error);
      const name = (shell.sys.self.argv[0] ?? 'sh').replace(/^-/, '');
      if (base.dialect === 'bash') shell.err(`${name}: ${invocation.script}: ${words}\n`);
      else if (base.dialect === 'ash') shell.err(`${name}: can't open '${invocation.script}': ${words}\n`);
      else
        shell.err(
          `${name}: 0: cannot open ${invocation.script}: ${text.error === 'ENOENT' ? 'No such file' : words}\n`,
        );
      return { exit: base.dialect === 'dash' ? 2 : text.error === 'EISDIR' ? 126 : base.dialect === 'ash' ? 2 : 127 };
    }
    runScript(shell, text.value, '');
  } else shell.push<Frame & { before: string; partial: string }>({ kind: 'prompt', before: '', partial: '' });
  return shell.run();
}

function wrongCall(shell: Shell, name: string, text: string): Next<ShellState> {
  shell.err(`${name}: ${text}\n`);
  if (shell.base.dialect === 'bash' && text.startsWith('--'))
    shell.err(`Usage:\t${name} [GNU long option] [option] ...\n\t${name} [GNU long option] [option] script-file ...\n`);
  return { exit: 2 };
}

for (const name of ['bash', 'sh', 'ash', 'dash']) {
  defineProgram<ShellState>({
    name,
    start: (sys, argv) => start(sys, argv, name),
    resume: (sys, state) => new Shell(sys, state).run(),
  });
}
