/**
 * A tap on “Enter”: sound is unlocked, devices are asked for, and as soon as they are given the server is asked
 * in. All of this travels in the first part of the document and waits for nothing of the second.
 */
import { Lines, SLOT_COUNT } from '../media/lines.ts';
import { PROTOCOL_VERSION } from '../protocol/generated/limits.ts';
import { newAttempt, post } from '../signaling/post.ts';
import { lookAhead, waitFor } from './ahead.ts';
import { type Captured, capture } from './capture.ts';
import { linkHint } from './hint.ts';
import { Sound } from './sound.ts';

/** Longer than later tries get: the rest of the document may be on the line before the answer. */
const FIRST_TIMEOUT_MS = 6000;

export interface Tap {
  readonly withCamera: boolean;
  readonly sound: Sound;
  readonly captured: Promise<Captured>;
  /** undefined for somebody who comes back to a seat. */
  readonly knock: Knock | undefined;
}

/** The first join, under way; a `Call` goes on with it. */
export interface Knock {
  readonly lines: Lines;
  readonly attempt: string;
  readonly posted: Promise<Response>;
  /** Nobody wants the answer any more. */
  cancel(): void;
}

/** What the link opens, and whether the other page that sits there is to go. */
export interface Door {
  readonly link: string;
  readonly takeover: boolean;
}

/** Call it in the tap, before anything is awaited: only there may a page start its sound. */
export function tap(withCamera: boolean, door?: Door): Tap {
  const sound = new Sound(SLOT_COUNT);
  const captured = capture(withCamera);
  return { withCamera, sound, captured, knock: door && knock(door, captured) };
}

function knock(door: Door, captured: Promise<unknown>): Knock {
  const lines = new Lines();
  const ahead = lookAhead();
  const attempt = newAttempt();
  const cancelled = new AbortController();
  const knocked = async () => {
    // The offer is made while the person is asked for the devices.
    const [offer] = await Promise.all([lines.offer(), captured]);
    const network = linkHint();
    const body = {
      version: PROTOCOL_VERSION,
      ...door,
      attempt,
      offer,
      ...(network && { network }),
      ...(ahead && { ice: ahead.ice }),
    };
    if (ahead) setTimeout(() => lines.begin(ahead), waitFor(network));
    return post('/v1/join', body, FIRST_TIMEOUT_MS, cancelled.signal, false);
  };
  const posted = knocked();
  // Whoever goes on with it hears of a failure; until then nobody may be listening.
  posted.catch(() => undefined);
  return { lines, attempt, posted, cancel: () => cancelled.abort() };
}
