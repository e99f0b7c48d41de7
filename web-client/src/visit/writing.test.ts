import { expect, test } from 'vitest';
import type { VisitResponse, VisitSay } from '../protocol/generated/messages.ts';
import { saveAndSign, writes } from './writing.ts';

const visit = (text?: string, version = 2): VisitResponse => ({
  version: 1,
  you: 1,
  phase: 'ended',
  people: [{ seat: 1, name: 'Lan', role: 'practitioner', stays: [{ from: 1, until: 2 }] }],
  consents: [],
  ...(text !== undefined && { papers: [{ paper: 'summary', version, at: 5, by: 1, text }] }),
});

function server() {
  const said: VisitSay[] = [];
  const say = async (message: VisitSay) => {
    said.push(message);
    return message.type === 'writePaper' ? visit(message.text, message.base + 1) : visit('', 9);
  };
  return { said, say };
}

test('the summary is saved on what was there, and then signed as what it became', async () => {
  const { said, say } = server();
  await saveAndSign(visit('Nghỉ'), 'Nghỉ ngơi', say);
  expect(said).toEqual([
    { type: 'writePaper', paper: 'summary', base: 2, text: 'Nghỉ ngơi' },
    { type: 'signOff', paper: 'summary', version: 3 },
  ]);
});

test('what is saved already is only signed; what never was begins at nothing', async () => {
  const saved = server();
  await saveAndSign(visit('Nghỉ'), 'Nghỉ', saved.say);
  expect(saved.said).toEqual([{ type: 'signOff', paper: 'summary', version: 2 }]);
  const first = server();
  await saveAndSign(visit(), 'Nghỉ', first.say);
  expect(first.said[0]).toMatchObject({ base: 0 });
});

test('only who was there as a practitioner writes', () => {
  expect(writes(visit())).toBe(true);
  expect(writes({ ...visit(), you: 2 })).toBe(false);
});
