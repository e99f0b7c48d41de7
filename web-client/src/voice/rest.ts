/** The second part of the document: the way through the page from the landing on, the call and its screen. */
import { voice } from '../i18n/vi.ts';
import { Page } from './page.ts';
import type { Assets } from './stage.ts';
import type { Landed } from './start.ts';

declare const __ASSETS__: Assets;

declare global {
  interface Window {
    /** Read-only, for measurements from outside. */
    nhipcau: { readonly peer: RTCPeerConnection | undefined };
  }
}

export function begin(root: HTMLElement, landed: Landed): Page {
  const page = new Page(root, __ASSETS__, { voice });
  window.nhipcau = {
    get peer() {
      return page.peer;
    },
  };
  void page.start(landed);
  // Another link pasted into the same tab is another visit.
  addEventListener('hashchange', () => location.reload());
  return page;
}
