import AxeBuilder from '@axe-core/playwright';
import { expect, languagePages, open, test } from './site.ts';

const widths = [1440, 390];

for (const path of languagePages)
  for (const colorScheme of ['light', 'dark'] as const)
    test(`axe finds nothing on ${path} in the ${colorScheme} theme`, async ({ page }) => {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await open(page, path);
      for (const width of widths) {
        await page.setViewportSize({ width, height: 844 });
        const { violations, passes } = await new AxeBuilder({ page }).analyze();
        expect(passes.length).toBeGreaterThan(5);
        expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ')}`)).toEqual([]);
      }
    });

for (const colorScheme of ['light', 'dark'] as const)
  test(`axe finds nothing on a host that is at work, in the ${colorScheme} theme`, async ({ page }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await open(page, 'en/lessons/net-bridge/');
    for (const line of [
      'docker run -d --name web nginx:alpine',
      'docker create --name idle alpine',
      'sleep 9',
      'nonsense',
    ]) {
      await page.getByLabel('Command line').fill(line);
      await page.keyboard.press('Enter');
    }
    await page
      .getByRole('button', { name: /^web/ })
      .first()
      .click({ position: { x: 16, y: 16 } });
    await expect(page.getByRole('button', { name: 'Back to the lesson' })).toBeVisible();
    const { violations, passes } = await new AxeBuilder({ page }).analyze();
    expect(passes.length).toBeGreaterThan(5);
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ')}`)).toEqual([]);
    await page.getByRole('button', { name: 'As text' }).click();
    const asText = await new AxeBuilder({ page }).analyze();
    expect(asText.violations.map(({ id }) => id)).toEqual([]);
  });

for (const path of languagePages)
  test(`${path} does not scroll sideways at 320 pixels`, async ({ page }) => {
    await page.setViewportSize({ width: 320, height: 640 });
    await open(page, path);
    const excess = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(excess).toBe(0);
  });

test('the first stop of the keyboard skips to the text', async ({ page }) => {
  await open(page, 'en/');
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to the text' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.locator('#main')).toBeFocused();
});
