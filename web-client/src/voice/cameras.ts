/** One device of a running call, and another camera: the rear one, or the next that is plugged in; and what is remembered of the choice. */
import { cameraChoice, facingOf, KEY } from './camera.ts';
import { AUDIO, VIDEO } from './capture.ts';

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

export function rememberCamera(choice: MediaTrackConstraints): void {
  try {
    const storage = choice.deviceId ? localStorage : sessionStorage;
    sessionStorage.removeItem(KEY);
    storage.setItem(KEY, JSON.stringify(choice));
  } catch {
    // A browser that keeps nothing: the choice lasts as long as the page.
  }
}

/** The other camera than this one; undefined when there is none. */
export function nextCamera(
  track: MediaStreamTrack | undefined,
  devices: readonly MediaDeviceInfo[],
): MediaTrackConstraints | undefined {
  const cameras = devices.filter(({ kind }) => kind === 'videoinput');
  if (!track || cameras.length < 2) return undefined;
  const facing = facingOf(track);
  // A phone has several rear cameras; which of them is the good one it knows best.
  if (facing) return { facingMode: facing === 'user' ? 'environment' : 'user' };
  const used = cameras.findIndex(({ deviceId }) => deviceId === track.getSettings().deviceId);
  const next = cameras[(used + 1) % cameras.length];
  // Ideal, not exact: one that was pulled out meanwhile leaves the other.
  return next && { deviceId: next.deviceId };
}
