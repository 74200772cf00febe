import type { Micros } from '../engine/core/units.ts';
import { NAMESPACE } from '../engine/linux/namespace.ts';
import { type Next, notFound } from '../engine/linux/program.ts';
import { parseSignal, SIGNALS, type Signal } from '../engine/linux/signal.ts';
import type { System } from '../engine/linux/system.ts';
import { noteTo } from '../engine/linux/terminal.ts';
import type { Wait } from '../engine/linux/wait.ts';
import type { Frame, Job, ShellState, Variable } from './state.ts';
import { type NodeRef, nodeAt } from './syntax.ts';

/** What a frame's step may say: nothing (go on with the top of the stack), or how the process sleeps or ends. */
export type Doing = undefined | { readonly wait: Wait } | { readonly exit: number } | { readonly replaced: true };

interface FrameKind<F extends Frame> {
  readonly kind: F['kind'];
  /** One step; the frame may be changed in place (never what it contains). */
  step(shell: Shell, frame: F): Doing;
  /** Undoes what the frame did to its shell: called when it goes, in whatever way. */
  leave?(shell: Shell, frame: F): void;
}

const kinds = new Map<string, FrameKind<Frame>>();

export function defineFrame<F extends Frame>(kind: FrameKind<F>): void {
  kinds.set(kind.kind, kind as unknown as FrameKind<Frame>);
}

/** Steps in one go before others may run, and the processor time that they cost, microseconds (@sim simplified). */
const BURST = 500;
const COST = 10_000;

/** Forks at one instant before they cost time too: so much each, microseconds (@sim simplified: the first are free). */
const FREE_FORKS = 32;
const FORK_COST = 1000;

/** A shell while it runs: the working copy of its state. Lives for one run of its process. */
export class Shell {
  readonly stack: Frame[];
  variables: Map<string, Variable>;
  readonly functions: Map<string, NodeRef>;
  readonly aliases: Map<string, string>;
  readonly traps: Map<string, string>;
  readonly options: Set<string>;
  positional: readonly string[];
  status: number;
  pipeStatus: readonly number[];
  background: number;
  jobs: readonly Job[];
  history: readonly string[];
  idle = false;
  /** The simple command that runs, for messages. */
  running: NodeRef | undefined;
  lastOfAndOr: boolean;
  /** How often it has forked at this instant. */
  private forks: readonly [at: Micros, count: number];
  /** Status of the last command substitution of the running command. */
  substituted: number | undefined;

  constructor(
    readonly sys: System,
    readonly base: ShellState,
  ) {
    this.stack = base.stack.map((frame) => ({ ...frame }));
    this.variables = new Map(base.variables);
    this.functions = new Map(base.functions);
    this.aliases = new Map(base.aliases);
    this.traps = new Map(base.traps);
    this.options = new Set(base.options);
    this.positional = base.positional;
    this.status = base.status;
    this.pipeStatus = base.pipeStatus;
    this.lastOfAndOr = base.lastOfAndOr;
    this.background = base.background;
    this.jobs = base.jobs;
    this.history = base.history;
    this.running = base.running;
    this.forks = base.forks ?? [0, 0];
  }

  countFork(): void {
    const [at, count] = this.forks;
    this.forks = at === this.sys.now ? [at, count + 1] : [this.sys.now, 1];
  }

  freeze(fields: Partial<ShellState> = {}): ShellState {
    return {
      ...this.base,
      stack: this.stack,
      variables: [...this.variables],
      functions: [...this.functions],
      aliases: [...this.aliases],
      traps: [...this.traps],
      options: [...this.options],
      positional: this.positional,
      status: this.status,
      pipeStatus: this.pipeStatus,
      lastOfAndOr: this.lastOfAndOr,
      background: this.background,
      jobs: this.jobs,
      history: this.history,
      idle: this.idle,
      forks: this.forks,
      ...(this.running ? { running: this.running } : {}),
      ...fields,
    };
  }

  /** Goes on until it must wait, ends or has used its share. */
  run(): Next<ShellState> {
    this.idle = false;
    const [at, count] = this.forks;
    if (at === this.sys.now && count >= FREE_FORKS) {
      this.forks = [0, 0];
      return { state: this.freeze(), busy: count * FORK_COST };
    }
    for (let steps = 0; steps < BURST; steps++) {
      const doing = this.step();
      if (this.sys.self.state === 'Z') return { exit: 0 };
      if (!doing) continue;
      return 'wait' in doing ? { state: this.freeze(), wait: doing.wait } : doing;
    }
    return { state: this.freeze(), busy: COST };
  }

