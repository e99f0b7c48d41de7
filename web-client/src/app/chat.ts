/**
 * The chat: what was said, and what of the own words is still on its way. Pure.
 *
 * The server's echo is the receipt. A message without one is sent again after every `welcome` under
 * the same ref, which the server delivers once.
 *
 * A practitioner reads several talks: the one of all, and one with each person who waits. Everybody
 * else has a single list.
 */
import { CHAT_TEXT_MAX_CHARS } from '../protocol/generated/limits.ts';
import type { ChatEntry, Seat, ServerMessage } from '../protocol/generated/messages.ts';
import { isWaiting, type Room } from './room.ts';

/** With whom: a seat, or `EVERYBODY`. */
export type Talk = number;
export const EVERYBODY: Talk = 0;

export interface PendingMessage {
  readonly ref: string;
  readonly text: string;
  /** Only to this person. */
  readonly to?: number;
}

export interface Chat {
  /** In the server's order. */
  readonly entries: readonly ChatEntry[];
  /** In the order of writing. */
  readonly pending: readonly PendingMessage[];
  /** The talk of each of the others' messages that nobody has looked at. */
  readonly unread: readonly Talk[];
  readonly isOpen: boolean;
  /** Which talk is open, or opens next. */
  readonly talk: Talk;
  /** The own view is divided into talks. */
  readonly isDivided: boolean;
}

export const emptyChat: Chat = {
  entries: [],
  pending: [],
  unread: [],
  isOpen: false,
  talk: EVERYBODY,
  isDivided: false,
};

/** What may be sent of what was typed; undefined for nothing but blanks. */
export function sendableText(typed: string): string | undefined {
  const text = [...typed.trim()].slice(0, CHAT_TEXT_MAX_CHARS).join('');
  return text === '' ? undefined : text;
}

export function written(chat: Chat, message: PendingMessage): Chat {
  return { ...chat, pending: [...chat.pending, message] };
}

/** Whom a message goes to that is written now. */
export function addressee({ isDivided, talk }: Chat): { readonly to?: number } {
  return isDivided && talk !== EVERYBODY ? { to: talk } : {};
}

export function opened(chat: Chat, isOpen: boolean, talk = chat.talk): Chat {
  const unread = isOpen ? chat.unread.filter((one) => !isShown(chat, one, talk)) : chat.unread;
  return { ...chat, isOpen, talk, unread };
}

/** What stands in the open talk. */
export function shownEntries(chat: Chat): readonly ChatEntry[] {
  return chat.entries.filter((entry) => isShown(chat, talkOf(entry)));
}

export function shownPending(chat: Chat): readonly PendingMessage[] {
  return chat.pending.filter(({ to }) => isShown(chat, to ?? EVERYBODY));
}

export interface TalkChoice {
  readonly talk: Talk;
  readonly unread: number;
}

/** Everybody, who waits, and with whom something was said in private. */
export function talksOf(chat: Chat, room: Room): TalkChoice[] {
  const seats = room.seats
    .filter((seat: Seat) => isWaiting(seat) || hasTalk(chat, seat.seat) || chat.talk === seat.seat)
    .map(({ seat }) => seat);
  return [EVERYBODY, ...seats.filter((seat) => seat !== room.you)].map((talk) => ({
    talk,
    unread: unreadIn(chat, talk),
  }));
}

export function unreadIn(chat: Chat, talk: Talk): number {
  return chat.unread.filter((one) => one === talk).length;
}

export function afterMessage(chat: Chat, message: ServerMessage, you: number): Chat {
  if (message.type === 'chat') return received(chat, message, you);
  if (message.type !== 'welcome') return chat;
  // The welcome is the whole truth: a restarted server counts from 1 again. What was known before
  // and still stands is neither unread nor a receipt.
  const stands = message.chat.filter((entry) => chat.entries.some((old) => isSame(old, entry)));
  const own = message.seats.find(({ seat }) => seat === message.you);
  return message.chat.reduce<Chat>((all, entry) => received(all, entry, you), {
    ...chat,
    entries: stands,
    isDivided: own?.role === 'practitioner',
  });
}

function hasTalk(chat: Chat, talk: Talk): boolean {
  return chat.entries.some((entry) => talkOf(entry) === talk);
}

function talkOf({ with: person }: ChatEntry): Talk {
  return person ?? EVERYBODY;
}

function isShown({ isDivided, talk: open }: Chat, talk: Talk, chosen = open): boolean {
  return !isDivided || talk === chosen;
}

function isSame(a: ChatEntry, b: ChatEntry): boolean {
  return a.id === b.id && a.at === b.at && a.seat === b.seat;
}

function received(chat: Chat, entry: ChatEntry, you: number): Chat {
  if (chat.entries.some((old) => isSame(old, entry))) return chat;
  const entries = [...chat.entries, entry].sort((a, b) => a.id - b.id);
  if (entry.seat === you) {
    return { ...chat, entries, pending: withoutReceipt(chat.pending, entry) };
  }
  const talk = talkOf(entry);
  const isRead = chat.isOpen && isShown(chat, talk);
  return { ...chat, entries, unread: isRead ? chat.unread : [...chat.unread, talk] };
}

/** An echo may have been lost with its socket; then the history has the text without the ref. */
function withoutReceipt(pending: readonly PendingMessage[], entry: ChatEntry): PendingMessage[] {
  const index = pending.findIndex(({ ref, text }) =>
    entry.ref === undefined ? text === entry.text : ref === entry.ref,
  );
  return pending.filter((_, at) => at !== index);
}
