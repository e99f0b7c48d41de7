/** The way of one person through the page: invitation and landing → “Allow” → a visit, and back. */
import type { Language } from '../i18n/words.ts';
import type { InvitationResponse } from '../protocol/generated/messages.ts';
import { invite, JoinFailure, MAY_HEAL } from '../signaling/http.ts';
import type { Call, Entry } from './call.ts';
import { findObstacle, isGranted } from './capture.ts';
import type { Cause } from './failure.ts';
import { fetchTrouble } from './fetchtrouble.ts';
import { LINK } from './landing.ts';
import { asking, invited, unreachable } from './screens.ts';
import { type KeptSeat, keptSeat } from './seat.ts';
import { isHeldElsewhere } from './seatlock.ts';
import type { Assets, PageWords, Thrown } from './stage.ts';
import type { Landed } from './start.ts';
import { type Tap, tap } from './tap.ts';
import { beginVisit } from './visit.ts';

/** With permission given before, nothing is asked: no screen for that. */
const ASKING_AFTER_MS = 400;

export class Page {
  private readonly link = location.hash.slice(1);
  private readonly asked = new AbortController();
  private language: Language = 'vi';
  private words: PageWords;
  private call: Call | undefined;
  private isEntering = false;
  private invitation: InvitationResponse | undefined;
  private refusal: JoinFailure | undefined;
  /** How many were told: the newest counts. */
  private failures = 0;
  /** The seat that this tab had before a reload. */
  private kept: KeptSeat | undefined;

  constructor(
    private readonly root: HTMLElement,
    private readonly assets: Assets,
    private readonly vietnamese: PageWords,
  ) {
    this.words = vietnamese;
  }

  get peer(): RTCPeerConnection | undefined {
    return this.call?.connection;
  }

  /** Straight into the seat that was held before a reload, or the landing, or on from a tap on it. */
  async start({ isDrawn, tapped }: Landed): Promise<void> {
    const wanted = new URLSearchParams(location.search).get('lang');
    const language = wanted === 'en' || wanted === 'ko' ? wanted : 'vi';
    if (tapped) {
      if (language !== this.language) await this.speak(language);
      return this.enter(tapped.withCamera, {}, true, tapped);
    }
    const kept = LINK.test(this.link) ? keptSeat(this.link) : undefined;
    const isCopy = kept !== undefined && (await isHeldElsewhere(this.link));
    if (kept && !isCopy) {
      this.kept = kept;
      if (await isGranted(kept.camera)) {
        if (language !== 'vi') await this.speak(language);
        return this.enter(kept.camera, kept, kept.microphone);
      }
    }
    if (!isDrawn) this.draw();
    if (language !== 'vi') void this.open(language);
    if (LINK.test(this.link)) await this.lookUp(isCopy);
  }

  /** The landing in this language. */
  async open(language: Language): Promise<void> {
    await this.speak(language);
    this.draw();
  }

  /** Without its words the page stays in the language it has. */
  private async speak(language: Language): Promise<void> {
    try {
      this.words =
        language === 'vi'
          ? this.vietnamese
          : await import(/* @vite-ignore */ this.assets.languages[language]);
      this.language = language;
    } catch {
      // Away for a moment: the chooser is still there.
    }
    document.documentElement.lang = this.language;
    document.title = this.words.voice.title;
  }

  /** Who is invited to whom, beside the landing: the button waits for nothing. */
  private async lookUp(isCopy: boolean): Promise<void> {
    try {
      const invitation = await invite(this.link, this.asked.signal);
      // After a reload the seat is one's own; in a copied tab it is the other's, whoever asks.
      this.invitation = { ...invitation, taken: isCopy || (invitation.taken && !this.kept) };
    } catch (error) {
      // What may heal is the join's to tell, if it is still so.
      if (error instanceof JoinFailure && !MAY_HEAL.includes(error.reason)) this.refusal = error;
    }
    // A failure that is being told stays on the screen.
    if (this.failures === 0) this.draw();
  }

  private draw(): void {
    // What comes after the tap is for the next screen.
    if (this.isEntering || this.call) return;
    const reload = () => location.reload();
    const obstacle = LINK.test(this.link) ? findObstacle() : 'linkUnknown';
    const cause = obstacle ?? this.refusal?.reason;
    if (cause) {
      void this.fail(cause, reload, this.refusal?.retryAfter);
      return;
    }
    const { kept } = this;
    this.show(
      invited({
        words: this.words.voice,
        language: this.language,
        invitation: this.invitation,
        goesOn: kept !== undefined,
        enter: (withCamera = kept?.camera ?? false) => {
          if (!this.invitation?.taken) {
            return void this.enter(withCamera, kept, kept?.microphone);
          }
          void this.fail('seatTaken', () => void this.enter(withCamera, { takeover: true }));
        },
        speak: (next) => void this.open(next),
      }),
    );
  }

  private async enter(
    withCamera: boolean,
    entry: Entry = {},
    microphone = true,
    tapped?: Tap,
  ): Promise<void> {
    // A second tap of an impatient finger is the same visit.
    if (this.isEntering) return;
    const again = () => void this.enter(withCamera, entry, microphone);
    const obstacle = findObstacle();
    if (obstacle) return void this.fail(obstacle, again);
    this.isEntering = true;
    const { link } = this;
    const { takeover = false, resume } = entry;
    const begun = tapped ?? tap(withCamera, resume === undefined ? { link, takeover } : undefined);
    const timer = setTimeout(() => this.show(asking(this.words.voice)), ASKING_AFTER_MS);
    try {
      const captured = await begun.captured;
      this.asked.abort();
      const call = beginVisit({
        root: this.root,
        assets: this.assets,
        link,
        language: this.language,
        words: this.words.voice,
        laterWords: 'app' in this.words ? this.words : undefined,
        invitation: this.invitation,
        captured,
        sound: begun.sound,
        knock: begun.knock,
        entry,
        microphone,
        enterAgain: (takeover = false) => {
          const { joined, camera, microphone } = call.state;
          const resume = takeover ? undefined : joined?.resume;
          void this.enter(camera, { takeover, resume }, microphone);
        },
        ended: ({ failure, retryAfter }) => {
          const takeover = failure === 'takenOver' || failure === 'seatTaken';
          const next = takeover ? () => void this.enter(withCamera, { takeover }) : again;
          if (failure) void this.fail(failure, next, retryAfter);
        },
      });
      this.call = call;
    } catch (error) {
      begun.sound.close();
      begun.knock?.lines.connection.close();
      void this.fail({ thrown: error }, again);
    } finally {
      clearTimeout(timer);
      this.isEntering = false;
    }
  }

  /** Words and ways out are brought now: most visits need none of them. */
  private async fail(cause: Cause | Thrown, act: () => void, retryAfter?: number): Promise<void> {
    const failure = ++this.failures;
    const { root, words } = this;
    const before = root.firstChild;
    const draw = cause === 'serverAway' ? undefined : await fetchTrouble(this.assets.trouble);
    // The person has gone on meanwhile, or something newer is to be told.
    if (root.firstChild !== before || failure !== this.failures) return;
    this.show(draw?.({ cause, words, act, retryAfter }) ?? unreachable(words.voice, act));
  }

  /** Whoever had come to the button by keyboard is there again. */
  private show(node: HTMLElement): void {
    const { activeElement } = document;
    this.root.replaceChildren(node);
    if (!activeElement?.isConnected) node.querySelector('button')?.focus();
  }
}
