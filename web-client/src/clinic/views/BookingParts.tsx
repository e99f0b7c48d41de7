/** Who else comes to a new appointment: only when asked for. */
import { languageName } from '../../app/languages.ts';
import { bookable, type Draft, type Fault, type InterpreterDraft, LANGUAGES } from '../booking.ts';
import { Act, Field, type PageProps, Pick } from './parts.tsx';

interface PartProps extends PageProps {
  readonly draft: Draft;
  readonly fault: (of: Fault) => string | undefined;
}

export function InterpreterPart({ model, actions, draft, fault }: PartProps) {
  const { booking } = model.words.value;
  const { interpreter } = draft;
  const language = model.language.value;
  const interpreters = bookable(model.staff.value ?? [], 'interpreter');
  if (!interpreter) {
    const first = {
      account: interpreters[0]?.account ?? '',
      name: '',
      from: 'mww',
      to: 'vi',
      licence: '',
    };
    return (
      <Act
        look="plain"
        test="add-interpreter"
        icon="plus"
        label={booking.addInterpreter}
        onPress={() => actions.write({ interpreter: first })}
      />
    );
  }
  const write = (part: Partial<InterpreterDraft>) =>
    actions.write({ interpreter: { ...interpreter, ...part } });
  const languages = LANGUAGES.map((value) => ({ value, label: languageName(value, language) }));
  return (
    <fieldset>
      <legend>{booking.interpreter}</legend>
      <Pick
        test="interpreter"
        label={booking.interpreter}
        value={interpreter.account}
        choices={[
          ...interpreters.map(({ account, name }) => ({ value: account, label: name })),
          { value: '', label: booking.outsideInterpreter },
        ]}
        onPick={(account) => write({ account })}
      />
      {interpreter.account === '' && (
        <Field
          test="interpreter-name"
          label={booking.interpreterName}
          value={interpreter.name}
          fault={fault('interpreter')}
          onType={(name) => write({ name })}
        />
      )}
      <div class="abreast">
        <Pick
          test="language-from"
          label={booking.languageFrom}
          value={interpreter.from}
          choices={languages}
          fault={fault('languages')}
          onPick={(from) => write({ from })}
        />
        <Pick
          test="language-to"
          label={booking.languageTo}
          value={interpreter.to}
          choices={languages}
          onPick={(to) => write({ to })}
        />
      </div>
      <Field
        test="licence"
        label={booking.licence}
        hint={booking.licenceHint}
        value={interpreter.licence}
        fault={fault('licence')}
        onType={(licence) => write({ licence })}
      />
      <Act
        look="plain"
        test="drop-interpreter"
        label={booking.dropInterpreter}
        onPress={() => actions.write({ interpreter: undefined })}
      />
    </fieldset>
  );
}

export function CompanionPart({ model, actions, draft, fault }: PartProps) {
  const { booking } = model.words.value;
  const { companion } = draft;
  if (!companion) {
    return (
      <Act
        look="plain"
        test="add-companion"
        icon="plus"
        label={booking.addCompanion}
        onPress={() => actions.write({ companion: { name: '', phone: '' } })}
      />
    );
  }
  const write = (part: Partial<NonNullable<Draft['companion']>>) =>
    actions.write({ companion: { ...companion, ...part } });
  return (
    <fieldset>
      <legend>{booking.companion}</legend>
      <Field
        test="companion"
        label={booking.companionName}
        value={companion.name}
        fault={fault('companion')}
        onType={(name) => write({ name })}
      />
      <Field
        test="companion-phone"
        type="tel"
        label={booking.companionPhone}
        value={companion.phone}
        fault={fault('companionPhone')}
        onType={(phone) => write({ phone })}
      />
      <Act
        look="plain"
        test="drop-companion"
        label={booking.dropCompanion}
        onPress={() => actions.write({ companion: undefined })}
      />
    </fieldset>
  );
}
