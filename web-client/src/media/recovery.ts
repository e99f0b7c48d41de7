/**
 * What is done about a link that brings nothing any more, by how long it has been so: pictures rest, then
 * nothing is sent into it, the server is asked whether it is there, and ICE is restarted again and again.
 */
import type { Held } from './linkpeer.ts';

/**
 * Shorter silences are ordinary: networks that hold packets back at the edge of a cell do so for seconds.
 * Of longer ones the person is told.
 */
const ASK_MS = 3500;
/** Time for a transport that the server keeps to come back before it is asked for another. */
const ASK_AGAIN_MS = 6000;
/** By now a path that only rested would be back. */
const RESTART_MS = 6000;
/** Chromium checks the paths of a restart sixteen times a second, and gives them up after 15 s. */
const RESTART_AGAIN_MS = 4000;

/** What a network held back comes first when it is back; pictures beside it would keep the voice waiting. */
const DRAINS_MS = 2000;

export interface Remedies {
  hold(held: Held): void;
  after(ms: number, run: () => void): () => void;
  /** Asks the server whether it is there, and has this transport still. */
  ask(ms: number): void;
  restart(): unknown;
  /** Whether the browser holds on to the path of before. */
  holdsOn(): boolean;
}

export class Recovery {
  private quietMs = 0;
  private askAt = ASK_MS;
  private restartAt = RESTART_MS;
  private cancelDraining: (() => void) | undefined;

  constructor(private readonly remedies: Remedies) {}

  /** Something is due, and nothing at all comes. */
  late(): void {
    this.hold('pictures');
  }

  /** Nothing has come for so long, though something was due. */
  silent(ms: number): void {
    this.quietMs = ms;
    this.hold('everything');
    // A path that the browser holds on to may come back, and would be lost to a restart.
    if (ms >= this.restartAt && !this.remedies.holdsOn()) this.restart();
    if (ms < this.askAt) return;
    this.askAt = ms + ASK_AGAIN_MS;
    this.remedies.ask(ms);
  }

  /** Whether it was silent. */
  back(): boolean {
    const wasSilent = this.quietMs > 0;
    this.quietMs = 0;
    this.askAt = ASK_MS;
    this.restartAt = RESTART_MS;
    this.hold('pictures');
    this.cancelDraining = this.remedies.after(DRAINS_MS, () => this.hold('nothing'));
    return wasSilent;
  }

  close(): void {
    this.cancelDraining?.();
  }

  private hold(held: Held): void {
    this.cancelDraining?.();
    this.remedies.hold(held);
  }

  /** At once, because something else than silence says that the path is gone. */
  restart(): void {
    this.restartAt = this.quietMs + RESTART_AGAIN_MS;
    this.remedies.restart();
  }
}
