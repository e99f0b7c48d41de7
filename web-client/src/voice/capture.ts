/** Microphone and camera: asking for them, and why one was not given. */

import { cameraChoice, rememberCamera } from './camera.ts';

export type CaptureCause =
  | 'insecurePage'
  | 'inAppBrowser'
  | 'oldBrowser'
  | 'refused'
  | 'noMicrophone'
  | 'busy';

export class CaptureFailure extends Error {
  constructor(readonly reason: CaptureCause) {
    super(reason);
  }
}

export interface Captured {
  readonly audio: MediaStreamTrack;
  readonly video: MediaStreamTrack | undefined;
  /** A camera was asked for and not given. */
  readonly cameraFailed: boolean;
}

const AUDIO: MediaTrackConstraints = {
  channelCount: 1,
  echoCancellation: true,
  noiseSuppression: true,
  autoGainControl: true,
};

/** 24 pictures a second look fluent and cost a fifth less than 30. */
const VIDEO: MediaTrackConstraints = {
  width: { ideal: 1280 },
  height: { ideal: 720 },
  frameRate: { ideal: 24 },
};

/** Browsers inside other apps, most of which keep the microphone to themselves. */
const IN_APP = /Zalo|FBAN|FBAV|FB_IAB|Messenger|Instagram|\bLine\/|TikTok|musical_ly|; wv\)/i;

/** What is asked of the browser; tests put their own in. */
type Browser = Pick<Navigator, 'mediaDevices' | 'userAgent'>;

/** What keeps this page from calling at all; undefined when nothing does. */
export function findObstacle(browser: Browser = navigator): CaptureCause | undefined {
  if (!globalThis.isSecureContext) return 'insecurePage';
  const isAble =
    globalThis.RTCPeerConnection !== undefined && browser.mediaDevices?.getUserMedia !== undefined;
  if (isAble) return undefined;
  return inAppOr('oldBrowser', browser);
}

/** Some of them do call: it is said only when something has failed. */
function inAppOr(cause: CaptureCause, { userAgent }: Browser): CaptureCause {
  return IN_APP.test(userAgent) ? 'inAppBrowser' : cause;
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

/** Asks once for both; a camera that fails never costs the voice. Throws a `CaptureFailure`. */
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
  try {
    return captured(await devices.getUserMedia({ audio: AUDIO }), withCamera);
  } catch (error) {
    throw new CaptureFailure(inAppOr(causeOf(error), browser));
  }
}

/** One of them alone, in a running call; undefined when it is not given. */
export async function captureOne(
  kind: 'audio' | 'video',
  choice = cameraChoice(),
  devices = navigator.mediaDevices,
): Promise<MediaStreamTrack | undefined> {
  try {
    const stream = await devices.getUserMedia(
      kind === 'audio' ? { audio: AUDIO } : { video: { ...VIDEO, ...choice } },
    );
    const [track] = stream.getTracks();
    if (kind === 'video') rememberCamera(choice);
    return track;
  } catch {
    return undefined;
  }
}

function captured(stream: MediaStream, cameraFailed: boolean): Captured {
  const [audio] = stream.getAudioTracks();
  if (!audio) throw new CaptureFailure('noMicrophone');
  const [video] = stream.getVideoTracks();
  return { audio, video, cameraFailed };
}

function causeOf(error: unknown): CaptureCause {
  if (error instanceof CaptureFailure) return error.reason;
  switch (error instanceof Error ? error.name : '') {
    case 'NotAllowedError':
    case 'SecurityError':
      return 'refused';
    case 'NotReadableError':
    case 'AbortError':
      return 'busy';
    default:
      return 'noMicrophone';
  }
}
