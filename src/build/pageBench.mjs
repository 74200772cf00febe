// The page's figures of the production build in dist/: `node src/build/pageBench.mjs`. Slow profile: CPU ×4,
// 1.6 Mbit/s down, 150 ms; medians of fresh visits with a cold cache. Says so and ends well where no browser is found.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from '@playwright/test';
import { browserFlags, findBrowser } from './browser.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const port = 4194;
const address = `http://127.0.0.1:${port}/`;
const visits = 3;

/** @param {readonly number[]} values */
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/**
 * @param {string} what
 * @param {string} value
 * @param {string} [reach]
 */
const print = (what, value, reach = '') => console.log(`${what.padEnd(62)}${value.padStart(14)}  ${reach}`);

/** Notes, in the page, when it was painted, taken over, and when its host answered. */
function watch() {
  const seen = { painted: 0, taken: 0, live: 0 };
  Object.assign(window, { seen });
  new PerformanceObserver((list) => {
    for (const { name, startTime } of list.getEntries())
      if (name === 'first-contentful-paint') seen.painted = startTime;
  }).observe({ type: 'paint', buffered: true });
  const look = () => {
    if (seen.taken === 0 && document.querySelector('html[data-hydrated]')) seen.taken = performance.now();
    if (seen.live === 0 && document.querySelector('section[data-live]')) seen.live = performance.now();
    if (seen.live === 0) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

/**
 * One visit with a cold cache in the slow profile.
 * @param {import('@playwright/test').Browser} browser
 * @param {string} path
 */
async function slowVisit(browser, path) {
  const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, serviceWorkers: 'block' });
  const page = await context.newPage();
  const cdp = await context.newCDPSession(page);
  await cdp.send('Network.enable');
  await cdp.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 150,
    downloadThroughput: 1.6e6 / 8,
    uploadThroughput: 750e3 / 8,
  });
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: 4 });
  await page.addInitScript(watch);
  await page.goto(address + path);
  await page.waitForSelector('section[data-live]');
  await page.waitForFunction('window.seen.live > 0');
  const seen = /** @type {{ painted: number, taken: number, live: number }} */ (await page.evaluate('window.seen'));
  await context.close();
  return seen;
}

/**
 * Milliseconds of script from Enter until the new state stands in the page, for each of some `docker run`.
 * @param {import('@playwright/test').Browser} browser
 */
async function enters(browser) {
  const page = await (await browser.newContext({ viewport: { width: 1366, height: 768 } })).newPage();
  await page.goto(`${address}en/diagrams/net-bridge/`);
  await page.waitForSelector('section[data-live]');
  await page.waitForTimeout(1500);
  await page.evaluate(() => {
    const times = /** @type {number[]} */ ([]);
    Object.assign(window, { times });
    let start = 0;
    addEventListener(
      'keydown',
      ({ key }) => {
        if (key === 'Enter') start = performance.now();
      },
      true,
    );
    new MutationObserver(() => {
      if (start > 0) times.push(performance.now() - start);
      start = 0;
    }).observe(document.body, { subtree: true, childList: true });
  });
  for (let i = 0; i < 10; i++) {
    await page.getByLabel('Command line').fill(`docker run -d --name c${i} alpine sleep 1d`);
    await page.keyboard.press('Enter');
    await page.waitForTimeout(600);
  }
  return /** @type {number[]} */ (await page.evaluate('window.times'));
}

async function main() {
  const executablePath = await findBrowser();
  if (executablePath === undefined || !existsSync(join(root, 'dist/index.html'))) {
    console.log('page: no browser, or no build in dist/ (npm run build); not measured');
    return;
  }
  const start = join(root, 'src/build/start.mjs');
  const server = spawn(process.execPath, [start, '--no-build', '--strict', '--port', String(port)], {
    stdio: 'ignore',
  });
  const browser = await chromium.launch({ executablePath, args: browserFlags });
  try {
    for (const path of ['en/lessons/net-bridge/', 'ko/lessons/net-bridge/', 'en/diagrams/net-bridge/']) {
      /** @type {Awaited<ReturnType<typeof slowVisit>>[]} */
      const seen = [];
      for (let i = 0; i < visits; i++) seen.push(await slowVisit(browser, path));
      const seconds = (/** @type {'painted' | 'taken' | 'live'} */ what) =>
        `${(median(seen.map((one) => one[what])) / 1000).toFixed(2)} s`;
      print(`${path}, slow: text painted`, seconds('painted'), '≤ 0.8 s');
      print(`${path}, slow: picture live, terminal takes keys`, seconds('taken'), '≤ 2.0 s');
      print(`${path}, slow: what was typed runs`, seconds('live'));
    }
    const times = (await enters(browser)).slice(2);
    print('Enter → script until the new state stands, one docker run', `${median(times).toFixed(1)} ms`, '≤ 8 ms');
  } finally {
    await browser.close();
    server.kill();
  }
}

await main();
