/** Mute, camera, messages, leave: always in the same place. Leaving asks once, right there. */
import { fill } from '../i18n/words.ts';
import { Icon, type IconName } from '../ui/Icon.tsx';
import type { AppProps } from './App.tsx';

export function Controls({ model, actions }: AppProps) {
  const { microphone, camera } = model.call.value;
  const { isOpen, unread } = model.chat.value;
  const { words, voiceWords } = model;
  if (model.leaving.value) return <LeaveQuestion model={model} actions={actions} />;
  return (
    <nav class="bar" aria-label={words.controls}>
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
        onClick={() => actions.openChat(!isOpen)}
      />
      <Control
        test="leave"
        icon="leave"
        label={words.leave}
        stop
        onClick={() => actions.askToLeave(true)}
      />
    </nav>
  );
}

interface ControlProps {
  readonly test: string;
  readonly icon: IconName;
  readonly label: string;
  readonly off?: boolean;
  readonly news?: boolean;
  readonly stop?: boolean;
  readonly onClick: () => void;
}

function Control({ test, icon, label, off, news, stop, onClick }: ControlProps) {
  const look = off ? 'off' : news ? 'news' : stop ? 'stop' : '';
  return (
    <button type="button" class={`button ${look}`} data-testid={test} onClick={onClick}>
      <Icon name={icon} />
      <span class="label">{label}</span>
    </button>
  );
}

function LeaveQuestion({ model, actions }: Pick<AppProps, 'model' | 'actions'>) {
  const { words } = model;
  return (
    <section class="question" aria-label={words.leaveQuestion}>
      <p>
        <b>{words.leaveQuestion}</b> {words.leaveHint}
      </p>
      <div class="bar">
        <button
          type="button"
          class="button"
          data-testid="leave-no"
          onClick={() => actions.askToLeave(false)}
        >
          {words.leaveNo}
        </button>
        <button type="button" class="button stop" data-testid="leave-yes" onClick={actions.leave}>
          <Icon name="leave" />
          {words.leaveYes}
        </button>
      </div>
    </section>
  );
}
