/** The desk's one export: notes and summary of a practitioner, saved while they are written. */
import { signal } from '@preact/signals';
import type { Desk, DeskParts } from '../app/desk.ts';
import { Autosave } from './autosave.ts';
import { emptyDrafts, isUnsaved, PAPERS, told } from './drafts.ts';
import { OverView } from './OverView.tsx';
import { PaperView } from './PaperView.tsx';
import { wordsIn } from './words.ts';

export function startDesk({ model, send, after, now }: DeskParts): Desk {
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
  return {
    hear: (message) => autosave.hear(message),
    Paper: ({ model, actions, paper }) => (
      <PaperView model={model} actions={actions} writing={writing} paper={paper} />
    ),
    Over: ({ model, actions }) => <OverView model={model} actions={actions} writing={writing} />,
    end() {
      removeEventListener('beforeunload', warn);
      autosave.end();
    },
  };
}