  private step(): Doing {
    const trapped = this.takeTrap();
    if (trapped) this.push({ kind: 'trap', ...trapped });
    const frame = this.stack.at(-1);
    if (!frame) return this.leaving();
    const kind = kinds.get(frame.kind) ?? notFound(frame.kind);
    if (!kind) throw new Error(`no frame is called ${frame.kind}`);
    return kind.step(this, frame);
  }

  /** The stack is empty: the trap of EXIT has its turn, then the process ends. */
  private leaving(): Doing {
    const action = this.traps.get('EXIT');
    if (!action) return { exit: this.status };
    this.traps.delete('EXIT');
    return this.push({ kind: 'trap', action });
  }

  /** Ends the shell after the trap of EXIT. */
  exit(status: number): undefined {
    this.unwind(() => false);
    this.status = status & 255;
    return undefined;
  }

  /** The action of a trap that is due; ^C of an interactive shell drops what it was doing. */
  private takeTrap(): { readonly action: string; readonly signal: Signal } | undefined {
    const [first] = this.sys.self.pending;
    if (!first || this.stack.at(-1)?.kind === 'foreground') return undefined;
    // A trap is not entered again while it runs; ends of its own children are not told to it.
    const inside = this.stack.some((frame) => (frame as Frame & { signal?: string }).signal === first);
    if (inside && first !== 'CHLD') return undefined;
    const signal = this.sys.takeSignal();
    if (!signal || inside) return undefined;
    const action = this.traps.get(signal);
    const waiting = this.stack.at(-1)?.kind === 'wait';
    if (action !== undefined && waiting) this.finish(128 + SIGNALS[signal]);
    if (action === undefined && signal === 'INT' && this.base.interactive) this.abort(130);
    return action ? { action, signal } : undefined;
  }

  get top(): Frame | undefined {
    return this.stack.at(-1);
  }

  push<F extends Frame>(frame: F): undefined {
    this.stack.push(frame);
    return undefined;
  }

  /** Runs a node: a list, a pipeline, a command. */
  pushNode(text: string, node: NodeRef['node']): undefined {
    return this.push({ kind: 'node', text, node });
  }

  /** The top frame is done; its status is the shell's. */
  finish(status?: number): undefined {
    const frame = this.stack.pop();
    if (frame) (kinds.get(frame.kind) ?? notFound(frame.kind))?.leave?.(this, frame);
    if (status !== undefined) this.status = status & 255;
    return undefined;
  }

  /** Leaves frames until `stop` holds for the top one. */
  unwind(stop: (frame: Frame) => boolean): void {
    while (this.top && !stop(this.top)) this.finish();
  }

  /** An error that ends the current command line; a shell that is not interactive ends with it. */
  abort(status: number): undefined {
    if (this.base.interactive) this.unwind((frame) => frame.kind === 'prompt');
    else this.unwind(() => false);
    this.status = status;
    return undefined;
  }

  /** Writes to the shell's own stderr. What a full pipe does not take is lost (@sim simplified). */
  err(text: string): void {
    this.sys.write(2, text);
  }

  /** A line of ours on the terminal. */
  note(text: string, slots: Readonly<Record<string, string>>): void {
    if (this.base.terminal !== undefined) noteTo(this.sys.tx, this.base.terminal, text, slots);
  }

  /** A message with the shell's name in front, as the dialect has it. */
  complain(text: string, line?: number): void {
    this.err(`${this.prefix(line)}${text}\n`);
  }

  prefix(line = this.line): string {
    const { dialect, bare, numbered, name } = this.base;
    if (dialect === 'ash') return numbered ? `${name}: line ${line}: ` : `${name}: `;
    if (dialect === 'dash') return `${name}: ${line}: `;
    return bare ? 'bash: ' : `${name}: line ${line}: `;
  }

  /** The line of the running command in its text, from 1. */
  get line(): number {
    if (!this.running) return 1;
    return this.running.text.slice(0, nodeAt(this.running).pos).split('\n').length;
  }

  /** Which signals the process takes itself, after a change of traps. */
  setSignals(): void {
    const { interactive } = this.base;
    const caught = new Set<Signal>(interactive ? ['INT'] : []);
    const ignored = new Set<Signal>((this.base.ignored as readonly Signal[]).slice());
    if (interactive) for (const signal of ['QUIT', 'TERM', 'TSTP', 'TTIN', 'TTOU'] as const) ignored.add(signal);
    for (const [name, action] of this.traps) {
      const signal = parseSignal(name);
      if (!signal || this.base.ignored.includes(signal)) continue;
      ignored.delete(signal);
      caught.delete(signal);
      (action === '' ? ignored : caught).add(signal);
    }
    this.sys.sigaction([...caught], [...ignored]);
  }

  get hostname(): string {
    return this.sys.tx.get(NAMESPACE, this.sys.self.ns.uts)?.hostname ?? '';
  }
}
