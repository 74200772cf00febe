import { expect, it } from 'vitest';
import { readCurriculum } from '../../src/build/curriculum.ts';
import { composePage, splitHead } from '../../src/build/page.ts';
import { serviceWorkerSource } from '../../src/build/serviceWorker.ts';

const template =
  '<!doctype html>\n<html lang="ko">\n  <head>\n    <meta charset="utf-8" />\n    <!--head--><link rel="stylesheet" href="/a.css"></head><body><div id="root"><!--page--></div><!--data--></body></html>';

const parts = {
  template,
  language: 'en',
  rendered:
    '<title>T</title><meta name="description" content="d"/><link rel="canonical" href="/en/"/><p>a\n  b $& c</p>',
  modules: ['/assets/m.js'],
  later: [],
  style: 'p{}',
  scripts: [],
  data: { scene: { title: '</script><b>' } },
};

it('what components say about the page moves into the head', () => {
  expect(splitHead(parts.rendered)).toEqual({
    head: '<title>T</title><meta name="description" content="d"/><link rel="canonical" href="/en/"/>',
    body: '<p>a\n  b $& c</p>',
  });
});

it('a page carries its language, policy, style and modules, and its text as it was rendered', () => {
  const page = composePage(parts);
  expect(page).toContain('<html lang="en">');
  expect(page).toContain('<div id="root"><p>a\n  b $& c</p></div>');
  expect(page).toContain('<style>p{}</style>');
  expect(page).toContain('<link rel="modulepreload" href="/assets/m.js"></head>');
  expect(page).not.toContain('<!--');
  const data = /<script type="application\/json" id="scene">(.*?)<\/script>/.exec(page)?.[1] ?? '';
  expect(JSON.parse(data)).toEqual({ title: '</script><b>' });
});

it('a template without its marks is an error, not a broken page', () => {
  expect(() => composePage({ ...parts, template: '<html></html>' })).toThrow('index.html has no');
});

it('the service worker is a script, and a changed file makes another version', () => {
  const file = (text: string) => ({ address: '/sub/en/', content: Buffer.from(text) });
  const one = serviceWorkerSource('/sub/', [file('a')]);
  expect(() => new Function(one)).not.toThrow();
  expect(serviceWorkerSource('/sub/', [file('a')])).toBe(one);
  expect(serviceWorkerSource('/sub/', [file('b')])).not.toBe(one);
});

it('the curriculum has its eight modules and thirty-three lessons', () => {
  const { modules } = readCurriculum('.');
  expect(modules).toHaveLength(8);
  expect(modules.flatMap((module) => module.lessons)).toHaveLength(33);
});
