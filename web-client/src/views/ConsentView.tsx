/** The words of consent and what was said to them: read, ticked, answered, taken back. Nothing is ticked for anybody. */
import { useState } from 'preact/hooks';
import { mayAnswer, subjectOf, unanswered } from '../app/consent.ts';
import type { ConsentScope, ConsentTextResponse } from '../protocol/generated/messages.ts';
import type { AppProps } from './App.tsx';
import { Confirm } from './Confirm.tsx';
import { ConsentState } from './ConsentState.tsx';
import { Panel } from './Panel.tsx';
import { ReadAloud } from './ReadAloud.tsx';
import { SpokenView, useSpoken } from './SpokenView.tsx';
import './consent.css';

type Props = Pick<AppProps, 'model' | 'actions'>;
type ReadingProps = Props & { readonly onAnswer: () => void };

export function ConsentView(props: Props) {
  const { model } = props;
  const { words } = model;
  const consents = model.consents.value;
  const subject = subjectOf(model.room.value);
  const [isReading, read] = useState(false);
  if (!subject) return null;
  const isOpen = isReading || unanswered(consents, subject.seat).length === consents.asked.length;
  // What comes in the other's place begins at its beginning.
  const page = isOpen ? 'words' : 'said';
  return (
    <Panel key={page} {...props} title={words.consent} className="consent">
      {isOpen ? (
        <Words {...props} onAnswer={() => read(false)} />
      ) : (
        <ConsentState {...props} subject={subject.seat} onRead={() => read(true)} />
      )}
    </Panel>
  );
}

function Words(props: ReadingProps) {
  const { words } = props.model;
  const text = props.model.consentText.value;
  if (text === undefined) return <p role="status">{words.consentComing}</p>;
  if (text !== 'failed') return <Text {...props} text={text} />;
  return (
    <>
      <p role="status">{words.consentFailed}</p>
      <button type="button" class="button" data-testid="again" onClick={props.actions.openConsent}>
        {props.model.voiceWords.again}
      </button>
    </>
  );
}

function Text({
  model,
  actions,
  text,
  onAnswer,
}: ReadingProps & { readonly text: ConsentTextResponse }) {
  const { words } = model;
  const [ticked, tick] = useState<readonly ConsentScope[]>([]);
  const isOwn = mayAnswer(model.room.value);
  const spoken = useSpoken(model);
  const said = isOwn ? undefined : spoken.value;
  const isWhole = ticked.length === text.boxes.length;
  const toggle = (scope: ConsentScope) =>
    tick(ticked.includes(scope) ? ticked.filter((one) => one !== scope) : [...ticked, scope]);
  const question = model.question.value?.kind;
  const agree = () => {
    actions.agree(ticked, said);
    onAnswer();
  };
  const refuse = () => {
    actions.withdraw(text.boxes.map(({ scope }) => scope));
    onAnswer();
  };
  return (
    <>
      <h3 lang={text.language}>{text.title}</h3>
      <ReadAloud text={text} words={words} />
      <div lang={text.language}>
        {text.paragraphs.map((paragraph) => (
          <p key={paragraph}>{paragraph}</p>
        ))}
      </div>
      <p>{isOwn ? words.consentTick : words.consentTickHeard}</p>
      {text.boxes.map(({ scope, words: said }) => (
        <label key={scope} lang={text.language}>
          <input
            type="checkbox"
            data-testid={`tick-${scope}`}
            checked={ticked.includes(scope)}
            onChange={() => toggle(scope)}
          />
          <span>{said}</span>
        </label>
      ))}
      {!isOwn && <SpokenView model={model} spoken={spoken} />}
      {question === 'refuse' || question === 'agreePart' ? (
        <Confirm
          test={question === 'refuse' ? 'refuse' : 'agree-part'}
          question={question === 'refuse' ? words.consentNoQuestion : words.consentPartQuestion}
          hint={question === 'refuse' ? words.consentNoHint : words.consentPartHint}
          yes={question === 'refuse' ? words.consentNoYes : words.consentPartYes}
          no={words.consentBack}
          onYes={question === 'refuse' ? refuse : agree}
          onNo={() => actions.ask(undefined)}
        />
      ) : (
        <div class="answers">
          {ticked.length === 0 && <p class="hint">{words.consentTickFirst}</p>}
          <button
            type="button"
            class="button filled"
            data-testid="agree"
            disabled={ticked.length === 0}
            onClick={() => (isWhole ? agree() : actions.ask({ kind: 'agreePart' }))}
          >
            {isOwn ? words.consentYes : words.consentHeard}
          </button>
          <button
            type="button"
            class="button"
            data-testid="refuse"
            onClick={() => actions.ask({ kind: 'refuse' })}
          >
            {words.consentNo}
          </button>
        </div>
      )}
    </>
  );
}
