/**
 * Saves what is written while it is written, and as often as it takes: when its person pauses, at
 * the latest after a few seconds of typing, and again after every welcome until the server has it.
 */
import type { ClientMessage, Paper, ServerMessage } from '../protocol/generated/messages.ts';
import { afterMessage, type Draft, type Drafts, isDue, PAPERS, sent } from './drafts.ts';

/** A pause in writing. */
export const PAUSE_MS = 1200;
/** Somebody who never pauses is saved as well. */
export const LONGEST_MS = 5000;
/** After an answer that was no receipt, or none at all. */
export const AGAIN_MS = 4000;

export interface AutosaveParts {
  read(): Drafts;
  write(drafts: Drafts): void;
  /** False when it cannot go out now. */
  send(message: ClientMessage): boolean;
  after(ms: number, run: () => void): () => void;
}

export class Autosave {
  private readonly cancels = new Map<Paper, () => void>();
  /** Since when something is typed and not sent. */
  private readonly waits = new Map<Paper, number>();

  constructor(
    private readonly parts: AutosaveParts,
    private readonly now: () => number,
  ) {}

  /** The person typed. */
  type(paper: Paper, draft: Draft): void {
    this.put(paper, draft);
    const since = this.waits.get(paper) ?? this.now();
    this.waits.set(paper, since);
    this.later(paper, Math.min(PAUSE_MS, Math.max(0, since + LONGEST_MS - this.now())));
  }

  hear(message: ServerMessage): void {
    const before = this.parts.read();
    const drafts = afterMessage(before, message);
    this.parts.write(drafts);
    if (message.type === 'welcome') for (const paper of PAPERS) this.save(paper);
    if (message.type === 'paperSaved') this.later(message.paper, PAUSE_MS);
    // Told no: not now, but again.
    if (message.type === 'error') {
      for (const paper of PAPERS) {
        if (before[paper].sent !== drafts[paper].sent) this.later(paper, AGAIN_MS);
      }
    }
  }

  /** At once, as before a signature. */
  save(paper: Paper): void {
    this.cancels.get(paper)?.();
    const draft = this.parts.read()[paper];
    if (!isDue(draft)) return;
    const { base, text } = draft;
    const isSent = this.parts.send({ type: 'writePaper', paper, base, text });
    if (isSent) this.put(paper, sent(draft));
    this.waits.delete(paper);
    // Where it could not go out, or nothing comes back.
    this.later(paper, AGAIN_MS);
  }

  end(): void {
    for (const cancel of this.cancels.values()) cancel();
  }

  private put(paper: Paper, draft: Draft): void {
    this.parts.write({ ...this.parts.read(), [paper]: draft });
  }

  private later(paper: Paper, ms: number): void {
    this.cancels.get(paper)?.();
    this.cancels.set(
      paper,
      this.parts.after(ms, () => this.save(paper)),
    );
  }
}
