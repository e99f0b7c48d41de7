/** The call as the voice stage draws it, until the app takes over: words, tiles, mute. */
import type { VoiceWords } from '../i18n/words.ts';
import type { Call } from './call.ts';
import { button, element, icon } from './dom.ts';
import { linkWords } from './status.ts';

export interface CallScreen {
  readonly node: HTMLElement;
  close(): void;
}

export function callScreen(
  call: Call,
  elements: readonly HTMLVideoElement[],
  words: VoiceWords,
): CallScreen {
  const status = element('p', 'status');
  status.dataset.testid = 'status';
  status.setAttribute('role', 'status');
  const names = elements.map(() => element('figcaption', 'name'));
  const tiles = elements.map((video, index) => {
    const tile = element('figure', 'tile', video, names[index]);
    tile.dataset.testid = 'tile';
    return tile;
  });
  const mute = button({ label: '', icon: 'microphone', test: 'mute' }, () =>
    call.setMicrophone(!call.state.microphone),
  );
  const listen = button({ label: words.tapToHear, icon: 'speaker', className: 'main' }, () =>
    call.play(),
  );
  const node = element(
    'main',
    'call',
    status,
    element('div', 'tiles', ...tiles),
    listen,
    element('div', 'bar', mute),
  );

  const draw = () => {
    const { state } = call;
    const company = state.slots.filter(({ seat }) => seat !== 0);
    say(status, linkWords(state, company.length > 0, words));
    tiles.forEach((tile, index) => {
      const slot = state.slots[index];
      tile.hidden = !slot || slot.seat === 0;
      tile.dataset.seat = String(slot?.seat ?? 0);
      tile.dataset.state = slot?.visible ? 'live' : 'blank';
      const seat = state.joined?.seats.find((one) => one.seat === slot?.seat);
      const name = names[index];
      if (name) say(name, seat?.name ?? '');
    });
    listen.hidden = !state.silenced;
    mute.replaceChildren(
      icon(state.microphone ? 'microphone' : 'microphone-off'),
      element('span', 'label', state.microphone ? words.mute : words.unmute),
    );
    mute.setAttribute('aria-pressed', String(!state.microphone));
  };

  draw();
  const unsubscribe = call.subscribe(draw);
  return {
    node,
    close() {
      unsubscribe();
      node.remove();
    },
  };
}

/** Leaves equal words alone: a screen reader says a changed status again. */
function say(node: HTMLElement, words: string): void {
  if (node.textContent !== words) node.textContent = words;
}
