import { expect, open, test } from './site.ts';

test('the first commands are answered before the second part of the machine has come, others as soon as it has', async ({
  page,
}) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route(/_virtual_later-/, async (route) => {
    await released;
    await route.continue();
  });
  await open(page, 'en/diagrams/net-bridge/');
  await page.waitForSelector('section[data-live]');
  const input = page.getByLabel('Command line');
  const screen = page.locator('section').filter({ has: input }).last();
  const type = async (line: string) => {
    await input.fill(line);
    await input.press('Enter');
  };
  await type('docker run -d --name web nginx:alpine');
  await type('docker run -d --name db alpine sleep 1d');
  await type('docker exec web ip addr');
  await expect(screen).toContainText('172.17.0.2/16');
  await type('ip -br link');
  await type('bridge link');
  await expect(screen).toContainText('master docker0 state forwarding');
  await type('docker rm -f db');
  await expect(screen).toContainText('docker rm -f db\ndb', { useInnerText: true });
  await type('docker ps --format "{{.Names}} is up" | cat');
  await expect(screen).not.toContainText('web is up');
  release();
  await expect(screen).toContainText('web is up');
});
