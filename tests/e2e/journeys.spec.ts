import type { Locator, Page } from '@playwright/test';
import { expect, open, test } from './site.ts';

const words = {
  en: {
    run: /^Run (?:it|again)$/,
    input: 'Command line',
    picture: "Picture of the host's network",
    back: 'Back to the lesson',
    right: 'all of them veths',
    show: 'Show me on the host',
    renew: 'Again, with other figures',
    same: 'The host says the same',
    copy: 'Copy link',
    copied: 'Link copied',
    asText: 'As text',
    enlarge: 'Enlarge the host',
    broken: 'This link is broken',
    fresh: 'Fresh host',
  },
  ko: {
    run: /^(?:실행|다시 실행)$/,
    input: '명령줄',
    picture: '호스트의 네트워크 그림',
    back: '강의로 돌아가기',
    right: '모두 veth',
    show: '호스트에서 보기',
    renew: '다른 조건으로 다시',
    same: '호스트의 답도 같습니다',
    copy: '링크 복사',
    copied: '링크를 복사했습니다',
    asText: '글로 보기',
    enlarge: '호스트 크게 보기',
    broken: '링크가 깨졌거나',
    fresh: '새 호스트',
  },
} as const;

type Words = (typeof words)[keyof typeof words];

const desk = { width: 1440, height: 900 };
const phone = { width: 390, height: 844 };

/** Opens a page whose host answers; films stand still, so that nothing waits for them. */
async function openLive(page: Page, path: string): Promise<void> {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await open(page, path);
  await page.waitForSelector('section[data-live]');
}

async function type(page: Page, w: Words, line: string): Promise<void> {
  await page.getByLabel(w.input).fill(line);
  await page.keyboard.press('Enter');
}

/** Answers a question of the page: the first option that is not the right one, then, asked anew, the right one. */
async function answerWrongThenRight(page: Page, question: Locator, w: Words): Promise<void> {
  const options = question.getByRole('listitem').getByRole('button');
  await options.filter({ hasNotText: w.right }).first().click();
  await expect(question.getByRole('note')).toBeFocused();
  await question.getByRole('button', { name: w.show }).click();
  await expect(page.locator('[role=log]')).toContainText('bridge link | grep -c');
  await question.getByRole('button', { name: w.renew }).click();
  await options.filter({ hasText: w.right }).first().click();
  await expect(question.getByRole('note')).toContainText(w.same);
}

/** The link that the page copies. */
async function copiedLink(page: Page, w: Words): Promise<string> {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.getByRole('button', { name: w.copy }).click();
  await expect(page.getByText(w.copied)).toBeVisible();
  return page.evaluate(() => navigator.clipboard.readText());
}

async function description(page: Page, w: Words): Promise<string> {
  await page.getByRole('button', { name: w.asText }).click();
  return (await page.getByRole('region', { name: w.picture }).textContent()) ?? '';
}

for (const language of ['en', 'ko'] as const)
  for (const [name, viewport] of Object.entries({ desk, phone }))
    test(`${language}, ${name}: read, run, type, answer wrong and right, send a link, open it`, async ({
      page,
      browser,
    }) => {
      const w = words[language];
      // Docked, the sheet of a phone hides its terminal.
      const log = page.locator('[role=log]');
      await page.setViewportSize(viewport);
      await openLive(page, `${language}/lessons/net-bridge/`);

      for (const step of ['second-container', 'same-segment']) {
        await page.evaluate((id) => document.getElementById(id)?.scrollIntoView(), step);
        await expect(page.locator(`#${step}`)).toHaveAttribute('aria-current', 'step');
        await expect(log).toContainText('docker run -d --name db alpine sleep 1d');
      }

      await page.locator('#same-segment').getByRole('button', { name: w.run }).first().click();
      await expect(log).toContainText('2 packets transmitted, 2 packets received');

      if (viewport === phone) await page.getByRole('button', { name: w.enlarge }).click();
      await type(page, w, 'docker run -d --name mine alpine sleep 1d');
      await expect(
        page.getByRole('group', { name: w.picture }).getByRole('button', { name: /mine/ }).first(),
      ).toBeVisible();
      await type(page, w, "docker inspect -f '{{.NetworkSettings.Networks.bridge.IPAddress}}' mine");
      await expect(log).toContainText('172.17.0.4');
      const link = await copiedLink(page, w);
      const said = await description(page, w);
      expect(said).toContain('mine');

      const guest = await (await browser.newContext()).newPage();
      await guest.setViewportSize(viewport);
      await openLive(guest, link);
      expect(await description(guest, w)).toBe(said);
      await guest.context().close();

      await page.getByRole('button', { name: w.back }).click();
      await expect(log).not.toContainText('mine');
      if (viewport === phone) await page.locator('section[data-pulled] > button').click();
      await answerWrongThenRight(page, page.locator('[data-question="ports-after-run"]'), w);
    });

for (const language of ['en', 'ko'] as const)
  test(`${language}: a broken link says so and gives a fresh host`, async ({ page }) => {
    const w = words[language];
    for (const fragment of ['#1.', '#1.nonsense', '#1.g8UjZsSS50AsNsfqGAAhNF6tgOkJA']) {
      await openLive(page, `${language}/diagrams/net-bridge/${fragment}`);
      await page.reload();
      await page.waitForSelector('section[data-live]');
      await expect(page.getByRole('alert')).toContainText(w.broken);
      // The message stands over the film, and pushes nothing out of the page.
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
      await type(page, w, 'docker ps -a');
      await expect(page.getByRole('log')).toContainText('CONTAINER ID');
    }
  });

