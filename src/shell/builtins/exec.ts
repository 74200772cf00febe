import { defineBuiltin } from '../builtin.ts';
import { type Doing, defineFrame } from '../shell.ts';
import { execWords } from '../simple.ts';
import type { Frame } from '../state.ts';
import { environment } from '../variables.ts';

interface ReplaceFrame extends Frame {
  readonly kind: 'replace';
  readonly words: readonly string[];
  readonly env: Record<string, string>;
}

defineFrame<ReplaceFrame>({
  kind: 'replace',
  step(shell, { words, env }): Doing {
    shell.stack.pop();
    const doing = execWords(shell, words, env);
    if (doing === undefined) shell.status = 127;
    return doing;
  },
});

defineBuiltin({
  name: 'exec',
  special: true,
  summary: 'Replace the shell with the given command.',
  run(shell, call) {
    const words = call.args[0] === '--' ? call.args.slice(1) : call.args;
    if (words.length === 0) return shell.status;
    return shell.push<ReplaceFrame>({ kind: 'replace', words, env: environment(shell) });
  },
});
