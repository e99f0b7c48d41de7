/** A new appointment in twenty seconds: a name, a telephone, and the rest is proposed. Then how to come in. */
import { useLayoutEffect } from 'preact/hooks';
import { languageName } from '../../app/languages.ts';
import type { ClinicWords } from '../../i18n/clinic/words.ts';
import { fill } from '../../i18n/words.ts';
import {
  bookable,
  type Draft,
  type Fault,
  faultsOf,
  type InterpreterDraft,
  LANGUAGES,
  LENGTHS,
  newDraft,
} from '../booking.ts';
import type { PriorityClass } from '../contract.ts';
import { PRIORITIES, priorityWords } from '../say.ts';
import { Aside } from './Aside.tsx';
import { BookedView } from './BookedView.tsx';
import { DayPick } from './DayPick.tsx';
import { Act, Field, type PageProps, Pick, TroubleView } from './parts.tsx';

const FAULTS: Readonly<Record<Fault, keyof ClinicWords['booking']>> = {
  patient: 'faultPatient',
  phone: 'faultPhone',
  time: 'faultTime',
  practitioner: 'faultPractitioner',
  interpreter: 'faultInterpreter',
  languages: 'faultLanguages',
  companion: 'faultCompanion',
  companionPhone: 'faultPhone',
};

export function BookingView(props: PageProps) {
  const { model, actions } = props;
  const { booking } = model.words.value;
  const shown = model.shown.value;
  const isBooked = shown?.kind === 'booked';
  return (
    <Aside
      {...props}
      title={isBooked ? booking.booked : booking.title}
      test="booking"
      takesFocus={false}
    >
      {isBooked ? (
        <BookedView model={model} actions={actions} booked={shown.booked} draft={shown.draft} />
      ) : (
        <Form model={model} actions={actions} />
      )}
    </Aside>
  );
}

interface PartProps extends PageProps {
  readonly draft: Draft;
  readonly fault: (of: Fault) => string | undefined;
}

function Form({ model, actions }: PageProps) {
  const { booking, day } = model.words.value;
  // The page was opened at this address: the form begins by itself.
  useLayoutEffect(() => {
    if (model.draft.value === undefined) actions.write({});
  }, [model, actions]);
  const draft = model.draft.value ?? newDraft(model.now.value, '', []);
  const faults = model.isChecked.value ? faultsOf(draft) : [];
  const fault = (of: Fault) => (faults.includes(of) ? booking[FAULTS[of]] : undefined);
  const me = model.session.value;
  // Who treats books for themself; a coordinator for everybody.
  const practitioners = bookable(model.staff.value ?? [], 'practitioner').filter(
    ({ account }) => me?.role !== 'practitioner' || account === me.account,
  );
  const lengths = [...new Set([...LENGTHS, draft.minutes])].sort((one, other) => one - other);
  return (
    <form
      class="form"
      data-testid="booking-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void actions.book().then(focusFault);
      }}
    >
      <Field
        test="patient"
        label={booking.patient}
        value={draft.patient}
        fault={fault('patient')}
        isFirst
        onType={(patient) => actions.write({ patient })}
      />
      <Field
        test="phone"
        type="tel"
        label={booking.phone}
        hint={booking.phoneHint}
        value={draft.phone}
        fault={fault('phone')}
        onType={(phone) => actions.write({ phone })}
      />
      <DayPick
        model={model}
        actions={actions}
        test="date"
        value={draft.date}
        onPick={(date) => actions.write({ date })}
      />
      <div class="abreast">
        <Field
          test="time"
          label={booking.time}
          value={draft.time}
          inputMode="numeric"
          fault={fault('time')}
          onType={(time) => actions.write({ time })}
        />
        <Pick
          test="minutes"
          label={booking.minutes}
          value={String(draft.minutes)}
          choices={lengths.map((minutes) => ({
            value: String(minutes),
            label: fill(booking.minutesCount, { minutes }),
          }))}
          onPick={(minutes) => actions.write({ minutes: Number(minutes) })}
        />
      </div>
      <Pick
        test="practitioner"
        label={booking.practitioner}
        value={draft.practitioner}
        fault={
          practitioners.length === 0 && model.staff.value
            ? booking.noPractitioner
            : fault('practitioner')
        }
        choices={[
          ...(draft.practitioner === '' ? [{ value: '', label: booking.choose }] : []),
          ...practitioners.map(({ account, name }) => ({ value: account, label: name })),
        ]}
        onPick={(practitioner) => actions.write({ practitioner })}
      />
      <Pick<PriorityClass | ''>
        test="priority"
        label={booking.priority}
        value={draft.priority ?? ''}
        choices={[
          { value: '', label: day.noPriority },
          ...PRIORITIES.map((value) => ({ value, label: priorityWords(value, model.words.value) })),
        ]}
        onPick={(priority) => actions.write({ priority: priority === '' ? undefined : priority })}
      />
      <InterpreterPart model={model} actions={actions} draft={draft} fault={fault} />
      <CompanionPart model={model} actions={actions} draft={draft} fault={fault} />
      <TroubleView model={model} />
      <div class="last">
        <Act
          type="submit"
          look="filled"
          test="book"
          label={model.busy.value === 'book' ? booking.booking : booking.book}
          isBusy={model.busy.value === 'book'}
        />
      </div>
    </form>
  );
}

