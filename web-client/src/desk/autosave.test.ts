import { expect, test } from 'vitest';
import type { ClientMessage } from '../protocol/generated/messages.ts';
import { FakeClock } from '../testing/clock.ts';
import { Autosave, LONGEST_MS, PAUSE_MS } from './autosave.ts';
import { type Drafts, emptyDrafts, isUnsaved, typed } from './drafts.ts';

function desk() {
  const clock = new FakeClock();
  const messages: ClientMessage[] = [];
  let drafts: Drafts = emptyDrafts;
  let isOnline = true;
  const autosave = new Autosave(
    {
      read: () => drafts,
      write: (next) => {
        drafts = next;
      },
      send(message) {
        if (isOnline) messages.push(message);
        return isOnline;
      },
      after: clock.after,
    },
    clock.now,
  );
  return {
    clock,
    messages,
    autosave,
    types: (text: string) => autosave.type('notes', typed(drafts.notes, text)),
    notes: () => drafts.notes,
    setOnline: (on: boolean) => {
      isOnline = on;
    },
  };
}

const welcome = { type: 'welcome' as const, you: 1, seats: [], chat: [], locked: false, now: 0 };

test('saves once, a moment after the last key', async () => {
  const { clock, messages, types } = desk();
  types('H');
  await clock.advance(PAUSE_MS - 100);
  types('Ho');
  await clock.advance(PAUSE_MS - 100);
  expect(messages).toEqual([]);
  await clock.advance(100);
  expect(messages).toEqual([{ type: 'writePaper', paper: 'notes', base: 0, text: 'Ho' }]);
});

test('saves who never pauses, too', async () => {
  const { clock, messages, types } = desk();
  let text = '';
  for (let ms = 0; ms <= LONGEST_MS; ms += 500) {
    text += 'x';
    types(text);
    await clock.advance(500);
  }
  expect(messages.length).toBeGreaterThan(0);
});

test('without a network it keeps what was typed and sends it with the next welcome', async () => {
  const { clock, messages, types, setOnline, autosave, notes } = desk();
  setOnline(false);
  types('Ho ba ngày');
  await clock.advance(60_000);
  expect(messages).toEqual([]);
  expect(notes().text).toBe('Ho ba ngày');
  setOnline(true);
  autosave.hear(welcome);
  expect(messages).toMatchObject([{ text: 'Ho ba ngày', base: 0 }]);
  autosave.hear({ type: 'paperSaved', paper: 'notes', version: 1, at: 5 });
  expect(isUnsaved(notes())).toBe(false);
  await clock.advance(60_000);
  expect(messages).toHaveLength(1);
});

test('what came back as “not now” is sent again by itself', async () => {
  const { clock, messages, types, autosave } = desk();
  types('Ho');
  await clock.advance(PAUSE_MS);
  autosave.hear({ type: 'error', code: 'store_away', message: '' });
  await clock.advance(10_000);
  expect(messages.length).toBeGreaterThan(1);
  expect(messages[1]).toEqual(messages[0]);
});

test('what was typed while a version was on its way follows it, built on it', async () => {
  const { clock, messages, types, autosave } = desk();
  types('Ho');
  await clock.advance(PAUSE_MS);
  types('Ho, sốt');
  await clock.advance(PAUSE_MS);
  expect(messages).toHaveLength(1);
  autosave.hear({ type: 'paperSaved', paper: 'notes', version: 1, at: 5 });
  await clock.advance(PAUSE_MS);
  expect(messages[1]).toMatchObject({ base: 1, text: 'Ho, sốt' });
});
