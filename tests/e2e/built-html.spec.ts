import { readFileSync } from 'node:fs';
import { hashSource } from '../../src/build/page.ts';
import { expect, pages, test } from './site.ts';

const files = [...pages.map((path) => `${path}index.html`), '404.html'];

for (const file of files) {
  const html = readFileSync(`dist/${file}`, 'utf8');

  test(`${file} has a strict policy and nothing inline that it would block`, () => {
    const policy = /<meta http-equiv="Content-Security-Policy" content="([^"]*)">/.exec(html)?.[1] ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).not.toContain('unsafe');
    // Everything before the policy escapes it.
    expect(html.indexOf('Content-Security-Policy')).toBeLessThan(html.search(/<script|<style|<link/));
    for (const [tag, attributes = '', text = ''] of html.matchAll(/<script([^>]*)>([\s\S]*?)<\/script>/g)) {
      if (attributes.includes('type="application/json"')) continue;
      expect(attributes, tag).toContain('src=');
      expect(text, tag).toBe('');
    }
    for (const [, style = ''] of html.matchAll(/<style[^>]*>([\s\S]*?)<\/style>/g))
      expect(policy).toContain(hashSource(style));
    expect(html).toMatch(/<style>@layer tokens, ?base, ?page, ?part;/);
    expect(html).not.toMatch(/<[^>]* style=/);
    expect(html).not.toMatch(/<[^>]* on[a-z]+=/);
    expect(html).not.toContain('<template id="B:');
  });

  test(`${file} has its title and description in the head, once`, () => {
    const head = html.slice(0, html.indexOf('</head>'));
    expect(head.match(/<title>[^<]+<\/title>/g)).toHaveLength(1);
    expect(html.match(/<title>/g)?.length).toBe(1);
    if (file !== '404.html') expect(head.match(/<meta name="description" content="[^"]{20,}/g)).toHaveLength(1);
  });
}

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false });
  for (const path of pages) {
    test(`${path || 'the first page'} is readable`, async ({ page }) => {
      await page.goto(path === '' ? './' : path);
      await expect(page.locator('main')).toContainText(/\S[\s\S]{40}/, { useInnerText: true });
      await expect(page.locator('h1')).toHaveCount(1);
    });
  }
});
