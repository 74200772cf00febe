import { Transaction } from '../engine/core/transaction.ts';
import { SECOND } from '../engine/core/units.ts';
import { type Reader, readWorld, type World } from '../engine/core/world.ts';
import { TTY } from '../engine/linux/tty.ts';
import { hasEnded, isIdle, lastStatus } from '../shell/session.ts';
import { bootHost } from './boot.ts';
import type { Input } from './input.ts';
import { step } from './step.ts';

/** What a command printed, and its status; null when it did not end in time. */
export interface Output {
  readonly stdout: string;
  readonly stderr: string;
  readonly exit: number | null;
  readonly ended: boolean;
}

/** A host without a screen: commands run in piped sessions, output comes back as text. For tests, questions, transcripts. */
export class Headless {
  constructor(public world: World) {}

  static boot(host: string, seed: number, nodocker = false): Headless {
    const headless = new Headless(bootHost(host, seed, nodocker));
    headless.input({ kind: 'open', tty: 'host', piped: true });
    return headless;
  }

  get read(): Reader {
    return readWorld(this.world);
  }

  /** The status with which a session ended, by the key of its first process. */
  private readonly left = new Map<number, number>();

  input(input: Input): void {
    const { world, events } = step(this.world, input);
    this.world = world;
    for (const { kind, subject, fields } of events)
      if (kind === 'process.exit' && typeof fields.code === 'number') this.left.set(subject.id, fields.code);
  }

  open(tty: string, machine: string): void {
    if (!this.read.find(TTY, 'name', tty)) this.input({ kind: 'open', tty, machine, piped: true });
  }

  advance(micros: number): void {
    this.input({ kind: 'advance', until: this.world.now + micros });
  }

  /** Runs one command (or script) to its end, `seconds` of virtual time at most. */
  run(line: string, tty = 'host', seconds = 60): Output {
    const deadline = this.world.now + seconds * SECOND;
    this.input({ kind: 'exec', tty, line });
    const { id = 0, session = 0 } = this.read.find(TTY, 'name', tty) ?? {};
    const over = (): boolean => isIdle(this.read, id) || hasEnded(this.read, id);
    while (!over() && this.world.now < deadline) {
      this.input({ kind: 'advance', until: Math.min(deadline, this.world.now + SECOND) });
    }
    const ended = hasEnded(this.read, id);
    return {
      ...this.take(id),
      exit: ended ? (this.left.get(session) ?? 0) : over() ? lastStatus(this.read, id) : null,
      ended,
    };
  }

  /** What a piped session printed since the last time. */
  take(id: number): { readonly stdout: string; readonly stderr: string } {
    const tty = this.read.get(TTY, id);
    if (!tty) return { stdout: '', stderr: '' };
    const tx = new Transaction(this.world);
    tx.put(TTY, { ...tty, stdout: '', stderr: '' });
    this.world = tx.world();
    return { stdout: tty.stdout, stderr: tty.stderr };
  }
}
