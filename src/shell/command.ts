import type { Errno } from '../engine/core/errno.ts';
import { strerror } from '../engine/core/errno.ts';
import { defineProgram, type Next } from '../engine/linux/program.ts';
import type { System } from '../engine/linux/system.ts';
import { noteTo } from '../engine/linux/terminal.ts';
import type { Wait } from '../engine/linux/wait.ts';
import { describeFlags, type Flag, type FlagSpecs, Flags, parseFlags } from './flags.ts';

/** What a command does next: end with a status, or go on later with a state of plain JSON. */
export type Step =
  | number
  | { readonly state: unknown; readonly wait: Wait }
  | { readonly state: unknown; readonly again: true }
  /** It computes: it goes on after so much processor time, in microseconds. */
  | { readonly state: unknown; readonly busy: number }
  | { readonly replaced: true };

/** How a command is declared. Its name is the program's; the flags give parser, `--help` and completion. */
export interface Command<K extends string = string> {
  readonly name: string;
  /** Other names of the same program (`egrep`, `[`). */
  readonly aliases?: readonly string[];
  /** One line. */
  readonly summary: string;
  /** What stands behind the name in the usage line: `[OPTION]... [FILE]...`. */
  readonly usage?: string;
  readonly flags?: Readonly<Record<K, Flag>>;
  /** busybox knows fewer flags. */
  readonly busyboxUsage?: string;
  /** The letters of the first word are flags even without a dash: `tar xf`. */
  readonly oldFlags?: boolean;
  /** The first operand ends the flags. */
  readonly stopAtOperand?: boolean;
  /** No flags are read at all: `echo`, `test`. */
  readonly raw?: boolean;
  /** Status after a wrong flag; 1 unless given. */
  readonly usageStatus?: number;
  start(ctx: Context<K>): Step;
  /** Called when something it waited for may have happened; state is what it gave last. */
  resume?(ctx: Context<K>, state: unknown): Step;
}

/** Is it busybox's applet (in containers) or the GNU tool (on the host)? */
export const isBusybox = (sys: System): boolean => sys.self.exe.endsWith('/busybox');

/** A running command as its code sees it. Output is collected and goes out as the pipe takes it. */
export class Context<K extends string = string> {
  readonly queue: (readonly [fd: 1 | 2, text: string])[] = [];

  constructor(
    readonly sys: System,
    readonly name: string,
    readonly argv: readonly string[],
    readonly flags: Flags<K>,
  ) {}

  get operands(): readonly string[] {
    return this.flags.operands;
  }

  get busybox(): boolean {
    return isBusybox(this.sys);
  }

  get cwd(): string {
    return this.sys.self.cwd;
  }

  out(text: string): void {
    this.push(1, text);
  }

  err(text: string): void {
    this.push(2, text);
  }

  /** `name: text` on stderr. */
  complain(text: string): void {
    this.err(`${this.name}: ${text}\n`);
  }

  /** Complains and gives the status: `return ctx.fail('missing operand')`. */
  fail(text: string, status = 1): number {
    this.complain(text);
    return status;
  }

  /** GNU's two lines for a wrong call. */
  misuse(text: string, status = 1): number {
    this.complain(text);
    if (!this.busybox) this.err(`Try '${this.name} --help' for more information.\n`);
    return status;
  }

  /** `name: what: No such file or directory`. */
  refuse(what: string, error: Errno, status = 1): number {
    return this.fail(`${what}: ${strerror(error)}`, status);
  }

  /** A line of ours on the terminal, set apart from what real tools print: a key of content/locales and its slots. */
  note(text: string, slots?: Readonly<Record<string, string>>): void {
    const { tty } = this.sys.self;
    if (tty !== undefined) noteTo(this.sys.tx, tty, text, slots);
  }

  /** What the real tool does and this one does not: a note of ours instead of words that it would not say. Gives status 1. */
  omit(what: string): number {
    this.note('note.omitted', { name: what });
    return 1;
  }

  private push(fd: 1 | 2, text: string): void {
    const last = this.queue.at(-1);
    if (text === '') return;
    if (last?.[0] === fd) this.queue[this.queue.length - 1] = [fd, last[1] + text];
    else this.queue.push([fd, text]);
  }
}

interface CommandState {
  readonly out: readonly (readonly [fd: 1 | 2, text: string])[];
  readonly status?: number;
  readonly inner?: unknown;
}

const commands = new Map<string, Command>();

export const findCommand = (name: string): Command | undefined => commands.get(name);

export const commandNames = (): readonly string[] => [...commands.keys()].sort();

/** Declares a command: registers its program under its name and its aliases. */
export function defineCommand<K extends string = never>(command: Command<K>): void {
  for (const name of [command.name, ...(command.aliases ?? [])]) {
    commands.set(name, command as unknown as Command);
    defineProgram<CommandState>({
      name,
      start: (sys, argv) => begin(sys, command as unknown as Command, name, argv),
      resume: (sys, state) => goOn(sys, command as unknown as Command, name, state),
    });
  }
}

