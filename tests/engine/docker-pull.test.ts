import { describe, expect, it } from 'vitest';
import { Headless } from '../../src/lab/headless.ts';

import.meta.glob('../../src/programs/*.ts', { eager: true });

/** A session on the course's host, where the Hub can be reached; the recorded one has no registry. */
const onCourseHost = (): ((line: string) => { stdout: string; stderr: string; exit: number | null }) => {
  const host = Headless.boot('course-host', 1);
  return (line) => host.run(line);
};

describe('docker pull', () => {
  it('brings what the host has not, layer by layer, and says so', () => {
    const run = onCourseHost();
    expect(run('docker rmi redis:7-alpine').stdout).toMatch(
      /^Untagged: redis:7-alpine\nDeleted: sha256:[0-9a-f]{64}\n$/,
    );
    expect(run('docker images redis -q').stdout).toBe('');
    const { stdout, exit } = run('docker pull redis:7-alpine');
    expect(exit).toBe(0);
    expect(stdout).toMatch(/^7-alpine: Pulling from library\/redis\n/);
    // The layer that alpine shares with it is here already.
    expect(stdout.match(/: Pull complete$/gm)).toHaveLength(3);
    expect(stdout).toMatch(/Status: Downloaded newer image for redis:7-alpine\ndocker.io\/library\/redis:7-alpine\n$/);
    expect(run('docker pull -q redis:7-alpine').stdout).toBe('docker.io/library/redis:7-alpine\n');
    expect(run('docker pull redis:7-alpine').stdout).toContain('Status: Image is up to date for redis:7-alpine\n');
  });

  it('tells a missing tag from a missing repository', () => {
    const run = onCourseHost();
    expect(run('docker pull alpine:0.1')).toMatchObject({
      exit: 1,
      stderr: expect.stringContaining('"docker.io/library/alpine:0.1": docker.io/library/alpine:0.1: not found'),
    });
    expect(run('docker pull nosuch').stderr).toContain('pull access denied, repository does not exist');
  });

  it('is done by docker run for an image that is not there', () => {
    const run = onCourseHost();
    run('docker rmi hello-world');
    const { stdout, stderr, exit } = run('docker run --rm hello-world');
    expect(exit).toBe(0);
    expect(stdout).toContain('Hello from Docker!');
    expect(stderr).toMatch(
      /^Unable to find image 'hello-world:latest' locally\nlatest: Pulling from library\/hello-world\n/,
    );
  });
});
