import { SECOND } from '../engine/core/units.ts';
import { Headless } from './headless.ts';

/** A recorded session (../shared/transcripts/README.md); keys that are not ours are kept. */
export interface Transcript {
  readonly id: string;
  readonly setup: readonly string[];
  readonly steps: readonly TranscriptStep[];
}

export type TranscriptStep = Readonly<Record<string, unknown>> & {
  readonly where?: string;
  readonly cmd?: string;
};

/** Virtual time between two steps. */
const PAUSE = 100_000;
const LIMIT = 60;

/** Plays a recorded session on a simulated host and gives it back with what we print. Throws, by name, on a step of unknown shape. */
export function replay(transcript: Transcript, seed = 1): Transcript {
  const nodocker = transcript.setup.includes('base:nodocker');
  const host = Headless.boot('docker-host', seed, nodocker);
  for (const entry of transcript.setup) {
    if (entry === 'fresh' || entry.startsWith('base:')) continue;
    host.run(entry);
    host.advance(PAUSE);
  }
  return {
    ...transcript,
    steps: transcript.steps.map((step, i) => play(host, step, `${transcript.id} step ${i + 1}`)),
  };
}

function play(host: Headless, step: TranscriptStep, name: string): TranscriptStep {
  const { where = 'host' } = step;
  const done = one(host, step, where, name);
  host.advance(PAUSE);
  return done;
}

function one(host: Headless, step: TranscriptStep, where: string, name: string): TranscriptStep {
  if (typeof step.sleep === 'number') {
    host.advance(step.sleep * SECOND);
    return step;
  }
  if (typeof step.file === 'string') {
    host.input({ kind: 'write', path: step.file, text: String(step.content ?? '') });
    return step;
  }
  if (step.close !== undefined) {
    host.input({ kind: 'close', tty: typeof step.close === 'string' ? step.close : where });
    return step;
  }
  if (step.open !== undefined && typeof step.cmd === 'string') {
    const tty = typeof step.open === 'string' ? step.open : where;
    host.input({ kind: 'open', tty, piped: true, argv: ['bash', '-c', step.cmd] });
    return { ...step, stdout: '', stderr: '', exit: 0 };
  }
  if (typeof step.cmd !== 'string')
    throw new Error(`${name}: a step of unknown shape (${Object.keys(step).join(', ')})`);
  host.open(where, where === 'host' ? 'docker-host' : where);
  const { stdout, stderr, exit, ended } = host.run(step.cmd, where, LIMIT);
  const { timeout: _timeout, ended: _ended, ...rest } = step;
  if (exit === null) host.input({ kind: 'close', tty: where });
  return {
    ...rest,
    stdout,
    stderr,
    exit,
    ...(exit === null ? { timeout: true } : {}),
    ...(ended ? { ended: true } : {}),
  };
}
