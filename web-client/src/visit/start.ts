/**
 * The visit afterwards: what the clinician says, who was there and when, what was agreed to. A page
 * of its own, opened with the invitation's link, printed as it is.
 */
import '../ui/tokens.css';
import '../voice/landing.css';
import './visit.css';
import { visit as en } from '../i18n/visit/en.ts';
import { visit as ko } from '../i18n/visit/ko.ts';
import { visit as vi } from '../i18n/visit/vi.ts';
import type { VisitWords } from '../i18n/words.ts';
import type { ConsentState, VisitResponse, VisitSay } from '../protocol/generated/messages.ts';
import { type Credential, fetchVisit, sayInVisit, VisitFailure } from '../signaling/visit.ts';
import { button, element } from '../voice/dom.ts';
import {
  awaitsSummary,
  consentWords,
  dayOf,
  failureWords,
  personWords,
  signedWords,
  summaryWords,
} from './account.ts';
import { writes, writing } from './writing.ts';

/** Who waits for the summary has time; a phone in a pocket asks nobody. */
const AGAIN_MS = 15_000;

const WORDS: Readonly<Record<string, VisitWords>> = { vi, en, ko };
const language = new URLSearchParams(location.search).get('lang') ?? 'vi';
const words = WORDS[language] ?? vi;
const root = document.getElementById('visit');
const credential: Credential = { link: location.hash.slice(1) };
const never = new AbortController().signal;

document.documentElement.lang = language in WORDS ? language : 'vi';
document.title = words.title;
show(element('p', '', words.coming));
void look();
addEventListener('hashchange', () => location.reload());

async function look(): Promise<void> {
  try {
    const visit = await fetchVisit(credential, never);
    draw(visit);
    // Drawn anew under somebody who writes, it would take the words away.
    if (awaitsSummary(visit) && !writes(visit)) setTimeout(lookWhenSeen, AGAIN_MS);
  } catch (error) {
    const code = error instanceof VisitFailure ? error.code : undefined;
    const again = { label: words.again, className: 'main', test: 'again' };
    const said = element('p', '', failureWords(code, words));
    said.setAttribute('role', 'alert');
    show(
      said,
      button(again, () => location.reload()),
    );
  }
}

function lookWhenSeen(): void {
  if (document.visibilityState === 'visible') return void look();
  document.addEventListener('visibilitychange', () => void look(), { once: true });
}

function draw(visit: VisitResponse): void {
  const summary = element('p', 'summary', summaryWords(visit, words));
  summary.dataset.testid = 'summary';
  summary.setAttribute('role', 'status');
  const people = visit.people.map((person) => element('li', '', personWords(person, words)));
  const print = button({ label: words.print, className: 'main', test: 'print' }, () =>
    window.print(),
  );
  show(
    element('p', 'brand', visit.clinic ?? 'Nhịp Cầu'),
    element('h1', '', words.title),
    element('p', '', dayOf(visit, language)),
    element('h2', '', words.summary),
    summary,
    element('p', 'signed', signedWords(visit, words)),
    ...(writes(visit) ? [writing(visit, { words, say, done: draw })] : []),
    element('h2', '', words.people),
    people.length > 0 ? element('ul', 'people', ...people) : element('p', '', words.nobody),
    ...(visit.consents.length > 0
      ? [
          element('h2', '', words.consents),
          element('ul', '', ...visit.consents.map((one) => consentRow(one))),
        ]
      : []),
    print,
  );
}

/** The first tap asks, the second does it. */
function consentRow(consent: ConsentState): HTMLElement {
  const row = element('li', '', consentWords(consent, words));
  if (consent.standing !== 'given') return row;
  const withdraw = button({ label: words.withdraw, test: `withdraw-${consent.scope}` }, () => {
    const label = withdraw.querySelector('.label');
    if (!label || label.textContent === words.withdraw) {
      if (label) label.textContent = words.withdrawSure;
      return;
    }
    const { subject, scope } = consent;
    say({ type: 'withdrawConsent', subject, scopes: [scope] }).then(draw, () => {
      label.textContent = words.withdraw;
    });
  });
  row.append(withdraw);
  return row;
}

function say(message: VisitSay): Promise<VisitResponse> {
  return sayInVisit(credential, message, never);
}

function show(...parts: HTMLElement[]): void {
  root?.replaceChildren(element('main', 'screen visit', ...parts));
}
