/** One paper: what is written, whether it is saved, what a colleague saved meanwhile, who answers for it. */
import type { Signal } from '@preact/signals';
import { useState } from 'preact/hooks';
import type { DeskProps } from '../app/desk.ts';
import type { Model } from '../app/model.ts';
import { findSeat } from '../app/room.ts';
import { timeOf } from '../app/times.ts';
import { type DeskWords, fill } from '../i18n/words.ts';
import type { Paper, PaperState } from '../protocol/generated/messages.ts';
import { Confirm } from '../views/Confirm.tsx';
import type { Autosave } from './autosave.ts';
import {
  type Draft,
  type Drafts,
  isAmended,
  isSigned,
  isUnsaved,
  resolved,
  typed,
} from './drafts.ts';

export interface Writing {
  readonly drafts: Signal<Drafts>;
  readonly words: DeskWords;
  readonly autosave: Autosave;
  sign(paper: Paper): void;
}

interface Props extends DeskProps {
  readonly writing: Writing;
  readonly paper: Paper;
}

export function PaperView({ model, writing, paper }: Props) {
  const { words, autosave } = writing;
  const draft = writing.drafts.value[paper];
  return (
    <div
      class="paper"
      data-testid={paper}
      data-saved={!isUnsaved(draft)}
      data-online={isOnline(model)}
    >
      <p class="hint">{paper === 'notes' ? words.notesHow : words.summaryHow}</p>
      {draft.theirs && (
        <Theirs model={model} writing={writing} paper={paper} theirs={draft.theirs} />
      )}
      <textarea
        data-testid={`${paper}-text`}
        aria-label={words[paper]}
        placeholder={paper === 'summary' ? words.summaryGuide : words.nothing}
        value={draft.text}
        onInput={({ currentTarget }) => autosave.type(paper, typed(draft, currentTarget.value))}
        onBlur={() => autosave.save(paper)}
      />
      <p role="status" data-testid={`${paper}-state`}>
        {stateWords(draft, model, words)}
      </p>
      <Signing model={model} writing={writing} paper={paper} draft={draft} />
    </div>
  );
}

/** Both texts are there; nothing is decided for anybody. */
function Theirs({
  model,
  writing,
  paper,
  theirs,
}: Omit<Props, 'actions'> & { readonly theirs: PaperState }) {
  const { words, autosave, drafts } = writing;
  const choose = (choice: 'mine' | 'theirs' | 'both') => {
    const draft = resolved(drafts.value[paper], choice);
    drafts.value = { ...drafts.value, [paper]: draft };
    autosave.save(paper);
  };
  return (
    <section class="theirs" data-testid="theirs" aria-label={words.theirs}>
      <p>{fill(words.theirs, { name: nameIn(model, theirs.by, words) })}</p>
      <blockquote>{theirs.text}</blockquote>
      <div class="deeds">
        <button type="button" class="button" data-testid="take-both" onClick={() => choose('both')}>
          {words.takeBoth}
        </button>
        <button type="button" class="button" data-testid="keep-mine" onClick={() => choose('mine')}>
          {words.keepMine}
        </button>
        <button
          type="button"
          class="button"
          data-testid="take-theirs"
          onClick={() => choose('theirs')}
        >
          {words.takeTheirs}
        </button>
      </div>
    </section>
  );
}

function Signing({
  model,
  writing,
  paper,
  draft,
}: Omit<Props, 'actions'> & { readonly draft: Draft }) {
  const { words } = writing;
  const [isAsked, ask] = useState(false);
  const { signature } = draft;
  return (
    <>
      {signature && (
        <p data-testid={`${paper}-signed`} data-amended={isAmended(draft)}>
          {fill(words.signedBy, {
            name: nameIn(model, signature.by, words),
            time: timeOf(signature.at),
          })}{' '}
          {isAmended(draft) && <b>{words.amended}</b>}
        </p>
      )}
      {isAsked ? (
        <Confirm
          test={`sign-${paper}`}
          question={words.signQuestion}
          hint={paper === 'notes' ? words.signNotes : words.signSummary}
          yes={words.signYes}
          no={words.signNo}
          onYes={() => {
            ask(false);
            writing.sign(paper);
          }}
          onNo={() => ask(false)}
        />
      ) : (
        <button
          type="button"
          class="button filled"
          data-testid={`sign-${paper}`}
          disabled={isUnsaved(draft) || draft.base === 0 || isSigned(draft)}
          onClick={() => ask(true)}
        >
          {words.sign}
        </button>
      )}
    </>
  );
}

function stateWords(draft: Draft, model: Model, words: DeskWords): string {
  if (draft.refused) return words.tooLarge;
  if (!isUnsaved(draft)) {
    return draft.at === undefined ? '' : fill(words.saved, { time: timeOf(draft.at) });
  }
  return isOnline(model) ? words.saving : words.unsaved;
}

/** After the end what is written goes by requests. */
function isOnline({ eventsReady, ended }: Model): boolean {
  return eventsReady.value || ended.value !== undefined;
}

function nameIn(model: Model, seat: number, words: DeskWords): string {
  return findSeat(model.room.value, seat)?.name ?? words.somebody;
}
