/** A ringing telephone, a locked screen, a pulled headset: gets the call back when the page is seen. */
import type { Call } from '../voice/call.ts';
import type { Sound } from '../voice/sound.ts';
import type { OwnCare } from './owncare.ts';

/** What is watched; tests put plain event targets in. */
export interface Surroundings {
  readonly document: EventTarget;
  readonly devices: EventTarget | undefined;
  isVisible(): boolean;
  after(ms: number, run: () => void): () => void;
}

/** A browser that will play again by itself does so within this; then the person is asked to tap. */
const WAKING_MS = 1500;

/** Watches until `ended`. */
export function watchInterruptions(
  call: Pick<Call, 'wake' | 'silence' | 'play'>,
  care: Pick<OwnCare, 'check'>,
  sound: Sound,
  surroundings: Surroundings,
  ended: AbortSignal,
): void {
  let wasRunning = false;
  let isChecking = false;
  let asked = false;

  const check = () => {
    isChecking = false;
    if (ended.aborted || !surroundings.isVisible()) return;
    const isStopped = sound.isStopped();
    // A context that never ran waits for the first tap: that costs the level meter, not the voice.
    if (isStopped && wasRunning && !asked) call.silence();
    else if (!isStopped && asked) call.play();
    asked = isStopped && wasRunning;
    wasRunning ||= !isStopped;
  };
  const wake = () => {
    // One try at a time: an element that is stopped again and again is no reason for a loop.
    if (ended.aborted || isChecking || !surroundings.isVisible()) return;
    isChecking = true;
    if (sound.isStopped()) sound.wake();
    surroundings.after(WAKING_MS, check);
  };
  const comeBack = () => {
    wake();
    if (!surroundings.isVisible()) return;
    call.wake();
    void care.check();
  };

  const until = { signal: ended };
  surroundings.document.addEventListener('visibilitychange', comeBack, until);
  surroundings.devices?.addEventListener('devicechange', comeBack, until);
  sound.context?.addEventListener('statechange', wake, until);
  for (const element of sound.elements) element.addEventListener('pause', wake, until);
  wake();
}
