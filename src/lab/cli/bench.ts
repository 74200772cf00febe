import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { saveWorld } from '../../engine/core/world.ts';
import { bootHost } from '../boot.ts';
import { Headless } from '../headless.ts';
import { step } from '../step.ts';

/** `npm run bench`: figures, not verdicts. Medians of several runs; the machine's own noise is in the spread. */
function measure(name: string, goal: string, times: readonly number[]): void {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (q: number): string =>
    (sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] as number).toFixed(2);
  print(name, `${at(0.5)} ms  (${at(0)} – ${at(0.99)}, ${sorted.length} runs)`, goal);
}

function print(name: string, value: string, goal: string): void {
  process.stdout.write(`${name.padEnd(58)} ${value.padEnd(42)} ${goal}\n`);
}

function timed(work: () => void): number {
  const from = performance.now();
  work();
  return performance.now() - from;
}

const RUN = 'docker run -d nginx:alpine';

function many(count: number): Headless {
  const host = Headless.boot('docker-host', 1);
  const line = `for i in $(seq ${count}); do docker run -d alpine:3.20 sleep 1000 >/dev/null; done`;
  host.run(line, 'host', 100_000);
  return host;
}

function terminal(): void {
  let world = step(bootHost('docker-host', 1), { kind: 'open', tty: 'c1' }).world;
  const times: number[] = [];
  for (let i = 0; i < 30; i++) {
    times.push(
      timed(() => {
        world = step(world, { kind: 'exec', tty: 'c1', line: RUN }).world;
      }),
    );
  }
  measure(`Enter: ${RUN}, the engine's part`, '≤ 8 ms with painting', times.slice(5));
}

function runs(): void {
  const times: number[] = [];
  for (let i = 0; i < 3; i++) {
    const host = Headless.boot('docker-host', 1);
    times.push(
      timed(() =>
        host.run('for i in $(seq 500); do docker run -d alpine:3.20 sleep 1000 >/dev/null; done', 'host', 100_000),
      ),
    );
  }
  measure('500 docker run -d in one shell loop', '≤ 250 ms', times);
}

function growth(): void {
  const one = (host: Headless): number[] => Array.from({ length: 15 }, () => timed(() => void host.run(RUN)));
  const few = one(many(10));
  const crowd = one(many(5000));
  measure('one more docker run with 10 containers', '', few);
  measure('one more docker run with 5,000 containers', '≤ 3 × the above', crowd);
}

function sizes(): void {
  const host = many(10);
  print('a world with 10 containers as JSON', `${(saveWorld(host.world).length / 1024).toFixed(0)} kB`, '');
  if (!existsSync('dist/assets')) return;
  for (const name of readdirSync('dist/assets')) {
    if (!/\.(?:js|css)$/.test(name)) continue;
    print(
      `dist/assets/${name}`,
      `${(gzipSync(readFileSync(join('dist/assets', name))).length / 1024).toFixed(1)} kB gzip`,
      '',
    );
  }
}

measure(
  'boot of the host with its images',
  '',
  Array.from({ length: 5 }, (_, i) => timed(() => void bootHost('docker-host', 100 + i))),
);
terminal();
runs();
growth();
sizes();
spawnSync(process.execPath, ['src/build/pageBench.mjs'], { stdio: 'inherit' });
