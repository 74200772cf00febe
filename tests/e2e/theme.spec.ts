import { expect, open, test } from './site.ts';

const paper = 'getComputedStyle(document.body).backgroundColor';

test('the chosen theme stands from the first paint on, and auto forgets it', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'light' });
  await open(page, 'en/');
  const light = await page.evaluate(paper);
  await page.getByLabel('Colours').selectOption('dark');
  const dark = await page.evaluate(paper);
  expect(dark).not.toBe(light);
  // theme.js blocks, so the theme is there before the page's own script has run.
  await page.route(/entry|index-.*\.js$/, (route) => route.fulfill({ contentType: 'text/javascript', body: '' }));
  await page.reload();
  expect(await page.evaluate(paper)).toBe(dark);
  await page.unroute(/entry|index-.*\.js$/);
  await open(page, 'en/');
  await expect(page.getByLabel('Colours')).toHaveValue('dark');
  // A link may bring another one: the switch shows what is.
  await page.evaluate(() => {
    document.documentElement.dataset.theme = 'light';
  });
  await expect(page.getByLabel('Colours')).toHaveValue('light');
  await page.getByLabel('Colours').selectOption('auto');
  expect(await page.evaluate(paper)).toBe(light);
});
