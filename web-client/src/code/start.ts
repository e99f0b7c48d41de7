/** For who has eight digits and no link: read over the telephone, typed here, and then as from a link. */
import '../ui/tokens.css';
import '../voice/landing.css';
import './code.css';
import { codeWords } from '../i18n/code.ts';
import { fill, type Language } from '../i18n/words.ts';
import { ANSWER_TIMEOUT_MS, post } from '../signaling/post.ts';
import { button, element } from '../voice/dom.ts';
import { codeIn, grouped } from './typed.ts';

/** A wrong code is answered after a second, and the network takes its own. */
const TIMEOUT_MS = 2 * ANSWER_TIMEOUT_MS;
/** Where the server names no wait. */
const USUAL_WAIT_S = 60;

const NAMES: readonly (readonly [Language, string])[] = [
  ['vi', 'Tiếng Việt'],
  ['en', 'English'],
  ['ko', '한국어'],
];

function draw(root: HTMLElement, language: Language): void {
  const words = codeWords[language];
  document.documentElement.lang = language;
  document.title = `${words.title} · Nhịp Cầu`;

  const input = element('input', 'digits');
  input.id = 'digits';
  input.inputMode = 'numeric';
  input.autocomplete = 'off';
  input.dataset.testid = 'digits';
  input.oninput = () => {
    input.value = grouped(input.value);
    say('');
  };
  const label = element('label', '', words.label);
  label.htmlFor = input.id;
  const said = element('p', 'told');
  said.setAttribute('role', 'status');
  const say = (text: string) => {
    said.textContent = text;
  };

  const enter = button({ label: words.enter, test: 'enter', className: 'main' }, () => {});
  enter.type = 'submit';
  const form = element('form', 'said');
  form.append(
    element('h1', '', words.title),
    element('p', '', words.how),
    label,
    input,
    said,
    enter,
  );
  form.onsubmit = async (event) => {
    event.preventDefault();
    const code = codeIn(input.value);
    if (code === undefined) {
      say(words.short);
      return input.focus();
    }
    if (enter.ariaDisabled === 'true') return;
    enter.ariaDisabled = 'true';
    say(words.asking);
    say(await come(code, words));
    enter.ariaDisabled = null;
    input.focus();
  };

  const chooser = element(
    'nav',
    'languages',
    ...NAMES.filter(([code]) => code !== language).map(([code, name]) => {
      const choice = button({ label: name, className: 'plain' }, () => draw(root, code));
      choice.lang = code;
      return choice;
    }),
  );
  root.replaceChildren(element('main', 'screen', element('p', 'brand', 'Nhịp Cầu'), form, chooser));
  input.focus();
}

/** Goes on to the page of the consultation, or says why not. */
async function come(code: string, words: (typeof codeWords)[Language]): Promise<string> {
  try {
    const never = new AbortController().signal;
    const response = await post('/v1/code', { code }, TIMEOUT_MS, never, false);
    const answer: unknown = await response.json();
    const link = (answer as { link?: unknown }).link;
    if (response.ok && typeof link === 'string') {
      location.assign(`/?lang=${document.documentElement.lang}#${link}`);
      return words.asking;
    }
    if (response.status === 429) {
      const seconds = Number(response.headers.get('retry-after')) || USUAL_WAIT_S;
      // Nobody counts nine hundred seconds.
      return fill(words.often, { minutes: Math.ceil(seconds / 60) });
    }
    return response.status >= 500 ? words.away : words.wrong;
  } catch {
    return words.away;
  }
}

const root = document.getElementById('code');
const wanted = new URLSearchParams(location.search).get('lang');
if (root) draw(root, wanted === 'en' || wanted === 'ko' ? wanted : 'vi');
