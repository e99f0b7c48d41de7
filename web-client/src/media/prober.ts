/**
 * The page's half of a probe, while its person waits: asks for one, and answers the server's trains
 * with trains of its own. The server decides what is sent and when it is enough.
 *
 * Invariant: nothing of it is sent once the person is let in; voice goes first.
 */
import type { NetworkLevel } from '../protocol/generated/messages.ts';
import type { LinkClock } from './linkpeer.ts';
import { type ProbeMessage, parseProbe, probeAnswer, probeRequest } from './probemessages.ts';

/** A wish may be lost on the way. */
const SAY_AGAIN_MS = 2000;
const SAYINGS = 5;
/** What is missing of a train so long after the message before it is lost. */
const NEXT_WITHIN_MS = 800;
/** Until a network that is not good is tried again, then twice as long each time. */
const FIRST_REST_MS = 30_000;

export interface ProberParts extends LinkClock {
  send(message: ArrayBuffer): void;
  /** The person waits, and the channel is open. */
  mayProbe(): boolean;
  /** What the server has said of this network. */
  level(): NetworkLevel | undefined;
}

export class Prober {
  private asked = 0;
  private sayings = 0;
  private saidAt = 0;
  private isAnswered = true;
  private dueAt: number;
  private restMs = FIRST_REST_MS;
  private train: ProbeMessage | undefined;
  private arrivals: number[] = [];
  private answered = '';
  private cancel: (() => void) | undefined;

  constructor(private readonly parts: ProberParts) {
    this.dueAt = parts.now();
  }

  /** Every second or so: asks for a probe when it is time. */
  look(): void {
    const now = this.parts.now();
    if (!this.parts.mayProbe()) return;
    const isOver = this.isAnswered || this.sayings >= SAYINGS;
    if (!isOver) {
      if (now >= this.saidAt + SAY_AGAIN_MS) this.say();
    } else if (now >= this.dueAt && (this.asked === 0 || this.parts.level() !== 'good')) {
      this.asked += 1;
      this.sayings = 0;
      this.isAnswered = false;
      this.dueAt = now + this.restMs;
      this.restMs *= 2;
      this.say();
    }
  }

  /** Anything from the server. */
  message(message: ArrayBuffer): void {
    const train = parseProbe(message);
    if (!train || !this.parts.mayProbe()) return;
    this.isAnswered = true;
    if (nameOf(train) === this.answered) return;
    if (!this.train || nameOf(train) !== nameOf(this.train)) this.arrivals = [];
    this.train = train;
    this.arrivals.push(this.parts.now());
    this.cancel?.();
    if (this.arrivals.length >= train.messages) this.answer();
    else this.cancel = this.parts.after(NEXT_WITHIN_MS, () => this.answer());
  }

  close(): void {
    this.cancel?.();
    this.train = undefined;
  }

  private say(): void {
    this.sayings += 1;
    this.saidAt = this.parts.now();
    this.parts.send(probeRequest(this.asked & 0xff));
  }

  private answer(): void {
    const { train, arrivals } = this;
    this.train = undefined;
    if (!train || !this.parts.mayProbe()) return;
    this.answered = nameOf(train);
    const spreadMs = (arrivals.at(-1) ?? 0) - (arrivals[0] ?? 0);
    for (const message of probeAnswer(train, { received: arrivals.length, spreadMs })) {
      this.parts.send(message);
    }
  }
}

function nameOf({ probe, round }: ProbeMessage): string {
  return `${probe} ${round}`;
}
