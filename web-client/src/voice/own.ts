/**
 * One's own microphone and camera during a call: muted, turned, taken away by the device, got back.
 *
 * Invariants: what the person chose (muted, camera off, which camera) outlives every track; a device
 * is asked for again at most once for each time that it was lost while the page is seen, so that a
 * telephone call and this page never wrestle for the microphone.
 */
import { type Facing, facingOf, nextCamera } from './camera.ts';
import type { Captured } from './capture.ts';

export interface OwnState {
  readonly microphone: boolean;
  readonly camera: boolean;
  /** The camera was asked for and not given. */
  readonly cameraFailed: boolean;
  /** The device took the microphone away: a telephone call, a pulled headset. */
  readonly microphoneLost: boolean;
  /** For a few seconds after another microphone has taken over by itself. */
  readonly microphoneMoved: boolean;
  /** Which way the camera looks; undefined where the device does not say. */
  readonly facing: Facing | undefined;
}

/** What one's own devices need of the browser; tests put fakes in. */
export interface OwnParts {
  captureMicrophone(): Promise<MediaStreamTrack | undefined>;
  captureCamera(choice?: MediaTrackConstraints): Promise<MediaStreamTrack | undefined>;
  listDevices(): Promise<readonly MediaDeviceInfo[]>;
  isVisible(): boolean;
  after(ms: number, run: () => void): () => void;
}

export interface OwnEvents {
  change(part: Partial<OwnState>): void;
  send(kind: 'audio' | 'video', track: MediaStreamTrack | null): void;
}

/** A microphone that the system mutes for a ringing telephone comes back by itself within this. */
const MUTED_MS = 2000;
const MOVED_NOTICE_MS = 8000;

export class OwnDevices {
  audio: MediaStreamTrack;
  video: MediaStreamTrack | undefined;
  private isOpen = true;
  private isMuted = false;
  private wantsCamera: boolean;
  /** The newest wish for the camera; an older one that is still opening is let go. */
  private wish = 0;
  private isReopening = false;

  constructor(
    captured: Captured,
    private readonly parts: OwnParts,
    private readonly events: OwnEvents,
  ) {
    this.audio = captured.audio;
    this.video = captured.video;
    this.wantsCamera = captured.video !== undefined;
    this.watchMicrophone();
    this.watchCamera();
  }

  static state({ video, cameraFailed }: Captured): OwnState {
    return {
      microphone: true,
      camera: video !== undefined,
      cameraFailed,
      microphoneLost: false,
      microphoneMoved: false,
      facing: facingOf(video),
    };
  }

  stop(): void {
    this.isOpen = false;
    this.audio.stop();
    this.video?.stop();
  }

  setMicrophone(on: boolean): void {
    this.isMuted = !on;
    this.audio.enabled = on;
    this.events.change({ microphone: on });
  }

  /** A page that is loaded again: what was off in its seat stays off, whatever the page has kept. */
  turnOff({ microphone, camera }: Pick<OwnState, 'microphone' | 'camera'>): void {
    if (!microphone) this.setMicrophone(false);
    if (!camera) void this.setCamera(false);
  }

  /** After the device took it away; from a tap or by itself. */
  async openMicrophone(): Promise<void> {
    if (this.isReopening) return;
    this.isReopening = true;
    const before = deviceOf(this.audio);
    const track = await this.parts.captureMicrophone();
    this.isReopening = false;
    if (!track) return;
    if (!this.isOpen) return track.stop();
    this.audio.onended = this.audio.onmute = this.audio.onunmute = null;
    this.audio.stop();
    track.enabled = !this.isMuted;
    this.audio = track;
    this.watchMicrophone();
    const moved = before !== undefined && deviceOf(track) !== before;
    this.events.change({ microphoneLost: false, microphoneMoved: moved });
    if (moved) {
      this.parts.after(MOVED_NOTICE_MS, () => this.events.change({ microphoneMoved: false }));
    }
    this.events.send('audio', track);
  }

  /** Off stops the camera itself, so that its light goes out. */
  async setCamera(on: boolean): Promise<void> {
    if (on === this.wantsCamera && on === (this.video !== undefined)) return;
    this.wantsCamera = on;
    await this.openCamera(on ? () => this.parts.captureCamera() : undefined);
  }

  /** Front ↔ rear, or the next one that is plugged in. Where that does not open, the old one again. */
  async flip(): Promise<void> {
    const next = nextCamera(this.video, await this.parts.listDevices());
    if (!this.video || !next) return;
    await this.openCamera(
      async () => (await this.parts.captureCamera(next)) ?? (await this.parts.captureCamera()),
    );
  }

  async canFlip(): Promise<boolean> {
    return nextCamera(this.video, await this.parts.listDevices()) !== undefined;
  }

  /** Something was plugged or pulled, or the page is seen again: gets back what was lost. */
  async check(): Promise<void> {
    if (!this.isOpen || !this.parts.isVisible()) return;
    if (this.audio.readyState === 'ended' || this.audio.muted || (await this.isPulled())) {
      await this.openMicrophone();
    }
    if (this.wantsCamera && (!this.video || this.video.readyState === 'ended')) {
      await this.openCamera(() => this.parts.captureCamera());
    }
  }

  /** Some browsers keep a track of a pulled microphone alive, and silent. */
  private async isPulled(): Promise<boolean> {
    const used = deviceOf(this.audio);
    const known = (await this.parts.listDevices()).filter(({ kind }) => kind === 'audioinput');
    // Without names the list tells nothing.
    return (
      used !== undefined &&
      known.some(({ deviceId }) => deviceId !== '') &&
      !known.some(({ deviceId }) => deviceId === used)
    );
  }

  private async openCamera(open?: () => Promise<MediaStreamTrack | undefined>): Promise<void> {
    const wish = ++this.wish;
    // First the old one: many phones open one camera at a time.
    if (this.video) this.video.onended = null;
    this.video?.stop();
    const track = await open?.();
    if (!this.isOpen || wish !== this.wish) return track?.stop();
    this.video = track;
    this.watchCamera();
    this.events.change({
      camera: track !== undefined,
      cameraFailed: open !== undefined && !track,
      facing: facingOf(track),
    });
    this.events.send('video', track ?? null);
  }

  private watchMicrophone(): void {
    const track = this.audio;
    // Not fired by our own `stop()`.
    track.onended = () => this.lose();
    track.onmute = () => {
      this.parts.after(MUTED_MS, () => track === this.audio && track.muted && this.lose());
    };
    track.onunmute = () => this.events.change({ microphoneLost: false });
  }

  private lose(): void {
    if (!this.isOpen) return;
    this.events.change({ microphoneLost: true });
    if (this.parts.isVisible()) void this.openMicrophone();
  }

  private watchCamera(): void {
    const track = this.video;
    if (!track) return;
    track.onended = () => {
      this.video = undefined;
      this.events.change({ camera: false, cameraFailed: true });
      this.events.send('video', null);
      if (this.parts.isVisible()) void this.check();
    };
  }
}

function deviceOf(track: MediaStreamTrack): string | undefined {
  return track.getSettings().deviceId;
}
