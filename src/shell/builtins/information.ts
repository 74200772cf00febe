import { findInPath } from '../../engine/linux/exec.ts';
import { builtinNames, builtinSummary, type Call, defineBuiltin, findBuiltin } from '../builtin.ts';
import { commandNames } from '../command.ts';
import type { Shell } from '../shell.ts';
import { callBuiltin } from '../simple.ts';
import { getVariable, setVariable } from '../variables.ts';

const KEYWORDS = new Set(
  'if then else elif fi for while until do done case esac in function time { } ! [[ ]] select coproc'.split(' '),
);

const pathOf = (shell: Shell, name: string): string | undefined => {
  if (name.includes('/')) return name;
  const found = findInPath(shell.sys.tx, shell.sys.self, name, getVariable(shell, 'PATH') ?? '');
  return found.ok ? found.value : undefined;
};

function meaningOf(shell: Shell, name: string): { readonly kind: string; readonly text: string } | undefined {
  const alias = shell.aliases.get(name);
  if (alias !== undefined) return { kind: 'alias', text: `${name} is aliased to \`${alias}'` };
  if (KEYWORDS.has(name)) return { kind: 'keyword', text: `${name} is a shell keyword` };
  if (shell.functions.has(name)) return { kind: 'function', text: `${name} is a function` };
  if (findBuiltin(shell, name)) return { kind: 'builtin', text: `${name} is a shell builtin` };
  const path = pathOf(shell, name);
  return path === undefined ? undefined : { kind: 'file', text: `${name} is ${path}` };
}

defineBuiltin({
  name: 'type',
  summary: 'Display information about command type.',
  run(shell, call) {
    let status = 0;
    const flags = call.args.filter((arg) => arg.startsWith('-')).join('');
    for (const name of call.args.filter((arg) => !arg.startsWith('-'))) {
      const found = meaningOf(shell, name);
      if (!found) {
        status = 1;
        if (flags === '') {
          if (shell.base.dialect === 'bash') call.fail(`${name}: not found`);
          else call.out(`${name}: not found\n`);
        }
      } else if (flags.includes('t')) call.out(`${found.kind}\n`);
      else if (flags.includes('p') || flags.includes('P'))
        call.out(found.kind === 'file' ? `${pathOf(shell, name)}\n` : '');
      else call.out(`${found.text}\n`);
    }
    return status;
  },
});

defineBuiltin({
  name: 'command',
  summary: 'Execute a simple command or display information about commands.',
  run(shell, call) {
    const [flag, ...rest] = call.args;
    if (flag === '-v' || flag === '-V') return commandInfo(shell, call, rest, flag === '-V');
    const words = flag === '-p' || flag === '--' ? rest : call.args;
    const [name, ...args] = words;
    if (name === undefined) return 0;
    if (findBuiltin(shell, name)) {
      callBuiltin(shell, name, args, new Map());
      return undefined;
    }
    return shell.push({ kind: 'words', words });
  },
});

function commandInfo(shell: Shell, call: Call, names: readonly string[], long: boolean): number {
  let status = 0;
  for (const name of names) {
    const found = meaningOf(shell, name);
    if (!found) {
      status = shell.base.dialect === 'bash' ? 1 : 127;
      if (long) call.fail(`${name}: not found`);
    } else if (long) call.out(`${found.text}\n`);
    else if (found.kind === 'alias') call.out(`alias ${name}='${shell.aliases.get(name)}'\n`);
    else call.out(`${found.kind === 'file' ? pathOf(shell, name) : name}\n`);
  }
  return status;
}

defineBuiltin({
  name: 'builtin',
  bashOnly: true,
  summary: 'Execute shell builtins.',
  run(shell, call) {
    const [name, ...args] = call.args;
    if (name === undefined) return 0;
    if (!findBuiltin(shell, name)) return call.fail(`${name}: not a shell builtin`);
    callBuiltin(shell, name, args, new Map());
    return undefined;
  },
});

defineBuiltin({
  name: 'hash',
  summary: 'Remember or display program locations.',
  run(shell, call) {
    // Nothing is remembered here: a command is looked up along PATH each time.
    if (call.args.length === 0 && shell.base.dialect === 'bash') call.out('hash: hash table empty\n');
    return 0;
  },
});

defineBuiltin({
  name: 'alias',
  summary: 'Define or display aliases.',
  run(shell, call) {
    let status = 0;
    if (call.args.length === 0)
      for (const [name, text] of [...shell.aliases].sort(([a], [b]) => (a < b ? -1 : 1)))
        call.out(`${shell.base.dialect === 'bash' ? 'alias ' : ''}${name}='${text}'\n`);
    for (const word of call.args) {
      const at = word.indexOf('=');
      if (at > 0) shell.aliases.set(word.slice(0, at), word.slice(at + 1));
      else if (shell.aliases.has(word)) call.out(`alias ${word}='${shell.aliases.get(word)}'\n`);
      else status = call.fail(`${word}: not found`);
    }
    return status;
  },
});

defineBuiltin({
  name: 'unalias',
  summary: 'Remove each NAME from the list of defined aliases.',
  run(shell, call) {
    if (call.args.includes('-a')) shell.aliases.clear();
    const unknown = call.args.filter((name) => name !== '-a' && !shell.aliases.delete(name));
    for (const name of unknown) call.fail(`${name}: not found`);
    return unknown.length > 0 ? 1 : 0;
  },
});

