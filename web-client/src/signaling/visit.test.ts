import { afterEach, expect, test, vi } from 'vitest';
import type { VisitSay } from '../protocol/generated/messages.ts';
import { fetchVisit, sayAboutVisit, VisitFailure } from './visit.ts';

afterEach(() => vi.unstubAllGlobals());

const paper = { paper: 'summary', version: 2, at: 7, by: 1, text: 'Nghỉ ngơi' };
const visit = { version: 1, you: 1, phase: 'ended', people: [], consents: [], papers: [paper] };
const write: VisitSay = { type: 'writePaper', paper: 'summary', base: 1, text: 'Nghỉ ngơi' };
const never = new AbortController().signal;

/** Answers in order; what was asked is kept. */
function server(...answers: (object | 'away')[]) {
  const asked: { path: string; body: unknown }[] = [];
  vi.stubGlobal('fetch', async (path: string, { body }: { body: string }) => {
    asked.push({ path, body: JSON.parse(body) });
    const answer = answers.shift() ?? 'away';
    if (answer === 'away') throw new TypeError('no network');
    const ok = !('code' in answer);
    return { ok, json: async () => answer };
  });
  return asked;
}

test('what is written after the end is saved by a request, and heard as from a socket', async () => {
  const asked = server(visit);
  const heard = await sayAboutVisit({ resume: 'token' }, write, never);
  expect(heard).toEqual([{ type: 'paperSaved', paper: 'summary', version: 2, at: 7 }]);
  expect(asked).toEqual([
    { path: '/v1/visit/say', body: { version: 1, resume: 'token', say: write } },
  ]);
});

test('a signature is heard with the whole paper', async () => {
  const signature = { version: 2, at: 9, by: 1 };
  server({ ...visit, papers: [{ ...paper, signature }] });
  const sign: VisitSay = { type: 'signOff', paper: 'summary', version: 2 };
  const heard = await sayAboutVisit({ resume: 'token' }, sign, never);
  expect(heard).toEqual([{ type: 'paper', ...paper, signature }]);
});

test('a network that is gone is a “not now”; a colleague’s version comes with the refusal', async () => {
  server('away');
  const lost = await sayAboutVisit({ resume: 'token' }, write, never);
  expect(lost).toMatchObject([{ type: 'error', code: 'store_away' }]);
  server({ code: 'paper_changed', message: '' }, visit);
  const changed = await sayAboutVisit({ resume: 'token' }, write, never);
  expect(changed).toMatchObject([
    { type: 'paper', version: 2 },
    { type: 'error', code: 'paper_changed' },
  ]);
});

test('a refusal keeps its code', async () => {
  server({ code: 'link_expired', message: '' });
  const refused = await fetchVisit({ link: 'x' }, never).catch((error) => error);
  expect(refused).toBeInstanceOf(VisitFailure);
  expect(refused.code).toBe('link_expired');
});
