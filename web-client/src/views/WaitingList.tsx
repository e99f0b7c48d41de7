/** Who waits to be let in: always in this one place for who leads, everybody, longest first. */

import { unreadIn } from '../app/chat.ts';
import type { WaitingPerson } from '../app/waiting.ts';
import { fill } from '../i18n/words.ts';
import { Icon } from '../ui/Icon.tsx';
import type { AppProps } from './App.tsx';
import { Confirm } from './Confirm.tsx';
import { focusWaiting } from './keys.ts';
import { LateView } from './LateView.tsx';
import { prospectWords, roleAndLanguages, waitedWords } from './persons.ts';
import './waitinglist.css';

export function WaitingList(props: AppProps) {
  const { model, actions } = props;
  const { words } = model;
  const waiting = model.waiting.value;
  // On a phone in a call the place belongs to the people.
  const asksNotify = model.mayAskNotify.value && (model.isWide.value || !model.tiles.value.length);
  const isRinging = model.unnoticed.value.length > 0;
  return (
    <section
      class="waits"
      aria-label={words.waitingList}
      data-ringing={isRinging}
      data-empty={waiting.length === 0}
    >
      <header>
        <h2>
          {words.waitingList}
          {waiting.length > 0 && <span class="count">{waiting.length}</span>}
        </h2>
        {isRinging && (
          <button type="button" class="button" data-testid="chime-ack" onClick={actions.notice}>
            <Icon name="bell" />
            {words.chimeStop}
          </button>
        )}
      </header>
      {waiting.length === 0 ? (
        <p class="none">
          {words.waitingNone} <span>{words.waitingNoneHow}</span>
        </p>
      ) : (
        <ul>
          {waiting.map((person, place) => (
            <Row key={person.seat} {...props} person={person} place={place} />
          ))}
        </ul>
      )}
      <LateView model={model} actions={actions} />
      {waiting.length > 0 && <p class="keys">{words.waitingKeys}</p>}
      {model.calledAway.value.map(({ seat, name, connection }) => (
        <p class="called" role="status" key={seat} data-testid="called" data-seat={seat}>
          {fill(connection === 'connecting' ? words.calledComing : words.calledAway, { name })}
        </p>
      ))}
      {asksNotify && (
        <button
          type="button"
          class="button plain notify"
          data-testid="allow-notify"
          onClick={actions.allowNotify}
        >
          {words.notifyAsk}
        </button>
      )}
    </section>
  );
}

interface RowProps extends AppProps {
  readonly person: WaitingPerson;
  readonly place: number;
}

function Row({ model, actions, person, place }: RowProps) {
  const { words } = model;
  const { seat, name } = person;
  const card = model.card.value;
  const question = model.question.value;
  const isOpen = card === seat || (card === undefined && place === 0);
  const unread = unreadIn(model.chat.value, seat);
  const press = (event: KeyboardEvent) => {
    // The row's own keys; what is inside has its own.
    if (event.target !== event.currentTarget) return;
    if (event.key === 'Enter') actions.admit(seat);
    else if (event.key === 'ArrowDown') focusWaiting(place + 1);
    else if (event.key === 'ArrowUp') focusWaiting(place - 1);
    else return;
    event.preventDefault();
  };
  return (
    <li
      tabIndex={isOpen ? 0 : -1}
      aria-current={card === seat}
      data-testid="waiting-person"
      data-seat={seat}
      data-open={isOpen}
      data-held={person.held}
      data-gone={person.gone}
      onFocusIn={() => actions.choose(seat)}
      onKeyDown={press}
    >
      <p>
        <b>{name}</b>
        <small>
          {[
            roleAndLanguages(person, model),
            waitedWords(person.since, model),
            person.held && words.heldMark,
          ]
            .filter(Boolean)
            .join(' · ')}
        </small>
        {person.network && (
          <small class="prospect" data-testid="prospect" data-network={person.network}>
            <Icon name="network" /> {prospectWords(person.network, words)}
          </small>
        )}
        {person.gone && (
          <small class="gone">
            <Icon name="network-off" /> {words.waitingGone}
          </small>
        )}
      </p>
      <button
        type="button"
        class={`button write ${unread > 0 ? 'news' : ''}`}
        data-testid="write"
        onClick={() => actions.openTalk(seat)}
      >
        <Icon name="chat" />
        {unread > 0 ? fill(words.chatUnread, { count: unread }) : words.write}
      </button>
      {question?.kind === 'deny' && question.seat === seat ? (
        <Confirm
          test="deny"
          question={fill(words.denyQuestion, { name })}
          yes={words.denyYes}
          no={words.no}
          onYes={() => actions.deny(seat)}
          onNo={() => actions.ask(undefined)}
        />
      ) : (
        <div class="deeds">
          <button
            type="button"
            class="button filled"
            data-testid="admit"
            onClick={() => actions.admit(seat)}
          >
            {words.admit}
          </button>
          <button
            type="button"
            class="button"
            data-testid="hold"
            disabled={person.held}
            onClick={() => actions.hold(seat)}
          >
            {words.hold}
          </button>
          <button
            type="button"
            class="button"
            data-testid="deny"
            onClick={() => actions.ask({ kind: 'deny', seat })}
          >
            {words.deny}
          </button>
        </div>
      )}
    </li>
  );
}
