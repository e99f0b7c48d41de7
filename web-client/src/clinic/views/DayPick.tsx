/** A day in people's words: today, tomorrow, the days of two weeks; any other out of a calendar. */
import { useState } from 'preact/hooks';
import { fill } from '../../i18n/words.ts';
import { dateOf, dayAfter, dayWords } from '../times.ts';
import { Field, type PageProps, Pick } from './parts.tsx';

interface DayPickProps extends PageProps {
  readonly test: string;
  readonly value: string;
  readonly onPick: (date: string) => void;
}

const DAYS = 15;
const OTHER = 'other';

export function DayPick({ model, test, value, onPick }: DayPickProps) {
  const { booking } = model.words.value;
  const today = dateOf(model.now.value);
  const dates = Array.from({ length: DAYS }, (_, days) => dayAfter(today, days));
  const [isOther, chooseOther] = useState(!dates.includes(value));
  if (isOther) {
    return (
      <Field test={test} type="date" label={booking.date} value={value} onType={onPick} isFirst />
    );
  }
  const words = (date: string, days: number) => {
    const day = dayWords(date, model.language.value);
    if (days > 1) return day;
    return fill(days === 0 ? booking.today : booking.tomorrow, { day });
  };
  return (
    <Pick
      test={test}
      label={booking.date}
      value={value}
      choices={[
        ...dates.map((date, days) => ({ value: date, label: words(date, days) })),
        { value: OTHER, label: booking.otherDay },
      ]}
      onPick={(chosen) => (chosen === OTHER ? chooseOther(true) : onPick(chosen))}
    />
  );
}
