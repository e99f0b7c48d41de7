/** A seat is held by one tab only: a copy of the tab has the same storage, and no right to it. */

/** The page that a reload replaces lets go within this. */
const HANDOVER_MS = 700;

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
