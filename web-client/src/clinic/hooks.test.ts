import { expect, test } from 'vitest';
import * as words from '../i18n/clinic/vi.ts';
import type { Delivery } from './contract.ts';
import { EVENT_KINDS, failureWords, hookRequest, NEW_HOOK, toggled } from './hooks.ts';

const at = (url: string) => hookRequest({ ...NEW_HOOK, url })?.url;

test('an address that nothing can be sent to is not sent to the server', () => {
  expect(at(' https://his.example/nhipcau?key=a ')).toBe('https://his.example/nhipcau?key=a');
  // A server for a try takes its own machine without TLS; any other one refuses it.
  expect(at('http://localhost:9000/')).toBe('http://localhost:9000/');
  for (const wrong of [
    '',
    'https://',
    'his.example',
    'ftp://his.example',
    'https://his.example/#a',
  ]) {
    expect(at(wrong), wrong).toBeUndefined();
  }
  expect(at(`https://a/${'b'.repeat(490)}`)).toHaveLength(500);
  expect(at(`https://a/${'b'.repeat(491)}`)).toBeUndefined();
});

test('who wants to be told of nothing needs no webhook', () => {
  const url = 'https://his.example';
  expect(hookRequest({ url, events: [] })).toBeUndefined();
  const events = toggled(toggled([], 'ended'), 'booked');
  expect(hookRequest({ url, events })).toEqual({ url, events: ['booked', 'ended'] });
  expect(toggled(EVENT_KINDS, 'begun')).not.toContain('begun');
});

test('what did not arrive says why, with the answer of the receiver where there was one', () => {
  const failed = (lastFailure: Delivery['lastFailure']): Delivery => ({
    ...{ delivery: 'd', event: 'ended', appointment: 'r', happened: 1, failures: 9 },
    lastFailure,
  });
  expect(failureWords(failed({ at: 2, kind: 'status', status: 503 }), words)).toContain('503');
  const kinds = ['name', 'forbidden', 'connection', 'tls', 'late', 'status'] as const;
  const said = kinds.map((kind) => failureWords(failed({ at: 2, kind }), words));
  expect(new Set(said).size).toBe(kinds.length);
});