function contextOf(sys: System, command: Command, name: string, argv: readonly string[]): Context | string | true {
  if (command.raw || !command.flags) {
    const words = argv.slice(1);
    if (!command.raw && words.length === 1 && words[0] === '--help') return true;
    return new Context(sys, name, argv, new Flags([], words));
  }
  const given = argv.slice(1);
  const bundle = command.oldFlags && /^[A-Za-z]/.test(given[0] ?? '') ? [`-${given[0]}`, ...given.slice(1)] : given;
  const parsed = parseFlags(command.flags, bundle, command.stopAtOperand ? { stopAtOperand: true } : {});
  if ('help' in parsed) return true;
  return 'error' in parsed ? parsed.error : new Context(sys, name, argv, parsed.flags);
}

function begin(sys: System, command: Command, name: string, argv: readonly string[]): Next<CommandState> {
  const ctx = contextOf(sys, command, name, argv);
  if (ctx instanceof Context) return settle(ctx, command.start(ctx));
  const plain = new Context(sys, name, argv, new Flags([], []));
  if (ctx === true) {
    plain.out(helpText(command, name, plain.busybox));
    return settle(plain, 0);
  }
  plain.complain(ctx);
  plain.err(plain.busybox ? `\n${helpText(command, name, true)}` : `Try '${name} --help' for more information.\n`);
  nearestFlag(plain, command, argv);
  return settle(plain, plain.busybox ? 1 : (command.usageStatus ?? 1));
}

function goOn(sys: System, command: Command, name: string, state: CommandState): Next<CommandState> {
  const blocked = flush(sys, name, state.out);
  if (blocked) return blocked(state.status, state.inner);
  if (state.status !== undefined) return { exit: state.status };
  const ctx = contextOf(sys, command, name, sys.self.argv);
  if (!(ctx instanceof Context) || !command.resume) return { exit: 0 };
  return settle(ctx, command.resume(ctx, state.inner));
}

function settle(ctx: Context, step: Step): Next<CommandState> {
  const blocked = flush(ctx.sys, ctx.name, ctx.queue);
  if (typeof step === 'number') return blocked ? blocked(step, undefined) : { exit: step };
  if ('replaced' in step) return step;
  if (blocked) return blocked(undefined, step.state);
  const state: CommandState = { out: [], inner: step.state };
  if ('busy' in step) return { state, busy: step.busy };
  return 'again' in step ? { state, again: true } : { state, wait: step.wait };
}

type Blocked = (status: number | undefined, inner: unknown) => Next<CommandState>;

/** Writes what is queued; gives how to wait when a pipe is full, or how to end when nobody reads. */
function flush(sys: System, name: string, queue: CommandState['out']): Blocked | undefined {
  for (let at = 0; at < queue.length; at++) {
    let [fd, text] = queue[at] as readonly [1 | 2, string];
    while (text !== '') {
      const wrote = sys.write(fd, text);
      if (wrote.ok) {
        text = text.slice(wrote.value);
        continue;
      }
      const channel = sys.channel(fd);
      if (wrote.error === 'EAGAIN' && channel !== undefined) {
        const out = [[fd, text] as const, ...queue.slice(at + 1)];
        return (status, inner) => ({
          state: { out, ...(status === undefined ? { inner } : { status }) },
          wait: { channels: [channel] },
        });
      }
      if (fd === 1) sys.write(2, `${name}: write error: ${strerror(wrote.error)}\n`);
      return () => ({ exit: 1 });
    }
  }
  return undefined;
}

function helpText(command: Command, name: string, busybox: boolean): string {
  const usage = command.usage ? ` ${command.usage}` : '';
  if (busybox) {
    return `BusyBox v1.37.0 (Debian 1:1.37.0-6+b9) multi-call binary.\n\nUsage: ${name}${
      command.busyboxUsage ? ` ${command.busyboxUsage}` : usage
    }\n\n${command.summary}\n`;
  }
  const flags = describeFlags((command.flags ?? {}) as FlagSpecs);
  return `Usage: ${name}${usage}\n${command.summary}\n${flags ? `\n${flags}\n` : ''}      --help                  display this help and exit\n`;
}

function nearestFlag(ctx: Context, command: Command, argv: readonly string[]): void {
  const flags = Object.values(command.flags ?? {}) as readonly Flag[];
  const long = argv.slice(1).find((word) => word.startsWith('--') && word.length > 3);
  if (!long) return;
  const name = long.slice(2).split('=')[0] as string;
  const near = nearest(
    name,
    flags.flatMap((flag) => (flag.long ? [flag.long] : [])),
  );
  if (near) ctx.note('note.flag', { name: ctx.name, near: `--${near}` });
}

/** The known word that a mistyped one is closest to: at most two edits, and fewer than half its letters. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  let best: string | undefined;
  let least = Math.min(2, (word.length - 1) / 2) + 0.5;
  for (const one of known) {
    if (Math.abs(one.length - word.length) > 2) continue;
    const edits = distance(word, one);
    if (edits < least) [best, least] = [one, edits];
  }
  return best;
}

function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(swap, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return row[b.length] as number;
}
