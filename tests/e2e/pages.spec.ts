import { expect, languagePages, open, pages, test } from './site.ts';

test('there are pages in both languages, and each exists in the other', () => {
  const korean = pages.filter((path) => path.startsWith('ko/'));
  expect(korean.length).toBeGreaterThan(1);
  expect(pages.filter((path) => path.startsWith('en/'))).toEqual(korean.map((path) => path.replace('ko/', 'en/')));
});

for (const path of languagePages) {
  test(`${path} opens quietly, with its language, one heading and a title`, async ({ page }) => {
    await open(page, path);
    await expect(page.locator('html')).toHaveAttribute('lang', path.slice(0, 2));
    await expect(page.locator('h1')).toHaveCount(1);
    expect((await page.title()).length).toBeGreaterThan(5);
    await expect(page.locator('link[rel=canonical]')).toHaveCount(1);
    await expect(page.locator('link[rel=alternate][hreflang]')).toHaveCount(3);
    await expect(page.locator('title')).toHaveCount(1);
  });
}

test('the language switch keeps the page and the place', async ({ page }) => {
  await open(page, 'ko/diagrams/?x=1');
  await page.getByRole('link', { name: 'Read in English' }).click();
  await expect(page).toHaveURL(/\/en\/diagrams\/\?x=1$/);
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  await expect(page.getByRole('heading', { level: 1, name: 'Diagrams' })).toBeFocused();
  await page.goBack();
  await expect(page).toHaveURL(/\/ko\/diagrams\/\?x=1$/);
  await expect(page.locator('html')).toHaveAttribute('lang', 'ko');
});

test('moving inside the site needs no new document', async ({ page }) => {
  await open(page, 'en/');
  await page.evaluate(() => document.documentElement.setAttribute('data-mark', ''));
  await page.getByRole('link', { name: 'Diagrams', exact: true }).first().click();
  await expect(page.getByRole('heading', { level: 1, name: 'Diagrams' })).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('data-mark', '');
  await expect(page).toHaveTitle(/^Diagrams/);
});

test('a wrong address gives a 404 that offers the nearest page', { tag: '@missing' }, async ({ page }) => {
  const response = await page.goto('en/diagramms/');
  expect(response?.status()).toBe(404);
  await page.waitForSelector('html[data-hydrated]');
  await expect(page.getByRole('link', { name: '/en/diagrams/' }).first()).toBeVisible();
});

test('an address without its last slash goes to the canonical one', async ({ page }) => {
  await open(page, 'en/diagrams');
  await expect(page).toHaveURL(/\/en\/diagrams\/$/);
});
