/** A day: who is next, the list in the order of its times, and beside it one appointment or the form for a new one. */
import { useLayoutEffect } from 'preact/hooks';
import { hashOf } from '../route.ts';
import { dateOf, dayAfter, dayWords } from '../times.ts';
import { Board } from './Board.tsx';
import { BookingView } from './BookingView.tsx';
import { listenToKeys } from './keys.ts';
import { LateView } from './LateView.tsx';
import { NextCard } from './NextCard.tsx';
import { OneView } from './OneView.tsx';
import { Act, Drawing, Loading, Nothing, type PageProps, TroubleView } from './parts.tsx';
import { RowList } from './RowList.tsx';

export function DayView(props: PageProps) {
  const { model, actions } = props;
  const route = model.route.value;
  const session = model.session.value;
  useLayoutEffect(() => listenToKeys(model, actions), [model, actions]);
  if (route.page !== 'day' || !session) return null;
  const { beside } = route;
  return (
    <main class="day" data-beside={beside?.kind ?? 'none'} data-role={session.role}>
      <div class="main">
        <DayHead {...props} />
        {model.day.value === undefined ? (
          <Loading model={model} />
        ) : session.role === 'coordinator' ? (
          <Board {...props} />
        ) : (
          <Own {...props} />
        )}
      </div>
      {beside?.kind === 'new' && <BookingView {...props} />}
      {beside?.kind === 'one' && <OneView key={beside.id} {...props} id={beside.id} />}
    </main>
  );
}

function DayHead({ model, actions }: PageProps) {
  const { day } = model.words.value;
  const route = model.route.value;
  const session = model.session.value;
  if (route.page !== 'day') return null;
  const today = dateOf(model.now.value);
  const date = route.date ?? today;
  const go = (days: number) => {
    const wanted = dayAfter(date, days);
    actions.go({ page: 'day', ...(wanted === today ? {} : { date: wanted }) });
  };
  const isBooking = route.beside?.kind === 'new';
  // Where nobody is to be let in, that is what can be done.
  const next = model.next.value?.kind;
  const isNextAction = session?.role === 'coordinator' || next === 'comes' || next === 'none';
  return (
    <header class="head">
      <div class="stepper">
        <button
          type="button"
          class="button plain"
          title={day.previousDay}
          aria-label={day.previousDay}
          data-testid="previous-day"
          onClick={() => go(-1)}
        >
          <Drawing name="left" />
        </button>
        <h1>{capital(dayWords(date, model.language.value))}</h1>
        <button
          type="button"
          class="button plain"
          title={day.nextDay}
          aria-label={day.nextDay}
          data-testid="next-day"
          onClick={() => go(1)}
        >
          <Drawing name="right" />
        </button>
        {date !== today && (
          <a
            href={hashOf({ page: 'day' })}
            data-testid="to-today"
            onClick={(event) => {
              event.preventDefault();
              actions.go({ page: 'day' });
            }}
          >
            {day.toToday}
          </a>
        )}
      </div>
      {session?.role !== 'interpreter' && !isBooking && (
        <Act
          test="new-appointment"
          look={isNextAction ? 'filled' : undefined}
          icon="plus"
          label={day.newAppointment}
          onPress={() => actions.startBooking()}
        />
      )}
    </header>
  );
}

/** What a practitioner and an interpreter see: their own. */
function Own(props: PageProps) {
  const { model, actions } = props;
  const { day } = model.words.value;
  const rows = model.rows.value;
  const isToday = model.day.value?.date === dateOf(model.now.value);
  const isPractitioner = model.session.value?.role === 'practitioner';
  const hasBeside = model.route.value.page === 'day' && model.route.value.beside !== undefined;
  return (
    <>
      {isToday && <NextCard {...props} />}
      {isToday && isPractitioner && <LateView {...props} />}
      {!hasBeside && <TroubleView model={model} />}
      {rows.length === 0 ? (
        <Nothing what={day.empty} how={day.emptyHow} />
      ) : (
        <RowList model={model} actions={actions} rows={rows} label={day.list} isToday={isToday} />
      )}
      {isPractitioner && rows.some(({ turn }) => turn) && <p class="keys">{day.keysHint}</p>}
    </>
  );
}

function capital(words: string): string {
  return words.replace(/^\p{Ll}/u, (letter) => letter.toUpperCase());
}
