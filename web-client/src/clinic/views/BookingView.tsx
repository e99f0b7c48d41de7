/** A new appointment in twenty seconds: a name, a telephone, and the rest is proposed. Then how to come in. */
import { useLayoutEffect } from 'preact/hooks';
import type { ClinicWords } from '../../i18n/clinic/words.ts';
import { fill } from '../../i18n/words.ts';
import { bookable, type Fault, faultsOf, LENGTHS, newDraft } from '../booking.ts';
import type { PriorityClass } from '../contract.ts';
import { LANGUAGES } from '../language.ts';
import { PRIORITIES, priorityWords } from '../say.ts';
import { Aside } from './Aside.tsx';
import { BookedView } from './BookedView.tsx';
import { CompanionPart, InterpreterPart } from './BookingParts.tsx';
import { DayPick } from './DayPick.tsx';
import { Act, Field, type PageProps, Pick, TroubleView } from './parts.tsx';

const FAULTS: Readonly<Record<Fault, keyof ClinicWords['booking']>> = {
  patient: 'faultPatient',
  phone: 'faultPhone',
  time: 'faultTime',
  practitioner: 'faultPractitioner',
  interpreter: 'faultInterpreter',
  languages: 'faultLanguages',
  licence: 'faultLicence',
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
        <BookedView
          model={model}
          actions={actions}
          booked={shown.booked}
          draft={shown.draft}
          told={shown.told}
        />
      ) : (
        <Form model={model} actions={actions} />
      )}
    </Aside>
  );
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
      <Pick
        test="message-language"
        label={booking.language}
        value={draft.language}
        choices={LANGUAGES.map(([value, label]) => ({ value, label }))}
        onPick={(language) => actions.write({ language })}
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

/** To the first field that is not yet as it has to be. */
function focusFault(): void {
  requestAnimationFrame(() => {
    document
      .querySelector<HTMLElement>('[data-testid="booking-form"] [aria-invalid="true"]')
      ?.focus();
  });
}
