/** Which camera: the face, the rear one, or the next that is plugged in; and which it was last time. */

export type Facing = 'user' | 'environment';

const KEY = 'camera';

/**
 * What the person chose before. A phone that shows its rear side is remembered for this visit only,
 * because the next one begins with the face; a chosen webcam stays chosen.
 */
export function cameraChoice(): MediaTrackConstraints {
  const stored = read(() => sessionStorage) ?? read(() => localStorage);
  return stored ?? { facingMode: 'user' };
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

/** Which way the camera looks, as far as the device says. */
export function facingOf(track: MediaStreamTrack | undefined): Facing | undefined {
  const facing = track?.getSettings().facingMode;
  return facing === 'user' || facing === 'environment' ? facing : undefined;
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

function read(storage: () => Storage): MediaTrackConstraints | undefined {
  try {
    const stored: unknown = JSON.parse(storage().getItem(KEY) ?? 'null');
    return typeof stored === 'object' && stored !== null ? stored : undefined;
  } catch {
    return undefined;
  }
}
