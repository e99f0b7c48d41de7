/** The messages and where to write one. What has no receipt yet says so. */
import { useLayoutEffect, useRef } from 'preact/hooks';
import { findSeat } from '../app/room.ts';
import { CHAT_TEXT_MAX_CHARS } from '../protocol/generated/limits.ts';
import { Icon } from '../ui/Icon.tsx';
import type { AppProps } from './App.tsx';

export function ChatView({ model, actions }: AppProps) {
  const { words } = model;
  const { entries, pending } = model.chat.value;
  const { you } = model.room.value;
  const list = useRef<HTMLOListElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const count = entries.length + pending.length;
  useLayoutEffect(() => {
    if (list.current) list.current.scrollTop = list.current.scrollHeight;
  }, [count]);
  const submit = (event: Event) => {
    event.preventDefault();
    if (!input.current) return;
    actions.say(input.current.value);
    input.current.value = '';
    input.current.focus();
  };
  return (
    <section class="chat" aria-label={words.chat}>
      <header>
        <h2>{words.chat}</h2>
        <button type="button" class="button plain" onClick={() => actions.openChat(false)}>
          <Icon name="close" />
          {words.chatClose}
        </button>
      </header>
      <ol ref={list} aria-live="polite">
        {count === 0 && <li class="empty">{words.chatEmpty}</li>}
        {entries.map((entry) => (
          <li
            key={`${entry.at} ${entry.id}`}
            class={entry.seat === you ? 'own' : ''}
            data-testid="chat-message"
            data-seat={entry.seat}
          >
            <small>
              {entry.seat === you
                ? words.me
                : (findSeat(model.room.value, entry.seat)?.name ?? words.unnamed)}
              {' · '}
              {timeOf(entry.at)}
            </small>
            <p>{entry.text}</p>
          </li>
        ))}
        {pending.map(({ ref, text }) => (
          <li key={ref} class="own pending">
            <small>{model.eventsReady.value ? words.chatSending : words.chatWaiting}</small>
            <p>{text}</p>
          </li>
        ))}
      </ol>
      <form onSubmit={submit}>
        <input
          ref={input}
          data-testid="chat-input"
          aria-label={words.chatPlaceholder}
          placeholder={words.chatPlaceholder}
          maxLength={CHAT_TEXT_MAX_CHARS}
          autocomplete="off"
          enterkeyhint="send"
        />
        <button type="submit" class="button main" data-testid="chat-send">
          <Icon name="send" />
          <span class="label">{words.chatSend}</span>
        </button>
      </form>
    </section>
  );
}

/** 9:30, as times are written in every language of the page. */
function timeOf(at: number): string {
  const time = new Date(at);
  return `${time.getHours()}:${String(time.getMinutes()).padStart(2, '0')}`;
}
