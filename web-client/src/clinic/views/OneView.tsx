/** One appointment: who is in it and how they are, and what can be done with it. */
import { languagePair } from '../../app/languages.ts';
import { fill } from '../../i18n/words.ts';
import type { AppointmentPerson, PriorityClass } from '../contract.ts';
import { type Deeds, deedsOf, peopleOf, type Row } from '../day.ts';
import { nameOfLanguage } from '../language.ts';
import {
  failedWords,
  nameOf,
  networkWords,
  PRIORITIES,
  presenceWords,
  priorityWords,
  roleWords,
  whereWords,
  whyWords,
} from '../say.ts';
import { clock, dateOf, dayWords } from '../times.ts';
import { Aside } from './Aside.tsx';
import { SeatCard } from './BookedView.tsx';
import { CancelForm, MoveForm, TransferForm } from './OneForms.tsx';
import { Act, Asked, Drawing, Nothing, type PageProps, Pick, TroubleView } from './parts.tsx';

export function OneView(props: PageProps & { readonly id: string }) {
  const { model, id } = props;
  const words = model.words.value;
  const row = model.rows.value.find((one) => one.id === id);
  return (
    <Aside {...props} title={words.one.title} test="one">
      {row ? <One {...props} row={row} /> : model.day.value && <Nothing what={words.one.gone} />}
    </Aside>
  );
}

interface OneProps extends PageProps {
  readonly row: Row;
}

function One(props: OneProps) {
  const { model, actions, row } = props;
  const words = model.words.value;
  const { day, one } = words;
  const now = model.now.value;
  const session = model.session.value;
  const books = session?.role === 'practitioner' || session?.role === 'coordinator';
  const deeds = deedsOf(row, { account: session?.account ?? '', books }, now);
  const { minutes } = row.appointment;
  const why = whyWords(row, words);
  const shown = model.shown.value;
  const made = shown?.kind === 'seat' && shown.appointment === row.id ? shown.seat : undefined;
  const owner = row.appointment.people.find(({ seat }) => seat === made?.seat);
  return (
    <div class="one" data-where={row.where}>
      <p class="lead">{nameOf(row.patient, words)}</p>
      {row.at !== undefined && (
        <p>
          {clock(row.at)} {dayWords(dateOf(row.at), model.language.value)}
          {minutes !== undefined && ` · ${fill(words.booking.minutesCount, { minutes })}`}
        </p>
      )}
      <p class="state">
        <span class="where">{whereWords(row, now, words)}</span>
        {why && <b> · {why}</b>}
      </p>
      {(deeds.admit || deeds.enter) && (
        <div class="deeds">
          <Act
            test={deeds.admit ? 'admit' : 'enter'}
            icon="enter"
            label={deeds.admit ? day.admitShort : day.enterShort}
            isBusy={model.busy.value === `enter ${row.id}`}
            onPress={() => void (deeds.admit ? actions.admit(row) : actions.enter(row))}
          />
        </div>
      )}
      <h3>{one.people}</h3>
      <ul class="people">
        {row.appointment.people.map((person) => (
          <Person key={person.seat} {...props} person={person} mayRenew={deeds.newLink} />
        ))}
      </ul>
      {made && <SeatCard model={model} actions={actions} seat={made} name={nameOf(owner, words)} />}
      <TroubleView model={model} />
      {deeds.priority && (
        <Pick<PriorityClass | ''>
          test="one-priority"
          label={words.booking.priority}
          value={row.appointment.priority?.class ?? ''}
          choices={[
            { value: '', label: day.noPriority },
            ...PRIORITIES.map((value) => ({ value, label: priorityWords(value, words) })),
          ]}
          onPick={(priority) => void actions.setPriority(row.id, priority === '' ? null : priority)}
        />
      )}
      <Changes {...props} deeds={deeds} />
    </div>
  );
}

function Person({
  model,
  actions,
  row,
  person,
  mayRenew,
}: OneProps & { readonly person: AppointmentPerson; readonly mayRenew: boolean }) {
  const words = model.words.value;
  const { one } = words;
  const { name, role, languages, licence, language, network, seat, part } = person;
  const failed = person.failedJoins;
  // Who has an account comes in by it.
  const needsLink = person.account === undefined;
  return (
    <li>
      <p>
        <b>{nameOf(person, words)}</b>{' '}
        <small>
          {[
            roleWords(role, words),
            (part === 'treating' || part === 'advising') && one[part],
            languages && languagePair(languages, model.language.value),
            licence && fill(one.licence, { licence }),
            needsLink && fill(one.messagesIn, { language: nameOfLanguage(language) }),
          ]
            .filter(Boolean)
            .join(' · ')}
        </small>
      </p>
      <p class="soft" data-present={person.present}>
        {[presenceWords(person, words), network && networkWords(network, words)]
          .filter(Boolean)
          .join(' · ')}
      </p>
      {failed && !person.present && person.admission === 'none' && (
        <p class="failed">
          <Drawing name="warning" />
          {failedWords(failed, model.now.value, words)}
        </p>
      )}
      {needsLink && mayRenew && (
        <Asked
          model={model}
          actions={actions}
          kind="newLink"
          about={String(seat)}
          label={one.newLink}
          question={fill(one.newLinkQuestion, { name })}
          hint={one.newLinkHint}
          yes={one.newLinkYes}
          onYes={() => void actions.newLink(row.id, seat)}
        />
      )}
    </li>
  );
}

function Changes(props: OneProps & { readonly deeds: Deeds }) {
  const { model, actions, row, deeds } = props;
  const { one } = model.words.value;
  const open = model.question.value?.kind;
  const treating = peopleOf(row.appointment, 'practitioner')[0];
  return (
    <div class="changes">
      {deeds.reschedule &&
        (open === 'reschedule' ? (
          <MoveForm {...props} />
        ) : (
          <Act
            test="reschedule"
            label={one.reschedule}
            onPress={() => actions.ask({ kind: 'reschedule', about: '' })}
          />
        ))}
      {deeds.transfer &&
        treating &&
        (open === 'transfer' ? (
          <TransferForm {...props} seat={treating} />
        ) : (
          <Act
            test="transfer"
            label={one.transfer}
            onPress={() => actions.ask({ kind: 'transfer', about: '' })}
          />
        ))}
      {deeds.noShow && (
        <Asked
          model={model}
          actions={actions}
          kind="noShow"
          label={one.noShow}
          question={one.noShowQuestion}
          hint={one.noShowHint}
          yes={one.noShowYes}
          onYes={() => void actions.noShow(row.id)}
        />
      )}
      {deeds.cancel &&
        (open === 'cancel' ? (
          <CancelForm {...props} />
        ) : (
          <Act
            test="cancel"
            label={one.cancel}
            onPress={() => actions.ask({ kind: 'cancel', about: '' })}
          />
        ))}
      {deeds.reopen && (
        <Act
          test="reopen"
          label={one.reopen}
          title={one.reopenHint}
          onPress={() => void actions.reopen(row.id)}
        />
      )}
    </div>
  );
}
