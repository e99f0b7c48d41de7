/** One visit: a call with its devices, its seat and its screen, from the tap until it is over. */
import { Peer } from '../media/peer.ts';
import type { LinkHint } from '../protocol/generated/messages.ts';
import { goingOn, join, resume } from '../signaling/http.ts';
import { newAttempt } from '../signaling/post.ts';
import { Call, type CallState, type Entry } from './call.ts';
import { callScreen } from './callscreen.ts';
import type { Captured } from './capture.ts';
import { fetchApp, fetchLink } from './fetchapp.ts';
import { linkHint } from './hint.ts';
import { paceOf } from './pace.ts';
import { forgetSeat, keepSeat } from './seat.ts';
import { holdSeat } from './seatlock.ts';
import type { Assets, Stage } from './stage.ts';
import type { Knock } from './tap.ts';

/** When the others are silent the app comes anyway. */
const APP_AFTER_MS = 3000;
/** And where a transport does not come up, so that a person who waits hears of being called. */
const WAITING_APP_AFTER_MS = 8000;

export interface Visit extends Omit<Stage, 'call' | 'elements' | 'audio'> {
  readonly assets: Assets;
  readonly link: string;
  readonly captured: Captured;
  /** The first join, under way since the tap; undefined for somebody who comes back to a seat. */
  readonly knock: Knock | undefined;
  readonly entry: Entry;
  /** As it was before a reload. */
  readonly microphone: boolean;
  /** Over before the app was there to say so. */
  ended(state: CallState): void;
}

export function beginVisit(visit: Visit): Call {
  const { link, sound, words, root } = visit;
  let { knock } = visit;
  const call = new Call(visit.captured, {
    openPeer: (events) =>
      new Peer(sound.elements, events, () => fetchLink(visit.assets, pace), knock?.lines),
    join(request, signal) {
      const posted = knock;
      // Once: whatever is offered after this is another peer's.
      knock = undefined;
      if (posted) signal.addEventListener('abort', posted.cancel);
      return join({ link, ...request, ...network() }, signal, goingOn(posted?.posted));
    },
    resume: (request, signal) => resume({ ...request, ...network() }, signal),
    newAttempt: () => knock?.attempt ?? newAttempt(),
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
  addEventListener('online', () => call.reroute(), until);
  holdSeat(link, over.signal);
  const screen = callScreen(call, sound.elements, words);
  root.replaceChildren(screen.node);

  /** The first request says it: later ones come from a page that may have another network by then. */
  function network(): { network?: LinkHint } {
    const hint = call.state.joined ? undefined : linkHint();
    return hint ? { network: hint } : {};
  }

  /** For what comes after the voice, at this moment. */
  function pace(): number | undefined {
    const { waiting: isWaiting, network } = call.state;
    return paceOf(linkHint(), { isWaiting, network });
  }

  let endApp: (() => void) | undefined;
  const stage: Stage = {
    ...visit,
    call,
    elements: sound.elements,
    audio: sound.context,
    enterAgain(takeover) {
      endApp?.();
      visit.enterAgain(takeover);
    },
  };
  let wanted = false;
  const bringApp = async () => {
    if (wanted) return;
    wanted = true;
    const start = await fetchApp(visit.assets, pace);
    if (call.state.link === 'over') return;
    endApp = start(stage);
    screen.close();
  };
  call.subscribe((state) => {
    if (isVoiceUp(state, call.connection)) void bringApp();
    if (state.link === 'connected') setTimeout(bringApp, APP_AFTER_MS);
    if (state.link === 'waiting') setTimeout(bringApp, WAITING_APP_AFTER_MS);
    const { joined, microphone, camera } = state;
    if (state.link !== 'over') {
      if (joined) keepSeat({ link, resume: joined.resume, microphone, camera });
      return;
    }
    if (over.signal.aborted) return;
    over.abort();
    forgetSeat();
    sound.close();
    if (endApp) return;
    screen.close();
    visit.ended(state);
  });
  void call.start(visit.entry);
  return call;
}

/**
 * Heard somebody, or there is nobody to hear yet: nothing is left to wait for. Who waits may be called
 * in at any moment, so that a transport that is coming up goes first there, too.
 */
function isVoiceUp({ link, heard, slots }: CallState, transport?: RTCPeerConnection): boolean {
  const isAlone = link === 'connected' && slots.every(({ seat }) => seat === 0);
  const isReady = !transport || transport.connectionState === 'connected';
  return heard || isAlone || (link === 'waiting' && isReady);
}

function after(ms: number, run: () => void): () => void {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
}
