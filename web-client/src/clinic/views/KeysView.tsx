/** How hospital systems are connected: keys, made, shown once, revoked; and who is told of what happens. */
import { useLayoutEffect, useState } from 'preact/hooks';
import { fill } from '../../i18n/words.ts';
import type { Scope } from '../contract.ts';
import { HOOKS } from '../hooking.ts';
import { SCOPE_ORDER, scopeWords } from '../say.ts';
import { momentWords } from '../times.ts';
import { HooksView } from './HooksView.tsx';
import { Act, Asked, Copy, Loading, Nothing, type PageProps, TroubleView } from './parts.tsx';

export function KeysView(props: PageProps) {
  const { model, actions } = props;
  const { staff, account } = model.words.value;
  const now = model.now.value;
  const [isMaking, setMaking] = useState(false);
  useLayoutEffect(() => {
    void actions.loadKeys();
  }, [actions]);
  const keys = model.keys.value;
  return (
    <main class="plainpage">
      <header class="head">
        <div>
          <h1>{staff.keysTitle}</h1>
          <p class="soft">{staff.keysWhy}</p>
        </div>
        {!isMaking && (
          <Act
            look="filled"
            test="make-key"
            icon="plus"
            label={staff.keyMake}
            onPress={() => setMaking(true)}
          />
        )}
      </header>
      {isMaking && <MakeForm {...props} onDone={() => setMaking(false)} />}
      <NewKey {...props} />
      <TroubleView model={model} butOf={HOOKS} />
      {keys === undefined ? (
        <Loading model={model} />
      ) : keys.length === 0 ? (
        <Nothing what={staff.keysEmpty} />
      ) : (
        <ul class="items">
          {keys.map(({ key, scopes, created, used }) => (
            <li key={key} data-testid="key">
              <p>
                <b class="secret">{key}</b>
                <small>
                  {scopes.map((scope) => scopeWords(scope, model.words.value)).join(' · ')}
                </small>
                <small>
                  {fill(account.sessionSince, { time: momentWords(created, now) })}
                  {used !== undefined &&
                    ` · ${fill(account.sessionUsed, { time: momentWords(used, now) })}`}
                </small>
              </p>
              <Asked
                {...props}
                kind="revokeKey"
                about={key}
                label={staff.keyRevoke}
                question={staff.keyRevokeQuestion}
                hint={staff.keyRevokeHint}
                yes={staff.yes}
                onYes={() => void actions.revokeKey(key)}
              />
            </li>
          ))}
        </ul>
      )}
      <HooksView {...props} />
    </main>
  );
}

function MakeForm({ model, actions, onDone }: PageProps & { readonly onDone: () => void }) {
  const { staff, frame } = model.words.value;
  const [scopes, choose] = useState<readonly Scope[]>([]);
  const toggle = (scope: Scope) =>
    choose(scopes.includes(scope) ? scopes.filter((one) => one !== scope) : [...scopes, scope]);
  return (
    <form
      class="card"
      data-testid="key-form"
      onSubmit={(event) => {
        event.preventDefault();
        void actions.makeKey(SCOPE_ORDER.filter((scope) => scopes.includes(scope))).then(onDone);
      }}
    >
      <fieldset class="kinds">
        <legend>{staff.keyScopes}</legend>
        {SCOPE_ORDER.map((scope) => (
          <label key={scope} class="tick">
            <input
              type="checkbox"
              data-testid={`scope-${scope}`}
              checked={scopes.includes(scope)}
              onChange={() => toggle(scope)}
            />
            {scopeWords(scope, model.words.value)}
          </label>
        ))}
      </fieldset>
      <div class="pair">
        <Act test="key-no" label={frame.no} onPress={onDone} />
        <Act
          type="submit"
          look="filled"
          test="key-yes"
          label={staff.keyMakeYes}
          isDisabled={scopes.length === 0}
          isBusy={model.busy.value === 'key'}
        />
      </div>
    </form>
  );
}

function NewKey({ model, actions }: PageProps) {
  const { staff, frame } = model.words.value;
  const shown = model.shown.value;
  if (shown?.kind !== 'key') return null;
  return (
    <section class="card once" data-testid="new-key" aria-label={staff.keyMade}>
      <h2>{staff.keyMade}</h2>
      <p>{staff.keyMadeHow}</p>
      <p class="secret">{shown.text}</p>
      <div class="copies">
        <Copy model={model} actions={actions} test="copy-key" text={shown.text} />
        <Act look="plain" test="put-away" label={frame.close} onPress={() => actions.putAway()} />
      </div>
    </section>
  );
}
