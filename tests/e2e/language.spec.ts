import { expect, test } from './site.ts';

test.describe('a Korean browser', () => {
  test.use({ locale: 'ko-KR' });
  test('goes from / to the Korean home page', async ({ page }) => {
    await page.goto('./');
    await expect(page).toHaveURL(/\/ko\/$/);
  });
});

test.describe('a browser that speaks German and English', () => {
  test.use({ locale: 'de-DE' });
  test('sees both languages at / when it speaks neither', async ({ page }) => {
    await page.addInitScript(() => Object.defineProperty(navigator, 'languages', { value: ['de-DE'] }));
    await page.goto('./');
    await expect(page.getByRole('link', { name: '한국어' })).toBeVisible();
    await expect(page.getByRole('link', { name: 'English' })).toBeVisible();
    await page.waitForSelector('html[data-hydrated]');
  });
});

test.describe('an English browser whose reader chose Korean', () => {
  test.use({ locale: 'en-US' });
  test('goes from / to Korean', async ({ page }) => {
    await page.goto('en/');
    await page.waitForSelector('html[data-hydrated]');
    await page.getByRole('link', { name: '한국어로 읽기' }).click();
    await expect(page).toHaveURL(/\/ko\/$/);
    await page.goto('./');
    await expect(page).toHaveURL(/\/ko\/$/);
  });
});
