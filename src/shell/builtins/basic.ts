import { strerror } from '../../engine/core/errno.ts';
import { findInPath } from '../../engine/linux/exec.ts';
import { chdir, readFile, stat } from '../../engine/linux/vfs.ts';
import { type Call, defineBuiltin } from '../builtin.ts';
import type { LoopFrame } from '../control.ts';
import { echoText } from '../echo.ts';
import type { FunctionFrame } from '../flow.ts';
import { formatPrintf } from '../printf.ts';
import { runText } from '../script.ts';
import type { Shell } from '../shell.ts';
import { testWords } from '../testExpression.ts';
import { getVariable, setVariable } from '../variables.ts';

defineBuiltin({ name: ':', special: true, summary: 'Do nothing, successfully.', run: () => 0 });
defineBuiltin({ name: 'true', summary: 'Do nothing, successfully.', run: () => 0 });
defineBuiltin({ name: 'false', summary: 'Do nothing, unsuccessfully.', run: () => 1 });

defineBuiltin({
  name: 'echo',
  summary: 'Write arguments to the standard output.',
  run(shell, call) {
    call.out(echoText(call.args, shell.base.dialect === 'dash'));
    return 0;
  },
});

defineBuiltin({
  name: 'printf',
  summary: 'Formats and prints ARGUMENTS under control of the FORMAT.',
  run(shell, call) {
    let words = call.args;
    const variable = words[0] === '-v' ? words[1] : undefined;
    if (variable !== undefined) words = words.slice(2);
    if (words[0] === '--') words = words.slice(1);
    if (words[0] === undefined) return call.fail('usage: printf [-v var] format [arguments]', 2);
    const { text, problems } = formatPrintf(words[0], words.slice(1));
    for (const problem of problems) call.fail(problem);
    if (variable === undefined) call.out(text);
    else setVariable(shell, variable, text);
    return problems.length > 0 ? 1 : 0;
  },
});

for (const name of ['test', '[']) {
  defineBuiltin({
    name,
    summary: 'Evaluate conditional expression.',
    run(shell, call) {
      const closed = call.args.at(-1) === ']';
      if (name === '[' && !closed) return call.fail("missing `]'", 2);
      const words = name === '[' ? call.args.slice(0, -1) : call.args;
      const value = testWords(shell.sys, words, (variable) => getVariable(shell, variable) !== undefined);
      if (typeof value === 'boolean') return value ? 0 : 1;
      const text = shell.base.dialect === 'bash' ? value.problem : otherWords(value.problem, shell.base.dialect);
      return call.fail(text, 2);
    },
  });
}

/** dash and busybox word a bad number and operator in their own way. */
function otherWords(problem: string, dialect: string): string {
  const [what] = problem.split(': ') as [string];
  if (problem.endsWith('integer expression expected'))
    return dialect === 'dash' ? `Illegal number: ${what}` : `bad number`;
  return problem.includes('operator expected') ? `${what}: unexpected operator` : problem;
}

defineBuiltin({
  name: 'pwd',
  summary: 'Print the name of the current working directory.',
  run(shell, call) {
    const logical = shell.variables.get('PWD')?.text;
    const { cwd } = shell.sys.self;
    call.out(`${call.args.includes('-P') ? cwd : (logical ?? cwd)}\n`);
    return 0;
  },
});

defineBuiltin({
  name: 'cd',
  summary: 'Change the shell working directory.',
  run(shell, call) {
    const args = call.args.filter((arg, i) => !(/^-[LPe@]+$|^--$/.test(arg) && i === 0));
    const bash = shell.base.dialect === 'bash';
    if (args.length > 1 && bash) return call.fail('too many arguments');
    const [target] = args;
    const home = getVariable(shell, 'HOME');
    if (target === undefined && home === undefined) return call.fail('HOME not set');
    const back = target === '-' ? getVariable(shell, 'OLDPWD') : undefined;
    if (target === '-' && back === undefined) return call.fail('OLDPWD not set');
    const path = target === '-' ? (back as string) : (target ?? (home as string));
    if (path === '') return 0;
    return changeDirectory(shell, call, path, target === '-');
  },
});

function changeDirectory(shell: Shell, call: Call, path: string, print: boolean): number {
  const { sys } = shell;
  const old = getVariable(shell, 'PWD') ?? sys.self.cwd;
  const logical = normal(path.startsWith('/') ? path : `${old}/${path}`);
  const found = chdir(sys.tx, sys.self, stat(sys.tx, sys.self, logical).ok ? logical : path);
  if (!found.ok) {
    const { dialect } = shell.base;
    const words = strerror(found.error);
    if (dialect === 'bash') return call.fail(`${path}: ${words}`);
    return call.fail(`can't cd to ${path}${dialect === 'ash' ? `: ${words}` : ''}`, dialect === 'dash' ? 2 : 1);
  }
  sys.change({ cwd: found.value });
  setVariable(shell, 'OLDPWD', old);
  setVariable(shell, 'PWD', call.args.includes('-P') ? found.value : logical);
  if (print) call.out(`${logical}\n`);
  return 0;
}

