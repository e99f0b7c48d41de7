/**
 * Brings what comes after the voice, at a pace that leaves it alone, until it comes: what minds the
 * link, then the app.
 */
import type { StartLink } from '../media/peer.ts';
import type { Assets, StartApp } from './stage.ts';

const AGAIN_MS = 2000;

/** kbit/s for a file that is asked for now; undefined where nothing needs to be held back. */
export type PaceNow = () => number | undefined;

let link: Promise<{ startLink: StartLink }> | undefined;

export async function fetchLink({ link: url }: Assets, pace: PaceNow): Promise<StartLink> {
  link ??= untilItComes(pace, (query) => import(/* @vite-ignore */ url + query()));
  return (await link).startLink;
}

export async function fetchApp({ app, styles }: Assets, pace: PaceNow): Promise<StartApp> {
  // The app is far larger, and would be all that a weak link carries.
  await link;
  const module = await untilItComes(pace, async (query) => {
    const styled = fetchStyles(styles, query);
    // One after the other where they have a pace, which is that of one file.
    if (pace() !== undefined) await styled;
    const script = import(/* @vite-ignore */ app + query()) as Promise<{ startApp: StartApp }>;
    await styled;
    return script;
  });
  return module.startApp;
}

/** `bring` asks for the query of each address when it is asked for: a pace is that of its moment. */
async function untilItComes<T>(
  pace: PaceNow,
  bring: (query: () => string) => Promise<T>,
): Promise<T> {
  for (let round = 0; ; round++) {
    const query = () => {
      const kbps = pace();
      // A module that failed once is remembered as failed under its name.
      const parts = [kbps && `pace=${kbps}`, round && `again=${round}`].filter(Boolean);
      return parts.length > 0 ? `?${parts.join('&')}` : '';
    };
    try {
      return await bring(query);
    } catch {
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }
}

function fetchStyles(url: string | undefined, query: () => string): Promise<void> {
  const isThere = () => document.querySelector(`link[href^="${url}"]`) !== null;
  if (url === undefined || isThere()) return Promise.resolve();
  const link = document.createElement('link');
  link.rel = 'stylesheet';
  link.href = url + query();
  return new Promise((resolve, reject) => {
    link.onload = () => resolve();
    link.onerror = () => {
      link.remove();
      reject(new Error('styles'));
    };
    document.head.append(link);
  });
}
