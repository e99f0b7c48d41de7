/** The desk's one export: notes and summary of a practitioner, saved while they are written, and the way to a colleague. */
import { signal } from '@preact/signals';
import type { Desk, DeskParts } from '../app/desk.ts';
import { handOver, lookForColleagues } from '../signaling/handover.ts';
import { StaffHttp } from '../signaling/staff.ts';
import { Autosave } from './autosave.ts';
import { emptyDrafts, isUnsaved, PAPERS, told } from './drafts.ts';
import { HandedView, HandingView } from './HandingView.tsx';
import { HandingOver } from './handing.ts';
import { OverView } from './OverView.tsx';
import { PaperView } from './PaperView.tsx';
import { wordsIn } from './words.ts';

export function startDesk({ model, send, leave, after, now }: DeskParts): Desk {
  const drafts = signal(emptyDrafts);
  const words = wordsIn(model.language);
  for (const state of model.papers.value) {
    drafts.value = { ...drafts.value, [state.paper]: told(drafts.value[state.paper], state) };
  }
  const autosave = new Autosave(
    {
      read: () => drafts.peek(),
      write(next) {
        drafts.value = next;
      },
      send,
      after,
    },
    now,
  );
  // What is on the screen alone would go with the page.
  const warn = (event: BeforeUnloadEvent) => {
    if (PAPERS.some((paper) => isUnsaved(drafts.peek()[paper]))) event.preventDefault();
  };
  addEventListener('beforeunload', warn);
  const writing = {
    drafts,
    words,
    autosave,
    sign(paper: 'notes' | 'summary') {
      const { base } = drafts.peek()[paper];
      send({ type: 'signOff', paper, version: base });
    },
  };
  const http = new StaffHttp();
  const handing = new HandingOver({
    look: () => {
      const { you, seats } = model.room.peek();
      return lookForColleagues(http, { you, seats, windowName: window.name });
    },
    send: (offer, account) => handOver(http, offer, account),
    leave,
  });
  return {
    hear(message) {
      autosave.hear(message);
      handing.hear(message);
    },
    Paper: ({ model, actions, paper }) => (
      <PaperView model={model} actions={actions} writing={writing} paper={paper} />
    ),
    Lead: ({ model, actions }) => (
      <HandingView model={model} actions={actions} writing={writing} handing={handing} />
    ),
    isHandedOver: () => handing.state.value.step === 'done',
    Over({ model, actions }) {
      const { value } = handing.state;
      return value.step === 'done' ? (
        <HandedView name={value.name} words={words} />
      ) : (
        <OverView model={model} actions={actions} writing={writing} />
      );
    },
    end() {
      removeEventListener('beforeunload', warn);
      autosave.end();
    },
  };
}