function InterpreterPart({ model, actions, draft, fault }: PartProps) {
  const { booking } = model.words.value;
  const { interpreter } = draft;
  const language = model.language.value;
  const interpreters = bookable(model.staff.value ?? [], 'interpreter');
  if (!interpreter) {
    const first = { account: interpreters[0]?.account ?? '', name: '', from: 'mww', to: 'vi' };
    return (
      <Act
        look="plain"
        test="add-interpreter"
        icon="plus"
        label={booking.addInterpreter}
        onPress={() => actions.write({ interpreter: first })}
      />
    );
  }
  const write = (part: Partial<InterpreterDraft>) =>
    actions.write({ interpreter: { ...interpreter, ...part } });
  const languages = LANGUAGES.map((value) => ({ value, label: languageName(value, language) }));
  return (
    <fieldset>
      <legend>{booking.interpreter}</legend>
      <Pick
        test="interpreter"
        label={booking.interpreter}
        value={interpreter.account}
        choices={[
          ...interpreters.map(({ account, name }) => ({ value: account, label: name })),
          { value: '', label: booking.outsideInterpreter },
        ]}
        onPick={(account) => write({ account })}
      />
      {interpreter.account === '' && (
        <Field
          test="interpreter-name"
          label={booking.interpreterName}
          value={interpreter.name}
          fault={fault('interpreter')}
          onType={(name) => write({ name })}
        />
      )}
      <div class="abreast">
        <Pick
          test="language-from"
          label={booking.languageFrom}
          value={interpreter.from}
          choices={languages}
          fault={fault('languages')}
          onPick={(from) => write({ from })}
        />
        <Pick
          test="language-to"
          label={booking.languageTo}
          value={interpreter.to}
          choices={languages}
          onPick={(to) => write({ to })}
        />
      </div>
      <Act
        look="plain"
        test="drop-interpreter"
        label={booking.dropInterpreter}
        onPress={() => actions.write({ interpreter: undefined })}
      />
    </fieldset>
  );
}

function CompanionPart({ model, actions, draft, fault }: PartProps) {
  const { booking } = model.words.value;
  const { companion } = draft;
  if (!companion) {
    return (
      <Act
        look="plain"
        test="add-companion"
        icon="plus"
        label={booking.addCompanion}
        onPress={() => actions.write({ companion: { name: '', phone: '' } })}
      />
    );
  }
  const write = (part: Partial<NonNullable<Draft['companion']>>) =>
    actions.write({ companion: { ...companion, ...part } });
  return (
    <fieldset>
      <legend>{booking.companion}</legend>
      <Field
        test="companion"
        label={booking.companionName}
        value={companion.name}
        fault={fault('companion')}
        onType={(name) => write({ name })}
      />
      <Field
        test="companion-phone"
        type="tel"
        label={booking.companionPhone}
        value={companion.phone}
        fault={fault('companionPhone')}
        onType={(phone) => write({ phone })}
      />
      <Act
        look="plain"
        test="drop-companion"
        label={booking.dropCompanion}
        onPress={() => actions.write({ companion: undefined })}
      />
    </fieldset>
  );
}

/** To the first field that is not yet as it has to be. */
function focusFault(): void {
  requestAnimationFrame(() => {
    document
      .querySelector<HTMLElement>('[data-testid="booking-form"] [aria-invalid="true"]')
      ?.focus();
  });
}
