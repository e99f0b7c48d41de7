import { describe, expect, test } from 'vitest';
import type { PaperState } from '../protocol/generated/messages.ts';
import {
  afterMessage,
  type Draft,
  emptyDraft,
  emptyDrafts,
  isAmended,
  isDue,
  isSigned,
  isUnsaved,
  resolved,
  sent,
  told,
  typed,
} from './drafts.ts';

const state = (version: number, text: string, part: Partial<PaperState> = {}): PaperState => ({
  paper: 'notes',
  version,
  at: 1000 * version,
  by: 2,
  text,
  ...part,
});
const notes = (draft: Draft) => ({ ...emptyDrafts, notes: draft });
const saved = (draft: Draft, version: number) =>
  afterMessage(notes(draft), { type: 'paperSaved', paper: 'notes', version, at: 7 }).notes;

test('what is typed is due, goes out once, and is saved when the server says so', () => {
  let draft = typed(emptyDraft, 'Ho');
  expect([isUnsaved(draft), isDue(draft)]).toEqual([true, true]);
  draft = sent(draft);
  expect(isDue(draft)).toBe(false);
  draft = saved(typed(draft, 'Ho ba ngày'), 1);
  // What was typed meanwhile is due again, on the version that is there now.
  expect(draft).toMatchObject({ known: 'Ho', base: 1, at: 7, text: 'Ho ba ngày' });
  expect(isDue(draft)).toBe(true);
  draft = saved(sent(draft), 2);
  expect(isUnsaved(draft)).toBe(false);
});

describe('nothing typed is lost', () => {
  test('when a socket takes the answer with it: it goes out again', () => {
    const draft = sent(typed(emptyDraft, 'Ho'));
    const welcome = {
      type: 'welcome' as const,
      you: 1,
      seats: [],
      chat: [],
      locked: false,
      now: 0,
    };
    expect(isDue(afterMessage(notes(draft), welcome).notes)).toBe(true);
    // The server had it after all: that is the receipt.
    const known = told(draft, state(1, 'Ho'));
    expect([isUnsaved(known), known.base]).toEqual([false, 1]);
  });

  test('when the server can store nothing, or it came too fast', () => {
    for (const code of ['store_away', 'rate_limited'] as const) {
      const draft = sent(typed(emptyDraft, 'Ho'));
      const after = afterMessage(notes(draft), { type: 'error', code, message: '' }).notes;
      expect(isDue(after), code).toBe(true);
      expect(after.text).toBe('Ho');
    }
  });

  test('when it is too long: it stays on the screen and goes out when it is shorter', () => {
    const long = sent(typed(emptyDraft, 'x'.repeat(70_000)));
    const message = { type: 'error' as const, code: 'too_large' as const, message: '' };
    const refused = afterMessage(notes(long), message).notes;
    expect([refused.refused, isDue(refused)]).toEqual(['tooLarge', false]);
    expect(isDue(typed(refused, 'ngắn hơn'))).toBe(true);
  });

  test('when a colleague saved another version: both are there until one is chosen', () => {
    const mine = typed(told(emptyDraft, state(1, 'Ho')), 'Ho, sốt');
    const both = told(mine, state(2, 'Ho, đau ngực'));
    expect(both).toMatchObject({ text: 'Ho, sốt', theirs: { text: 'Ho, đau ngực' } });
    expect(isDue(both)).toBe(false);
    expect(resolved(both, 'mine')).toMatchObject({ text: 'Ho, sốt', base: 2, theirs: undefined });
    expect(isDue(resolved(both, 'mine'))).toBe(true);
    expect(resolved(both, 'theirs')).toMatchObject({ text: 'Ho, đau ngực', base: 2 });
    expect(isUnsaved(resolved(both, 'theirs'))).toBe(false);
    expect(resolved(both, 'both').text).toBe('Ho, sốt\n\nHo, đau ngực');
  });
});

test('a colleague’s version appears by itself where nothing of one’s own is unsaved', () => {
  const draft = told(told(emptyDraft, state(1, 'Ho')), state(2, 'Ho, sốt'));
  expect(draft).toMatchObject({ text: 'Ho, sốt', base: 2, theirs: undefined });
});

test('a signature is of the words on the screen; what is typed after it amends them', () => {
  const signature = { version: 1, at: 5, by: 1 };
  const draft = told(emptyDraft, state(1, 'Ho', { signature }));
  expect([isSigned(draft), isAmended(draft)]).toEqual([true, false]);
  const more = typed(draft, 'Ho, sốt');
  expect([isSigned(more), isAmended(more)]).toEqual([false, true]);
  const kept = saved(sent(more), 2);
  expect([isSigned(kept), isAmended(kept)]).toEqual([false, true]);
  // A colleague signs while one types: what is typed stays.
  const typing = typed(told(emptyDraft, state(1, 'Ho')), 'Ho, sốt');
  const signed = told(typing, state(1, 'Ho', { signature }));
  expect(signed).toMatchObject({ text: 'Ho, sốt', theirs: undefined, signature });
});
