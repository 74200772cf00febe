import { describe, expect, it } from 'vitest';
import { readWorld, saveWorld, type World } from '../../src/engine/core/world.ts';
import { TTY } from '../../src/engine/linux/tty.ts';
import { bootHost } from '../../src/lab/boot.ts';
import type { Input } from '../../src/lab/input.ts';
import { step } from '../../src/lab/step.ts';
import { hasEnded, isIdle } from '../../src/shell/session.ts';
import { CommandLines } from './commandLines.ts';

/** `FUZZ_LINES=200000 npx vitest run tests/shell/fuzz.test.ts` looks further; `FUZZ_SEED` starts elsewhere. */
const LINES = Number(process.env.FUZZ_LINES ?? 10_000);
const FIRST = Number(process.env.FUZZ_SEED ?? 1);
const PER_HOST = 200;
/** One line may keep a slow machine busy so long, milliseconds. */
const LONGEST = 30_000;

/** A learner who types without looking: a line, then ^C and ^D at whatever keeps the terminal, then a new one. */
class Typist {
  private opened = 0;
  private readonly inputs: Input[] = [];

  constructor(
    public world: World,
    private readonly piped: boolean,
  ) {
    this.open();
  }

  private get tty(): string {
    return `t${this.opened}`;
  }

  private open(): void {
    this.opened++;
    this.input({ kind: 'open', tty: this.tty, piped: this.piped });
  }

  private input(input: Input): void {
    this.inputs.push(input);
    this.world = step(this.world, input).world;
  }

  private state(): 'waits' | 'ended' | 'busy' {
    const read = readWorld(this.world);
    const id = read.find(TTY, 'name', this.tty)?.id ?? 0;
    if (hasEnded(read, id)) return 'ended';
    return isIdle(read, id) ? 'waits' : 'busy';
  }

  type(line: string): void {
    this.input({ kind: 'exec', tty: this.tty, line });
    for (const key of ['^C', '^D']) if (this.state() === 'busy') this.input({ kind: 'key', tty: this.tty, key });
    if (this.state() === 'waits') return;
    this.input({ kind: 'close', tty: this.tty });
    this.open();
  }

  /** The same inputs again, from the start. */
  replayed(start: World): World {
    return this.inputs.reduce((world, input) => step(world, input).world, start);
  }
}

describe('any command line', () => {
  const hosts = Math.ceil(LINES / PER_HOST);
  it(`${LINES} of them: no exception, no hang`, { timeout: 60 * LONGEST }, () => {
    let slowest = { ms: 0, line: '' };
    for (let seed = FIRST; seed < FIRST + hosts; seed++) {
      const lines = new CommandLines(seed);
      const typist = new Typist(bootHost('docker-host', 1), seed % 2 === 0);
      for (let i = 0; i < PER_HOST; i++) {
        const line = lines.line();
        const from = performance.now();
        try {
          typist.type(line);
        } catch (error) {
          throw new Error(`seed ${seed}, line ${i}: ${JSON.stringify(line)}`, { cause: error });
        }
        const ms = performance.now() - from;
        if (ms > slowest.ms) slowest = { ms, line: `seed ${seed}, line ${i}: ${line}` };
      }
    }
    expect(slowest.ms, slowest.line).toBeLessThan(LONGEST);
  });

  it('replays to the identical world', { timeout: 60_000 }, () => {
    for (let seed = 1001; seed < 1005; seed++) {
      const lines = new CommandLines(seed);
      const typist = new Typist(bootHost('docker-host', 2), seed % 2 === 0);
      for (let i = 0; i < 40; i++) typist.type(lines.line());
      expect(saveWorld(typist.replayed(bootHost('docker-host', 2)))).toBe(saveWorld(typist.world));
    }
  });
});