test('the object that a step is about is ringed and in view, on a phone too, and no longer once the reader takes over', async ({
  page,
}) => {
  for (const size of [desk, phone]) {
    await page.setViewportSize(size);
    await openLive(page, 'en/lessons/net-bridge/');
    const ringed = page.locator('[data-node][aria-current]');
    await page.locator('#routed').evaluate((step) => step.scrollIntoView());
    await expect(ringed).toHaveAccessibleName(/^physical NIC eth0/);
    await expect(ringed).toBeInViewport();
    await page.locator('#first-container').evaluate((step) => step.scrollIntoView());
    await expect(ringed).toHaveAccessibleName(/^web/);
    if (size === phone) await page.getByRole('button', { name: words.en.enlarge }).click();
    await type(page, words.en, 'true');
    await expect(ringed).toHaveCount(0);
  }
});

test('a step of a lesson, down to an event of it, opens by its address', async ({ page }) => {
  await openLive(page, 'en/diagrams/net-bridge/?scenario=net-bridge&at=second-container.veth.add');
  await expect(page.getByText(/Makes a veth pair/)).toBeVisible();
  await page.getByRole('button', { name: 'Next picture' }).click();
  await expect(page.getByText(/Plugs veth\w+ into docker0/)).toBeVisible();
});

test('the language switch keeps the host that the reader has made', async ({ page }) => {
  await openLive(page, 'en/lessons/net-bridge/');
  await type(page, words.en, 'docker run -d --name mine alpine sleep 1d');
  await page.getByRole('link', { name: '한국어로 읽기' }).click();
  await expect(page.locator('html')).toHaveAttribute('lang', 'ko');
  await expect(page.getByRole('log')).toContainText('--name mine');
  await expect(page.getByRole('button', { name: words.ko.back })).toBeVisible();
});

test('what is typed before the host answers is kept and run in order', async ({ page }) => {
  let free = () => {};
  const held = new Promise<void>((done) => {
    free = done;
  });
  await page.route(/\/host-[^/]*\.js$/, async (route) => {
    await held;
    await route.continue();
  });
  await open(page, 'en/diagrams/net-bridge/');
  await type(page, words.en, 'x=early');
  await type(page, words.en, 'echo "$x" bird');
  await expect(page.getByText('The host is starting')).toBeVisible();
  free();
  await expect(page.getByRole('log')).toContainText('early bird');
});

test('the home page has a host to touch', async ({ page }) => {
  await openLive(page, 'en/');
  await page.getByRole('button', { name: /docker run -d --name web/ }).click();
  await expect(page.getByRole('button', { name: /^web/ }).first()).toBeVisible();
  await expect(page.getByRole('button', { name: /docker run -d --name db/ })).toBeVisible();
});

/** Presses Tab until the focus is where it should be. */
async function tabTo(page: Page, there: (element: Element) => boolean): Promise<void> {
  for (let presses = 0; presses < 120; presses++) {
    await page.keyboard.press('Tab');
    if (await page.evaluate(`(${there})(document.activeElement)`)) return;
  }
  throw new Error('the Tab key does not come there');
}

test('by keyboard alone: run, type, leave the terminal, walk through the picture', async ({ page }) => {
  await openLive(page, 'en/lessons/net-bridge/');
  await tabTo(page, (element) => /^Run (?:it|again)$/.test(element.textContent ?? ''));
  await page.keyboard.press('Enter');
  await expect(page.getByRole('log')).toContainText('bridge link');

  await tabTo(page, (element) => element.getAttribute('data-node') !== null);
  const first = await page.evaluate('document.activeElement.getAttribute("data-node")');
  await page.keyboard.press('ArrowDown');
  expect(await page.evaluate('document.activeElement.getAttribute("data-node")')).not.toBe(first);
  await page.keyboard.press('Enter');
  await expect(page.locator('[data-node]:focus')).toHaveAttribute('aria-pressed', 'true');
  await page.keyboard.press('Escape');
  await expect(page.locator('[aria-pressed="true"]')).toHaveCount(0);

  await tabTo(page, (element) => element.getAttribute('aria-label') === 'Command line');
  await page.keyboard.type('docker run -d --name keys alpine sleep 1d');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: /keys/ }).first()).toBeVisible();
  await page.keyboard.type('docker sto');
  // Completion knows the commands once all have come.
  await expect(async () => {
    await page.keyboard.press('Tab');
    await expect(page.getByLabel('Command line')).toHaveValue('docker stop ', { timeout: 100 });
  }).toPass();
  await page.keyboard.type('ke');
  await page.keyboard.press('Tab');
  await expect(page.getByLabel('Command line')).toHaveValue('docker stop keys ');
  await page.keyboard.press('Control+u');
  await page.keyboard.type('sleep 100');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Control+c');
  await expect(page.getByRole('log')).toContainText('^C');
  await page.keyboard.press('ArrowUp');
  await expect(page.getByLabel('Command line')).toHaveValue('sleep 100');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Tab');
  await expect(page.getByLabel('Command line')).not.toBeFocused();
});
