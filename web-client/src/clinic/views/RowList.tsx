/** Appointments in the order of their times; those that are over for long fold into one line. */
import { useState } from 'preact/hooks';
import { fill } from '../../i18n/words.ts';
import { isPast, type Row } from '../day.ts';
import { clock } from '../times.ts';
import type { PageProps } from './parts.tsx';
import { RowView } from './RowView.tsx';

interface ListProps extends PageProps {
  readonly rows: readonly Row[];
  readonly label?: string;
  /** Whether it is today's, with a line where the day stands. */
  readonly isToday: boolean;
}

/** One that is over is not worth a fold. */
const FOLDED = 2;

export function RowList({ model, actions, rows, label, isToday }: ListProps) {
  const { day } = model.words.value;
  const now = model.now.value;
  const [showsPast, showPast] = useState(false);
  const past = rows.filter((row) => isPast(row, now) && (row.at ?? 0) < now);
  const isFolded = past.length >= FOLDED;
  const shown = showsPast || !isFolded ? rows : rows.filter((row) => !past.includes(row));
  const nowAt = shown.findIndex(({ at }) => (at ?? 0) > now);
  return (
    <ul class="rows" aria-label={label}>
      {isFolded && (
        <li class="past">
          <button
            type="button"
            class="button plain"
            data-testid="past"
            aria-expanded={showsPast}
            onClick={() => showPast(!showsPast)}
          >
            {fill(day.past, { count: past.length })}
          </button>
        </li>
      )}
      {shown.map((row, place) => [
        isToday && place === nowAt && place > 0 && (
          <li key="now" class="now" aria-hidden="true">
            <span>{fill(day.now, { time: clock(now) })}</span>
          </li>
        ),
        <RowView key={row.id} model={model} actions={actions} row={row} />,
      ])}
    </ul>
  );
}
