/** The coordinator's board: who was forgotten, who has to be called, and how every practitioner's day goes. */
import { fill } from '../../i18n/words.ts';
import { lanesOf, longestWaits, needsCare, tallyOf } from '../day.ts';
import { nameOf } from '../say.ts';
import { dateOf } from '../times.ts';
import { Bell } from './NextCard.tsx';
import { Nothing, type PageProps, TroubleView } from './parts.tsx';
import { RowList } from './RowList.tsx';
import { RowView } from './RowView.tsx';

export function Board(props: PageProps) {
  const { model } = props;
  const { day } = model.words.value;
  const rows = model.rows.value;
  const hasBeside = model.route.value.page === 'day' && model.route.value.beside !== undefined;
  const isToday = model.day.value?.date === dateOf(model.now.value);
  const tally = tallyOf(rows);
  const waits = longestWaits(rows);
  const care = needsCare(rows);
  if (rows.length === 0) return <Nothing what={day.empty} how={day.emptyHow} />;
  return (
    <>
      <dl class="tally" aria-label={day.board}>
        {(
          [
            ['tallyWaiting', tally.waiting],
            ['tallyInProgress', tally.inProgress],
            ['tallyToCome', tally.toCome],
            ['tallyNoShows', tally.noShows],
          ] as const
        ).map(([word, count]) => (
          <div key={word} data-count={count > 0}>
            <dt>{day[word]}</dt>
            <dd>{count}</dd>
          </div>
        ))}
      </dl>
      <Bell {...props} />
      {!hasBeside && <TroubleView model={model} />}
      <div class="pairs">
        {waits.length > 0 && (
          <section class="part">
            <h2>{day.longestWaits}</h2>
            <ul class="rows">
              {waits.map((row) => (
                <RowView key={row.id} {...props} row={row} namesPractitioner />
              ))}
            </ul>
          </section>
        )}
        {care.length > 0 && (
          <section class="part">
            <h2>{day.needsCare}</h2>
            <ul class="rows">
              {care.map((row) => (
                <RowView key={row.id} {...props} row={row} namesPractitioner />
              ))}
            </ul>
          </section>
        )}
      </div>
      <h2 class="apart">{day.byPractitioner}</h2>
      <div class="lanes">
        {lanesOf(rows).map((lane) => (
          <section key={lane.key} class="lane" data-testid="lane">
            <h3>
              {nameOf(lane, model.words.value)}
              <small data-busy={lane.isBusy}>
                {lane.isBusy ? day.busy : day.free}
                {lane.waiting > 0 && ` · ${fill(day.laneWaiting, { count: lane.waiting })}`}
              </small>
            </h3>
            <RowList {...props} rows={lane.rows} isToday={isToday} />
          </section>
        ))}
      </div>
    </>
  );
}
