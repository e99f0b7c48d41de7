/**
 * Care for one's own devices during a call: taken away and got back, turned, plugged and pulled.
 *
 * Invariants: what the person chose (muted, camera off, which camera) outlives every track; a device
 * is asked for again at most once for each time that it was lost while the page is seen, so that a
 * telephone call and this page never wrestle for the microphone.
 */
import { facingOf } from '../voice/camera.ts';
import { nextCamera } from '../voice/cameras.ts';
import type { OwnDevices } from '../voice/own.ts';

/** What it needs of the browser; tests put fakes in. */
export interface CareParts {
  captureMicrophone(): Promise<MediaStreamTrack | undefined>;
  captureCamera(choice?: MediaTrackConstraints): Promise<MediaStreamTrack | undefined>;
  listDevices(): Promise<readonly MediaDeviceInfo[]>;
  isVisible(): boolean;
  after(ms: number, run: () => void): () => void;
}

/** A microphone that the system mutes for a ringing telephone comes back by itself within this. */
const MUTED_MS = 2000;
const MOVED_NOTICE_MS = 8000;

export class OwnCare {
  /** The newest wish for the camera; an older one that is still opening is let go. */
  private wish = 0;
  private isReopening = false;

  constructor(
    private readonly own: OwnDevices,
    private readonly parts: CareParts,
  ) {
    this.watchMicrophone();
    this.watchCamera();
    // What was lost before the app was here.
    if (own.audio.readyState === 'ended') this.lose();
    if (own.video?.readyState === 'ended') this.loseCamera();
  }

  devices(): Promise<readonly MediaDeviceInfo[]> {
    return this.parts.listDevices();
  }

  /** After the device took it away; from a tap or by itself. */
  async openMicrophone(): Promise<void> {
    if (this.isReopening) return;
    this.isReopening = true;
    const before = deviceOf(this.own.audio);
    const track = await this.parts.captureMicrophone();
    this.isReopening = false;
    if (!track) return;
    if (!this.own.isOpen) return track.stop();
    this.own.audio.onended = this.own.audio.onmute = this.own.audio.onunmute = null;
    this.own.audio.stop();
    track.enabled = !this.own.isMuted;
    this.own.audio = track;
    this.watchMicrophone();
    const moved = before !== undefined && deviceOf(track) !== before;
    this.own.events.change({ microphoneLost: false, microphoneMoved: moved });
    if (moved) {
      this.parts.after(MOVED_NOTICE_MS, () => this.own.events.change({ microphoneMoved: false }));
    }
    this.own.events.send('audio', track);
  }

  /** Off stops the camera itself, so that its light goes out. */
  async setCamera(on: boolean): Promise<void> {
    if (on === this.own.wantsCamera && on === (this.own.video !== undefined)) return;
    this.own.wantsCamera = on;
    await this.openCamera(on ? () => this.parts.captureCamera() : undefined);
  }

  /** Front ↔ rear, or the next one that is plugged in. Where that does not open, the old one again. */
  async flip(): Promise<void> {
    const next = nextCamera(this.own.video, await this.parts.listDevices());
    if (!this.own.video || !next) return;
    await this.openCamera(
      async () => (await this.parts.captureCamera(next)) ?? (await this.parts.captureCamera()),
    );
  }

  async canFlip(): Promise<boolean> {
    return nextCamera(this.own.video, await this.parts.listDevices()) !== undefined;
  }

  /** Something was plugged or pulled, or the page is seen again: gets back what was lost. */
  async check(): Promise<void> {
    if (!this.own.isOpen || !this.parts.isVisible()) return;
    if (this.own.audio.readyState === 'ended' || this.own.audio.muted || (await this.isPulled())) {
      await this.openMicrophone();
    }
    if (this.own.wantsCamera && (!this.own.video || this.own.video.readyState === 'ended')) {
      await this.openCamera(() => this.parts.captureCamera());
    }
  }

  /** Some browsers keep a track of a pulled microphone alive, and silent. */
  private async isPulled(): Promise<boolean> {
    const used = deviceOf(this.own.audio);
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
    if (this.own.video) this.own.video.onended = null;
    this.own.video?.stop();
    const track = await open?.();
    if (!this.own.isOpen || wish !== this.wish) return track?.stop();
    this.own.video = track;
    this.watchCamera();
    this.own.events.change({
      camera: track !== undefined,
      cameraFailed: open !== undefined && !track,
      facing: facingOf(track),
    });
    this.own.events.send('video', track ?? null);
  }

  private watchMicrophone(): void {
    const track = this.own.audio;
    // Not fired by our own `stop()`.
    track.onended = () => this.lose();
    track.onmute = () => {
      this.parts.after(MUTED_MS, () => track === this.own.audio && track.muted && this.lose());
    };
    track.onunmute = () => this.own.events.change({ microphoneLost: false });
  }

  private lose(): void {
    if (!this.own.isOpen) return;
    this.own.events.change({ microphoneLost: true });
    if (this.parts.isVisible()) void this.openMicrophone();
  }

  private watchCamera(): void {
    if (this.own.video) this.own.video.onended = () => this.loseCamera();
  }

  private loseCamera(): void {
    this.own.video = undefined;
    this.own.events.change({ camera: false, cameraFailed: true });
    this.own.events.send('video', null);
    if (this.parts.isVisible()) void this.check();
  }
}

function deviceOf(track: MediaStreamTrack): string | undefined {
  return track.getSettings().deviceId;
}
