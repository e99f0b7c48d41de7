/** Who is told by itself when something happens: each webhook, what waits for it, and what did not arrive. */
import { useLayoutEffect } from 'preact/hooks';
import { fill } from '../../i18n/words.ts';
import type { Webhook } from '../contract.ts';
import { HOOKS } from '../hooking.ts';
import { EVENT_KINDS, eventWords, failureWords, hookRequest, toggled } from '../hooks.ts';
import { momentWords } from '../times.ts';
import {
  Act,
  Asked,
  Copy,
  Drawing,
  Field,
  Loading,
  Nothing,
  type PageProps,
  TroubleView,
} from './parts.tsx';
import '../hooks.css';

export function HooksView(props: PageProps) {
  const { model, actions } = props;
  const { hooks: words } = model.words.value;
  useLayoutEffect(() => {
    void actions.loadHooks();
  }, [actions]);
  const hooks = model.hooks.value;
  const isMaking = model.newHook.value !== undefined;
  return (
    <section class="hooks" aria-label={words.title} data-testid="hooks">
      <header class="head">
        <div>
          <h2>{words.title}</h2>
          <p class="soft">{words.why}</p>
        </div>
        {!isMaking && (
          <Act
            test="make-hook"
            icon="plus"
            label={words.make}
            onPress={() => actions.writeHook({})}
          />
        )}
      </header>
      {isMaking && <MakeForm {...props} />}
      <NewHook {...props} />
      {!isMaking && <TroubleView model={model} of={HOOKS} />}
      {hooks === undefined ? (
        <Loading model={model} />
      ) : hooks.length === 0 ? (
        <Nothing what={words.empty} />
      ) : (
        <ul class="items">
          {hooks.map((hook) => (
            <Hook key={hook.webhook} {...props} hook={hook} />
          ))}
        </ul>
      )}
    </section>
  );
}

function MakeForm({ model, actions }: PageProps) {
  const words = model.words.value;
  const { hooks, frame } = words;
  const draft = model.newHook.value;
  if (!draft) return null;
  const { url, events } = draft;
  const isRefused = model.trouble.value?.code === 'malformed';
  const isWrong = model.isChecked.value && hookRequest({ url, events: EVENT_KINDS }) === undefined;
  return (
    <form
      class="card"
      data-testid="hook-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void actions.makeHook();
      }}
    >
      <Field
        test="hook-address"
        label={hooks.address}
        hint={hooks.addressHint}
        fault={isWrong || isRefused ? hooks.addressFault : undefined}
        value={url}
        spell={false}
        isFirst
        onType={(typed) => actions.writeHook({ url: typed })}
      />
      <fieldset class="kinds">
        <legend>{hooks.events}</legend>
        {EVENT_KINDS.map((kind) => (
          <label key={kind} class="tick">
            <input
              type="checkbox"
              data-testid={`event-${kind}`}
              checked={events.includes(kind)}
              onChange={() => actions.writeHook({ events: toggled(events, kind) })}
            />
            {eventWords(kind, words)}
          </label>
        ))}
      </fieldset>
      {!isRefused && <TroubleView model={model} of={HOOKS} />}
      <div class="pair">
        <Act test="hook-no" label={frame.no} onPress={() => actions.writeHook(undefined)} />
        <Act
          type="submit"
          look="filled"
          test="hook-yes"
          label={hooks.makeYes}
          isDisabled={events.length === 0}
          isBusy={model.busy.value === HOOKS}
        />
      </div>
    </form>
  );
}

function NewHook({ model, actions }: PageProps) {
  const { hooks, frame } = model.words.value;
  const shown = model.shown.value;
  if (shown?.kind !== 'hook') return null;
  return (
    <section class="card once" data-testid="new-hook" aria-label={hooks.made}>
      <h3>{hooks.made}</h3>
      <p class="address">{shown.url}</p>
      <p>{hooks.madeHow}</p>
      <p class="secret">{shown.secret}</p>
      <div class="copies">
        <Copy
          model={model}
          actions={actions}
          test="copy-secret"
          text={shown.secret}
          label={hooks.copySecret}
        />
        <Act look="plain" test="put-away" label={frame.close} onPress={() => actions.putAway()} />
      </div>
    </section>
  );
}

function Hook(props: PageProps & { readonly hook: Webhook }) {
  const { model, actions, hook } = props;
  const words = model.words.value;
  const { hooks, staff } = words;
  const now = model.now.value;
  const { webhook, url, events, made, waiting, undelivered, lastDelivered } = hook;
  const isOpen = model.undelivered.value?.webhook === webhook;
  const retried = model.retried.value;
  return (
    <li data-testid="hook">
      <p>
        <b class="address">{url}</b>
        <small>
          {events.length === EVENT_KINDS.length
            ? hooks.everything
            : events.map((kind) => eventWords(kind, words)).join(' · ')}
        </small>
        <small>
          {fill(hooks.since, { time: momentWords(made, now) })}
          {' · '}
          {lastDelivered === undefined
            ? hooks.neverDelivered
            : fill(hooks.lastDelivered, { time: momentWords(lastDelivered, now) })}
        </small>
        {waiting > 0 && <small>{fill(hooks.waiting, { count: waiting })}</small>}
      </p>
      <Asked
        model={model}
        actions={actions}
        kind="dropHook"
        about={webhook}
        label={hooks.drop}
        question={hooks.dropQuestion}
        hint={hooks.dropHint}
        yes={staff.yes}
        onYes={() => void actions.dropHook(webhook)}
      />
      {undelivered > 0 && (
        <div class="undelivered">
          <p class="failed" data-testid="undelivered">
            <Drawing name="warning" />
            {fill(hooks.undelivered, { count: undelivered })}
          </p>
          <div class="copies">
            <Act
              test="see-undelivered"
              label={isOpen ? hooks.hide : hooks.see}
              isPressed={isOpen}
              onPress={() => void actions.lookAtUndelivered(isOpen ? undefined : webhook)}
            />
            <Act
              test="retry-hook"
              label={hooks.retry}
              isBusy={model.busy.value === HOOKS}
              onPress={() => void actions.retryHook(webhook)}
            />
          </div>
        </div>
      )}
      <p class="retried" role="status">
        {retried?.webhook === webhook && fill(hooks.retried, { count: retried.count })}
      </p>
      {isOpen && <DeadLetters {...props} />}
    </li>
  );
}

/** Newest first. */
function DeadLetters({ model }: PageProps) {
  const words = model.words.value;
  const { hooks } = words;
  const now = model.now.value;
  const found = model.undelivered.value;
  if (!found) return null;
  return (
    <div class="letters" data-testid="dead-letters">
      <ol>
        {found.deliveries.map((one) => (
          <li key={one.delivery} data-testid="dead-letter">
            <time>{momentWords(one.happened, now)}</time>
            <p>
              {eventWords(one.event, words)}
              <small>
                {fill(hooks.failures, {
                  why: failureWords(one, words),
                  count: one.failures,
                  time: momentWords(one.lastFailure.at, now),
                })}
              </small>
            </p>
          </li>
        ))}
      </ol>
      {found.next !== undefined && <p class="soft">{hooks.older}</p>}
    </div>
  );
}
