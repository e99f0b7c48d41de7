/** The seat that this tab has: kept over a reload, and by one tab only. */

export interface KeptSeat {
  readonly link: string;
  readonly resume: string;
  /** What the person chose, which a reload must not change. */
  readonly microphone: boolean;
  readonly camera: boolean;
}

const KEY = 'seat';
/** The page that a reload replaces lets go within this. */
const HANDOVER_MS = 700;

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

/** Another tab sits there: this one is its copy, with the same storage. */
export function isHeldElsewhere(link: string, locks = navigator.locks): Promise<boolean> {
  return new Promise((resolve) => {
    // Older browsers: the server notices, and the older tab is told that it was taken over.
    if (!locks) return resolve(false);
    const impatience = new AbortController();
    const timer = setTimeout(() => impatience.abort(), HANDOVER_MS);
    locks
      .request(nameOf(link), { signal: impatience.signal }, () => {
        clearTimeout(timer);
        resolve(false);
      })
      .catch(() => resolve(true));
  });
}

/** Tells other tabs that this one sits there, until `ended`; as soon as an older one has let go. */
export function holdSeat(link: string, ended: AbortSignal, locks = navigator.locks): void {
  locks
    ?.request(nameOf(link), { signal: ended }, () => {
      return new Promise<void>((resolve) => ended.addEventListener('abort', () => resolve()));
    })
    .catch(() => undefined);
}

function nameOf(link: string): string {
  return `seat ${link}`;
}
