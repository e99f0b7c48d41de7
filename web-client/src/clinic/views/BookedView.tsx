/** How everybody comes in: a link, and a code to be read over the telephone. Shown this once. */
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { ClinicWords } from '../../i18n/clinic/words.ts';
import { fill } from '../../i18n/words.ts';
import { type Draft, spokenCode } from '../booking.ts';
import type { Booked, Role, WayIn } from '../contract.ts';
import { addressOf } from '../desk.ts';
import type { Model } from '../model.ts';
import { roleWords } from '../say.ts';
import { clock, dayWords, momentOf } from '../times.ts';
import { Act, Copy, type PageProps } from './parts.tsx';

interface BookedProps extends PageProps {
  readonly booked: Booked;
  readonly draft: Draft;
  readonly told: ClinicWords;
}

export function BookedView({ model, actions, booked, draft, told }: BookedProps) {
  const { booking } = model.words.value;
  const said = useRef<HTMLParagraphElement>(null);
  useLayoutEffect(() => {
    said.current?.focus({ preventScroll: true });
    // The form's button stood further down: what is said begins at its beginning.
    said.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  const time = clock(momentOf(draft.date, draft.time) ?? 0);
  const day = dayWords(draft.date, model.language.value);
  const route = model.route.value;
  const date = route.page === 'day' ? route.date : undefined;
  return (
    <div class="booked" data-testid="booked">
      <p class="lead" ref={said} tabIndex={-1}>
        {fill(booking.bookedFor, { name: draft.patient.trim(), time, day })}
      </p>
      {booked.people
        .flatMap(({ link, ...seat }) => (link === undefined ? [] : [{ ...seat, link }]))
        .map((seat) => (
          <SeatCard
            key={seat.seat}
            model={model}
            actions={actions}
            seat={seat}
            name={nameIn(draft, seat.role, model)}
            message={messageOf(draft, seat, model, told)}
            phone={phoneOf(draft, seat.role)}
          />
        ))}
      <p class="soft">{booking.onceOnly}</p>
      <div class="last">
        <Act
          look="filled"
          test="book-another"
          icon="plus"
          label={booking.another}
          onPress={() => actions.bookAnother()}
        />
        <Act
          test="to-appointment"
          label={booking.toAppointment}
          onPress={() =>
            actions.go({
              page: 'day',
              ...(date ? { date } : {}),
              beside: { kind: 'one', id: booked.appointment },
            })
          }
        />
      </div>
    </div>
  );
}

interface SeatProps extends PageProps {
  readonly seat: WayIn;
  readonly name: string;
  readonly message?: string;
  /** Where the server’s own message goes; empty where it knows no number. */
  readonly phone?: string;
}

export function SeatCard({ model, actions, seat, name, message, phone }: SeatProps) {
  const words = model.words.value;
  const { booking } = words;
  const link = addressOf(seat.link, location.origin);
  return (
    <section class="seat" data-testid="seat-link" data-role={seat.role}>
      <h3>
        {name} <small>{roleWords(seat.role, words)}</small>
      </h3>
      {seat.code && (
        <>
          <p class="label">{booking.code}</p>
          <p class="code" data-testid="code">
            {spokenCode(seat.code)}
          </p>
          <p class="soft">{booking.codeHow}</p>
        </>
      )}
      {phone && <p>{fill(booking.messageGoes, { phone })}</p>}
      {message && (
        <details>
          <summary>{booking.message}</summary>
          <p class="message">{message}</p>
        </details>
      )}
      <div class="copies">
        {message && (
          <Copy
            model={model}
            actions={actions}
            test="copy-message"
            text={message}
            label={booking.copyMessage}
          />
        )}
        <Copy
          model={model}
          actions={actions}
          test="copy-link"
          text={link}
          label={booking.copyLink}
        />
      </div>
    </section>
  );
}

function nameIn(draft: Draft, role: Role, model: Model): string {
  const { staff } = model;
  switch (role) {
    case 'patient':
      return draft.patient.trim();
    case 'companion':
      return draft.companion?.name.trim() ?? '';
    case 'interpreter':
    case 'practitioner':
    case 'observer': {
      const account = role === 'interpreter' ? draft.interpreter?.account : draft.practitioner;
      const known = staff.value?.find((member) => member.account === account);
      return known?.name ?? draft.interpreter?.name.trim() ?? '';
    }
    default:
      return role satisfies never;
  }
}

function phoneOf(draft: Draft, role: Role): string {
  if (role === 'patient') return draft.phone.trim();
  return role === 'companion' ? (draft.companion?.phone.trim() ?? '') : '';
}

/** What a coordinator would type into a telephone: who, when, where to tap, and what to do without the link. */
function messageOf(draft: Draft, seat: WayIn, model: Model, { booking }: ClinicWords): string {
  const words = fill(booking.messageText, {
    clinic: model.session.value?.clinic.name ?? '',
    name: nameIn(draft, seat.role, model),
    practitioner: nameIn(draft, 'practitioner', model),
    time: clock(momentOf(draft.date, draft.time) ?? 0),
    day: dayWords(draft.date, draft.language),
    link: addressOf(seat.link, location.origin, draft.language),
  });
  if (!seat.code) return words;
  return `${words} ${fill(booking.messageCode, { host: location.host, code: spokenCode(seat.code) })}`;
}
