/** The one notice that matters most now, with what can be done about it. Pure. */
import type { Weakness } from '../media/linkquality.ts';
import type { ErrorCode, NetworkLevel } from '../protocol/generated/messages.ts';
import type { CallState } from '../voice/call.ts';
import { type Rests, restsOf } from './rests.ts';

/** What the server did not do, as far as the words differ. */
export type Refusal =
  | 'full'
  | 'tooLate'
  | 'notYours'
  | 'notBooked'
  | 'tooEarly'
  | 'noLonger'
  | 'onlyOne'
  | 'consent'
  | 'signed'
  | 'storeAway'
  | 'offline';

export type Notice =
  | { readonly kind: 'silenced'; readonly action: 'listen' }
  | { readonly kind: 'microphoneLost'; readonly action: 'openMicrophone' }
  | { readonly kind: Refusal; readonly action: undefined }
  | { readonly kind: 'weakVoice'; readonly action: 'stopVideo' | undefined }
  | { readonly kind: 'weakPictures'; readonly action: 'stopVideo' | undefined }
  | { readonly kind: 'rest'; readonly rests: Exclude<Rests, 'none'>; readonly action: undefined }
  | { readonly kind: 'microphoneMoved'; readonly action: undefined }
  | { readonly kind: 'cameraFailed'; readonly action: undefined }
  | { readonly kind: 'eventsAway'; readonly action: undefined };

export interface Circumstances {
  readonly call: CallState;
  readonly weakness: Weakness;
  /** Nothing may flow, by the patient's wish. */
  readonly isWithheld: boolean;
  readonly network: NetworkLevel | undefined;
  /** The WebSocket has been away for longer than a blink. */
  readonly eventsAway: boolean;
  /** A moment ago. */
  readonly refusal: Refusal | undefined;
}

/** Losing the voice comes before losing the picture, and that before losing messages. */
export function noticeOf({
  call,
  weakness,
  isWithheld,
  network,
  eventsAway,
  refusal,
}: Circumstances): Notice | undefined {
  if (call.silenced) return { kind: 'silenced', action: 'listen' };
  if (call.microphoneLost) return { kind: 'microphoneLost', action: 'openMicrophone' };
  if (refusal) return { kind: refusal, action: undefined };
  // While there is no connection the status says so; what was measured before tells nothing.
  if (call.link !== 'connected') return undefined;
  const away = eventsAway ? ({ kind: 'eventsAway', action: undefined } as const) : undefined;
  // No network is to blame that nothing comes.
  if (isWithheld) return away;
  const action = call.camera ? 'stopVideo' : undefined;
  if (weakness === 'voice') return { kind: 'weakVoice', action };
  const rests = restsOf(call);
  if (rests !== 'none') return { kind: 'rest', rests, action: undefined };
  if (network === 'poor') return { kind: 'weakVoice', action };
  // A server that says which pictures rest would have said so: then it is this device that is slow.
  if (weakness === 'pictures' && !call.plan) return { kind: 'weakPictures', action };
  if (call.microphoneMoved) return { kind: 'microphoneMoved', action: undefined };
  if (call.cameraFailed) return { kind: 'cameraFailed', action: undefined };
  return away;
}

/** Which refusals are worth a word to a person; the others heal or end the call. */
export function refusalOf(code: ErrorCode): Refusal | undefined {
  switch (code) {
    case 'room_full':
      return 'full';
    case 'wrong_state':
      return 'tooLate';
    case 'forbidden':
      return 'notYours';
    case 'not_booked':
      return 'notBooked';
    case 'too_early':
      return 'tooEarly';
    case 'too_late':
      return 'noLonger';
    case 'only_one':
      return 'onlyOne';
    case 'consent_withdrawn':
      return 'consent';
    case 'signed_already':
      return 'signed';
    case 'store_away':
      return 'storeAway';
    default:
      return undefined;
  }
}
