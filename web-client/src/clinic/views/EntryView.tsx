/** Coming in: name and password, the second step, and the two links that are spent once. */
import { LANGUAGES } from '../language.ts';
import { FirstForm, InviteForm } from './InvitedForms.tsx';
import { Act, Drawing, Field, type PageProps, Secret, TroubleView } from './parts.tsx';

export function EntryView(props: PageProps) {
  const { model } = props;
  const { frame } = model.words.value;
  return (
    <main class="entry">
      <p class="brand">{frame.title}</p>
      <Step {...props} />
      <Languages {...props} />
    </main>
  );
}

function Step(props: PageProps) {
  const { model } = props;
  const { frame } = model.words.value;
  const entry = model.entry.value;
  switch (entry.step) {
    case 'asking':
      return (
        <p class="loading" role="status">
          {model.awaySince.value === undefined ? frame.starting : frame.awayAtStart}
        </p>
      );
    case 'password':
      return <PasswordForm {...props} />;
    case 'code':
    case 'recovery':
      return <CodeForm {...props} isRecovery={entry.step === 'recovery'} />;
    case 'first':
      return <FirstForm {...props} />;
    case 'invite':
      return <InviteForm {...props} />;
    default:
      return entry satisfies never;
  }
}

function PasswordForm({ model, actions }: PageProps) {
  const { entry } = model.words.value;
  const { clinic, signInName, password } = model.typed.value;
  const welcome = model.welcome.value;
  const isOld = model.isSignedOutByAge.value;
  return (
    <form
      class="card"
      data-testid="sign-in-form"
      onSubmit={(event) => {
        event.preventDefault();
        void actions.signIn();
      }}
    >
      <h1>{entry.title}</h1>
      {isOld ? (
        <p class="note" data-testid="signed-out-by-age">
          <Drawing name="clock" />
          {entry.old}
        </p>
      ) : (
        welcome === undefined && <p class="soft">{entry.hello}</p>
      )}
      {welcome && (
        <p class="note" role="status">
          <Drawing name="check" />
          {entry[welcome]}
        </p>
      )}
      <Field
        test="sign-in-name"
        label={entry.signInName}
        hint={entry.signInNameHint}
        value={signInName}
        complete="username"
        spell={false}
        isFirst
        isRequired
        onType={(value) => actions.type({ signInName: value })}
      />
      <Secret
        test="password"
        label={entry.password}
        show={entry.showPassword}
        value={password}
        complete="current-password"
        isRequired
        onType={(value) => actions.type({ password: value })}
      />
      <TroubleView model={model} />
      <Act
        type="submit"
        look="filled"
        test="sign-in"
        label={entry.signIn}
        isBusy={model.busy.value === 'signIn'}
      />
      <details>
        <summary>{entry.forgotten}</summary>
        <p>{entry.forgottenHow}</p>
      </details>
      <details open={clinic !== ''}>
        <summary>{entry.otherClinic}</summary>
        <Field
          test="clinic"
          label={entry.clinic}
          hint={entry.clinicHint}
          value={clinic}
          complete="organization"
          spell={false}
          onType={(value) => actions.type({ clinic: value })}
        />
      </details>
    </form>
  );
}

function CodeForm({ model, actions, isRecovery }: PageProps & { readonly isRecovery: boolean }) {
  const { entry } = model.words.value;
  return (
    <form
      class="card"
      data-testid="code-form"
      onSubmit={(event) => {
        event.preventDefault();
        void actions.signIn();
      }}
    >
      <h1>{entry.codeTitle}</h1>
      <Field
        key={String(isRecovery)}
        test="code"
        label={isRecovery ? entry.recovery : entry.code}
        hint={isRecovery ? entry.recoveryHint : undefined}
        value={model.typed.value.code}
        complete="one-time-code"
        inputMode={isRecovery ? 'text' : 'numeric'}
        spell={false}
        isFirst
        isRequired
        onType={(value) => actions.type({ code: value })}
      />
      <TroubleView model={model} />
      <Act
        type="submit"
        look="filled"
        test="confirm-code"
        label={entry.codeConfirm}
        isBusy={model.busy.value === 'signIn'}
      />
      <Act
        look="plain"
        test="other-code"
        label={isRecovery ? entry.useApp : entry.lostPhone}
        onPress={() => actions.useRecovery(!isRecovery)}
      />
      <Act
        look="plain"
        test="start-over"
        label={entry.startOver}
        onPress={() => actions.startOver()}
      />
    </form>
  );
}

export function Languages({ model, actions }: PageProps) {
  const { frame } = model.words.value;
  return (
    <nav class="languages" aria-label={frame.language}>
      {LANGUAGES.map(([code, name]) => (
        <button
          key={code}
          type="button"
          class="button plain"
          lang={code}
          data-testid={`language-${code}`}
          aria-pressed={code === model.language.value}
          onClick={() => void actions.speak(code)}
        >
          {name}
        </button>
      ))}
    </nav>
  );
}
