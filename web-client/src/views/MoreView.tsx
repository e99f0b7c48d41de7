/** What is needed now and then: asking for a pause, and where the sound comes out. */
import { mayAnswer } from '../app/consent.ts';
import type { Model } from '../app/model.ts';
import type { AppProps } from './App.tsx';
import { Panel } from './Panel.tsx';
import { TurnButtons } from './TurnView.tsx';

/** Whether there is anything in it for this person on this device. */
export function hasMore(model: Model): boolean {
  return asksInMenu(model) || hasChoice(model) || hasAnswered(model);
}

/** The patient, or who speaks for them, has said something that can be taken back. */
export function hasAnswered({ consents, room, isConsentAsked }: Model): boolean {
  const isOurs = mayAnswer(room.value) && consents.value.asked.length > 0;
  return isOurs && !isConsentAsked.value;
}

function asksInMenu({ powers, you }: Model): boolean {
  // An interpreter has these buttons large and always.
  return powers.value.asksTurns && you.value?.role !== 'interpreter';
}

function hasChoice({ outputs }: Model): boolean {
  return outputs.value.devices.length > 1;
}

export function MoreView({ model, actions }: AppProps) {
  const { words } = model;
  const { devices, chosen } = model.outputs.value;
  return (
    <Panel model={model} actions={actions} title={words.more} className="more">
      {asksInMenu(model) && (
        <>
          <h3>{words.turnTitle}</h3>
          <TurnButtons model={model} actions={actions} />
        </>
      )}
      {hasAnswered(model) && (
        <button type="button" class="button" data-testid="consent" onClick={actions.openConsent}>
          {words.consentMine}
        </button>
      )}
      {hasChoice(model) && (
        <label>
          <h3>{words.output}</h3>
          <select
            data-testid="speaker-output"
            value={chosen}
            onChange={({ currentTarget }) => actions.chooseOutput(currentTarget.value)}
          >
            <option value="">{words.outputDefault}</option>
            {devices.map(({ id, label }, index) => (
              <option key={id} value={id}>
                {label || `${words.output} ${index + 1}`}
              </option>
            ))}
          </select>
        </label>
      )}
    </Panel>
  );
}
