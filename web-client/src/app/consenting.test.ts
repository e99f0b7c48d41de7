import { expect, test } from 'vitest';
import type { ClientMessage, ConsentTextResponse } from '../protocol/generated/messages.ts';
import { seatOf } from '../testing/call.ts';
import { settled } from '../testing/clock.ts';
import { noConsents } from './consent.ts';
import { consentActions } from './consenting.ts';
import type { Model } from './model.ts';

const text: ConsentTextResponse = {
  version: 1,
  language: 'vi',
  hash: 'ab'.repeat(32),
  title: 'Đồng ý',
  paragraphs: [],
  boxes: [
    { scope: 'careByVideo', words: 'khám qua video' },
    { scope: 'interpreterPresent', words: 'có phiên dịch' },
  ],
};

function page(fetched: () => Promise<ConsentTextResponse> = async () => text) {
  const sent: ClientMessage[] = [];
  let shown = 0;
  let asked = 0;
  const model = {
    consents: {
      value: { ...noConsents, asked: ['careByVideo', 'interpreterPresent'] },
    },
    consentText: { value: undefined as unknown },
    question: { value: undefined },
    room: {
      value: {
        you: 2,
        seats: [seatOf({ seat: 1, role: 'practitioner' }), seatOf({ seat: 2, role: 'patient' })],
        locked: false,
      },
    },
  };
  const actions = consentActions(model as unknown as Model, {
    fetchConsentText: () => {
      asked += 1;
      return fetched();
    },
    order: (message) => sent.push(message) > 0,
    show: () => {
      shown += 1;
    },
  });
  return { ...actions, model, sent, shown: () => shown, asked: () => asked };
}

test('the words are fetched when they are opened, and once', async () => {
  const { openConsent, openConsentText, asked, shown, model } = page();
  openConsent();
  await settled();
  expect(model.consentText.value).toBe(text);
  openConsentText();
  await settled();
  expect([asked(), shown()]).toEqual([1, 1]);
});

test('words that did not come are said to be missing, and fetched again', async () => {
  let isThere = false;
  const { openConsent, model } = page(async () => {
    if (!isThere) throw new Error('no network');
    return text;
  });
  openConsent();
  await settled();
  expect(model.consentText.value).toBe('failed');
  isThere = true;
  openConsent();
  await settled();
  expect(model.consentText.value).toBe(text);
});

test('what is ticked is agreed to by the hash of the words, and what is not is a no', async () => {
  const { openConsent, agree, sent } = page();
  agree(['careByVideo']);
  expect(sent).toEqual([]);
  openConsent();
  await settled();
  agree(['careByVideo']);
  expect(sent).toEqual([
    {
      type: 'consent',
      subject: 2,
      hash: text.hash,
      language: 'vi',
      scopes: ['careByVideo'],
    },
    { type: 'withdrawConsent', subject: 2, scopes: ['interpreterPresent'] },
  ]);
});

test('a spoken yes names who said it and who read the words', async () => {
  const { openConsent, agree, sent } = page();
  openConsent();
  await settled();
  const all = ['careByVideo', 'interpreterPresent'] as const;
  agree(all, { by: 2, reader: 1 });
  agree(all, { by: 2, reader: undefined });
  expect(sent).toMatchObject([{ spokenBy: 2, reader: 1 }, { spokenBy: 2 }]);
  expect(sent[1]).not.toHaveProperty('reader');
});

test('a no is a withdrawal of everything that was asked', () => {
  const { withdraw, sent } = page();
  withdraw(['careByVideo', 'interpreterPresent']);
  expect(sent).toEqual([
    { type: 'withdrawConsent', subject: 2, scopes: ['careByVideo', 'interpreterPresent'] },
  ]);
});
