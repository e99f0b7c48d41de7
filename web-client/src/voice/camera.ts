/** Which camera: the one of last time, or the face. Choosing another comes later (`cameras.ts`). */

export type Facing = 'user' | 'environment';

/** Under this name a choice is kept. */
export const KEY = 'camera';

/**
 * What the person chose before. A phone that shows its rear side is remembered for this visit only,
 * because the next one begins with the face; a chosen webcam stays chosen.
 */
export function cameraChoice(): MediaTrackConstraints {
  const stored = read(() => sessionStorage) ?? read(() => localStorage);
  return stored ?? { facingMode: 'user' };
}

/** Which way the camera looks, as far as the device says. */
export function facingOf(track: MediaStreamTrack | undefined): Facing | undefined {
  const facing = track?.getSettings().facingMode;
  return facing === 'user' || facing === 'environment' ? facing : undefined;
}

function read(storage: () => Storage): MediaTrackConstraints | undefined {
  try {
    const stored: unknown = JSON.parse(storage().getItem(KEY) ?? 'null');
    return typeof stored === 'object' && stored !== null ? stored : undefined;
  } catch {
    return undefined;
  }
}
