// `npm test`: every check of the project, one after the other, and at the end the line `N passed, N failed`.
// `npm test -- unit browser` runs only the named stages. A stage that looked at nothing fails.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findBrowser, howToInstall } from './browser.mjs';
import { checkSizes } from './size.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const reports = join(root, '.cache/reports');
const bin = (/** @type {string} */ path) => join(root, 'node_modules', path);

/** @typedef {{ passed: number, failed: number, note?: string }} Outcome */

/**
 * Runs a Node program in the foreground; its output is the stage's output.
 * @param {string[]} args
 * @param {Record<string, string>} [env]
 */
function run(args, env = {}) {
  return (
    spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } }).status === 0
  );
}

/**
 * @param {boolean} ok
 * @returns {Outcome}
 */
const one = (ok) => ({ passed: ok ? 1 : 0, failed: ok ? 0 : 1 });

/**
 * Biome says how many files it looked at; none is a failure.
 * @param {string[]} args
 * @returns {Outcome}
 */
function biome(args) {
  const result = spawnSync(process.execPath, [bin('@biomejs/biome/bin/biome'), ...args, '.'], {
    cwd: root,
    encoding: 'utf8',
  });
  process.stdout.write(result.stdout + result.stderr);
  const files = Number(/Checked (\d+) file/.exec(result.stdout + result.stderr)?.[1] ?? 0);
  return { ...one(result.status === 0 && files > 0), note: `${files} files` };
}

/**
 * Knip ends well when it read nothing; its own timing table says how many files it parsed.
 * @returns {Outcome}
 */
function deadCode() {
  const result = spawnSync(process.execPath, [bin('knip/bin/knip.js'), '--performance'], {
    cwd: root,
    encoding: 'utf8',
  });
  const output = result.stdout + result.stderr;
  const files = Number(/^parseFile\s+(\d+)/m.exec(output)?.[1] ?? 0);
  if (result.status !== 0) process.stdout.write(output);
  return { ...one(result.status === 0 && files > 0), note: `${files} files` };
}

/**
 * @param {string} file JSON report of Vitest (the shape of Jest's)
 * @param {boolean} ok whether the program itself ended well
 * @returns {Outcome}
 */
function vitestOutcome(file, ok) {
  if (!existsSync(file)) return { passed: 0, failed: 1, note: 'no report' };
  const { numPassedTests, numFailedTests, numFailedTestSuites } = JSON.parse(readFileSync(file, 'utf8'));
  // A file that fails to load has no failed test of its own.
  const failed = numFailedTests > 0 ? numFailedTests : numFailedTestSuites;
  return { passed: numPassedTests, failed: ok ? failed : Math.max(failed, 1) };
}

/**
 * @param {string} name
 * @param {string[]} args
 * @returns {Outcome}
 */
function vitest(name, args) {
  const file = join(reports, `${name}.json`);
  rmSync(file, { force: true });
  const ok = run([
    bin('vitest/vitest.mjs'),
    'run',
    '--reporter=dot',
    '--reporter=json',
    `--outputFile.json=${file}`,
    ...args,
  ]);
  return vitestOutcome(file, ok);
}

/** @returns {Outcome} */
function build() {
  const vite = bin('vite/bin/vite.js');
  const whole = run([vite, 'build', '--logLevel', 'warn'], { BASE: '/' });
  const sub = run([vite, 'build', '--logLevel', 'warn', '--outDir', '.cache/sub'], { BASE: '/sub/' });
  return { passed: Number(whole) + Number(sub), failed: Number(!whole) + Number(!sub) };
}

/** @returns {Promise<Outcome>} */
async function browser() {
  const path = await findBrowser();
  if (!path) {
    console.error(howToInstall);
    return { passed: 0, failed: 1, note: 'no browser' };
  }
  const file = join(reports, 'browser.json');
  rmSync(file, { force: true });
  const ok = run([bin('@playwright/test/cli.js'), 'test', '-c', 'tests/e2e/playwright.config.ts'], {
    CHROME_PATH: path,
    PLAYWRIGHT_JSON_OUTPUT_FILE: file,
  });
  if (!existsSync(file)) return { passed: 0, failed: 1, note: 'no report' };
  const { expected, unexpected, flaky } = JSON.parse(readFileSync(file, 'utf8')).stats;
  return { passed: expected + flaky, failed: ok ? unexpected : Math.max(unexpected, 1) };
}

/** @type {Readonly<Record<string, () => Outcome | Promise<Outcome>>>} */
const stages = {
  format: () => biome(['format']),
  lint: () => biome(['check', '--formatter-enabled=false', '--error-on-warnings']),
  types: () => one(run([bin('typescript/bin/tsc'), '-p', 'tsconfig.json'])),
  'engine-types': () => one(run([bin('typescript/bin/tsc'), '-p', 'src/engine/tsconfig.json'])),
  layers: () => vitest('layers', ['--project=architecture']),
  'dead-code': deadCode,
  unit: () => vitest('unit', ['--project=node', '--project=page']),
  build,
  size: () => checkSizes(join(root, 'dist')),
  browser,
};

async function main() {
  const chosen = process.argv.slice(2);
  const unknown = chosen.filter((name) => !(name in stages));
  if (unknown.length > 0) {
    console.error(`unknown stage: ${unknown.join(', ')}; there are ${Object.keys(stages).join(', ')}`);
    process.exit(2);
  }
  mkdirSync(reports, { recursive: true });
  let passed = 0;
  let failed = 0;
  /** @type {string[]} */
  const summary = [];
  for (const [name, stage] of Object.entries(stages)) {
    if (chosen.length > 0 && !chosen.includes(name)) continue;
    console.log(`\n── ${name} ${'─'.repeat(60 - name.length)}`);
    const start = performance.now();
    /** @type {Outcome} */
    let outcome;
    try {
      outcome = await stage();
    } catch (error) {
      console.error(error);
      outcome = { passed: 0, failed: 1, note: 'threw' };
    }
    if (outcome.passed + outcome.failed === 0) outcome = { passed: 0, failed: 1, note: 'ran nothing' };
    passed += outcome.passed;
    failed += outcome.failed;
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    const mark = outcome.failed === 0 ? 'ok  ' : 'FAIL';
    summary.push(
      `${mark} ${name.padEnd(14)}${seconds.padStart(6)} s  ${outcome.passed} passed, ${outcome.failed} failed${outcome.note ? ` (${outcome.note})` : ''}`,
    );
    console.log(summary.at(-1));
  }
  console.log(`\n${summary.join('\n')}\n`);
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(failed === 0 ? 0 : 1);
}

await main();
