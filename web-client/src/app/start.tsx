/** The app's one export: draws over the running call. */
import './app.css';
import { render } from 'preact';
import { app as vietnamese } from '../i18n/vi.ts';
import { App } from '../views/App.tsx';
import type { StartApp } from '../voice/stage.ts';
import { createModel } from './model.ts';
import { startSession } from './session.ts';
import { keepAwake } from './wakelock.ts';

export const startApp: StartApp = (stage) => {
  const model = createModel(stage, stage.appWords ?? vietnamese);
  const session = startSession(stage, model);
  const letSleep = keepAwake();
  const host = document.createElement('div');
  // Elements of a person who is not on screen go on playing here.
  const park = document.createElement('div');
  park.hidden = true;
  // In the document before the elements move in: one that leaves the document stops playing.
  stage.root.append(host, park);
  park.append(...stage.elements);
  render(<App model={model} actions={session.actions} stage={stage} park={park} />, host);
  return () => {
    session.end();
    letSleep();
    render(null, host);
    host.remove();
    park.remove();
  };
};
