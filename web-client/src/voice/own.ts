/**
 * One's own microphone and camera: what is captured, muted, turned off. Getting back what a device took
 * away, and other cameras, are the app's (`app/owncare.ts`): they come after the first voice.
 *
 * Invariant: what the person chose (muted, camera off) outlives every track.
 */
import { type Facing, facingOf } from './camera.ts';
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

export interface OwnEvents {
  change(part: Partial<OwnState>): void;
  send(kind: 'audio' | 'video', track: MediaStreamTrack | null): void;
}

export class OwnDevices {
  audio: MediaStreamTrack;
  video: MediaStreamTrack | undefined;
  isOpen = true;
  isMuted = false;
  /** What the person chose, whether the device gives a picture or not. */
  wantsCamera: boolean;

  constructor(
    { audio, video }: Captured,
    readonly events: OwnEvents,
  ) {
    this.audio = audio;
    this.video = video;
    this.wantsCamera = video !== undefined;
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
    if (!camera && this.video) this.stopCamera();
  }

  /** Stops the camera itself, so that its light goes out. */
  private stopCamera(): void {
    this.wantsCamera = false;
    this.video?.stop();
    this.video = undefined;
    this.events.change({ camera: false, cameraFailed: false, facing: undefined });
    this.events.send('video', null);
  }
}
