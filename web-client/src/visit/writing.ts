/** For a practitioner who comes back when all is over: the summary, saved and signed in one go. */
import type { VisitWords } from '../i18n/words.ts';
import type { VisitResponse, VisitSay } from '../protocol/generated/messages.ts';
import { button, element } from '../voice/dom.ts';

export interface WritingParts {
  readonly words: VisitWords;
  say(message: VisitSay): Promise<VisitResponse>;
  /** It is signed; this is what there is to see now. */
  done(visit: VisitResponse): void;
}

/** Whether this person was in the visit as one who writes about it. */
export function writes(visit: VisitResponse): boolean {
  const own = visit.people.find(({ seat }) => seat === visit.you);
  return own?.role === 'practitioner';
}

/** Saves what is on the screen if the server does not have it, then signs it. */
export async function saveAndSign(
  visit: VisitResponse,
  text: string,
  say: WritingParts['say'],
): Promise<VisitResponse> {
  const paper = 'summary';
  const known = visit.papers?.find((one) => one.paper === paper);
  const base = known?.version ?? 0;
  const saved = known?.text === text ? visit : await say({ type: 'writePaper', paper, base, text });
  const version = saved.papers?.find((one) => one.paper === paper)?.version ?? base;
  return say({ type: 'signOff', paper, version });
}

export function writing(visit: VisitResponse, { words, say, done }: WritingParts): HTMLElement {
  const input = element('textarea', '');
  input.dataset.testid = 'summary-text';
  input.setAttribute('aria-label', words.summary);
  input.value = visit.papers?.find(({ paper }) => paper === 'summary')?.text ?? '';
  const told = element('p', '');
  told.setAttribute('role', 'status');
  const sign = button({ label: words.sign, className: 'main', test: 'sign-summary' }, () => {
    sign.disabled = true;
    told.textContent = words.signing;
    saveAndSign(visit, input.value, say).then(done, () => {
      // What was typed stays where it is.
      sign.disabled = false;
      told.textContent = words.away;
    });
  });
  return element('section', 'writing', input, sign, told);
}
