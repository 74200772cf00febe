import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import en from '../../content/locales/en.json';
import ko from '../../content/locales/ko.json';
import { loadDictionary, type Message, translator } from '../../src/i18n/messages.ts';

const slots = (message: Message) => {
  const texts = typeof message === 'string' ? [message] : Object.values(message);
  return [...new Set(texts.flatMap((text) => text.match(/\{\w+\}/g) ?? []))].sort();
};

it('both languages have the same keys', () => {
  expect(Object.keys(ko).length).toBeGreaterThan(20);
  expect(Object.keys(ko)).toEqual(Object.keys(en));
});

it.each(Object.keys(en) as (keyof typeof en)[])('%s has the same slots in both languages', (key) => {
  expect(slots(ko[key])).toEqual(slots(en[key]));
});

it('every note on the terminal has its words', () => {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  const named = files.flatMap((name) => readFileSync(`src/${name}`, 'utf8').match(/(?<=')note\.[\w.-]+(?=')/g) ?? []);
  expect(named.length).toBeGreaterThan(8);
  expect([...new Set(named)].filter((key) => !Object.hasOwn(en, key))).toEqual([]);
});

it('no text is empty, and none is left in the wrong script', () => {
  for (const message of Object.values(ko)) expect(JSON.stringify(message).length).toBeGreaterThan(3);
  const hangul = Object.entries(en).filter(
    ([key, text]) => key !== 'language.switchTo' && /[가-힣]/.test(JSON.stringify(text)),
  );
  expect(hangul).toEqual([]);
});

it('a count picks the plural form of its language', async () => {
  const english = translator('en', await loadDictionary('en'));
  const korean = translator('ko', await loadDictionary('ko'));
  expect(english('home.live', { count: 1 })).toMatch(/^1 lesson is/);
  expect(english('home.live', { count: 3 })).toMatch(/^3 lessons are/);
  expect(korean('lesson.minutes', { count: 15 })).toBe('15분');
});

it('a slot without a value stays visible', async () => {
  const english = translator('en', await loadDictionary('en'));
  expect(english('home.module')).toBe('Module {number}');
});