defineBuiltin({
  name: 'history',
  summary: 'Display the history list.',
  run(shell, call) {
    if (call.args.includes('-c')) {
      shell.history = [];
      return 0;
    }
    const all = shell.history.map((line, i) => `${String(i + 1).padStart(5)}  ${line}\n`);
    const [count] = call.args;
    call.out((count === undefined ? all : all.slice(-Number(count) || 0)).join(''));
    return 0;
  },
});

defineBuiltin({
  name: 'help',
  summary: 'Display what there is.',
  run(_shell, call) {
    if (call.args.length > 0) {
      let status = 0;
      for (const name of call.args) {
        const summary = builtinSummary(name);
        if (summary === undefined) status = call.fail(`no help topics match \`${name}'.  Try \`man ${name}'.`);
        else call.out(`${name}: ${name}\n    ${summary}\n`);
      }
      return status;
    }
    call.out(
      `Shell builtins:\n${columns(builtinNames())}\nCommands:\n${columns(commandNames())}\nCOMMAND --help says more.\n`,
    );
    return 0;
  },
});

function columns(names: readonly string[]): string {
  let text = '';
  let line = '';
  for (const name of names) {
    if (line.length + name.length > 76) {
      text += `${line.trimEnd()}\n`;
      line = '';
    }
    line += `  ${name}`;
  }
  return text + (line ? `${line}\n` : '');
}

defineBuiltin({
  name: 'umask',
  summary: 'Display or set file mode mask.',
  run(shell, call) {
    const word = call.args.find((arg) => !arg.startsWith('-'));
    if (word === undefined) {
      call.out(`${shell.sys.self.umask.toString(8).padStart(4, '0')}\n`);
      return 0;
    }
    if (!/^[0-7]{1,4}$/.test(word)) return call.fail(`${word}: octal number out of range`);
    shell.sys.change({ umask: Number.parseInt(word, 8) });
    return 0;
  },
});

const LIMITS: readonly (readonly [letter: string, name: string, value: string])[] = [
  ['c', 'core file size              (blocks, -c)', '0'],
  ['d', 'data seg size               (kbytes, -d)', 'unlimited'],
  ['f', 'file size                   (blocks, -f)', 'unlimited'],
  ['n', 'open files                          (-n)', '1024'],
  ['s', 'stack size                  (kbytes, -s)', '8192'],
  ['t', 'cpu time                   (seconds, -t)', 'unlimited'],
  ['u', 'max user processes                  (-u)', '11840'],
  ['v', 'virtual memory              (kbytes, -v)', 'unlimited'],
];

defineBuiltin({
  name: 'ulimit',
  summary: 'Modify shell resource limits.',
  run(_shell, call) {
    const flags = call.args.filter((arg) => arg.startsWith('-')).join('');
    if (flags.includes('a')) for (const [, name, value] of LIMITS) call.out(`${name} ${value}\n`);
    else if (!call.args.some((arg) => !arg.startsWith('-')))
      call.out(`${(LIMITS.find(([letter]) => flags.includes(letter)) ?? (LIMITS[2] as (typeof LIMITS)[0]))[2]}\n`);
    return 0;
  },
});

defineBuiltin({
  name: 'times',
  special: true,
  summary: 'Display process times.',
  run(_shell, call) {
    call.out('0m0.000s 0m0.000s\n0m0.000s 0m0.000s\n');
    return 0;
  },
});

defineBuiltin({
  name: 'getopts',
  summary: 'Parse option arguments.',
  run(shell, call) {
    const [spec, name, ...given] = call.args;
    if (spec === undefined || name === undefined) return call.fail('usage: getopts optstring name [arg ...]', 2);
    const args = given.length > 0 ? given : shell.positional;
    return nextOption(shell, spec, name, args);
  },
});

/** OPTIND counts words; `_OPTCHAR` is how far it is in a bundle. */
function nextOption(shell: Shell, spec: string, name: string, args: readonly string[]): number {
  let index = Number(getVariable(shell, 'OPTIND') ?? 1) || 1;
  let at = Number(getVariable(shell, '_OPTCHAR') ?? 1) || 1;
  const word = args[index - 1];
  const set = (option: string, status: number): number => {
    setVariable(shell, name, option);
    setVariable(shell, 'OPTIND', String(index));
    setVariable(shell, '_OPTCHAR', String(at));
    return status;
  };
  if (word === undefined || !/^-./.test(word) || word === '--') {
    if (word === '--') index++;
    at = 1;
    return set('?', 1);
  }
  const letter = word[at] as string;
  const where = spec.replace(/^:/, '').indexOf(letter);
  const takes = where >= 0 && spec.replace(/^:/, '')[where + 1] === ':';
  at++;
  const rest = word.slice(at);
  if (rest === '' || takes) [index, at] = [index + 1, 1];
  if (where < 0 || letter === ':') {
    if (spec.startsWith(':')) setVariable(shell, 'OPTARG', letter);
    else shell.err(`${shell.base.name}: illegal option -- ${letter}\n`);
    return set('?', 0);
  }
  if (!takes) return set(letter, 0);
  const value = rest !== '' ? rest : args[index - 1];
  if (value === undefined) {
    if (spec.startsWith(':')) setVariable(shell, 'OPTARG', letter);
    else shell.err(`${shell.base.name}: option requires an argument -- ${letter}\n`);
    return set(spec.startsWith(':') ? ':' : '?', 0);
  }
  if (rest === '') index++;
  setVariable(shell, 'OPTARG', value);
  return set(letter, 0);
}
