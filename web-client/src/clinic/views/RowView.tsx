/** One appointment in a list. */
import { languagePair } from '../../app/languages.ts';
import { fill } from '../../i18n/words.ts';
import { deedsOf, peopleOf, type Row } from '../day.ts';
import type { Model } from '../model.ts';
import { hashOf } from '../route.ts';
import { failedWords, nameOf, roleWords, whereWords, whyWords } from '../say.ts';
import { clock, momentWords } from '../times.ts';
import { focusRow } from './keys.ts';
import { Act, Drawing, type PageProps } from './parts.tsx';

interface RowProps extends PageProps {
  readonly row: Row;
  /** Where several practitioners are on one list. */
  readonly namesPractitioner?: boolean;
}

export function RowView({ model, actions, row, namesPractitioner }: RowProps) {
  const words = model.words.value;
  const { day } = words;
  const now = model.now.value;
  const session = model.session.value;
  const route = model.route.value;
  const next = model.next.value;
  const date = route.page === 'day' ? route.date : undefined;
  const beside = {
    page: 'day',
    ...(date ? { date } : {}),
    beside: { kind: 'one', id: row.id },
  } as const;
  const isOpen = route.page === 'day' && route.beside?.kind === 'one' && route.beside.id === row.id;
  const isNext = next && 'row' in next && next.row.id === row.id && next.kind !== 'comes';
  const deeds = deedsOf(
    row,
    { account: session?.account ?? '', books: session?.role !== 'interpreter' },
    now,
  );
  const why = whyWords(row, words);
  const { late } = row.appointment;
  const isBusy = model.busy.value === `enter ${row.id}`;
  const press = (event: KeyboardEvent) => {
    // The row's own keys; what is inside has its own.
    if (event.target !== event.currentTarget) return;
    if (event.key === 'ArrowDown') focusRow(event.currentTarget as HTMLElement, 1);
    else if (event.key === 'ArrowUp') focusRow(event.currentTarget as HTMLElement, -1);
    else if (event.key !== 'Enter') return;
    else if (deeds.admit) void actions.admit(row);
    else actions.go(beside);
    event.preventDefault();
  };
  return (
    <li
      class="row"
      // Chosen by arrows; the Tab key goes to its name and its button.
      tabIndex={-1}
      data-testid="row"
      data-id={row.id}
      data-where={row.where}
      data-next={isNext}
      aria-current={isOpen}
      aria-label={nameOf(row.patient, words)}
      onKeyDown={press}
      onClick={() => actions.go(beside)}
    >
      <p class="at">{row.at === undefined ? '' : momentWords(row.at, now)}</p>
      <div class="about">
        <p class="name">
          <a
            href={hashOf(beside)}
            onClick={(event) => {
              event.preventDefault();
              event.stopPropagation();
              actions.go(beside);
            }}
          >
            {nameOf(row.patient, words)}
          </a>
        </p>
        <p class="state">
          <span class="where">{whereWords(row, now, words)}</span>
          {why && <b> · {why}</b>}
        </p>
        <p class="soft">
          {[
            companyWords(row, model, namesPractitioner),
            late && row.turn && fill(day.late, { minutes: late.minutes, time: clock(late.at) }),
          ]
            .filter(Boolean)
            .join(' · ')}
        </p>
        {row.failed && (
          <p class="failed">
            <Drawing name="warning" />
            {failedWords(row.failed, now, words)}
          </p>
        )}
      </div>
      {/* The next one's button is the filled one above: nothing is there twice. */}
      {!isNext && (deeds.admit || (deeds.enter && row.where === 'inProgress')) && (
        <Act
          test={deeds.admit ? 'admit' : 'enter'}
          icon="enter"
          label={deeds.admit ? day.admitShort : day.enterShort}
          isBusy={isBusy}
          onPress={() => void (deeds.admit ? actions.admit(row) : actions.enter(row))}
        />
      )}
    </li>
  );
}

/** Who else comes: the interpreter with the languages, the family; the practitioner where there are several. */
export function companyWords(
  { appointment, patient }: Row,
  model: Model,
  namesPractitioner = false,
): string {
  const words = model.words.value;
  const practitioners = namesPractitioner ? peopleOf(appointment, 'practitioner') : [];
  const others = [
    ...practitioners,
    ...peopleOf(appointment, 'interpreter'),
    ...peopleOf(appointment, 'companion').filter(({ seat }) => seat !== patient?.seat),
  ];
  return others
    .map(({ role, name, languages }) => {
      const pair = languages && ` (${languagePair(languages, model.language.value)})`;
      return role === 'practitioner' ? name : `${roleWords(role, words)}: ${name}${pair ?? ''}`;
    })
    .join(' · ');
}
