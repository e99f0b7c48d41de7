/** The entry of the staff's pages at `/clinic`. Nothing of it is ever loaded by a patient. */
import '../ui/tokens.css';
import '../ui/app-tokens.css';
import './clinic.css';
import './forms.css';
import './day.css';
import './beside.css';
import { effect } from '@preact/signals';
import { render } from 'preact';
import { browserAlarm, mayNotify } from '../app/alarm.ts';
import { ServerClock } from '../app/serverclock.ts';
import { newAttempt } from '../signaling/post.ts';
import { StaffFailure, StaffHttp } from '../signaling/staff.ts';
import { startAlarm } from './alarm.ts';
import { createApi } from './api.ts';
import { onGesture, openWindow, waitOrOnline } from './browser.ts';
import { watchDay } from './daywatch.ts';
import { createDesk } from './desk.ts';
import { isIn, signedOut, takeIn } from './entering.ts';
import { chosenLanguage, keepLanguage, loadWords } from './language.ts';
import { createModel, entryOf } from './model.ts';
import { entranceOf, hashOf, type Route, routeOf } from './route.ts';
import { dateOf } from './times.ts';
import { App } from './views/App.tsx';

/** Minutes of waiting are shown: often enough to be right, seldom enough to cost nothing. */
const TICK_MS = 10_000;
const ASK_AGAIN_MS = 4000;

async function start(root: HTMLElement): Promise<void> {
  const language = chosenLanguage();
  const model = createModel(language, await loadWords(language));
  const clock = new ServerClock();
  const now = () => clock.now() ?? Date.now();
  const http = new StaffHttp(undefined, () => signedOut(model));
  const api = createApi(http);

  const follow = () => {
    const role = model.session.value?.role;
    if (role) model.route.value = routeOf(location.hash, role);
  };
  const go = (route: Route, how?: 'replace') => {
    const hash = hashOf(route);
    if (how === 'replace') history.replaceState(null, '', hash);
    else if (hash !== location.hash) history.pushState(null, '', hash);
    model.route.value = route;
  };
  addEventListener('popstate', follow);
  addEventListener('hashchange', follow);

  const actions = createDesk(model, {
    api,
    origin: location.origin,
    go,
    open: openWindow,
    copy: (text) => navigator.clipboard.writeText(text),
    wordsIn: loadWords,
    speak: (chosen) => {
      keepLanguage(chosen);
      return loadWords(chosen);
    },
    askNotify: async () => (await Notification.requestPermission()) === 'default',
    clock: now,
    newKey: newAttempt,
  });

  // A page may sound only after a first touch; the title does not wait for it.
  let alarm = browserAlarm(undefined);
  onGesture(() => {
    alarm = browserAlarm(new AudioContext());
  });
  startAlarm(model, {
    chime: () => alarm.chime(),
    notify: (title) => alarm.notify(title),
    setTitle: (title) => alarm.setTitle(title),
  });
  model.mayAskNotify.value = mayNotify('default');
  model.now.value = now();
  setInterval(() => {
    model.now.value = now();
  }, TICK_MS);

  effect(() => {
    document.documentElement.lang = model.language.value;
  });

  // Who is new here begins on the first page of the role; who comes back, where they were.
  effect(() => {
    const session = model.session.value;
    if (!session) return;
    follow();
    if (session.role !== 'administrator' && model.staff.peek() === undefined) {
      void actions.loadStaff();
    }
  });

  let watching: AbortController | undefined;
  let watched = '';
  effect(() => {
    const session = model.session.value;
    const route = model.route.value;
    const wanted =
      isIn(model) && session?.role !== 'administrator' && model.now.value > 0
        ? (route.page === 'day' && route.date) || dateOf(model.now.value)
        : '';
    if (wanted === watched) return;
    watched = wanted;
    watching?.abort();
    if (wanted === '') return;
    watching = new AbortController();
    if (model.day.peek()?.date !== wanted) model.day.value = undefined;
    const parts = {
      api,
      wait: waitOrOnline,
      onDay(day: NonNullable<typeof model.day.value>) {
        clock.hear(day.now);
        model.now.value = now();
        model.awaySince.value = undefined;
        model.day.value = day;
      },
      onAway() {
        model.awaySince.value ??= now();
      },
    };
    void watchDay(wanted, parts, watching.signal);
  });

  const entrance = entranceOf(location.hash);
  // Spent once, and no business of whoever looks at the screen or the history.
  if (entrance) history.replaceState(null, '', location.pathname);
  model.entry.value = entryOf(entrance);
  render(<App model={model} actions={actions} />, root);

  while (model.entry.value.step === 'asking') {
    try {
      takeIn(model, await api.session());
      model.awaySince.value = undefined;
    } catch (failure) {
      const isNobody = failure instanceof StaffFailure && failure.code !== 'away';
      if (isNobody) {
        model.awaySince.value = undefined;
        model.entry.value = { step: 'password' };
      } else {
        model.awaySince.value ??= now();
        await waitOrOnline(ASK_AGAIN_MS, new AbortController().signal);
      }
    }
  }
}

const root = document.getElementById('clinic');
if (root) void start(root);
