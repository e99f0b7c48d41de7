/** One's own account: language, second step, password, where one is signed in, and the way out. */
import { useLayoutEffect, useMemo, useState } from 'preact/hooks';
import { fill } from '../../i18n/words.ts';
import { qrPath } from '../qr.ts';
import { staffRoleWords } from '../say.ts';
import { momentWords } from '../times.ts';
import { Languages } from './EntryView.tsx';
import { Act, Copy, Drawing, Field, type PageProps, Secret, Sheet, TroubleView } from './parts.tsx';

export function AccountView(props: PageProps) {
  const { model, actions } = props;
  const words = model.words.value;
  const session = model.session.value;
  useLayoutEffect(() => {
    void actions.loadSessions();
  }, [actions]);
  if (!session) return null;
  return (
    <main class="plainpage account">
      <header class="head">
        <div>
          <h1>{words.account.title}</h1>
          <p class="soft">
            {session.name} · {staffRoleWords(session.role, words)} · {session.clinic.name}
          </p>
        </div>
        <Act
          test="sign-out"
          icon="enter"
          label={words.account.signOut}
          isBusy={model.busy.value === 'signOut'}
          onPress={() => void actions.signOut()}
        />
      </header>
      <TroubleView model={model} />
      <Languages {...props} />
      <FactorSheet {...props} />
      <PasswordSheet {...props} />
      <SessionsSheet {...props} />
    </main>
  );
}

function FactorSheet(props: PageProps) {
  const { model, actions } = props;
  const { account } = model.words.value;
  const factor = model.factor.value;
  const isOn = model.session.value?.hasSecondFactor;
  return (
    <Sheet title={account.factorTitle} test="factor">
      {factor?.step === 'confirmed' ? (
        <Codes {...props} codes={factor.recoveryCodes} />
      ) : isOn ? (
        <p class="note">
          <Drawing name="check" />
          {account.factorOn}
        </p>
      ) : (
        <>
          <p>{account.factorWhy}</p>
          {factor ? (
            <Offer {...props} secret={factor.secret} uri={factor.uri} />
          ) : (
            <Act
              test="factor-start"
              label={account.factorStart}
              isBusy={model.busy.value === 'factor'}
              onPress={() => void actions.offerFactor()}
            />
          )}
        </>
      )}
    </Sheet>
  );
}

function Offer({
  model,
  actions,
  secret,
  uri,
}: PageProps & { readonly secret: string; readonly uri: string }) {
  const { account } = model.words.value;
  const [code, type] = useState('');
  const picture = useMemo(() => qrPath(uri), [uri]);
  return (
    <form
      class="offer"
      onSubmit={(event) => {
        event.preventDefault();
        void actions.confirmFactor(code);
      }}
    >
      <svg
        class="qr"
        viewBox={`0 0 ${picture.size} ${picture.size}`}
        role="img"
        aria-label={account.factorPicture}
      >
        <path d={picture.path} />
      </svg>
      <div class="steps">
        <p>{account.factorScan}</p>
        <details>
          <summary>{account.factorType}</summary>
          <p class="secret" data-testid="secret">
            {secret.replace(/(.{4})(?=.)/g, '$1 ')}
          </p>
          <p>
            <a href={uri}>{account.factorOpen}</a>
          </p>
        </details>
        <Field
          test="factor-code"
          label={account.factorCode}
          value={code}
          complete="one-time-code"
          inputMode="numeric"
          isRequired
          onType={type}
        />
        <Act
          type="submit"
          look="filled"
          test="factor-confirm"
          label={account.factorConfirm}
          isBusy={model.busy.value === 'factor'}
        />
      </div>
    </form>
  );
}

function Codes({ model, actions, codes }: PageProps & { readonly codes: readonly string[] }) {
  const { account } = model.words.value;
  return (
    <div class="codes" data-testid="recovery-codes">
      <h3>{account.recoveryTitle}</h3>
      <p>{account.recoveryHow}</p>
      <ol>
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ol>
      <div class="copies">
        <Copy model={model} actions={actions} test="copy-codes" text={codes.join('\n')} />
        <Act
          look="filled"
          test="codes-kept"
          label={account.recoveryKept}
          onPress={() => actions.keepCodes()}
        />
      </div>
    </div>
  );
}

function PasswordSheet({ model, actions }: PageProps) {
  const { account, entry } = model.words.value;
  const [old, setOld] = useState('');
  const { password } = model.typed.value;
  return (
    <Sheet title={account.passwordTitle} test="password-sheet">
      <form
        class="narrow"
        onSubmit={(event) => {
          event.preventDefault();
          void actions.changePassword(old).then((isDone) => isDone && setOld(''));
        }}
      >
        <Field
          test="old-password"
          type="password"
          label={account.oldPassword}
          value={old}
          complete="current-password"
          isRequired
          onType={setOld}
        />
        <Secret
          test="new-password"
          label={entry.newPassword}
          hint={entry.passwordHint}
          show={entry.showPassword}
          value={password}
          complete="new-password"
          isRequired
          onType={(value) => actions.type({ password: value })}
        />
        <Act
          type="submit"
          test="change-password"
          label={account.change}
          isBusy={model.busy.value === 'password'}
        />
        <p role="status">{model.isPasswordChanged.value && account.changed}</p>
      </form>
    </Sheet>
  );
}

function SessionsSheet({ model, actions }: PageProps) {
  const { account } = model.words.value;
  const sessions = model.sessions.value;
  const now = model.now.value;
  if (!sessions) return null;
  return (
    <Sheet title={account.sessionsTitle} test="sessions">
      <ul class="items">
        {sessions.map(({ id, begun, used, current }) => (
          <li key={id} data-testid="session">
            <p>
              {fill(account.sessionSince, { time: momentWords(begun, now) })}
              <small>
                {current
                  ? account.sessionHere
                  : fill(account.sessionUsed, { time: momentWords(used, now) })}
              </small>
            </p>
            {!current && (
              <Act
                test="session-end"
                label={account.sessionEnd}
                isBusy={model.busy.value === 'endSession'}
                onPress={() => void actions.endSession(id)}
              />
            )}
          </li>
        ))}
      </ul>
    </Sheet>
  );
}
