/**
 * What is done about a link that brings nothing any more, by how long it has been so: nothing is sent
 * into it, the server is asked whether it is there, and ICE is restarted again and again.
 */

/** Shorter silences are ordinary losses of packets; of longer ones the person is told. */
const ASK_MS = 2500;
/** Time for a transport that the server keeps to come back before it is asked for another. */
const ASK_AGAIN_MS = 6000;
/** By now a path that only rested would be back. */
const RESTART_MS = 6000;
/** Chromium checks the paths of a restart sixteen times a second, and gives them up after 15 s. */
const RESTART_AGAIN_MS = 4000;

export interface Remedies {
  /** Sends nothing, until the opposite. */
  hold(isHeld: boolean): void;
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

  constructor(private readonly remedies: Remedies) {}

  /** Nothing has come for so long, though something was due. */
  silent(ms: number): void {
    this.quietMs = ms;
    this.remedies.hold(true);
    // A path that the browser holds on to may come back, and would be lost to a restart.
    if (ms >= this.restartAt && !this.remedies.holdsOn()) this.restart();
    if (ms < this.askAt) return;
    this.askAt = ms + ASK_AGAIN_MS;
    this.remedies.ask(ms);
  }

  back(): void {
    this.quietMs = 0;
    this.askAt = ASK_MS;
    this.restartAt = RESTART_MS;
    this.remedies.hold(false);
  }

  /** At once, because something else than silence says that the path is gone. */
  restart(): void {
    this.restartAt = this.quietMs + RESTART_AGAIN_MS;
    this.remedies.restart();
  }
}
