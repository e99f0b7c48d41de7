/** Who works here: invited, changed, disabled by an administrator. */
import { useLayoutEffect } from 'preact/hooks';
import { fill } from '../../i18n/words.ts';
import type { Colleague } from '../contract.ts';
import { addressOf } from '../desk.ts';
import { STAFF_ROLE_ORDER, staffRoleHint, staffRoleWords, standingWords } from '../say.ts';
import {
  Act,
  Asked,
  Copy,
  Field,
  Loading,
  Nothing,
  type PageProps,
  Pick,
  TroubleView,
} from './parts.tsx';

export function StaffView(props: PageProps) {
  const { model, actions } = props;
  const { staff: words } = model.words.value;
  useLayoutEffect(() => {
    void actions.loadStaff();
  }, [actions]);
  const staff = model.staff.value;
  const isInviting = model.newStaff.value !== undefined;
  return (
    <main class="plainpage">
      <header class="head">
        <h1>{words.title}</h1>
        {!isInviting && (
          <Act
            look="filled"
            test="invite"
            icon="plus"
            label={words.invite}
            onPress={() => actions.writeStaff({})}
          />
        )}
      </header>
      {isInviting && <InviteForm {...props} />}
      <Invitation {...props} />
      {!isInviting && <TroubleView model={model} />}
      {staff === undefined ? (
        <Loading model={model} />
      ) : staff.length === 0 ? (
        <Nothing what={words.empty} />
      ) : (
        <ul class="items">
          {staff.map((member) => (
            <Member key={member.account} {...props} member={member} />
          ))}
        </ul>
      )}
    </main>
  );
}

function InviteForm({ model, actions }: PageProps) {
  const words = model.words.value;
  const draft = model.newStaff.value;
  if (!draft) return null;
  return (
    <form
      class="card"
      data-testid="invite-form"
      onSubmit={(event) => {
        event.preventDefault();
        void actions.invite();
      }}
    >
      <Field
        test="staff-name"
        label={words.entry.name}
        hint={words.entry.nameHint}
        value={draft.name}
        isFirst
        isRequired
        onType={(name) => actions.writeStaff({ name })}
      />
      <Field
        test="staff-sign-in-name"
        label={words.entry.signInName}
        hint={words.entry.signInNameHint}
        value={draft.signInName}
        spell={false}
        isRequired
        onType={(signInName) => actions.writeStaff({ signInName })}
      />
      <fieldset class="kinds">
        <legend>{words.staff.role}</legend>
        {STAFF_ROLE_ORDER.map((role) => (
          <label key={role} class="kind">
            <input
              type="radio"
              name="role"
              data-testid={`role-${role}`}
              checked={draft.role === role}
              onChange={() => actions.writeStaff({ role })}
            />
            <span>
              <b>{staffRoleWords(role, words)}</b>
              <small>{staffRoleHint(role, words)}</small>
            </span>
          </label>
        ))}
      </fieldset>
      <TroubleView model={model} />
      <div class="pair">
        <Act
          test="invite-no"
          label={words.frame.no}
          onPress={() => actions.writeStaff(undefined)}
        />
        <Act
          type="submit"
          look="filled"
          test="invite-yes"
          label={words.staff.inviteYes}
          isBusy={model.busy.value === 'invite'}
        />
      </div>
    </form>
  );
}

function Invitation({ model, actions }: PageProps) {
  const words = model.words.value;
  const shown = model.shown.value;
  if (shown?.kind !== 'invitation') return null;
  const address = invitationAddress(shown.link);
  return (
    <section
      class="card once"
      data-testid="invitation"
      aria-label={fill(words.staff.invitation, { name: shown.name })}
    >
      <h2>{fill(words.staff.invitation, { name: shown.name })}</h2>
      <p>{words.staff.invitationHow}</p>
      <p class="secret">{address}</p>
      <div class="copies">
        <Copy
          model={model}
          actions={actions}
          test="copy-invitation"
          text={address}
          label={words.booking.copyLink}
        />
        <Act
          look="plain"
          test="put-away"
          label={words.frame.close}
          onPress={() => actions.putAway()}
        />
      </div>
    </section>
  );
}

function invitationAddress(link: string): string {
  return link.includes('#')
    ? link
    : addressOf(link, location.origin).replace('/#', '/clinic#invite=');
}

function Member({ model, actions, member }: PageProps & { readonly member: Colleague }) {
  const words = model.words.value;
  const { staff } = words;
  const { account, name, role, standing, hasSecondFactor } = member;
  const isMe = account === model.session.value?.account;
  const question = model.question.value;
  const isOpen = question !== undefined && question.about === account;
  return (
    <li data-testid="member" data-standing={standing}>
      <p>
        <b>{name}</b> {isMe && <span class="mark">{staff.me}</span>}
        <small>
          {[
            staffRoleWords(role, words),
            standingWords(standing, words),
            hasSecondFactor ? staff.factor : staff.noFactor,
          ].join(' · ')}
        </small>
      </p>
      {!isMe &&
        (isOpen ? (
          <MemberDeeds model={model} actions={actions} member={member} />
        ) : (
          <Act
            test="edit"
            label={staff.more}
            onPress={() => actions.ask({ kind: 'edit', about: account })}
          />
        ))}
    </li>
  );
}

function MemberDeeds({ model, actions, member }: PageProps & { readonly member: Colleague }) {
  const words = model.words.value;
  const { staff } = words;
  const { account, name, role, standing, hasSecondFactor } = member;
  const common = { model, actions, about: account, yes: staff.yes };
  return (
    <div class="changes wide">
      <Pick
        test="member-role"
        label={staff.role}
        value={role}
        choices={STAFF_ROLE_ORDER.map((value) => ({ value, label: staffRoleWords(value, words) }))}
        onPick={(chosen) => void actions.changeStaff(account, { role: chosen })}
      />
      <Asked
        {...common}
        kind="inviteAgain"
        label={staff.inviteAgain}
        question={fill(staff.inviteAgainQuestion, { name })}
        hint={staff.inviteAgainHint}
        onYes={() => void actions.inviteAgain(account, name)}
      />
      {hasSecondFactor && (
        <Asked
          {...common}
          kind="dropFactor"
          label={staff.dropFactor}
          question={fill(staff.dropFactorQuestion, { name })}
          hint={staff.dropFactorHint}
          onYes={() => void actions.dropSecondFactor(account)}
        />
      )}
      {standing === 'disabled' ? (
        <Act
          test="enable"
          label={staff.enable}
          onPress={() => void actions.changeStaff(account, { disabled: false })}
        />
      ) : (
        <Asked
          {...common}
          kind="disable"
          label={staff.disable}
          question={fill(staff.disableQuestion, { name })}
          hint={staff.disableHint}
          onYes={() => void actions.changeStaff(account, { disabled: true })}
        />
      )}
      <Act
        look="plain"
        test="edit-close"
        icon="close"
        label={words.frame.close}
        onPress={() => actions.ask(undefined)}
      />
    </div>
  );
}
