/** The whole app: the call, or what is said when it is over. */
import type { Model } from '../app/model.ts';
import type { Actions } from '../app/session.ts';
import type { Stage } from '../voice/stage.ts';
import { CallView } from './CallView.tsx';
import { OverView } from './OverView.tsx';

export interface AppProps {
  readonly model: Model;
  readonly actions: Actions;
  readonly stage: Stage;
  readonly park: HTMLElement;
}

export function App(props: AppProps) {
  return props.model.call.value.link === 'over' ? <OverView {...props} /> : <CallView {...props} />;
}
