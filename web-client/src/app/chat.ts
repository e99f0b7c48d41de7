/**
 * The chat: what was said, and what of the own words is still on its way. Pure.
 *
 * The server's echo is the receipt. A message without one is sent again after every `welcome` under
 * the same ref, which the server delivers once.
 */
import { CHAT_TEXT_MAX_CHARS } from '../protocol/generated/limits.ts';
import type { ChatEntry, ServerMessage } from '../protocol/generated/messages.ts';

export interface PendingMessage {
  readonly ref: string;
  readonly text: string;
}

export interface Chat {
  /** In the server's order. */
  readonly entries: readonly ChatEntry[];
  /** In the order of writing. */
  readonly pending: readonly PendingMessage[];
  /** Others' messages since the chat was last open. */
  readonly unread: number;
  readonly isOpen: boolean;
}

export const emptyChat: Chat = { entries: [], pending: [], unread: 0, isOpen: false };

/** What may be sent of what was typed; undefined for nothing but blanks. */
export function sendableText(typed: string): string | undefined {
  const text = [...typed.trim()].slice(0, CHAT_TEXT_MAX_CHARS).join('');
  return text === '' ? undefined : text;
}

export function written(chat: Chat, message: PendingMessage): Chat {
  return { ...chat, pending: [...chat.pending, message] };
}

export function opened(chat: Chat, isOpen: boolean): Chat {
  return { ...chat, isOpen, unread: 0 };
}

export function afterMessage(chat: Chat, message: ServerMessage, you: number): Chat {
  if (message.type === 'chat') return received(chat, message, you);
  if (message.type !== 'welcome') return chat;
  // The welcome is the whole truth: a restarted server counts from 1 again. What was known before
  // and still stands is neither unread nor a receipt.
  const stands = message.chat.filter((entry) => chat.entries.some((old) => isSame(old, entry)));
  return message.chat.reduce<Chat>((all, entry) => received(all, entry, you), {
    ...chat,
    entries: stands,
  });
}

function isSame(a: ChatEntry, b: ChatEntry): boolean {
  return a.id === b.id && a.at === b.at && a.seat === b.seat;
}

function received(chat: Chat, entry: ChatEntry, you: number): Chat {
  if (chat.entries.some((old) => isSame(old, entry))) return chat;
  const entries = [...chat.entries, entry].sort((a, b) => a.id - b.id);
  if (entry.seat !== you) {
    return { ...chat, entries, unread: chat.isOpen ? 0 : chat.unread + 1 };
  }
  return { ...chat, entries, pending: withoutReceipt(chat.pending, entry) };
}

/** An echo may have been lost with its socket; then the history has the text without the ref. */
function withoutReceipt(pending: readonly PendingMessage[], entry: ChatEntry): PendingMessage[] {
  const index = pending.findIndex(({ ref, text }) =>
    entry.ref === undefined ? text === entry.text : ref === entry.ref,
  );
  return pending.filter((_, at) => at !== index);
}
