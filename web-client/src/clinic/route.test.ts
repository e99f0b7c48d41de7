import { expect, test } from 'vitest';
import { entranceOf, hashOf, type Route, routeOf } from './route.ts';

const ID = '0123456789abcdef';

test.each<[string, Route]>([
  ['#/', { page: 'day' }],
  ['#/new', { page: 'day', beside: { kind: 'new' } }],
  ['#/2026-11-22', { page: 'day', date: '2026-11-22' }],
  [`#/2026-11-22/${ID}`, { page: 'day', date: '2026-11-22', beside: { kind: 'one', id: ID } }],
  [`#/${ID}`, { page: 'day', beside: { kind: 'one', id: ID } }],
  ['#/account', { page: 'account' }],
])('%s leads where it came from', (hash, route) => {
  expect(routeOf(hash, 'practitioner')).toEqual(route);
  expect(hashOf(route)).toBe(hash);
});

test('what cannot be read, and what is not of one’s role, is the role’s first page', () => {
  expect(routeOf('#nonsense/<script>', 'coordinator')).toEqual({ page: 'day' });
  expect(routeOf('#/staff', 'practitioner')).toEqual({ page: 'day' });
  expect(routeOf('#/2026-11-22/new', 'administrator')).toEqual({ page: 'staff' });
  expect(routeOf('', 'administrator')).toEqual({ page: 'staff' });
});

test('a link that is spent once is told from a page', () => {
  const link = 'abcdefghijklmnopqrstuv';
  expect(entranceOf(`#first=${link}`)).toEqual({ kind: 'first', link });
  expect(entranceOf(`#invite=${link}`)).toEqual({ kind: 'invite', link });
  expect(entranceOf(`#invite=${link}x`)).toBeUndefined();
  expect(entranceOf('#/account')).toBeUndefined();
});
