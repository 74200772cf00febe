import { expect, it } from 'vitest';
import { inLanguage, nearestPath, pathOf, type Route, routeOf } from '../../src/app/routes.ts';

const pages: readonly (readonly [string, Route])[] = [
  ['/', { page: 'languages' }],
  ['/ko/', { page: 'home', language: 'ko' }],
  ['/en/lessons/net-bridge/', { page: 'lesson', language: 'en', slug: 'net-bridge' }],
  ['/ko/diagrams/', { page: 'diagrams', language: 'ko' }],
  ['/en/diagrams/net-bridge/', { page: 'diagram', language: 'en', id: 'net-bridge' }],
];

it.each(pages)('%s is the address of its route, and the other way round', (path, route) => {
  expect(routeOf(path)).toEqual(route);
  expect(pathOf(route)).toBe(path);
});

it.each(['/fr/', '/ko/nothing/', '/ko/lessons/', '/en/lessons/a/b/', '/ko/diagrams/a/b/'])('%s is no page', (path) => {
  expect(routeOf(path)).toEqual({ page: 'not-found' });
});

it('a query, a fragment, a missing last slash and index.html change nothing', () => {
  expect(routeOf('/en/diagrams?x=/ko/#/y')).toEqual({ page: 'diagrams', language: 'en' });
  expect(routeOf('/en/index.html')).toEqual({ page: 'home', language: 'en' });
});

it('a page keeps its kind in the other language', () => {
  expect(pathOf(inLanguage(routeOf('/ko/lessons/net-bridge/'), 'en'))).toBe('/en/lessons/net-bridge/');
  expect(pathOf(inLanguage({ page: 'not-found' }, 'ko'))).toBe('/ko/');
});

const known = ['/ko/', '/en/', '/ko/diagrams/', '/en/diagrams/', '/en/lessons/net-bridge/', '/ko/lessons/net-bridge/'];

it.each([
  ['/en/lessons/net-brigde', '/en/lessons/net-bridge/'],
  ['/en/lesson/net-bridge/', '/en/lessons/net-bridge/'],
  ['/KO/Diagrams/', '/ko/diagrams/'],
  ['/en', '/en/'],
])('%s is nearest to %s', (wrong, near) => {
  expect(nearestPath(wrong, known)).toBe(near);
});

it('nothing is near to an address that resembles none', () => {
  expect(nearestPath('/wp-login.php', known)).toBeUndefined();
  expect(nearestPath(`/${'x'.repeat(100_000)}`, known)).toBeUndefined();
});
