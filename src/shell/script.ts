import type { ParsedScript } from 'unbash';
import { defineFrame, type Shell } from './shell.ts';
import type { Frame } from './state.ts';
import { type SyntaxProblem, scriptOf, syntaxError } from './syntax.ts';

/**
 * Runs a text on top of the stack. What stands behind a syntax error does not run; text of an interactive shell, or
 * for `eval`, does not run at all then.
 */
export function runText(shell: Shell, text: string, alias?: string): undefined {
  const problem = syntaxError(text);
  const mark = alias === undefined ? {} : { alias };
  if (!problem || problem.message === 'continued') return shell.push({ kind: 'list', text, node: 0, next: 0, ...mark });
  sayProblem(shell, text, problem);
  shell.status = 2;
  return undefined;
}

/** Runs a whole script: statements on the lines before a syntax error do run, then it ends the shell. */
export function runScript(shell: Shell, text: string, label: string): undefined {
  const problem = syntaxError(text);
  if (!problem || problem.message === 'continued') return shell.push({ kind: 'list', text, node: 0, next: 0 });
  const { commands }: ParsedScript = scriptOf(text);
  const lineStart = text.lastIndexOf('\n', Math.max(0, problem.at - 1)) + 1;
  const whole = commands.filter((statement) => statement.end <= lineStart).length;
  const end = problem.open ? Math.min(whole, commands.length - 1) : whole;
  shell.push({ kind: 'problem', text, label });
  return end > 0 ? shell.push({ kind: 'list', text, node: 0, next: 0, end }) : undefined;
}

interface ProblemFrame extends Frame {
  readonly kind: 'problem';
  readonly text: string;
  readonly label: string;
}

defineFrame<ProblemFrame>({
  kind: 'problem',
  step(shell, { text, label }) {
    const problem = syntaxError(text);
    if (problem) sayProblem(shell, text, problem, label);
    return shell.exit(2);
  },
});

const TERMINATORS: Readonly<Record<string, string>> = {
  "expected 'fi'": 'fi',
  "expected 'done'": 'done',
  "expected 'esac'": 'esac',
  "expected '}'": '}',
  "expected ')'": ')',
  "expected 'then'": 'then',
  "expected 'do'": 'do',
};

/** The message for a syntax error, in the dialect's words. */
export function sayProblem(shell: Shell, text: string, problem: SyntaxProblem, label = ''): void {
  const { dialect, bare, name } = shell.base;
  if (problem.message === 'file is too large') {
    shell.complain(problem.message);
    return;
  }
  const line = text.slice(0, problem.at).split('\n').length;
  const quote = /single/.test(problem.message)
    ? "'"
    : /double/.test(problem.message)
      ? '"'
      : /back/.test(problem.message)
        ? '`'
        : undefined;
  const wanted = Object.keys(TERMINATORS).find((key) => problem.message.startsWith(key));
  const open = problem.open;
  if (dialect === 'bash') {
    const head = bare ? 'bash: ' : `${name}: ${label}line ${line}: `;
    if (/unterminated/.test(problem.message))
      shell.err(`${head}unexpected EOF while looking for matching \`${quote ?? ')'}'\n`);
    else if (open)
      shell.err(
        `${head.replace(/line \d+/, `line ${text.replace(/\n$/, '').split('\n').length + 1}`)}syntax error: unexpected end of file\n`,
      );
    else {
      shell.err(`${head}syntax error near unexpected token \`${problem.near}'\n`);
      if (!bare) shell.err(`${head}\`${text.split('\n')[line - 1] ?? ''}'\n`);
    }
    return;
  }
  const expecting = wanted && open ? ` (expecting "${TERMINATORS[wanted]}")` : '';
  const quoted = /unterminated/.test(problem.message) && quote !== undefined;
  if (dialect === 'dash') {
    const what = quoted
      ? 'Unterminated quoted string'
      : open
        ? `end of file unexpected${expecting}`
        : `"${problem.near}" unexpected`;
    shell.err(`${name}: ${line}: Syntax error: ${what}\n`);
  } else {
    const what = quoted
      ? 'unterminated quoted string'
      : open
        ? `unexpected end of file${expecting}`
        : `unexpected "${problem.near}"`;
    shell.err(`${shell.prefix(line)}syntax error: ${what}\n`);
  }
}