/** A path without `.` and `..`, links left alone: what `cd` remembers. */
function normal(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

defineBuiltin({
  name: 'exit',
  special: true,
  summary: 'Exit the shell.',
  run(shell, call) {
    const [word] = call.args;
    if (shell.base.interactive && shell.base.dialect === 'bash' && shell.base.depth === 0) shell.err('exit\n');
    if (word !== undefined && !/^[-+]?\d+$/.test(word)) {
      if (shell.base.dialect === 'bash') call.fail(`${word}: numeric argument required`);
      else call.fail(shell.base.dialect === 'dash' ? `Illegal number: ${word}` : `bad number '${word}'`);
      return shell.exit(2);
    }
    const trapped = shell.stack.find((frame) => frame.kind === 'trap') as { status?: number } | undefined;
    return shell.exit(word === undefined ? (trapped?.status ?? shell.status) : Number(BigInt.asUintN(8, BigInt(word))));
  },
});

for (const name of ['break', 'continue'] as const) {
  defineBuiltin({
    name,
    special: true,
    summary: `${name === 'break' ? 'Exit' : 'Resume'} for, while, or until loops.`,
    run(shell, call) {
      const levels = Number(call.args[0] ?? 1);
      if (!Number.isInteger(levels) || levels < 1) return call.fail(`${call.args[0]}: loop count out of range`);
      const inside = shell.stack.slice(shell.stack.findLastIndex((frame) => frame.kind === 'function') + 1);
      const loops = inside.filter((frame): frame is LoopFrame => (frame as LoopFrame).loop === true);
      const loop = loops.at(-Math.min(levels, loops.length));
      if (!loop) return shell.base.dialect === 'bash' ? outsideLoop(shell, name) : 0;
      shell.unwind((frame) => frame === loop);
      shell.status = 0;
      if (name === 'break') return shell.finish(0);
      loop.stage = 'body';
      loop.condition = false;
      return undefined;
    },
  });
}

function outsideLoop(shell: Shell, name: string): number {
  shell.complain(`${name}: only meaningful in a \`for', \`while', or \`until' loop`);
  return 0;
}

defineBuiltin({
  name: 'return',
  special: true,
  summary: 'Return from a shell function.',
  run(shell, call) {
    const status = Number(call.args[0] ?? shell.status);
    if (!Number.isInteger(status)) return call.fail(`${call.args[0]}: numeric argument required`, 2);
    const inside = shell.stack.some((frame) => frame.kind === 'function');
    if (!inside && shell.base.dialect === 'bash')
      return call.fail("can only `return' from a function or sourced script", 2);
    if (!inside) return shell.exit(status);
    shell.unwind((frame) => frame.kind === 'function');
    return shell.finish(status);
  },
});

defineBuiltin({
  name: 'shift',
  special: true,
  summary: 'Shift positional parameters.',
  run(shell, call) {
    const by = Number(call.args[0] ?? 1);
    if (!Number.isInteger(by) || by < 0) return call.fail(`${call.args[0]}: numeric argument required`);
    if (by > shell.positional.length) return shell.base.dialect === 'dash' ? call.fail("can't shift that many", 2) : 1;
    shell.positional = shell.positional.slice(by);
    return 0;
  },
});

defineBuiltin({
  name: 'eval',
  special: true,
  summary: 'Execute arguments as a shell command.',
  run(shell, call) {
    const text = call.args.join(' ');
    if (text.trim() === '') return 0;
    const nested = shell.stack.filter((frame) => frame.kind === 'list').length;
    if (nested > 1000) return call.fail('maximum eval nesting level exceeded (1000)');
    return runText(shell, text);
  },
});

for (const name of ['.', 'source']) {
  defineBuiltin({
    name,
    special: name === '.',
    summary: 'Execute commands from a file in the current shell.',
    run(shell, call) {
      const [path, ...args] = call.args;
      if (path === undefined) return call.fail('filename argument required', 2);
      const { sys } = shell;
      const searched = path.includes('/')
        ? undefined
        : findInPath(sys.tx, sys.self, path, getVariable(shell, 'PATH') ?? '');
      const text = readFile(sys.tx, sys.self, searched?.ok ? searched.value : path);
      if (!text.ok) {
        if (shell.base.dialect === 'bash') shell.complain(`${path}: ${strerror(text.error)}`);
        else call.fail(`can't open '${path}': ${strerror(text.error)}`);
        return shell.base.dialect === 'bash' ? 1 : shell.abort(2);
      }
      const saved: FunctionFrame['saved'] = [];
      shell.push<FunctionFrame>({ kind: 'function', name: path, positional: shell.positional, saved });
      if (args.length > 0) shell.positional = args;
      return runText(shell, text.value);
    },
  });
}
