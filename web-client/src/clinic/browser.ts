/** What the staff's pages ask of the browser besides drawing. */
import type { Opened } from './desk.ts';

/** A window by its name: the one that there is, or a new one. undefined where the browser forbids it. */
export function openWindow(name: string): Opened | undefined {
  const opened = window.open('', `consultation-${name}`);
  if (!opened) return undefined;
  const isInUse = opened.location.href !== 'about:blank';
  if (isInUse) opened.focus();
  return {
    isInUse,
    go(url) {
      opened.location.href = url;
    },
    close: () => opened.close(),
  };
}

/** Runs at the first touch or key, from which on a page may make sounds. */
export function onGesture(run: () => void): void {
  const first = new AbortController();
  for (const kind of ['pointerdown', 'keydown']) {
    addEventListener(
      kind,
      () => {
        if (first.signal.aborted) return;
        first.abort();
        run();
      },
      { signal: first.signal, capture: true },
    );
  }
}

/** Sooner when the network comes back, or when nobody waits any more. */
export function waitOrOnline(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      removeEventListener('online', done);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
    addEventListener('online', done);
  });
}
