/** Everybody with a seat, observers too, with what may be asked of them; who leads locks and ends here. */
import { useState } from 'preact/hooks';
import { isWithheld, subjectOf, unanswered, wordOn } from '../app/consent.ts';
import { isLessThanGood } from '../app/networklevel.ts';
import type { PersonRow } from '../app/people.ts';
import { fill } from '../i18n/words.ts';
import { Icon } from '../ui/Icon.tsx';
import type { AppProps } from './App.tsx';
import { Confirm } from './Confirm.tsx';
import { scopeWords } from './ConsentState.tsx';
import { Panel } from './Panel.tsx';
import { conditionWords, networkWords, roleAndLanguages } from './persons.ts';
import './people.css';

export function PeopleView(props: AppProps) {
  const { model, actions } = props;
  return (
    <Panel model={model} actions={actions} title={model.words.people} className="everybody">
      <ul>
        {model.rows.value.map((row) => (
          <Row key={row.seat.seat} {...props} row={row} />
        ))}
      </ul>
      {model.powers.value.leads && <Lead {...props} />}
    </Panel>
  );
}

function Row({ model, actions, row }: AppProps & { readonly row: PersonRow }) {
  const { words } = model;
  const { seat, condition } = row;
  const question = model.question.value;
  const network = row.isYou ? model.network.value : seat.network;
  return (
    <li
      data-testid="person"
      data-seat={seat.seat}
      data-admission={seat.admission}
      data-connection={seat.connection}
    >
      <p>
        <b>{seat.name}</b>
        {row.isYou && <span class="you">{words.me}</span>}
        <small>
          {roleAndLanguages(seat, model)}
          {' · '}
          <span class="condition" data-condition={condition}>
            {conditionWords(condition, words)}
          </span>
          {isLessThanGood(network) && (
            <span class="condition" data-network={network}>
              {` · ${networkWords(network, words)}`}
            </span>
          )}
        </small>
      </p>
      <State row={row} model={model} />
      {seat.role === 'patient' && <Consent seat={seat.seat} model={model} actions={actions} />}
      {question?.kind === 'remove' && question.seat === seat.seat ? (
        <Confirm
          test="remove"
          question={fill(words.removeQuestion, { name: seat.name })}
          yes={words.removeYes}
          no={words.no}
          onYes={() => actions.remove(seat.seat)}
          onNo={() => actions.ask(undefined)}
        />
      ) : (
        <Deeds model={model} actions={actions} row={row} />
      )}
    </li>
  );
}

/** What the patient has agreed to, for who leads; a spoken yes is written down from here. */
function Consent({
  seat,
  model,
  actions,
}: Pick<AppProps, 'model' | 'actions'> & { readonly seat: number }) {
  const { words } = model;
  const consents = model.consents.value;
  if (!model.powers.value.leads || subjectOf(model.room.value)?.seat !== seat) return null;
  const given = consents.asked.filter(
    (scope) => wordOn(consents, seat, scope)?.standing === 'given',
  );
  const open = unanswered(consents, seat).length > 0;
  return (
    <p class="agreed">
      <small data-testid="agreed" data-withheld={isWithheld(consents, seat)}>
        {isWithheld(consents, seat)
          ? words.withheldTheirs
          : given.length > 0
            ? `${words.agreedTo}: ${given.map((scope) => scopeWords(scope, words)).join(', ')}`
            : words.consentUnanswered}
      </small>
      <button type="button" class="button" data-testid="consent" onClick={actions.openConsent}>
        {open ? words.consentWrite : words.consentLook}
      </button>
    </p>
  );
}

/** Microphone, camera and hand, for who is in: drawn and named. */
function State({ row, model }: Pick<AppProps, 'model'> & { readonly row: PersonRow }) {
  const { seat, condition } = row;
  const { words, call } = model;
  if (condition !== 'here') return null;
  const { microphone, camera } = row.isYou ? call.value : seat;
  const hand = row.isYou ? model.hand.value : seat.hand;
  return (
    <p class="state">
      {hand && (
        <span class="up" title={words.theirHand}>
          <Icon name="hand" />
          <span class="unseen">{words.theirHand}</span>
        </span>
      )}
      <span title={microphone ? words.theirMicrophoneOn : words.theirMicrophoneOff}>
        <Icon name={microphone ? 'microphone' : 'microphone-off'} />
        <span class="unseen">
          {microphone ? words.theirMicrophoneOn : words.theirMicrophoneOff}
        </span>
      </span>
      <span title={camera ? words.theirCameraOn : words.theirCameraOff}>
        <Icon name={camera ? 'camera' : 'camera-off'} />
        <span class="unseen">{camera ? words.theirCameraOn : words.theirCameraOff}</span>
      </span>
    </p>
  );
}

function Deeds({
  model,
  actions,
  row,
}: Pick<AppProps, 'model' | 'actions'> & { readonly row: PersonRow }) {
  const { words } = model;
  const { seat } = row.seat;
  const [isAsked, setAsked] = useState(false);
  const { mayAdmit, mayRemove, mayAskMute, mayTreat, mayRepresent } = row;
  if (!(mayAdmit || mayRemove || mayAskMute || mayTreat || mayRepresent)) return null;
  const represents = row.seat.part === 'representing';
  return (
    <div class="deeds">
      {row.mayAskMute && (
        <button
          type="button"
          class="button"
          data-testid="ask-mute"
          disabled={isAsked}
          onClick={() => {
            setAsked(true);
            actions.askMute(seat);
          }}
        >
          {isAsked ? words.askMuteDone : words.askMute}
        </button>
      )}
      {row.mayRemove && (
        <button
          type="button"
          class="button"
          data-testid="remove"
          onClick={() => actions.ask({ kind: 'remove', seat })}
        >
          {words.remove}
        </button>
      )}
      {mayTreat && (
        <button
          type="button"
          class="button"
          data-testid="treat"
          onClick={() => actions.treat(seat)}
        >
          {words.treat}
        </button>
      )}
      {mayRepresent && (
        <button
          type="button"
          class="button"
          data-testid="represent"
          aria-pressed={represents}
          onClick={() => actions.represent(represents ? undefined : seat)}
        >
          {represents ? words.representNot : words.represent}
        </button>
      )}
      {row.mayAdmit && (
        <button
          type="button"
          class="button"
          data-testid="admit-again"
          onClick={() => actions.admit(seat)}
        >
          {row.seat.admission === 'none' ? words.admitAhead : words.admitAgain}
        </button>
      )}
    </div>
  );
}

function Lead({ model, actions }: AppProps) {
  const { words } = model;
  const { locked } = model.room.value;
  const desk = model.desk.value;
  return (
    <div class="lead">
      {locked && <p>{words.locked}</p>}
      <button
        type="button"
        class={`button ${locked ? 'off' : ''}`}
        data-testid="lock"
        aria-pressed={locked}
        onClick={() => actions.lock(!locked)}
      >
        <Icon name={locked ? 'unlock' : 'lock'} />
        {locked ? words.unlock : words.lock}
      </button>
      {model.question.value?.kind === 'end' ? (
        <Confirm
          test="end"
          icon="leave"
          question={words.endQuestion}
          hint={words.endHint}
          yes={words.endYes}
          no={words.no}
          onYes={actions.end}
          onNo={() => actions.ask(undefined)}
        />
      ) : (
        <button
          type="button"
          class="button"
          data-testid="end"
          onClick={() => actions.ask({ kind: 'end' })}
        >
          <Icon name="leave" />
          {words.end}
        </button>
      )}
      {desk && <desk.Lead model={model} actions={actions} />}
    </div>
  );
}
