/** Every failure but “unreachable”: words and ways out, brought when something has failed. */
import { trouble as vietnamese } from '../i18n/vi.ts';
import { causeOf, inAppOr } from './capturecause.ts';
import { button, element } from './dom.ts';
import { type Cause, failureWords } from './failure.ts';
import { screen } from './landing.ts';
import { failed } from './screens.ts';
import type { DrawTrouble } from './stage.ts';

/** What another app around the page may be to blame for. */
const OF_THE_BROWSER: ReadonlySet<Cause> = new Set([
  'oldBrowser',
  'refused',
  'noMicrophone',
  'busy',
]);

export const drawTrouble: DrawTrouble = ({ cause, words, act, retryAfter }) => {
  const all = { ...words.voice, ...('trouble' in words ? words.trouble : vietnamese) };
  const known = typeof cause === 'string' ? cause : causeOf(cause.thrown);
  const told = OF_THE_BROWSER.has(known) ? inAppOr(known, navigator) : known;
  const { title, how, wayOut } = failureWords(told, all, retryAfter);
  const look = {
    label: all[wayOut],
    className: 'main',
    test: wayOut === 'useHere' ? 'takeover-yes' : wayOut,
  };
  const ways = { copyLink, openSafe, openBrowser, reload: () => location.reload() };
  const way = button(look, () => {
    if (wayOut === 'again' || wayOut === 'useHere') act();
    else ways[wayOut]();
    if (wayOut === 'copyLink') way.textContent = all.copied;
  });
  const made = screen(title, how, way);
  if (told === 'ended') {
    const visit = element('a', 'button', all.seeVisit);
    visit.href = `/visit.html${location.search}${location.hash}`;
    visit.dataset.testid = 'see-visit';
    made.lastElementChild?.append(visit);
  }
  if (wayOut === 'openBrowser') {
    const copy = button({ label: all.copyLink }, () => {
      copyLink();
      copy.textContent = all.copied;
    });
    made.lastElementChild?.append(copy);
  }
  return failed(made);
};

function copyLink(): void {
  // The clipboard is closed to old and to insecure pages: then the person copies out of a box.
  const asked = navigator.clipboard?.writeText(location.href) ?? Promise.reject();
  asked.catch(() => prompt('', location.href));
}

function openSafe(): void {
  location.href = location.href.replace(/^http:/, 'https:');
}

/** Android reads what stands behind the last `#`: the invitation's own stays in the address. */
function openBrowser(): void {
  location.href = `${location.href.replace(/^https?/, 'intent')}#Intent;scheme=https;package=com.android.chrome;end`;
}
