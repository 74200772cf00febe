// Finds a Chromium for the browser journeys. Order: CHROME_PATH, an installed Chrome or Chromium, Playwright's own
// download, the one inside @sparticuz/chromium. Where none starts, the message names what to install.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Flags for every headless start: no sandbox inside containers, no traffic of the browser's own. */
export const browserFlags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome', 'chromium.exe'];
const places = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  join(process.env.PROGRAMFILES ?? 'C:\\Program Files', 'Google/Chrome/Application/chrome.exe'),
  join(process.env.LOCALAPPDATA ?? 'C:\\', 'Google/Chrome/Application/chrome.exe'),
];

/** @param {string} path */
function starts(path) {
  if (!existsSync(path)) return false;
  // Chrome on Windows prints no version; being there must do.
  if (process.platform === 'win32') return true;
  return spawnSync(path, ['--version', '--no-sandbox'], { timeout: 20_000 }).status === 0;
}

async function playwrightOwn() {
  const { chromium } = await import('playwright-core');
  return chromium.executablePath();
}

async function packaged() {
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined;
  const { default: chromium } = await import('@sparticuz/chromium');
  return chromium.executablePath();
}

/**
 * Path of a Chromium that starts on this machine, or undefined.
 * A wrong CHROME_PATH is an error: whoever set it wants that browser and no other.
 * @returns {Promise<string | undefined>}
 */
export async function findBrowser() {
  const chosen = process.env.CHROME_PATH;
  if (chosen) {
    if (starts(chosen)) return chosen;
    throw new Error(`CHROME_PATH is ${chosen}, and that does not start. Correct it or unset it.`);
  }
  const folders = (process.env.PATH ?? '').split(delimiter);
  const installed = [...names.flatMap((name) => folders.map((folder) => join(folder, name))), ...places];
  for (const path of installed) if (starts(path)) return path;
  for (const source of [playwrightOwn, packaged]) {
    const path = await source().catch(() => undefined);
    if (path && starts(path)) return path;
  }
  return undefined;
}

/** What to tell someone on whose machine no browser was found. */
export const howToInstall = `No Chrome or Chromium was found for the browser journeys. One of these is enough:
  Debian, Ubuntu   sudo apt-get install -y chromium fonts-noto-cjk
  Fedora           sudo dnf install -y chromium google-noto-sans-cjk-fonts
  macOS            brew install --cask google-chrome
  any              npx playwright install --with-deps chromium
Or set CHROME_PATH to a Chrome or Chromium that is installed elsewhere.`;

if (process.argv[1]?.endsWith('browser.mjs')) {
  const path = await findBrowser();
  console.log(path ?? howToInstall);
  process.exit(path ? 0 : 1);
}
