import { Transaction } from '../../src/engine/core/transaction.ts';
import { SECOND } from '../../src/engine/core/units.ts';
import { loadWorld, readWorld, saveWorld, type World } from '../../src/engine/core/world.ts';
import { run } from '../../src/engine/linux/scheduler.ts';
import { typeKey, typeLine } from '../../src/engine/linux/terminal.ts';
import { TTY, type Tty } from '../../src/engine/linux/tty.ts';
import { bootHost } from '../../src/lab/boot.ts';
import '../../src/shell/bash.ts';
import { commandNames } from '../../src/shell/command.ts';
import '../../src/shell/commands.ts';
import { hasEnded, isIdle, lastStatus, machineNamed, openSession } from '../../src/shell/session.ts';

import.meta.glob('../../src/programs/*.ts', { eager: true });

export interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number;
  readonly ended: boolean;
}

/** Wake-ups and virtual seconds that one command may take in a test. */
const MOST = 200_000;
const LONGEST = 60 * SECOND;

/** A session on the course's host, kept as a world between commands. */
export class Session {
  world: World;
  readonly tty: number;

  constructor(piped = true, argv?: readonly string[]) {
    if (commandNames().length === 0) throw new Error('no commands');
    const tx = new Transaction(bootHost('docker-host', 1));
    const machine = machineNamed(tx, 'docker-host');
    if (!machine) throw new Error('no host');
    this.tty = openSession(tx, machine, { name: 'host', piped, ...(argv ? { argv } : {}) }).id;
    this.settle(tx);
    this.world = tx.world();
  }

  private settle(tx: Transaction, within = LONGEST): string {
    const done = (): boolean => isIdle(tx, this.tty) || hasEnded(tx, this.tty);
    return run(tx, { until: tx.now + within, most: MOST }, done);
  }

  get row(): Tty {
    return readWorld(this.world).get(TTY, this.tty) as Tty;
  }

  /** Runs a command line to its end. */
  run(line: string, within = LONGEST): Outcome {
    const tx = new Transaction(this.world);
    tx.put(TTY, { ...tx.need(TTY, this.tty), stdout: '', stderr: '' });
    typeLine(tx, this.tty, line);
    const why = this.settle(tx, within);
    this.world = tx.world();
    const { stdout, stderr } = this.row;
    const read = readWorld(this.world);
    const ended = hasEnded(read, this.tty);
    return { stdout, stderr, status: why === 'done' ? lastStatus(read, this.tty) : -1, ended };
  }

  /** The same, with the world sent through JSON at every wake-up. */
  runSaved(line: string): Outcome {
    let tx = new Transaction(this.world);
    tx.put(TTY, { ...tx.need(TTY, this.tty), stdout: '', stderr: '' });
    typeLine(tx, this.tty, line);
    for (let i = 0; i < 3000 && !isIdle(tx, this.tty) && !hasEnded(tx, this.tty); i++) {
      run(tx, { until: tx.now + LONGEST, most: 1 }, () => false);
      tx = new Transaction(loadWorld(saveWorld(tx.world())));
    }
    this.world = tx.world();
    const { stdout, stderr } = this.row;
    const read = readWorld(this.world);
    return { stdout, stderr, status: lastStatus(read, this.tty), ended: hasEnded(read, this.tty) };
  }

  key(key: string): void {
    const tx = new Transaction(this.world);
    typeKey(tx, this.tty, key);
    this.settle(tx);
    this.world = tx.world();
  }

  /** The screen of a terminal session. */
  get screen(): readonly string[] {
    const { rows, partial, prompt } = this.row;
    return [...rows.map((row) => (row.prompt ?? '') + row.text), partial + (prompt ?? '')];
  }
}
