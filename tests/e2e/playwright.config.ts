import { defineConfig } from '@playwright/test';
import { browserFlags, findBrowser, howToInstall } from '../../src/build/browser.mjs';

const executablePath = await findBrowser();
if (executablePath === undefined) throw new Error(howToInstall);

/** One build and the address that it is served at; strict ports, so that no server left over can answer in its place. */
const site = { port: 4181, base: '/', dir: 'dist' };
const subFolder = { port: 4182, base: '/sub/', dir: '.cache/sub' };

const addressOf = ({ port, base }: typeof site) => `http://127.0.0.1:${port}${base}`;

const serverOf = ({ port, base, dir }: typeof site) => ({
  command: `node src/build/start.mjs --no-build --strict --port ${port} --base ${base} --dir ${dir}`,
  cwd: '../..',
  url: addressOf({ port, base, dir }),
  reuseExistingServer: false,
});

export default defineConfig({
  testDir: '.',
  outputDir: '../../.cache/browser',
  fullyParallel: true,
  workers: 2,
  retries: 0,
  forbidOnly: true,
  timeout: 30_000,
  reporter: [['list'], ['json']],
  use: {
    browserName: 'chromium',
    launchOptions: { executablePath, args: browserFlags },
    trace: 'retain-on-failure',
  },
  projects: [
    { name: 'site', use: { baseURL: addressOf(site) } },
    // The whole site again under a folder, where every address that forgets the base breaks.
    { name: 'sub-folder', testMatch: ['pages.spec.ts', 'offline.spec.ts'], use: { baseURL: addressOf(subFolder) } },
  ],
  webServer: [serverOf(site), serverOf(subFolder)],
});
