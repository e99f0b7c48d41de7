/** The running call: what is going on on top, people in the middle, controls always below. */

import type { Model } from '../app/model.ts';
import type { Paper } from '../protocol/generated/messages.ts';
import { linkWords } from '../voice/status.ts';
import type { AppProps } from './App.tsx';
import { ChatView } from './ChatView.tsx';
import { ConsentPrompt } from './ConsentPrompt.tsx';
import { ConsentView } from './ConsentView.tsx';
import { Controls } from './Controls.tsx';
import { MineView } from './MineView.tsx';
import { MoreView } from './MoreView.tsx';
import { MuteRequestView } from './MuteRequestView.tsx';
import { NoticeView } from './NoticeView.tsx';
import { Panel } from './Panel.tsx';
import { PeopleStage } from './PeopleStage.tsx';
import { PeopleView } from './PeopleView.tsx';
import { WaitingList } from './WaitingList.tsx';
import './call.css';
import './paper.css';

export function CallView(props: AppProps) {
  const { model } = props;
  const call = model.call.value;
  return (
    <main
      class="call app"
      data-link={call.link}
      data-panel={model.shownPanel.value}
      data-leads={model.powers.value.leads}
      data-waits={model.waiting.value.length > 0}
    >
      <h1 class="unseen">{model.words.callTitle}</h1>
      <header class="head">
        <p class="status" role="status" data-testid="status">
          {statusWords(model)}
        </p>
        <NoticeView {...props} />
        <ConsentPrompt {...props} />
        <MuteRequestView {...props} />
      </header>
      {model.powers.value.leads && <WaitingList {...props} />}
      <PeopleStage {...props} />
      <OpenPanel {...props} />
      <footer class="foot">
        <MineView model={model} />
        <Controls {...props} />
      </footer>
    </main>
  );
}

/** A transport that stands is no conversation while nothing may flow. */
function statusWords({ words, voiceWords, call, tiles, ...model }: Model): string {
  if (model.isWithheld.value) return words.withheldStatus;
  if (model.isCalled.value && call.value.link !== 'connected') return words.calledIn;
  return linkWords(call.value, tiles.value.length > 0, voiceWords);
}

/** Its words come with it; until then the panel says that it is on its way. */
function Papers({ model, actions, paper }: AppProps & { readonly paper: Paper }) {
  const { words } = model;
  const title = paper === 'notes' ? words.notes : words.summary;
  const View = model.desk.value?.Paper;
  return (
    <Panel model={model} actions={actions} title={title} className="papers">
      {View ? <View model={model} actions={actions} paper={paper} /> : <p>{words.deskComing}</p>}
    </Panel>
  );
}

function OpenPanel(props: AppProps) {
  const panel = props.model.shownPanel.value;
  switch (panel) {
    case 'chat':
      return <ChatView {...props} />;
    case 'people':
      return <PeopleView {...props} />;
    case 'more':
      return <MoreView {...props} />;
    case 'consent':
      return <ConsentView {...props} />;
    case 'notes':
    case 'summary':
      return <Papers {...props} paper={panel} />;
    case 'none':
      return null;
    default:
      return panel satisfies never;
  }
}
