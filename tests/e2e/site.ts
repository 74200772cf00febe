import { readdirSync } from 'node:fs';
import { test as base, type ConsoleMessage, expect, type Page } from '@playwright/test';

/** Paths of all built pages, relative to the base: '', 'ko/', 'ko/diagrams/', … */
export const pages: readonly string[] = readdirSync('dist', { recursive: true, encoding: 'utf8' })
  .filter((name) => name === 'index.html' || name.endsWith('/index.html'))
  .map((name) => name.replace(/index\.html$/, ''))
  .sort();

/** Pages that belong to a language. */
export const languagePages = pages.filter((path) => path !== '');

/** Opens a page and waits until React has taken it over. */
export async function open(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await page.waitForSelector('html[data-hydrated]');
}

/** `test` whose page fails the test on anything in the console, on an uncaught error and on a request that leaves the site. */
export const test = base.extend<{ quiet: undefined }>({
  quiet: [
    async ({ page, baseURL }, use, info) => {
      const said: string[] = [];
      page.on('console', (message: ConsoleMessage) => {
        const missing = info.tags.includes('@missing') && /status of 404/.test(message.text());
        if (['error', 'warning'].includes(message.type()) && !missing)
          said.push(`${message.type()}: ${message.text()}`);
      });
      page.on('pageerror', (error) => said.push(`uncaught: ${error.message}`));
      page.on('request', (request) => {
        if (!request.url().startsWith(new URL('/', baseURL).href) && !request.url().startsWith('data:'))
          said.push(`leaves the site: ${request.url()}`);
      });
      await use(undefined);
      expect(said).toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };
