/** The whole app: the wait, the call, or what is said when it is over. */
import { useLayoutEffect } from 'preact/hooks';
import type { Actions } from '../app/actions.ts';
import type { Model } from '../app/model.ts';
import { Drawings } from '../ui/Icon.tsx';
import type { Stage } from '../voice/stage.ts';
import { CallView } from './CallView.tsx';
import { listenToKeys } from './keys.ts';
import { OverView } from './OverView.tsx';
import { WaitingView } from './WaitingView.tsx';

export interface AppProps {
  readonly model: Model;
  readonly actions: Actions;
  readonly stage: Stage;
  readonly park: HTMLElement;
}

export function App(props: AppProps) {
  const { model, actions } = props;
  useLayoutEffect(() => listenToKeys(model, actions), [model, actions]);
  return (
    <>
      <Drawings />
      <Screen {...props} />
      {/* Always in the document: a screen reader hears changes only of what was there before. */}
      <p class="unseen" role="status">
        {model.announced.value}
      </p>
    </>
  );
}

function Screen(props: AppProps) {
  const { model } = props;
  if (model.call.value.link === 'over') return <OverView {...props} />;
  return model.isWaiting.value ? <WaitingView {...props} /> : <CallView {...props} />;
}
