import { expect, test } from 'vitest';
import { afterMessage, emptyChat, opened, sendableText, written } from './chat.ts';

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
});

test('an own message waits until its echo comes', () => {
  let chat = written(emptyChat, { ref: 'a', text: 'chào' });
  expect(chat.pending).toHaveLength(1);
  chat = afterMessage(chat, said(1, me, 'chào', 'a'), me);
  expect(chat).toMatchObject({ pending: [], entries: [{ id: 1, text: 'chào' }], unread: 0 });
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
  expect(chat.unread).toBe(2);
  chat = opened(chat, true);
  expect(afterMessage(chat, said(3, 2, 'ba'), me).unread).toBe(0);
});

test('a welcome tells what was missed, in order, and counts the new only', () => {
  let chat = afterMessage(emptyChat, said(1, 2, 'một'), me);
  chat = afterMessage(chat, welcome(entry(1, 2, 'một'), entry(2, 2, 'hai')), me);
  expect(chat.entries.map(({ id }) => id)).toEqual([1, 2]);
  expect(chat.unread).toBe(2);
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
