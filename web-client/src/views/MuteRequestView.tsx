/** Somebody asks to mute. The person decides: nobody is muted from afar. */
import { fill } from '../i18n/words.ts';
import type { AppProps } from './App.tsx';
import { nameOf } from './persons.ts';

export function MuteRequestView({ model, actions }: AppProps) {
  const by = model.muteRequest.value;
  if (by === undefined) return null;
  const { words } = model;
  return (
    <div class="notice" role="alert" data-testid="mute-request">
      <p>{fill(words.muteRequest, { name: nameOf(by, model) })}</p>
      <div class="bar">
        <button
          type="button"
          class="button"
          data-testid="mute-request-no"
          onClick={() => actions.answerMute(false)}
        >
          {words.muteLater}
        </button>
        <button
          type="button"
          class="button filled"
          data-testid="mute-request-yes"
          onClick={() => actions.answerMute(true)}
        >
          {words.muteYes}
        </button>
      </div>
    </div>
  );
}
