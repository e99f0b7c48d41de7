/** What the voice stage hands to the app, which draws over a call that already runs. */
import type { AppWords, Language, VoiceWords } from '../i18n/words.ts';
import type { InvitationResponse } from '../protocol/generated/messages.ts';
import type { Call } from './call.ts';
import type { Cause, FailureWords } from './failure.ts';
import type { Level } from './level.ts';

export interface Stage {
  /** Where to draw. */
  readonly root: HTMLElement;
  readonly call: Call;
  /** One playing element per slot. They are lent: moved in one go they go on playing. */
  readonly elements: readonly HTMLVideoElement[];
  readonly language: Language;
  readonly words: VoiceWords;
  /** undefined in Vietnamese, which the app brings itself. */
  readonly appWords: AppWords | undefined;
  /** What the link is for; undefined where the landing was skipped. */
  readonly invitation: InvitationResponse | undefined;
  /** Unlocked by the first tap, for a chime; undefined where the browser has none. */
  readonly audio: AudioContext | undefined;
  level(): Level;
  failure(cause: Cause): FailureWords;
  /** Back in after leaving, or the way out of a failure: `takeover` for `useHere`. Ends the app. */
  enterAgain(takeover?: boolean): void;
}

/** The app's one export. Draws at once, returns what ends it. */
export type StartApp = (stage: Stage) => () => void;

/** The app's and the languages' files; the build fills them in. */
export interface Assets {
  readonly app: string;
  readonly styles: string | undefined;
  readonly languages: Readonly<Record<Exclude<Language, 'vi'>, string>>;
}
