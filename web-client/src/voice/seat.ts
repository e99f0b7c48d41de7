/** The seat that this tab has: kept over a reload. That only one tab sits in it is `seatlock.ts`. */

export interface KeptSeat {
  readonly link: string;
  readonly resume: string;
  /** What the person chose, which a reload must not change. */
  readonly microphone: boolean;
  readonly camera: boolean;
}

const KEY = 'seat';

export function keepSeat(seat: KeptSeat): void {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(seat));
  } catch {
    // A browser that keeps nothing: a reload begins at the landing.
  }
}

/** The seat behind this link, when this tab had it. */
export function keptSeat(link: string): KeptSeat | undefined {
  try {
    const kept: Partial<KeptSeat> | null = JSON.parse(sessionStorage.getItem(KEY) ?? 'null');
    if (kept?.link !== link || typeof kept.resume !== 'string') return undefined;
    const { resume, microphone = true, camera = false } = kept;
    return { link, resume, microphone, camera };
  } catch {
    return undefined;
  }
}

export function forgetSeat(): void {
  try {
    sessionStorage.removeItem(KEY);
  } catch {
    // Nothing was kept.
  }
}
