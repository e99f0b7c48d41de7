/**
 * Everything that makes or measures sound, unlocked by the first tap and kept until the visit ends.
 *
 * Why a voice plays that comes 40 minutes after the last tap: browsers allow sound to an element or
 * an AudioContext that a tap has started, for as long as it lives. So the tap starts both, empty as
 * they are, and nothing replaces them: every transport of the visit plays in the same elements
 * (`srcObject` changes, the permission stays), level meter and chime share the one context. Where
 * there was no tap, after a reload, a page that captures a microphone may play; if it may not after
 * all, `silenced` asks for one.
 */

/** What is made of the browser; tests put fakes in. */
export interface SoundParts {
  element(): HTMLVideoElement;
  context(): AudioContext | undefined;
}

export class Sound {
  readonly elements: readonly HTMLVideoElement[];
  readonly context: AudioContext | undefined;

  /** Call it in the tap, before anything is awaited. */
  constructor(count: number, parts: SoundParts = browserParts) {
    this.elements = Array.from({ length: count }, parts.element);
    this.context = parts.context();
    this.wake();
  }

  /** Starts what is stopped, as far as the browser allows without a tap. */
  wake(): void {
    if (this.context && this.context.state !== 'running') {
      this.context.resume().catch(() => undefined);
    }
    for (const element of this.elements) {
      // An empty element answers when something plays; a refusal is told by the peer's own try.
      if (element.paused) element.play()?.catch(() => undefined);
    }
  }

  /** Something that should sound does not: iOS stops both when the telephone rings. */
  isStopped(): boolean {
    return (
      this.elements.some(({ paused, srcObject }) => paused && srcObject !== null) ||
      (this.context !== undefined && this.context.state !== 'running')
    );
  }

  /** Rejects where the browser has only one way out, or does not allow this one. */
  async setOutput(id: string): Promise<void> {
    for (const element of this.elements) await element.setSinkId(id);
  }

  close(): void {
    void this.context?.close().catch(() => undefined);
  }
}

const browserParts: SoundParts = {
  element() {
    const video = document.createElement('video');
    video.autoplay = true;
    video.playsInline = true;
    video.muted = true;
    video.dataset.state = 'blank';
    return video;
  },
  context() {
    try {
      return new AudioContext();
    } catch {
      return undefined;
    }
  },
};
