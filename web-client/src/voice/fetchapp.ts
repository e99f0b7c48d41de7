/**
 * Brings what comes after the voice, at a pace that leaves it alone, until it comes: what minds the
 * link, then the app.
 */
import type { StartLink } from '../media/peer.ts';
import { linkHint, paceOf } from './hint.ts';
import type { Assets, StartApp } from './stage.ts';

const AGAIN_MS = 2000;

let link: Promise<{ startLink: StartLink }> | undefined;

export async function fetchLink({ link: url }: Assets): Promise<StartLink> {
  link ??= untilItComes((query) => import(/* @vite-ignore */ url + query));
  return (await link).startLink;
}

export async function fetchApp(assets: Assets): Promise<StartApp> {
  // The app is far larger, and would be all that a weak link carries.
  await link;
  const app = await untilItComes(async (query, isPaced) => {
    const styles = fetchStyles(assets.styles && assets.styles + query);
    // One after the other where they have a pace, which is that of one file.
    if (isPaced) await styles;
    const script = import(/* @vite-ignore */ assets.app + query) as Promise<{ startApp: StartApp }>;
    await styles;
    return script;
  });
  return app.startApp;
}

/** `bring` gets what stands behind each address, and whether a pace does. */
async function untilItComes<T>(bring: (query: string, isPaced: boolean) => Promise<T>): Promise<T> {
  const kbps = paceOf(linkHint());
  for (let round = 0; ; round++) {
    // A module that failed once is remembered as failed under its name.
    const parts = [kbps && `pace=${kbps}`, round && `again=${round}`].filter(Boolean);
    try {
      return await bring(parts.length > 0 ? `?${parts.join('&')}` : '', kbps !== undefined);
    } catch {
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }
}

function fetchStyles(url: string | undefined): Promise<void> {
  if (url === undefined || document.querySelector(`link[href="${url}"]`)) return Promise.resolve();
  const link = document.createElement('link');
  link.rel = 'stylesheet';
  link.href = url;
  return new Promise((resolve, reject) => {
    link.onload = () => resolve();
    link.onerror = () => {
      link.remove();
      reject(new Error('styles'));
    };
    document.head.append(link);
  });
}
