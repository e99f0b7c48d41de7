/** The two links that are spent once: the first administrator's, and an invitation's. */
import { useState } from 'preact/hooks';
import { Act, Field, type PageProps, Secret, TroubleView } from './parts.tsx';

export function FirstForm({ model, actions }: PageProps) {
  const { entry } = model.words.value;
  const { name, signInName } = model.typed.value;
  return (
    <TwicePassword
      model={model}
      actions={actions}
      title={entry.firstTitle}
      how={entry.firstHow}
      yes={entry.create}
      onDone={actions.becomeFirst}
    >
      <Field
        test="name"
        label={entry.name}
        hint={entry.nameHint}
        value={name}
        complete="name"
        isFirst
        isRequired
        onType={(value) => actions.type({ name: value })}
      />
      <Field
        test="sign-in-name"
        label={entry.signInName}
        hint={entry.signInNameHint}
        value={signInName}
        complete="username"
        spell={false}
        isRequired
        onType={(value) => actions.type({ signInName: value })}
      />
    </TwicePassword>
  );
}

export function InviteForm({ model, actions }: PageProps) {
  const { entry } = model.words.value;
  return (
    <TwicePassword
      model={model}
      actions={actions}
      title={entry.inviteTitle}
      how={entry.inviteHow}
      yes={entry.setPassword}
      onDone={actions.setPassword}
    />
  );
}

interface TwiceProps extends PageProps {
  readonly title: string;
  readonly how: string;
  readonly yes: string;
  readonly onDone: () => Promise<void>;
  readonly children?: preact.ComponentChildren;
}

/** A form that ends with a new password, typed twice. */
function TwicePassword({ model, actions, title, how, yes, onDone, children }: TwiceProps) {
  const { entry } = model.words.value;
  const { password, repeated } = model.typed.value;
  const [wasSent, setSent] = useState(false);
  const differ = wasSent && password !== repeated;
  return (
    <form
      class="card"
      data-testid="new-password-form"
      onSubmit={(event) => {
        event.preventDefault();
        setSent(true);
        if (password === repeated) void onDone();
      }}
    >
      <h1>{title}</h1>
      <p class="soft">{how}</p>
      {children}
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
      <Field
        test="repeat-password"
        type="password"
        label={entry.repeatPassword}
        fault={differ ? entry.passwordsDiffer : undefined}
        value={repeated}
        complete="new-password"
        isRequired
        onType={(value) => actions.type({ repeated: value })}
      />
      <TroubleView model={model} />
      <Act
        type="submit"
        look="filled"
        test="set-password"
        label={yes}
        isBusy={model.busy.value !== undefined}
      />
    </form>
  );
}
