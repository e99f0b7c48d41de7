/** One visit: a call with its devices, its seat and its screen, from the tap until it is over. */
import { Peer } from '../media/peer.ts';
import { join, newAttempt, resume } from '../signaling/http.ts';
import { Call, type CallState, type Entry } from './call.ts';
import { callScreen } from './callscreen.ts';
import { type Captured, captureOne } from './capture.ts';
import { failureWords } from './failure.ts';
import { fetchApp } from './fetchapp.ts';
import { watchInterruptions } from './interruption.ts';
import { LevelMeter } from './level.ts';
import { forgetSeat, holdSeat, keepSeat } from './seat.ts';
import type { Sound } from './sound.ts';
import type { Assets, Stage } from './stage.ts';

/** When the others are silent the app comes anyway. */
const APP_AFTER_MS = 3000;

export interface Visit extends Omit<Stage, 'call' | 'elements' | 'audio' | 'level' | 'failure'> {
  readonly assets: Assets;
  readonly link: string;
  readonly captured: Captured;
  readonly sound: Sound;
  readonly entry: Entry;
  /** As it was before a reload. */
  readonly microphone: boolean;
  /** Over before the app was there to say so. */
  ended(state: CallState): void;
}

export function beginVisit(visit: Visit): Call {
  const { link, sound, words, root } = visit;
  const call = new Call(visit.captured, {
    openPeer: (events) => new Peer(sound.elements, events),
    join: (request, signal) => join({ link, ...request }, signal),
    resume,
    newAttempt,
    captureCamera: (choice) => captureOne('video', choice),
    captureMicrophone: () => captureOne('audio'),
    listDevices: () => navigator.mediaDevices.enumerateDevices().catch(() => []),
    isVisible,
    after,
    unlock: () => sound.wake(),
    setOutput: (id) => sound.setOutput(id),
  });
  if (!visit.microphone) call.setMicrophone(false);
  const over = new AbortController();
  const until = { signal: over.signal };
  // A closed tab says so; one that the browser kept and shows again comes back to its seat.
  addEventListener('pagehide', () => call.suspend(), until);
  addEventListener('pageshow', ({ persisted }) => persisted && void call.rejoin(), until);
  // Another network: the old path may be dead long before the browser says so.
  addEventListener('online', () => void call.rejoin(), until);
  watchInterruptions(
    call,
    sound,
    { document, devices: navigator.mediaDevices, isVisible, after },
    over.signal,
  );
  holdSeat(link, over.signal);
  const meter = new LevelMeter(() => call.microphoneTrack, sound.context);
  const screen = callScreen(call, sound.elements, meter, words);
  root.replaceChildren(screen.node);

  let endApp: (() => void) | undefined;
  const stage: Stage = {
    ...visit,
    call,
    elements: sound.elements,
    audio: sound.context,
    level: () => meter.look(performance.now()),
    failure: (cause) => failureWords(cause, words, call.state.retryAfter),
    enterAgain(takeover) {
      endApp?.();
      visit.enterAgain(takeover);
    },
  };
  let wanted = false;
  const bringApp = async () => {
    if (wanted) return;
    wanted = true;
    const start = await fetchApp(visit.assets);
    if (call.state.link === 'over') return;
    endApp = start(stage);
    screen.close();
  };
  call.subscribe((state) => {
    if (isVoiceUp(state)) void bringApp();
    if (state.link === 'connected') setTimeout(bringApp, APP_AFTER_MS);
    const { joined, microphone, camera } = state;
    if (state.link !== 'over') {
      if (joined) keepSeat({ link, resume: joined.resume, microphone, camera });
      return;
    }
    if (over.signal.aborted) return;
    over.abort();
    forgetSeat();
    meter.close();
    sound.close();
    if (endApp) return;
    screen.close();
    visit.ended(state);
  });
  void call.start(visit.entry);
  return call;
}

/** Heard somebody, or there is nobody to hear yet: nothing is left to wait for. */
function isVoiceUp({ link, heard, slots }: CallState): boolean {
  const isAlone = link === 'connected' && slots.every(({ seat }) => seat === 0);
  return heard || isAlone || link === 'waiting';
}

function isVisible(): boolean {
  return document.visibilityState === 'visible';
}

function after(ms: number, run: () => void): () => void {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
}
