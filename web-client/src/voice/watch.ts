/** Notices a server that is gone: no socket, and nothing received for a while. */
import type { Traffic } from '../media/peer.ts';

/**
 * Connectivity checks are answered about every 2.5 s even when nobody speaks; a busy call is silent
 * for much less. The browser itself needs 5 s to doubt a transport and 15 s to give it up.
 */
const SILENCE_MS = 2500;
const LOOK_MS = 500;

export class SilenceWatch {
  private cancel: (() => void) | undefined;
  private heard: number | undefined;
  private quietMs = 0;

  constructor(
    private readonly traffic: () => Promise<Traffic> | undefined,
    private readonly silent: () => void,
    private readonly after: (ms: number, run: () => void) => () => void,
  ) {}

  /** Watches from now on; what was counted before tells nothing. */
  begin(): void {
    this.end();
    this.quietMs = 0;
    this.heard = undefined;
    this.later();
  }

  end(): void {
    this.cancel?.();
    this.cancel = undefined;
  }

  private later(): void {
    const cancel = this.after(
      LOOK_MS,
      () =>
        void this.look().then(() => {
          if (this.cancel === cancel) this.later();
        }),
    );
    this.cancel = cancel;
  }

  private async look(): Promise<void> {
    const heard = (await this.traffic())?.heard;
    this.quietMs = heard === this.heard && heard !== undefined ? this.quietMs + LOOK_MS : 0;
    this.heard = heard;
    if (this.quietMs < SILENCE_MS) return;
    this.quietMs = 0;
    this.silent();
  }
}
