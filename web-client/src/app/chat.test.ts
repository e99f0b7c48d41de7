import { describe, expect, test } from 'vitest';
import { seatOf } from '../testing/call.ts';
import {
  addressee,
  afterMessage,
  emptyChat,
  opened,
  sendableText,
  shownEntries,
  talksOf,
  written,
} from './chat.ts';

const me = 1;
const entry = (id: number, seat: number, text: string) => ({ id, seat, text, at: 1000 + id });
const said = (id: number, seat: number, text: string, ref?: string) => ({
  type: 'chat' as const,
  ...entry(id, seat, text),
  ...(ref === undefined ? {} : { ref }),
});
const welcome = (...chat: ReturnType<typeof entry>[]) => ({
  type: 'welcome' as const,
  you: me,
  seats: [],
  chat,
  locked: false,
  now: 1,
});

test('an own message waits until its echo comes', () => {
  let chat = written(emptyChat, { ref: 'a', text: 'chào' });
  expect(chat.pending).toHaveLength(1);
  chat = afterMessage(chat, said(1, me, 'chào', 'a'), me);
  expect(chat).toMatchObject({ pending: [], entries: [{ id: 1, text: 'chào' }], unread: [] });
});

test('an echo takes its own message and no other of the same words', () => {
  let chat = written(emptyChat, { ref: 'a', text: 'vâng' });
  chat = written(chat, { ref: 'b', text: 'vâng' });
  chat = afterMessage(chat, said(1, me, 'vâng', 'b'), me);
  expect(chat.pending.map(({ ref }) => ref)).toEqual(['a']);
});

test('others’ messages count as unread until the chat is opened', () => {
  let chat = afterMessage(emptyChat, said(1, 2, 'một'), me);
  chat = afterMessage(chat, said(2, 2, 'hai'), me);
  expect(chat.unread).toHaveLength(2);
  chat = opened(chat, true);
  expect(afterMessage(chat, said(3, 2, 'ba'), me).unread).toEqual([]);
});

test('a welcome tells what was missed, in order, and counts the new only', () => {
  let chat = afterMessage(emptyChat, said(1, 2, 'một'), me);
  chat = afterMessage(chat, welcome(entry(1, 2, 'một'), entry(2, 2, 'hai')), me);
  expect(chat.entries.map(({ id }) => id)).toEqual([1, 2]);
  expect(chat.unread).toHaveLength(2);
});

test('a message whose echo was lost is known again from the history', () => {
  let chat = written(emptyChat, { ref: 'a', text: 'chào' });
  chat = written(chat, { ref: 'b', text: 'khác' });
  chat = afterMessage(chat, welcome(entry(1, me, 'chào')), me);
  expect(chat.pending.map(({ ref }) => ref)).toEqual(['b']);
});

test('the same words said before are no receipt for new ones', () => {
  let chat = afterMessage(emptyChat, welcome(entry(1, me, 'vâng')), me);
  chat = written(chat, { ref: 'a', text: 'vâng' });
  chat = afterMessage(chat, welcome(entry(1, me, 'vâng')), me);
  expect(chat.pending).toHaveLength(1);
});

test('a restarted server counts from one again', () => {
  let chat = afterMessage(emptyChat, said(1, 2, 'cũ'), me);
  chat = afterMessage(chat, welcome(), me);
  chat = afterMessage(chat, { ...said(1, 2, 'mới'), at: 9000 }, me);
  expect(chat.entries.map(({ text }) => text)).toEqual(['mới']);
});

test('blanks are not sent, and no more than the server takes', () => {
  expect(sendableText('  \n ')).toBeUndefined();
  expect(sendableText(' chào ')).toBe('chào');
  expect([...(sendableText('🌾'.repeat(3000)) ?? '')]).toHaveLength(2000);
});

describe('a practitioner’s talks', () => {
  const lan = seatOf({ seat: me, role: 'practitioner' });
  const mai = seatOf({ seat: 2, admission: 'waiting' });
  const room = { you: me, seats: [lan, mai, seatOf({ seat: 3 })], locked: false };
  const divided = afterMessage(emptyChat, { ...welcome(), seats: [lan] }, me);
  const aside = (id: number, seat: number, text: string) => ({ ...said(id, seat, text), with: 2 });

  test('are one of all, and one with each who waits', () => {
    expect(talksOf(divided, room)).toEqual([
      { talk: 0, unread: 0 },
      { talk: 2, unread: 0 },
    ]);
    const chat = afterMessage(divided, { ...said(1, 3, 'riêng'), with: 3 }, me);
    expect(talksOf(chat, room).map(({ talk, unread }) => [talk, unread])).toEqual([
      [0, 0],
      [2, 0],
      [3, 1],
    ]);
  });

  test('are read and written one at a time', () => {
    let chat = afterMessage(divided, said(1, 3, 'chung'), me);
    chat = afterMessage(chat, aside(2, 2, 'riêng'), me);
    chat = opened(chat, true, 2);
    expect(chat.unread).toEqual([0]);
    expect(shownEntries(chat).map(({ text }) => text)).toEqual(['riêng']);
    expect(addressee(chat)).toEqual({ to: 2 });
    // What comes in another talk meanwhile is not read.
    expect(afterMessage(chat, said(3, 3, 'nữa'), me).unread).toEqual([0, 0]);
    expect(afterMessage(chat, aside(3, 2, 'nữa'), me).unread).toEqual([0]);
    expect(addressee(opened(chat, true, 0))).toEqual({});
  });

  test('are one list for everybody else, private words among the others', () => {
    let chat = afterMessage(emptyChat, { ...welcome(), seats: [seatOf({ seat: me })] }, me);
    chat = afterMessage(chat, { ...said(1, 2, 'chờ chút'), with: me }, me);
    chat = afterMessage(chat, said(2, 2, 'chào'), me);
    expect(shownEntries(chat)).toHaveLength(2);
    expect(addressee(chat)).toEqual({});
    expect(opened(chat, true).unread).toEqual([]);
  });
});
