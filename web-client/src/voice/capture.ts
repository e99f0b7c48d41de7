/** Microphone and camera: asking for them, and why one was not given. */

export type CaptureCause = 'insecurePage' | 'oldBrowser' | 'refused' | 'noMicrophone' | 'busy';

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
  facingMode: 'user',
};

/** What keeps this page from calling at all; undefined when nothing does. */
export function findObstacle(): CaptureCause | undefined {
  if (!globalThis.isSecureContext) return 'insecurePage';
  if (!globalThis.RTCPeerConnection || !navigator.mediaDevices?.getUserMedia) return 'oldBrowser';
  return undefined;
}

/** Asks once for both; a camera that fails never costs the voice. Throws a `CaptureFailure`. */
export async function capture(
  withCamera: boolean,
  devices = navigator.mediaDevices,
): Promise<Captured> {
  if (withCamera) {
    try {
      return captured(await devices.getUserMedia({ audio: AUDIO, video: VIDEO }), false);
    } catch {
      // Which of the two failed is not told; asking for the voice alone finds out.
    }
  }
  try {
    return captured(await devices.getUserMedia({ audio: AUDIO }), withCamera);
  } catch (error) {
    throw new CaptureFailure(causeOf(error));
  }
}

/** One of them alone, in a running call; undefined when it is not given. */
export async function captureOne(
  kind: 'audio' | 'video',
  devices = navigator.mediaDevices,
): Promise<MediaStreamTrack | undefined> {
  try {
    const stream = await devices.getUserMedia(
      kind === 'audio' ? { audio: AUDIO } : { video: VIDEO },
    );
    return stream.getTracks()[0];
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
