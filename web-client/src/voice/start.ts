/**
 * The page's first script and the first of the two parts of its document: whatever this file imports is there
 * when the landing is seen, and a tap on it needs no more. `rest.ts` and what it imports besides stands behind it in
 * the same document and arrives while the person reads, taps, and waits for the server's answer.
 */
import { landing as words } from '../i18n/vilanding.ts';
import type { Language } from '../i18n/words.ts';
import { findObstacle } from './capture.ts';
import { LINK, landing, screen } from './landing.ts';
import type { Page } from './page.ts';
import { keptSeat } from './seat.ts';
import { type Tap, tap } from './tap.ts';

/** What a person has seen and done before the rest of the document was there. */
export interface Landed {
  /** What a finger may be on its way to: it stays as it is until there is more to say. */
  readonly isDrawn: boolean;
  tapped: Tap | undefined;
}

const root = document.getElementById('page');
const link = location.hash.slice(1);

if (root) {
  let page: Page | undefined;
  let isCut = false;
  // What has to be told, and a seat that is held already, is for the rest.
  const isDrawn = LINK.test(link) && !findObstacle() && !keptSeat(link);
  const landed: Landed = { isDrawn, tapped: undefined };
  import('./rest.ts').then(
    ({ begin }) => {
      page = begin(root, landed);
    },
    () => {
      isCut = true;
      if (landed.tapped) location.reload();
    },
  );
  if (isDrawn) {
    const enter = (withCamera = false) => {
      if (isCut) return location.reload();
      landed.tapped = tap(withCamera, { link, takeover: false });
      root.replaceChildren(screen(words.joining, ''));
      void page?.start(landed);
    };
    const { welcome: title, askFirst: text } = words;
    const speak = (language: Language) => void page?.open(language);
    root.replaceChildren(landing({ words, language: 'vi', title, text, enter, speak }));
  }
}
