/** The one thing to do now, with the page's one filled button; and the bell of whoever came. */
import { fill } from '../../i18n/words.ts';
import type { Next, Row } from '../day.ts';
import { ownSeat } from '../day.ts';
import { nameOf, networkWords, waitedWords, whereWords, whyWords } from '../say.ts';
import { clock } from '../times.ts';
import { Act, Drawing, type PageProps } from './parts.tsx';
import { companyWords } from './RowView.tsx';

export function NextCard(props: PageProps) {
  const { model } = props;
  const next = model.next.value;
  if (!next) return null;
  return (
    <section class="next" data-kind={next.kind} data-testid="next">
      <Said {...props} next={next} />
      <Bell {...props} />
      <Blocked {...props} />
    </section>
  );
}

function Said(props: PageProps & { readonly next: Next }) {
  const { model, actions, next } = props;
  const words = model.words.value;
  const { day } = words;
  switch (next.kind) {
    case 'admit':
    case 'away':
    case 'goBack':
      return <Person {...props} row={next.row} />;
    case 'comes':
    case 'none':
      return (
        <div class="said">
          <p class="name">{day.nobodyWaits}</p>
          <p class="soft">
            {next.kind === 'comes'
              ? fill(day.comesNext, {
                  name: nameOf(next.row.patient, words),
                  time: clock(next.row.at ?? model.now.value),
                })
              : day.nobodyWaitsHow}
          </p>
          {model.mayAskNotify.value && (
            <Act
              look="plain"
              test="allow-notify"
              icon="bell"
              label={day.notifyAsk}
              onPress={() => void actions.allowNotify()}
            />
          )}
        </div>
      );
    default:
      return next satisfies never;
  }
}

function Person({ model, actions, row }: PageProps & { readonly row: Row }) {
  const words = model.words.value;
  const { day } = words;
  const kind = model.next.value?.kind;
  const session = model.session.value;
  const seat = session && ownSeat(row.appointment, session.account);
  const network = row.patient?.network;
  const why = whyWords(row, words);
  const isBusy = model.busy.value === `enter ${row.id}`;
  const label = buttonWords();
  return (
    <>
      <div class="said">
        <p class="label">{kind === 'goBack' ? day.nowTitle : day.nextTitle}</p>
        <p class="name">{nameOf(row.patient, words)}</p>
        <p class="waits">
          {row.where === 'waiting'
            ? waitedWords(row, model.now.value, words)
            : whereWords(row, model.now.value, words)}
        </p>
        {why && (
          <p>
            <b>{why}</b>
          </p>
        )}
        <p class="soft">
          {[row.at && clock(row.at), companyWords(row, model)].filter(Boolean).join(' · ')}
        </p>
        {network && kind === 'admit' && (
          <p class="soft network" data-network={network}>
            <Drawing name="network" />
            {networkWords(network, words)}
          </p>
        )}
      </div>
      <div class="deed">
        <Act
          look="filled"
          test={kind === 'admit' ? 'admit-next' : 'enter-next'}
          icon="enter"
          label={label}
          isBusy={isBusy}
          onPress={() =>
            void (kind === 'admit' && seat?.role === 'practitioner'
              ? actions.admit(row)
              : actions.enter(row))
          }
        />
      </div>
    </>
  );

  function buttonWords(): string {
    if (seat?.role === 'interpreter') return day.interpret;
    return kind === 'admit' ? day.admit : day.goBack;
  }
}

/** Rings until somebody says that it was heard. */
export function Bell({ model, actions }: PageProps) {
  const { day } = model.words.value;
  const news = model.unnoticed.value;
  if (news.length === 0) return null;
  const names = news.map(({ patient }) => nameOf(patient, model.words.value)).join(', ');
  return (
    <p class="bell" data-testid="arrived">
      <span>{fill(day.arrivedNames, { names })}</span>
      <Act test="bell-stop" icon="bell" label={day.bellStop} onPress={() => actions.notice()} />
    </p>
  );
}

function Blocked({ model }: PageProps) {
  const { day } = model.words.value;
  const address = model.blocked.value;
  if (address === undefined) return null;
  return (
    <p class="note" role="alert">
      <Drawing name="warning" />
      <span>
        {day.popupBlocked}{' '}
        <a
          href={address}
          target="_blank"
          rel="noreferrer"
          data-testid="open-consultation"
          onClick={() => {
            model.blocked.value = undefined;
          }}
        >
          {day.openConsultation}
        </a>
      </span>
    </p>
  );
}
