/** What the voice stage hands to the app, which draws over a call that already runs. */
import type { Language, VoiceWords, Words } from '../i18n/words.ts';
import type { InvitationResponse } from '../protocol/generated/messages.ts';
import type { Call } from './call.ts';
import type { Cause } from './failure.ts';
import type { Sound } from './sound.ts';

export interface Stage {
  /** Where to draw. */
  readonly root: HTMLElement;
  readonly call: Call;
  /** One playing element per slot. They are lent: moved in one go they go on playing. */
  readonly elements: readonly HTMLVideoElement[];
  readonly language: Language;
  readonly words: VoiceWords;
  /** undefined in Vietnamese, which the app brings itself. */
  readonly laterWords: Words | undefined;
  /** What the link is for; undefined where the landing was skipped. */
  readonly invitation: InvitationResponse | undefined;
  /** Unlocked by the first tap, for a chime; undefined where the browser has none. */
  readonly audio: AudioContext | undefined;
  readonly sound: Sound;
  /** Back in after leaving, or the way out of a failure: `takeover` for `useHere`. Ends the app. */
  enterAgain(takeover?: boolean): void;
}

/** The app's one export. Draws at once, returns what ends it. */
export type StartApp = (stage: Stage) => () => void;

/** The words in use; Vietnamese brings only the page's, because what comes later has its own. */
export type PageWords = Pick<Words, 'voice'> | Words;

/** Thrown by the browser; its cause is found out where the words are. */
export interface Thrown {
  readonly thrown: unknown;
}

export interface Trouble {
  readonly cause: Cause | Thrown;
  readonly words: PageWords;
  /** Seconds to wait, where the server names them. */
  readonly retryAfter: number | undefined;
  /** The way out that only the page can go. */
  act(): void;
}

/** The one export of what comes when something fails. */
export type DrawTrouble = (trouble: Trouble) => HTMLElement;

/** The files that come later; the build fills them in. */
export interface Assets {
  /** What minds the link. */
  readonly link: string;
  readonly app: string;
  readonly trouble: string;
  readonly styles: string | undefined;
  readonly languages: Readonly<Record<Exclude<Language, 'vi'>, string>>;
}
