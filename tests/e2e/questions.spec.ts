import { expect, open, test } from './site.ts';

const words = {
  ko: {
    unsure: '잘 모르겠습니다',
    key: /호스트의 답: ([\d.]+\d)/,
    reason: '기본 게이트웨이',
    same: '호스트의 답도 같습니다',
    renew: '다른 조건으로 다시',
  },
  en: {
    unsure: 'Not sure',
    key: /The host says: ([\d.]+\d)/,
    reason: 'default gateway',
    same: 'The host says the same',
    renew: 'Again, with other figures',
  },
};

for (const language of ['ko', 'en'] as const) {
  const { unsure, key, reason, same, renew } = words[language];

  test(`${language}: a free answer is judged at once, and asked again with other figures`, async ({ page }) => {
    const path = `${language}/lessons/net-bridge/`;
    const question = page.locator('[data-question="next-ip"]');
    const answer = async (text: string) => {
      await question.getByRole('textbox').fill(text);
      await page.keyboard.press('Enter');
    };
    await open(page, path);
    await answer('172.17.0.1');
    await expect(question.getByRole('note')).toBeFocused();
    await expect(question.getByRole('note')).toContainText(reason);

    await open(page, path);
    await question.getByRole('button', { name: unsure }).click();
    const address = key.exec((await question.getByRole('note').textContent()) ?? '')?.[1] ?? '';
    expect(address).toMatch(/^172\.17\.0\.\d+$/);

    await open(page, path);
    await answer(address);
    await expect(question.getByRole('note')).toContainText(`${same}: ${address}`);

    const host = question.locator('pre').first();
    const before = await host.textContent();
    // A seed may draw the same figures; not many in a row.
    await expect(async () => {
      if (await question.getByRole('note').isHidden()) await question.getByRole('button', { name: unsure }).click();
      await question.getByRole('button', { name: renew }).click();
      await expect(question.getByRole('note')).toBeHidden();
      expect(await host.textContent()).not.toBe(before);
    }).toPass();
  });

  test(`${language}: a choice is made by its number`, async ({ page }) => {
    await open(page, `${language}/lessons/net-bridge/`);
    const question = page.locator('[data-question="ports-after-run"]');
    await question.getByRole('button').first().focus();
    await page.keyboard.press('2');
    await expect(question.getByRole('note')).toBeFocused();
    await expect(question.getByRole('note')).toContainText("bridge link | grep -c 'master docker0'");
  });
}
