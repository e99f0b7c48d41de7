/** Moving, handing over and calling off one appointment: each a small form where its button was. */
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { bookable } from '../booking.ts';
import type { AppointmentPerson, CancelReason } from '../contract.ts';
import type { Row } from '../day.ts';
import { CANCEL_REASONS, reasonWords } from '../say.ts';
import { clock, dateOf, momentOf } from '../times.ts';
import { DayPick } from './DayPick.tsx';
import { Act, Field, type PageProps, Pick } from './parts.tsx';

interface FormProps extends PageProps {
  readonly row: Row;
}

/** What was opened is seen whole. */
function useSeen() {
  const form = useRef<HTMLFormElement>(null);
  useLayoutEffect(() => form.current?.scrollIntoView({ block: 'nearest' }), []);
  return form;
}

export function MoveForm({ model, actions, row }: FormProps) {
  const form = useSeen();
  const { one, booking, frame } = model.words.value;
  const { begins = model.now.value, minutes = 20 } = row.appointment;
  const [date, setDate] = useState(dateOf(begins));
  const [time, setTime] = useState(clock(begins));
  const moment = momentOf(date, time);
  return (
    <form
      ref={form}
      class="small"
      onSubmit={(event) => {
        event.preventDefault();
        if (moment !== undefined) void actions.reschedule(row.id, moment, minutes);
      }}
    >
      <div class="abreast">
        <DayPick model={model} actions={actions} test="move-date" value={date} onPick={setDate} />
        <Field
          test="move-time"
          label={booking.time}
          value={time}
          inputMode="numeric"
          fault={moment === undefined ? booking.faultTime : undefined}
          onType={setTime}
        />
      </div>
      <p class="soft">{one.rescheduleHint}</p>
      <div class="pair">
        <Act test="reschedule-no" label={frame.no} onPress={() => actions.ask(undefined)} />
        <Act
          type="submit"
          test="reschedule-yes"
          look="filled"
          label={one.rescheduleYes}
          isBusy={model.busy.value !== undefined}
        />
      </div>
    </form>
  );
}

export function TransferForm({
  model,
  actions,
  row,
  seat,
}: FormProps & { readonly seat: AppointmentPerson }) {
  const { one, booking, frame } = model.words.value;
  const form = useSeen();
  const [account, choose] = useState('');
  const colleagues = bookable(model.staff.value ?? [], 'practitioner').filter(
    (member) => member.account !== seat.account,
  );
  return (
    <form
      ref={form}
      class="small"
      onSubmit={(event) => {
        event.preventDefault();
        if (account !== '') void actions.transfer(row.id, seat.seat, account);
      }}
    >
      {colleagues.length === 0 ? (
        <p class="soft">{one.transferNobody}</p>
      ) : (
        <Pick
          test="transfer-to"
          label={one.transferTo}
          value={account}
          choices={[
            { value: '', label: booking.choose },
            ...colleagues.map((member) => ({ value: member.account, label: member.name })),
          ]}
          onPick={choose}
        />
      )}
      <div class="pair">
        <Act test="transfer-no" label={frame.no} onPress={() => actions.ask(undefined)} />
        <Act
          type="submit"
          test="transfer-yes"
          look="filled"
          label={one.transferYes}
          isDisabled={account === ''}
          isBusy={model.busy.value !== undefined}
        />
      </div>
    </form>
  );
}

export function CancelForm({ model, actions, row }: FormProps) {
  const form = useSeen();
  const { one, frame } = model.words.value;
  const [reason, choose] = useState<CancelReason>('patient');
  return (
    <form
      ref={form}
      class="small"
      onSubmit={(event) => {
        event.preventDefault();
        void actions.cancel(row.id, reason);
      }}
    >
      <Pick
        test="cancel-reason"
        label={one.cancelWhy}
        value={reason}
        choices={CANCEL_REASONS.map((value) => ({
          value,
          label: reasonWords(value, model.words.value),
        }))}
        onPick={choose}
      />
      <div class="pair">
        <Act test="cancel-no" label={frame.no} onPress={() => actions.ask(undefined)} />
        <Act
          type="submit"
          test="cancel-yes"
          look="stop"
          label={one.cancelYes}
          isBusy={model.busy.value !== undefined}
        />
      </div>
    </form>
  );
}
