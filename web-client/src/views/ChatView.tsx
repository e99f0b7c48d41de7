/** The messages and where to write one. What has no receipt yet says so. */
import { useLayoutEffect, useRef } from 'preact/hooks';
import {
  type Chat,
  EVERYBODY,
  shownEntries,
  shownPending,
  type Talk,
  type TalkChoice,
  talksOf,
} from '../app/chat.ts';
import type { Model } from '../app/model.ts';
import { timeOf } from '../app/times.ts';
import { fill } from '../i18n/words.ts';
import { CHAT_TEXT_MAX_CHARS } from '../protocol/generated/limits.ts';
import { Icon } from '../ui/Icon.tsx';
import type { AppProps } from './App.tsx';
import { Panel } from './Panel.tsx';
import { nameOf } from './persons.ts';
import './chat.css';

export function ChatView({ model, actions }: AppProps) {
  const { words } = model;
  const chat = model.chat.value;
  const talks = chat.isDivided ? talksOf(chat, model.room.value) : [];
  const hasTalks = talks.length > 1;
  return (
    <Panel
      model={model}
      actions={actions}
      title={words.chat}
      className={hasTalks ? 'chat talking' : 'chat'}
    >
      {hasTalks && <Talks model={model} actions={actions} talks={talks} />}
      <Messages model={model} chat={chat} />
      {model.powers.value.writes ? (
        <Writing model={model} actions={actions} />
      ) : (
        <p class="hint">{words.chatReadOnly}</p>
      )}
    </Panel>
  );
}

/** With everybody, or with one person in private. */
function Talks({
  model,
  actions,
  talks,
}: Pick<AppProps, 'model' | 'actions'> & { readonly talks: readonly TalkChoice[] }) {
  const chat = model.chat.value;
  return (
    <div class="talks">
      {talks.map(({ talk, unread }) => (
        <button
          key={talk}
          type="button"
          class={`button ${talk === chat.talk ? 'open' : ''} ${unread > 0 ? 'news' : ''}`}
          data-testid="talk"
          data-seat={talk}
          aria-pressed={talk === chat.talk}
          onClick={() => actions.openTalk(talk)}
        >
          {talkWords(talk, model)}
          {unread > 0 && <span class="count">{unread}</span>}
        </button>
      ))}
    </div>
  );
}

function Messages({ model, chat }: { readonly model: Model; readonly chat: Chat }) {
  const { words } = model;
  const { you } = model.room.value;
  const list = useRef<HTMLOListElement>(null);
  const entries = shownEntries(chat);
  const pending = shownPending(chat);
  const count = entries.length + pending.length;
  useLayoutEffect(() => {
    const node = list.current;
    if (!node) return undefined;
    // Now, and when a phone's keyboard takes half of the place.
    const watch = new ResizeObserver(() => {
      node.scrollTop = node.scrollHeight;
    });
    node.scrollTop = node.scrollHeight;
    watch.observe(node);
    return () => watch.disconnect();
  }, [count, chat.talk]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is read with the keyboard too
    <ol ref={list} aria-live="polite" aria-label={words.chat} tabIndex={0}>
      {count === 0 && <li class="empty">{emptyWords(model)}</li>}
      {entries.map((entry) => (
        <li
          key={`${entry.at} ${entry.id}`}
          class={entry.seat === you ? 'own' : ''}
          data-testid="chat-message"
          data-seat={entry.seat}
          data-with={entry.with}
        >
          <small>
            {nameOf(entry.seat, model)}
            {' · '}
            {timeOf(entry.at)}
            {entry.with !== undefined && !chat.isDivided && ` · ${words.chatPrivate}`}
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
  );
}

function Writing({ model, actions }: Pick<AppProps, 'model' | 'actions'>) {
  const { words } = model;
  const input = useRef<HTMLInputElement>(null);
  const submit = (event: Event) => {
    event.preventDefault();
    if (!input.current) return;
    actions.say(input.current.value);
    input.current.value = '';
    input.current.focus();
  };
  return (
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
      <button type="submit" class="button filled" data-testid="chat-send">
        <Icon name="send" />
        <span class="label">{words.chatSend}</span>
      </button>
    </form>
  );
}

function talkWords(talk: Talk, model: Model): string {
  return talk === EVERYBODY
    ? model.words.chatEverybody
    : fill(model.words.chatWith, { name: nameOf(talk, model) });
}

/** Who reads it is said before the first word is written. */
function emptyWords({ words, isWaiting, chat }: Model): string {
  const isPrivate = isWaiting.value || (chat.value.isDivided && chat.value.talk !== EVERYBODY);
  return isPrivate ? words.chatEmptyPrivate : words.chatEmpty;
}
