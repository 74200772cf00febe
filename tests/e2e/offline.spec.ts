import { expect, open, test } from './site.ts';

test('after the first visit the site opens offline, in the language that was read', async ({ page, context }) => {
  await open(page, 'en/');
  await page.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready;
    if (registration.active?.state !== 'activated')
      await new Promise((done) => registration.active?.addEventListener('statechange', done, { once: true }));
  });
  await context.setOffline(true);
  await open(page, 'en/diagrams/');
  await expect(page.getByRole('heading', { level: 1, name: 'Diagrams' })).toBeVisible();
});
