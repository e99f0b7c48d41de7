/** For who waits: how long, what to do (nothing), and that the device works. Nobody is called by a tap. */

import { lateUntil } from '../app/late.ts';
import type { Model } from '../app/model.ts';
import { timeOf } from '../app/times.ts';
import { fill, fillSentence } from '../i18n/words.ts';
import type { LateNotice } from '../protocol/generated/messages.ts';
import { Icon } from '../ui/Icon.tsx';
import type { AppProps } from './App.tsx';
import { ChatView } from './ChatView.tsx';
import { Confirm } from './Confirm.tsx';
import { ConsentPrompt } from './ConsentPrompt.tsx';
import { ConsentView } from './ConsentView.tsx';
import { LevelBars } from './MineView.tsx';
import { hasAnswered } from './MoreView.tsx';
import { NoticeView } from './NoticeView.tsx';
import { SelfView } from './SelfView.tsx';
import './waiting.css';

export function WaitingView(props: AppProps) {
  const { model, actions, stage } = props;
  const { words, voiceWords } = model;
  const { held, ahead, practitioners, isAttended } = model.place.value;
  const call = model.call.value;
  const isWriting = model.panel.value === 'chat';
  const isConsenting = model.panel.value === 'consent';
  const isFull = isWriting || isConsenting;
  const unread = model.chat.value.unread.length;
  return (
    <main
      class="screen waiting"
      data-testid="waiting"
      data-held={held}
      data-ahead={ahead}
      data-panel={model.panel.value}
    >
      <p class="brand">{stage.invitation?.clinic ?? 'Nhịp Cầu'}</p>
      <div class="said">
        <h1>{words.waitingTitle}</h1>
        {/* Once is enough where the next line names them. */}
        {isAttended && !held && <p class="who">{practitioners.join(', ')}</p>}
        <p class="place" role="status" data-testid="status">
          {placeWords(model)}
        </p>
        {model.room.value.late && (
          <p class="delay" role="status" data-testid="late">
            {lateWords(model, model.room.value.late)}
          </p>
        )}
        <p>{keepWords(model)}</p>
      </div>
      <NoticeView {...props} />
      <ConsentPrompt {...props} />
      {isWriting && <ChatView {...props} />}
      {isConsenting && <ConsentView {...props} />}
      {!isFull && (
        <div class="device">
          <SelfView stage={stage} model={model} />
          <div>
            <p class="line">
              <Icon name="microphone" />
              <LevelBars model={model} />
              <span>{model.level.value.spokeLately ? words.levelClear : words.levelQuiet}</span>
            </p>
            <p class="private">{words.waitingPrivate}</p>
          </div>
          {/* Under both: beside the picture a phone has room for half a line. */}
          <LinkLine model={model} />
        </div>
      )}
      {model.question.value?.kind === 'leave' ? (
        <Confirm
          test="leave"
          icon="leave"
          question={words.waitingLeaveQuestion}
          hint={words.waitingLeaveHint}
          yes={words.waitingLeaveYes}
          no={words.waitingLeaveNo}
          onYes={actions.leave}
          onNo={() => actions.ask(undefined)}
        />
      ) : (
        !isFull && (
          <div class="controls">
            {call.silenced && (
              <button type="button" class="button" onClick={actions.listen}>
                {voiceWords.tapToHear}
              </button>
            )}
            {model.powers.value.writes && (
              <button
                type="button"
                class={`button ${unread > 0 ? 'news' : ''}`}
                data-testid="chat"
                onClick={() => actions.openPanel('chat')}
              >
                <Icon name="chat" />
                {unread > 0 ? fill(words.chatUnread, { count: unread }) : words.writeClinic}
              </button>
            )}
            {hasAnswered(model) && (
              <button
                type="button"
                class="button plain"
                data-testid="consent"
                onClick={actions.openConsent}
              >
                {words.consentMine}
              </button>
            )}
            <button
              type="button"
              class="button plain"
              data-testid="leave"
              onClick={() => actions.ask({ kind: 'leave' })}
            >
              {words.waitingLeave}
            </button>
          </div>
        )
      )}
    </main>
  );
}

function placeWords(model: Model): string {
  const { words, place } = model;
  const { held, ahead, isAttended } = place.value;
  if (held) return fillSentence(words.waitingHeld, { who: whoCalls(model) });
  if (!isAttended) return fillSentence(words.waitingNobody, { who: whoCalls(model) });
  if (ahead === undefined) return '';
  return ahead === 0 ? words.waitingNext : fill(words.waitingAhead, { count: ahead });
}

/** Until when as well: that stays true however long ago it was said. */
function lateWords(model: Model, late: LateNotice): string {
  const until = timeOf(lateUntil(late));
  return fillSentence(model.words.waitingLate, {
    who: whoCalls(model),
    count: late.minutes,
    until,
  });
}

/** A patient is addressed as the clinic's elder; whoever else waits, without a kinship word. */
function keepWords(model: Model): string {
  const { words, you } = model;
  const said = you.value?.role === 'patient' ? words.waitingKeepPatient : words.waitingKeep;
  return fillSentence(said, { who: whoCalls(model) });
}

/** By name where the invitation names them: not everybody who leads is a doctor. */
function whoCalls({ words, place }: Model): string {
  return place.value.practitioners.join(', ') || words.waitingWho;
}

function LinkLine({ model }: { readonly model: Model }) {
  const { eventsReady, eventsAway, network } = model;
  return (
    <p
      class="line"
      data-testid="network"
      data-ready={eventsReady.value}
      data-network={network.value}
    >
      <Icon name={eventsAway.value ? 'network-off' : 'network'} />
      <span>{linkLineWords(model)}</span>
    </p>
  );
}

function linkLineWords({ words, eventsReady, eventsAway, network }: Model): string {
  if (eventsAway.value) return words.waitingUnlinked;
  if (!eventsReady.value) return words.waitingLinking;
  switch (network.value) {
    case undefined:
      return words.waitingLinked;
    case 'good':
      return words.outlookGood;
    case 'fair':
      return words.outlookFair;
    case 'weak':
      return words.outlookWeak;
    case 'poor':
      return words.outlookPoor;
    default:
      return network.value satisfies never;
  }
}
