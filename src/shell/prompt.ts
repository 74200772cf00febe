import { setPrompt } from '../engine/linux/terminal.ts';
import { TTY, ttyChannel } from '../engine/linux/tty.ts';
import { epochSeconds, strftime } from './clock.ts';
import { notifyJobs } from './jobs.ts';
import { type Line, readLine } from './readLine.ts';
import { runText, sayProblem } from './script.ts';
import { type Doing, defineFrame, type Shell } from './shell.ts';
import type { Frame } from './state.ts';
import { syntaxError } from './syntax.ts';
import { getVariable } from './variables.ts';

/** The bottom of a shell that reads its commands as it goes. */
interface PromptFrame extends Frame {
  readonly kind: 'prompt';
  /** Lines of a command that is not complete yet. */
  before: string;
  /** The unfinished line of a reader without a terminal. */
  partial: string;
  /** End of file after this. */
  ended?: boolean;
}

/** Lines kept by `history`. */
const MOST_HISTORY = 500;

defineFrame<PromptFrame>({
  kind: 'prompt',
  step(shell, frame): Doing {
    if (shell.base.control !== undefined) return controlled(shell, frame, shell.base.control);
    if (frame.ended) return endOfInput(shell, frame);
    const { terminal } = shell.base;
    const { tx } = shell.sys;
    if (shell.base.interactive) notifyJobs(shell, true);
    const line = readLine(shell.sys, 0, frame.partial);
    frame.partial = line.text;
    if (line.state === 'wait') {
      shell.idle = true;
      if (terminal !== undefined) setPrompt(tx, terminal, frame.before === '' ? promptText(shell) : '> ');
      return { wait: { channels: [line.channel as string] } };
    }
    return take(shell, frame, line);
  },
});

function take(shell: Shell, frame: PromptFrame, line: Line): Doing {
  frame.partial = '';
  const { terminal } = shell.base;
  if (terminal !== undefined) setPrompt(shell.sys.tx, terminal, undefined);
  if (line.state === 'end') {
    frame.ended = true;
    if (line.text === '' && frame.before === '') return undefined;
  }
  const text = frame.before + line.text;
  const problem = syntaxError(`${text}\n`);
  if (problem?.open && !frame.ended && shell.base.control === undefined) {
    frame.before = `${text}\n`;
    return undefined;
  }
  frame.before = '';
  remember(shell, text);
  if (text.trim() === '') return undefined;
  if (problem && problem.message !== 'continued') {
    sayProblem(shell, text, problem);
    shell.status = 2;
    return shell.base.interactive ? undefined : shell.exit(2);
  }
  return runText(shell, text);
}

function remember(shell: Shell, text: string): void {
  if (!shell.base.interactive || text.trim() === '' || shell.history.at(-1) === text) return;
  shell.history = [...shell.history, text].slice(-MOST_HISTORY);
}

function endOfInput(shell: Shell, frame: PromptFrame): Doing {
  const stopped = shell.jobs.some((job) => job.state === 'stopped');
  if (shell.base.interactive && shell.base.terminal !== undefined && stopped) {
    shell.err('There are stopped jobs.\n');
    frame.ended = false;
    return undefined;
  }
  if (shell.base.interactive && shell.base.dialect === 'bash') shell.err('exit\n');
  return shell.exit(shell.status);
}

/** A piped session: one command, of however many lines, is what its row holds. */
function controlled(shell: Shell, frame: PromptFrame, control: number): Doing {
  const { tx } = shell.sys;
  const tty = tx.get(TTY, control);
  notifyJobs(shell, false);
  if (!tty?.input) {
    if (!tty || tty.eof) return shell.exit(shell.status);
    shell.idle = true;
    return { wait: { channels: [ttyChannel(control)] } };
  }
  tx.put(TTY, { ...tty, input: '' });
  return take(shell, frame, { text: tty.input.replace(/\n$/, ''), state: 'whole' });
}

/** What stands before a typed command: `root@docker-host:~# `, busybox's `/ # `, bash without its rc file `bash-5.2# `. */
function promptText(shell: Shell): string {
  const { dialect } = shell.base;
  const format =
    getVariable(shell, 'PS1') ?? (dialect === 'bash' ? '\\s-5.2\\$ ' : dialect === 'ash' ? '\\w \\$ ' : '\\$ ');
  const { self, now } = shell.sys;
  const home = getVariable(shell, 'HOME') ?? '';
  const short =
    home !== '' && (self.cwd === home || self.cwd.startsWith(`${home}/`))
      ? `~${self.cwd.slice(home.length)}`
      : self.cwd;
  const fields: Readonly<Record<string, string>> = {
    u: getVariable(shell, 'USER') ?? (self.uid === 0 ? 'root' : String(self.uid)),
    h: shell.hostname.split('.')[0] as string,
    H: shell.hostname,
    w: short,
    W: short === '~' ? '~' : (short.split('/').at(-1) ?? '') || '/',
    $: self.uid === 0 ? '#' : '$',
    s: dialect === 'bash' ? 'bash' : shell.base.name,
    t: strftime('%H:%M:%S', epochSeconds(now)),
    n: '\n',
    '\\': '\\',
    '[': '',
    ']': '',
  };
  return format.replace(/\\(.)/g, (all, letter: string) =>
    Object.hasOwn(fields, letter) ? (fields[letter] as string) : all,
  );
}
