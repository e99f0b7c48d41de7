/**
 * The page's half of the talk over the data channel `link`: reports at the pace of the server's
 * echoes, asks when something is late, and tells when nothing comes any more.
 */
import {
  type Heartbeat,
  hear,
  hearAnswer,
  heartbeat,
  hearVoice,
  isLate,
  judge,
  judgeUnanswered,
  mayBeUnanswered,
  mayProbe,
  quietMs,
  reported,
} from './heartbeat.ts';
import { type LinkEcho, linkReport, parseLinkEcho } from './linkmessages.ts';
import type { LinkClock } from './linkpeer.ts';
import { nothingCounted, type ReportCounts, reportBetween } from './linkreport.ts';

/** How often the clock is looked at; silence is told within this of its time. */
const TICK_MS = 250;
/** A voice that rests (DTX) still brings a packet every 400 ms. */
const RESUMES_AFTER_MS = 1000;
/** Until the server has said how often to report. */
const FIRST_INTERVAL_MS = 1000;

export interface LinkChannelParts extends LinkClock {
  isOpen(): boolean;
  send(message: ArrayBuffer): void;
  counts(): Promise<ReportCounts>;
  /** One for each slot; another value means that its voice has come since. Cheap: asked four times a second. */
  voices(): readonly number[];
  /** The same for whatever comes at all; dearer, and asked only when something is late. */
  traffic(): Promise<number>;
  /** Whether pictures go up, which the server answers. */
  sendsPictures(): boolean;
  /** For how long nothing at all has come, ms, where the browser says it; as dear as `traffic`. */
  sinceLastPacket(): Promise<number | undefined>;
  /** What the plan in force has as its revision, and whether the browser fails to follow it. */
  following(before: ReportCounts, now: ReportCounts): { revision: number; deviates: boolean };
  /** Something is due, and nothing at all comes. */
  late(): void;
  silent(ms: number): void;
  /** After either. */
  back(): void;
  /** A voice comes again that had stayed away for longer than any pause of speech lets it. */
  resumed(): void;
}

interface Voice {
  readonly value: number;
  /** When it came last. */
  readonly at: number;
}

export class LinkChannel {
  private beat: Heartbeat;
  private sequence = 0;
  private before = nothingCounted;
  private echo: LinkEcho | undefined;
  private echoedAt = 0;
  private intervalMs = FIRST_INTERVAL_MS;
  private dueAt: number;
  private standing: 'fine' | 'late' | 'silent' = 'fine';
  private voices: readonly Voice[];
  private traffic: number | undefined;
  /** Since when pictures have gone up; they still count while they rest because nothing answers them. */
  private picturesSince: number | undefined;
  private closed = false;
  private cancel: (() => void) | undefined;

  constructor(private readonly parts: LinkChannelParts) {
    this.beat = heartbeat(parts.now());
    this.dueAt = parts.now();
    this.voices = parts.voices().map((value) => ({ value, at: parts.now() }));
    this.tick();
  }

  /** Anything from the server, on whichever data channel. */
  message(message: ArrayBuffer): void {
    const now = this.parts.now();
    const echo = parseLinkEcho(message);
    if (echo) {
      this.beat = hearAnswer(this.beat, now - elapsed(echo.sentAt, now), now);
      this.echo = echo;
      this.echoedAt = now;
      this.intervalMs = echo.intervalMs;
      this.dueAt = (this.beat.reportedAt ?? now) + this.intervalMs;
    } else this.beat = hear(this.beat, now);
    this.comeBack();
  }

  /** There is something to say: a plan was applied, which the server repeats until it hears so. */
  hasten(): void {
    this.dueAt = this.parts.now();
  }

  close(): void {
    this.closed = true;
    this.cancel?.();
  }

  private tick(): void {
    const again = () => {
      if (!this.closed) this.cancel = this.parts.after(TICK_MS, () => this.tick());
    };
    // A connection that is just being closed refuses its statistics.
    void this.look().then(again, again);
  }

  private async look(): Promise<void> {
    this.listen();
    if (judge(this.beat, this.parts.now()) === 'fine') this.traffic = undefined;
    else await this.lookCloser();
    if (this.closed) return;
    const mayBe = this.mayBeUnanswered();
    const unansweredMs = mayBe ? ((await this.parts.sinceLastPacket()) ?? 0) : 0;
    if (this.closed) return;
    const now = this.parts.now();
    const pictures = judgeUnanswered(unansweredMs);
    const verdict = pictures === 'silent' ? pictures : judge(this.beat, now);
    if (this.standing === 'fine' && this.echo && (pictures !== 'fine' || isLate(this.beat, now))) {
      this.standing = 'late';
      this.parts.late();
    }
    // A server that never answered says nothing by not answering.
    if (verdict === 'silent' && this.echo) {
      this.standing = 'silent';
      this.parts.silent(Math.max(unansweredMs, quietMs(this.beat, now)));
    }
    const isAsking = verdict === 'ask' || (verdict === 'silent' && mayProbe(this.beat, now));
    if (this.parts.isOpen() && (isAsking || now >= this.dueAt)) await this.report();
  }

  /** Whether pictures have gone up for long enough to be answered, and no voice has come just now. */
  private mayBeUnanswered(): boolean {
    const now = this.parts.now();
    if (this.standing === 'fine') {
      this.picturesSince = this.parts.sendsPictures() ? (this.picturesSince ?? now) : undefined;
    }
    return mayBeUnanswered(this.beat, this.picturesSince, now);
  }

  private listen(): void {
    const now = this.parts.now();
    const before = this.voices;
    const values = this.parts.voices();
    this.voices = values.map((value, slot) =>
      value === before[slot]?.value ? before[slot] : { value, at: now },
    );
    const fresh = before.filter((voice, slot) => this.voices[slot] !== voice);
    if (fresh.length === 0) return;
    this.beat = hearVoice(this.beat, now);
    this.comeBack();
    if (fresh.some(({ at }) => now - at >= RESUMES_AFTER_MS)) this.parts.resumed();
  }

  /** Something is late. Whatever else has come since the closer look before shows that all is well. */
  private async lookCloser(): Promise<void> {
    const traffic = await this.parts.traffic();
    // Less than before: paths were forgotten, as at a restart of ICE. Nothing came of that.
    if (this.traffic !== undefined && traffic > this.traffic) {
      this.beat = hear(this.beat, this.parts.now());
      this.comeBack();
    }
    this.traffic = traffic;
  }

  private async report(): Promise<void> {
    const counts = await this.parts.counts();
    if (this.closed || !this.parts.isOpen()) return;
    const now = this.parts.now();
    const { echo, before } = this;
    const message = linkReport({
      ...reportBetween(before, counts),
      ...this.parts.following(before, counts),
      sequence: this.sequence,
      sentAt: now,
      echoed: echo?.clock ?? 0,
      echoedAt: echo ? this.echoedAt : 0,
    });
    this.parts.send(message);
    this.dueAt = now + this.intervalMs;
    this.sequence = (this.sequence + 1) & 0xff;
    this.before = counts;
    this.beat = reported(this.beat, now);
  }

  private comeBack(): void {
    if (this.standing === 'fine') return;
    this.standing = 'fine';
    this.parts.back();
  }
}

/** ms between two readings of one clock, the earlier one cut to 32 bits. */
function elapsed(from: number, to: number): number {
  return (to - from) >>> 0;
}
