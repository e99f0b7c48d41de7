/** The controls of the call: always in the same place. Leaving asks once, right there. */
import { countHere } from '../app/people.ts';
import { fill } from '../i18n/words.ts';
import { Icon, type IconName } from '../ui/Icon.tsx';
import type { AppProps } from './App.tsx';
import { Confirm } from './Confirm.tsx';
import { hasMore } from './MoreView.tsx';
import { TurnButtons } from './TurnView.tsx';
import './controls.css';

export function Controls({ model, actions }: AppProps) {
  const { words, powers } = model;
  if (model.question.value?.kind === 'leave') {
    return (
      <Confirm
        test="leave"
        icon="leave"
        question={words.leaveQuestion}
        hint={words.leaveHint}
        yes={words.leaveYes}
        no={words.leaveNo}
        onYes={actions.leave}
        onNo={() => actions.ask(undefined)}
      />
    );
  }
  return (
    <>
      {model.you.value?.role === 'interpreter' && powers.value.asksTurns && (
        <div class="interpreting">
          <p>{words.consecutive}</p>
          <TurnButtons model={model} actions={actions} />
        </div>
      )}
      <nav aria-label={words.controls}>
        <Second model={model} actions={actions} />
        <First model={model} actions={actions} />
      </nav>
    </>
  );
}

type BarProps = Pick<AppProps, 'model' | 'actions'>;

/** What every minute may need. */
function First({ model, actions }: BarProps) {
  const { microphone, camera } = model.call.value;
  const unread = model.chat.value.unread.length;
  const { words, voiceWords } = model;
  return (
    <div class="bar first">
      <Control
        test="mute"
        icon={microphone ? 'microphone' : 'microphone-off'}
        label={microphone ? voiceWords.mute : voiceWords.unmute}
        off={!microphone}
        onClick={actions.toggleMicrophone}
      />
      <Control
        test="camera"
        icon={camera ? 'camera' : 'camera-off'}
        label={camera ? words.cameraOff : words.cameraOn}
        off={!camera}
        onClick={actions.toggleCamera}
      />
      <Control
        test="chat"
        icon="chat"
        label={unread > 0 ? fill(words.chatUnread, { count: unread }) : words.chat}
        news={unread > 0}
        opens={model.panel.value === 'chat'}
        onClick={() => actions.openPanel('chat')}
      />
      <Control
        test="leave"
        icon="leave"
        label={words.leave}
        stop
        onClick={() => actions.ask({ kind: 'leave' })}
      />
    </div>
  );
}

/** What is needed now and then. */
function Second({ model, actions }: BarProps) {
  const { words } = model;
  const hand = model.hand.value;
  return (
    <div class="bar second">
      {model.powers.value.raisesHand && (
        <Control
          test="hand"
          icon="hand"
          label={hand ? words.lowerHand : words.raiseHand}
          off={hand}
          pressed={hand}
          onClick={actions.raiseHand}
        />
      )}
      <Control
        test="people"
        icon="people"
        label={fill(words.peopleCount, { count: countHere(model.room.value) })}
        opens={model.shownPanel.value === 'people'}
        onClick={() => actions.openPanel('people')}
      />
      {model.canFlip.value && model.call.value.camera && (
        <Control
          test="flip-camera"
          icon="flip"
          label={words.flipCamera}
          onClick={actions.flipCamera}
        />
      )}
      {hasMore(model) && (
        <Control
          test="more"
          icon="more"
          label={words.more}
          opens={model.panel.value === 'more'}
          onClick={() => actions.openPanel('more')}
        />
      )}
    </div>
  );
}

interface ControlProps {
  readonly test: string;
  readonly icon: IconName;
  readonly label: string;
  readonly off?: boolean;
  readonly news?: boolean;
  readonly stop?: boolean;
  readonly pressed?: boolean;
  /** Set for what opens a panel: whether it is open. */
  readonly opens?: boolean;
  readonly onClick: () => void;
}

function Control({ test, icon, label, off, news, stop, pressed, opens, onClick }: ControlProps) {
  const look = off ? 'off' : news ? 'news' : stop ? 'stop' : opens ? 'open' : '';
  return (
    <button
      type="button"
      class={`button ${look}`}
      data-testid={test}
      aria-pressed={pressed}
      aria-expanded={opens}
      onClick={onClick}
    >
      <Icon name={icon} />
      <span class="label">{label}</span>
    </button>
  );
}
