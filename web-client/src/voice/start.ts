/** The page's first script: Vietnamese words, the address, and the landing. */
import { voice } from '../i18n/vi.ts';
import { Page } from './page.ts';
import type { Assets } from './stage.ts';

declare const __ASSETS__: Assets;

declare global {
  interface Window {
    /** Read-only, for measurements from outside. */
    nhipcau: { readonly peer: RTCPeerConnection | undefined };
  }
}

const root = document.getElementById('page');
if (root) {
  const page = new Page(root, __ASSETS__, { voice });
  window.nhipcau = {
    get peer() {
      return page.peer;
    },
  };
  const wanted = new URLSearchParams(location.search).get('lang');
  void page.start(wanted === 'en' || wanted === 'ko' ? wanted : 'vi');
  // Another link pasted into the same tab is another visit.
  addEventListener('hashchange', () => location.reload());
}
