/** The app's one export: draws over the running call. */
import '../ui/app-tokens.css';
import './app.css';
import { render } from 'preact';
import { app, trouble } from '../i18n/vi.ts';
import { fetchConsentText } from '../signaling/consenttext.ts';
import { EventSocket } from '../signaling/socket.ts';
import { App } from '../views/App.tsx';
import { captureOne } from '../voice/cameras.ts';
import type { StartApp } from '../voice/stage.ts';
import { browserAlarm, mayNotify, startAlarm } from './alarm.ts';
import { bringDesk } from './deskloader.ts';
import { followDevices } from './devices.ts';
import { watchInterruptions } from './interruption.ts';
import { createModel, type Model } from './model.ts';
import { watchNetwork } from './network.ts';
import { OwnCare } from './owncare.ts';
import { startProbing } from './probing.ts';
import { startSession } from './session.ts';
import { keepAwake } from './wakelock.ts';

export const startApp: StartApp = (stage) => {
  const model = createModel(stage, stage.laterWords ?? { app, trouble });
  const surroundings = { document, devices: navigator.mediaDevices, isVisible, after };
  const care = new OwnCare(stage.call.own, {
    captureCamera: (choice) => captureOne('video', choice),
    captureMicrophone: () => captureOne('audio'),
    listDevices: () => navigator.mediaDevices.enumerateDevices().catch(() => []),
    ...surroundings,
  });
  const session = startSession(stage, model, {
    care,
    openSocket: (resume, events) => new EventSocket(resume, events),
    fetchConsentText: (scopes) => fetchConsentText(stage.language, scopes),
  });
  const stopDesk = bringDesk(model, { send: session.send, leave: session.actions.leave, after });
  const letSleep = keepAwake();
  const watching = new AbortController();
  watchInterruptions(stage.call, care, stage.sound, surroundings, watching.signal);
  model.mayAskNotify.value = mayNotify('default');
  const stops = [
    session.end,
    stopDesk,
    letSleep,
    () => watching.abort(),
    startAlarm(model, browserAlarm(stage.audio)),
    followDevices(stage, model, care),
    watchNetwork(stage.call),
    startProbing(stage.call),
    followWidth(model),
    // A screen that says “over” need not burn.
    stage.call.subscribe(({ link }) => link === 'over' && letSleep()),
  ];
  const host = document.createElement('div');
  // Elements of a person who is not on screen go on playing here.
  const park = document.createElement('div');
  park.hidden = true;
  // In the document before the elements move in: one that leaves the document stops playing.
  stage.root.append(host, park);
  park.append(...stage.elements);
  render(<App model={model} actions={session.actions} stage={stage} park={park} />, host);
  return () => {
    for (const stop of stops) stop();
    render(null, host);
    host.remove();
    park.remove();
  };
};

function isVisible(): boolean {
  return document.visibilityState === 'visible';
}

function after(ms: number, run: () => void): () => void {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
}

/** Where the views have place for a column; the same figure as in views/call.css. */
const COLUMN = '(min-width: 700px)';

function followWidth(model: Model): () => void {
  const query = matchMedia(COLUMN);
  const look = () => {
    model.isWide.value = query.matches;
  };
  query.addEventListener('change', look);
  look();
  return () => query.removeEventListener('change', look);
}
