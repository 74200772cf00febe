import { createInterface, type Interface } from 'node:readline';
import english from '../../../content/locales/en.json';
import { readWorld, type World } from '../../engine/core/world.ts';
import { TTY, type Tty, type TtyRow } from '../../engine/linux/tty.ts';
import { complete } from '../../shell/complete.ts';
import { hasEnded, isIdle } from '../../shell/session.ts';
import { syntaxError } from '../../shell/syntax.ts';
import { bootHost } from '../boot.ts';
import { Headless } from '../headless.ts';
import type { Input } from '../input.ts';
import { step } from '../step.ts';

const USAGE = 'usage: npm run shell -- [--host ID] [--seed N]\n';
const NAME = 'shell';

/** How often time goes on while a job runs, milliseconds: virtual time keeps pace with the clock on the wall. */
const BEAT = 50;

/** What a note says; the terminal speaks English as its tools do. */
function noteText({ text, slots = {} }: TtyRow): string {
  const words = (english as Readonly<Record<string, unknown>>)[text];
  return typeof words === 'string' ? words.replace(/\{(\w+)\}/g, (all, name: string) => slots[name] ?? all) : text;
}

/** The host in one's own terminal: readline edits the line, completes and remembers; the world does the rest. */
class TerminalSession {
  private world: World;
  private seen: readonly TtyRow[] = [];
  private partial = '';
  /** With what its shell ended. */
  private status = 0;
  private beat: NodeJS.Timeout | undefined;
  private editor: Interface | undefined;

  constructor(host: string, seed: number) {
    this.world = step(bootHost(host, seed), { kind: 'open', tty: NAME }).world;
  }

  private get tty(): Tty | undefined {
    return readWorld(this.world).find(TTY, 'name', NAME);
  }

  start(): void {
    this.listen();
    this.show();
  }

  /** readline ends at ^D; the session may go on (a program that read to its end), so that it is opened anew. */
  private listen(): void {
    const history = this.editor ? (this.editor as Interface & { history?: string[] }).history : undefined;
    const editor = createInterface({
      input: process.stdin,
      output: process.stdout,
      terminal: true,
      ...(history ? { history } : {}),
      completer: (line: string) => this.completed(line),
    });
    this.editor = editor;
    editor.on('line', (line) => this.input({ kind: 'exec', tty: NAME, line }));
    editor.on('SIGINT', () => this.key('^C'));
    editor.on('SIGTSTP', () => this.key('^Z'));
    editor.on('close', () => this.key('^D', true));
  }

  private key(key: string, closed = false): void {
    process.stdout.write(closed ? '\n' : `${key}\n`);
    if (!closed) (this.editor as Interface & { line: string }).line = '';
    if (closed) this.listen();
    this.input({ kind: 'key', tty: NAME, key });
  }

  private input(input: Input): void {
    const { world, events } = step(this.world, input);
    this.world = world;
    const session = this.tty?.session;
    for (const { kind, subject, fields } of events)
      if (kind === 'process.exit' && subject.id === session && typeof fields.code === 'number')
        this.status = fields.code;
    this.show();
  }

  private completed(line: string): [string[], string] {
    const { tty } = this;
    if (!tty) return [[], line];
    const { from, candidates } = complete(this.world, tty.id, line, line.length);
    const [only] = candidates;
    const whole = candidates.length === 1 && only !== undefined && !/[/:=]$/.test(only);
    return [whole ? [`${only} `] : [...candidates], line.slice(from)];
  }

  /** Prints what is new, and lets time pass while a job runs. */
  private show(): void {
    const { tty } = this;
    if (!tty || hasEnded(readWorld(this.world), tty.id)) {
      if (tty) this.print(tty);
      process.exit(this.status);
    }
    this.print(tty);
    const idle = isIdle(readWorld(this.world), tty.id);
    if (idle) {
      clearInterval(this.beat);
      this.beat = undefined;
      this.editor?.setPrompt(tty.partial + (tty.prompt ?? ''));
      this.editor?.prompt(true);
    } else this.beat ??= setInterval(() => this.input({ kind: 'advance', until: this.world.now + BEAT * 1000 }), BEAT);
  }

  private print(tty: Tty): void {
    const last = this.seen.at(-1);
    const at = last ? tty.rows.lastIndexOf(last) + 1 : 0;
    let text = '';
    for (const row of tty.rows.slice(at)) {
      if (row.kind === 'cmd') this.partial = '';
      else if (row.kind === 'note') text += `\x1b[2m· ${noteText(row)}\x1b[0m\n`;
      else {
        text += `${row.text.slice(this.partial.length)}\n`;
        this.partial = '';
      }
    }
    this.seen = tty.rows;
    if (!isIdle(readWorld(this.world), tty.id) && tty.partial.length > this.partial.length) {
      text += tty.partial.slice(this.partial.length);
      this.partial = tty.partial;
    }
    if (text !== '') process.stdout.write(text);
  }
}

/** Virtual seconds that one command may take without a terminal; then it gets ^C. */
const PATIENCE = 600;

/** Commands from a pipe: each one runs to its end, virtual time flies. Gives the status of the last. */
function runPiped(host: string, seed: number, text: string): number {
  const headless = Headless.boot(host, seed);
  let [command, status] = ['', 0];
  const lines = text.split('\n');
  for (const [i, line] of lines.entries()) {
    command += command === '' ? line : `\n${line}`;
    if (command.trim() === '' || (syntaxError(`${command}\n`)?.open && i < lines.length - 1)) continue;
    const done = headless.run(command, 'host', PATIENCE);
    command = '';
    process.stdout.write(done.stdout);
    process.stderr.write(done.stderr);
    status = done.exit ?? 130;
    if (done.ended) break;
    if (done.exit === null) headless.input({ kind: 'key', tty: 'host', key: '^C' });
  }
  return status;
}

function main(args: readonly string[]): void {
  let [host, seed] = ['docker-host', 1];
  for (let i = 0; i < args.length; i++) {
    const word = args[i] as string;
    const value = word.includes('=') ? word.slice(word.indexOf('=') + 1) : args[++i];
    if (word.startsWith('--host') && value) host = value;
    else if (word.startsWith('--seed') && value && /^\d+$/.test(value)) seed = Number(value);
    else {
      process.stderr.write(USAGE);
      process.exitCode = word === '--help' ? 0 : 2;
      return;
    }
  }
  if (process.stdin.isTTY) {
    new TerminalSession(host, seed).start();
    return;
  }
  let text = '';
  process.stdin.setEncoding('utf8');
  process.stdin.on('data', (chunk) => {
    text += chunk;
  });
  process.stdin.on('end', () => {
    process.exitCode = runPiped(host, seed, text);
  });
}

main(process.argv.slice(2));
