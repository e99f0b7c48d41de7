/** The way of one person through the page: landing → “Allow” → call → app, and back. */
import type { Language, Words } from '../i18n/words.ts';
import { Peer, SLOT_COUNT } from '../media/peer.ts';
import { join, newAttempt } from '../signaling/http.ts';
import { Call, type CallState } from './call.ts';
import { callScreen } from './callscreen.ts';
import { CaptureFailure, capture, captureOne, findObstacle } from './capture.ts';
import { element } from './dom.ts';
import { type Cause, failureWords } from './failure.ts';
import { LevelMeter } from './level.ts';
import { asking, failed, landing } from './screens.ts';
import type { Assets, Stage, StartApp } from './stage.ts';

/** The words in use: Vietnamese brings no app words here, because the app has them. */
export type PageWords = Pick<Words, 'voice'> & Partial<Pick<Words, 'app'>>;

/** With permission given before, nothing is asked: no screen for that. */
const ASKING_AFTER_MS = 400;
/** When the others are silent the app comes anyway. */
const APP_AFTER_MS = 3000;
const APP_AGAIN_MS = 2000;

const LINK = /^[\w-]{22}$/;

export class Page {
  private readonly link = location.hash.slice(1);
  private language: Language = 'vi';
  private call: Call | undefined;
  private isEntering = false;

  private words: PageWords;

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

  /** The landing in this language. Without its words the page stays in the language it has. */
  async open(language: Language): Promise<void> {
    if (language !== this.language) {
      try {
        this.words = await this.fetchWords(language);
        this.language = language;
      } catch {
        // Away for a moment: the chooser is still there.
      }
    }
    // Words that come after the tap are for the next screen.
    if (this.isEntering || this.call) return;
    document.documentElement.lang = this.language;
    document.title = this.words.voice.title;
    if (!LINK.test(this.link)) return this.fail('linkUnknown', () => location.reload());
    const open = (next: Language) => this.open(next);
    this.show(
      landing(this.words.voice, this.language, {
        enter: (withCamera) => void this.enter(withCamera),
        speak(next) {
          // Kept in the address, for a reload.
          history.replaceState(null, '', `?lang=${next}${location.hash}`);
          void open(next);
        },
      }),
    );
  }

  private async fetchWords(language: Language): Promise<PageWords> {
    if (language === 'vi') return this.vietnamese;
    return await import(/* @vite-ignore */ this.assets.languages[language]);
  }

  private async enter(withCamera: boolean): Promise<void> {
    // A second tap of an impatient finger is the same visit.
    if (this.isEntering) return;
    const again = () => void this.enter(withCamera);
    const obstacle = findObstacle();
    if (obstacle) return this.fail(obstacle, again);
    this.isEntering = true;
    const timer = setTimeout(() => this.show(asking(this.words.voice)), ASKING_AFTER_MS);
    try {
      this.run(await capture(withCamera), again);
    } catch (error) {
      this.fail(error instanceof CaptureFailure ? error.reason : 'oldBrowser', again);
    } finally {
      clearTimeout(timer);
      this.isEntering = false;
    }
  }

  private run(captured: Awaited<ReturnType<typeof capture>>, again: () => void): void {
    const elements = Array.from({ length: SLOT_COUNT }, playingElement);
    const call = new Call(captured, {
      openPeer: (events) => new Peer(elements, events),
      join: (attempt, offer, signal) => join(this.link, attempt, offer, signal),
      newAttempt,
      captureCamera: () => captureOne('video'),
      captureMicrophone: () => captureOne('audio'),
      after(ms, run) {
        const id = setTimeout(run, ms);
        return () => clearTimeout(id);
      },
    });
    this.call = call;
    const leaving = onLeavingPage(call);
    const meter = new LevelMeter(() => call.microphoneTrack);
    const screen = callScreen(call, elements, meter, this.words.voice);
    this.show(screen.node);

    let endApp: (() => void) | undefined;
    const stage: Stage = {
      root: this.root,
      call,
      elements,
      language: this.language,
      words: this.words.voice,
      appWords: this.words.app,
      level: () => meter.look(performance.now()),
      failure: (cause) => failureWords(cause, this.words.voice),
      enterAgain() {
        endApp?.();
        again();
      },
    };
    let wanted = false;
    const bringApp = async () => {
      if (wanted) return;
      wanted = true;
      const start = await fetchApp(this.assets);
      if (call.state.link === 'over') return;
      endApp = start(stage);
      screen.close();
    };
    call.subscribe((state) => {
      if (isVoiceUp(state)) void bringApp();
      if (state.link === 'connected') setTimeout(bringApp, APP_AFTER_MS);
      if (state.link !== 'over') return;
      leaving.abort();
      meter.close();
      if (endApp) return;
      screen.close();
      if (state.failure) this.fail(state.failure, again);
    });
    void call.start();
  }

  private fail(cause: Cause, again: () => void): void {
    this.show(failed(this.words.voice, failureWords(cause, this.words.voice), again));
  }

  private show(node: HTMLElement): void {
    this.root.replaceChildren(node);
  }
}

/** A closed tab says so; one that the browser kept and shows again comes back to its seat. */
function onLeavingPage(call: Call): AbortController {
  const ended = new AbortController();
  addEventListener('pagehide', () => call.suspend(), ended);
  addEventListener('pageshow', ({ persisted }) => persisted && void call.rejoin(), ended);
  return ended;
}

/** Heard somebody, or there is nobody to hear. */
function isVoiceUp({ link, heard, slots }: CallState): boolean {
  return heard || (link === 'connected' && slots.every(({ seat }) => seat === 0));
}

async function fetchApp(assets: Assets): Promise<StartApp> {
  for (let round = 0; ; round++) {
    try {
      // A module that failed once is remembered as failed under its name.
      const again = round === 0 ? '' : `?${round}`;
      const [app] = await Promise.all([
        import(/* @vite-ignore */ assets.app + again) as Promise<{ startApp: StartApp }>,
        fetchStyles(assets.styles),
      ]);
      return app.startApp;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, APP_AGAIN_MS));
    }
  }
}

function fetchStyles(url: string | undefined): Promise<void> {
  if (url === undefined || document.querySelector(`link[href="${url}"]`)) return Promise.resolve();
  const link = document.createElement('link');
  link.rel = 'stylesheet';
  link.href = url;
  return new Promise((resolve, reject) => {
    link.onload = () => resolve();
    link.onerror = () => {
      link.remove();
      reject(new Error('styles'));
    };
    document.head.append(link);
  });
}

function playingElement(): HTMLVideoElement {
  const video = element('video', '');
  video.autoplay = true;
  video.playsInline = true;
  video.muted = true;
  return video;
}
