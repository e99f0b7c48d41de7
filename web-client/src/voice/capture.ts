/** Microphone and camera: asking for them. Why one was not given is told by `capturecause.ts`. */

import { cameraChoice } from './camera.ts';

export interface Captured {
  readonly audio: MediaStreamTrack;
  readonly video: MediaStreamTrack | undefined;
  /** A camera was asked for and not given. */
  readonly cameraFailed: boolean;
}

export const AUDIO: MediaTrackConstraints = {
  channelCount: 1,
  echoCancellation: true,
  noiseSuppression: true,
  autoGainControl: true,
};

/** Look fluent and cost a sixth less than 30, the pace of most cameras. */
export const VIDEO: MediaTrackConstraints = {
  width: { ideal: 1280 },
  height: { ideal: 720 },
  frameRate: { ideal: 25 },
};

/** What is asked of the browser; tests put their own in. */
type Browser = Pick<Navigator, 'mediaDevices'>;

/** What keeps this page from calling at all; undefined when nothing does. */
export function findObstacle(
  browser: Browser = navigator,
): 'insecurePage' | 'oldBrowser' | undefined {
  if (!globalThis.isSecureContext) return 'insecurePage';
  const isAble =
    globalThis.RTCPeerConnection !== undefined && browser.mediaDevices?.getUserMedia !== undefined;
  return isAble ? undefined : 'oldBrowser';
}

/** Nothing will be asked: the person allowed it before. */
export async function isGranted(withCamera: boolean): Promise<boolean> {
  const names = withCamera ? ['microphone', 'camera'] : ['microphone'];
  try {
    const found = names.map((name) =>
      navigator.permissions.query({ name: name as PermissionName }).then(({ state }) => state),
    );
    return (await Promise.all(found)).every((state) => state === 'granted');
  } catch {
    // Browsers that do not tell: who reloads taps once more.
    return false;
  }
}

/** Asks once for both; a camera that fails never costs the voice. Throws what the browser throws. */
export async function capture(
  withCamera: boolean,
  browser: Browser = navigator,
): Promise<Captured> {
  const devices = browser.mediaDevices;
  if (withCamera) {
    try {
      const video = { ...VIDEO, ...cameraChoice() };
      return captured(await devices.getUserMedia({ audio: AUDIO, video }), false);
    } catch {
      // Which of the two failed is not told; asking for the voice alone finds out.
    }
  }
  return captured(await devices.getUserMedia({ audio: AUDIO }), withCamera);
}

function captured(stream: MediaStream, cameraFailed: boolean): Captured {
  const [audio] = stream.getAudioTracks();
  if (!audio) throw new DOMException('', 'NotFoundError');
  const [video] = stream.getVideoTracks();
  return { audio, video, cameraFailed };
}
