import { type Call, defineBuiltin } from '../builtin.ts';
import { quoteWord } from '../quote.ts';
import type { Shell } from '../shell.ts';
import type { Variable } from '../state.ts';

/** A shell's variables in the order of their names. */
export const sortedVariables = (shell: Shell): readonly (readonly [string, Variable])[] =>
  [...shell.variables].sort(([a], [b]) => (a < b ? -1 : 1));

const LONG: Readonly<Record<string, string>> = {
  errexit: 'e',
  nounset: 'u',
  xtrace: 'x',
  noglob: 'f',
  noclobber: 'C',
  noexec: 'n',
  verbose: 'v',
  allexport: 'a',
  monitor: 'm',
  notify: 'b',
  pipefail: 'pipefail',
  posix: 'posix',
};

defineBuiltin({
  name: 'set',
  special: true,
  summary: 'Set or unset values of shell options and positional parameters.',
  run(shell, call) {
    const words = [...call.args];
    if (words.length === 0) {
      for (const [name, variable] of sortedVariables(shell)) call.out(`${name}=${quoteWord(variable.text ?? '')}\n`);
      return 0;
    }
    for (let word = words[0]; word !== undefined; word = words[0]) {
      if (word === '--' || word === '-') {
        shell.positional = words.slice(1);
        return 0;
      }
      if (!/^[-+]./.test(word)) break;
      words.shift();
      const failed = setOptions(shell, call, word, words);
      if (failed !== undefined) return failed;
    }
    if (words.length > 0) shell.positional = words;
    return 0;
  },
});

function setOptions(shell: Shell, call: Call, word: string, words: string[]): number | undefined {
  const on = word.startsWith('-');
  for (const letter of word.slice(1)) {
    let option = letter;
    if (letter === 'o') {
      const name = words.shift();
      if (name === undefined) {
        for (const [long, short] of Object.entries(LONG).sort(([a], [b]) => (a < b ? -1 : 1)))
          call.out(`${long.padEnd(15)}\t${shell.options.has(short) ? 'on' : 'off'}\n`);
        return 0;
      }
      if (!Object.hasOwn(LONG, name)) return call.fail(`${name}: invalid option name`, 2);
      option = LONG[name] as string;
    } else if (!/[abefhkmnptuvxBCEHPT]/.test(letter)) {
      const status = call.fail(`${word.slice(0, 1)}${letter}: invalid option`, 2);
      if (shell.base.dialect === 'bash')
        shell.err('set: usage: set [-abefhkmnptuvxBCEHPT] [-o option-name] [--] [-] [arg ...]\n');
      return status;
    }
    if (on) shell.options.add(option);
    else shell.options.delete(option);
  }
  return undefined;
}
