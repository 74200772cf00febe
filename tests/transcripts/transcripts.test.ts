import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { replay, type Transcript } from '../../src/lab/transcript.ts';
import { compareScenario } from './compare.mjs';

const root = 'tests/transcripts';
const files = readdirSync(join(root, 'recorded'), { recursive: true })
  .map(String)
  .filter((name) => name.endsWith('.json'))
  .sort();

/** Steps that still read otherwise than on the real host, by scenario, each with its reason. The list only shrinks. */
const differences = (parse(readFileSync(join(root, 'differences.yaml'), 'utf8')) ?? {}) as Record<
  string,
  readonly { readonly cmd: string; readonly because: string }[]
>;

describe('recorded sessions', () => {
  it('are there to be compared', () => expect(files.length).toBeGreaterThanOrEqual(11));

  it.each(files)('%s reads as on the real host, but for the listed steps', (file) => {
    const recorded = JSON.parse(readFileSync(join(root, 'recorded', file), 'utf8')) as Transcript;
    const { id, steps } = compareScenario(recorded, replay(recorded));
    expect(steps.length).toBeGreaterThan(0);
    const other = steps.filter((step) => !step.equal).map((step) => step.cmd);
    expect(other).toEqual((differences[id] ?? []).map(({ cmd }) => cmd));
  });

  it('every listed difference has a reason', () => {
    for (const list of Object.values(differences))
      for (const { because } of list) expect(because.length).toBeGreaterThan(10);
  });
});

describe('the replay', () => {
  it('hangs on no seed: ids differ, words do not', () => {
    const file = 'lifecycle/create-start-stop.json';
    const recorded = JSON.parse(readFileSync(join(root, 'recorded', file), 'utf8')) as Transcript;
    for (const seed of [2, 77]) {
      const { steps } = compareScenario(recorded, replay(recorded, seed));
      expect(steps.filter((step) => !step.equal).map((step) => step.cmd)).toEqual([]);
    }
  });

  it('fails by name on a step of unknown shape', () => {
    expect(() => replay({ id: 'x/y', setup: ['fresh'], steps: [{ dance: 1 }] })).toThrow('x/y step 1');
  });
});
