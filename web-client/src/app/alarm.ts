/**
 * Makes an arrival impossible to miss: the bell until somebody notices, the tab's title, and a
 * notification where the person allowed it. All follow the list of who waits, not events.
 */
import { effect } from '@preact/signals';
import { fill } from '../i18n/words.ts';
import type { Model } from './model.ts';
import { Bell } from './sound.ts';
import { titleOf } from './title.ts';

/** What the alarm needs of the browser; tests put their own in. */
export interface AlarmParts {
  chime(): void;
  called(): void;
  notify(title: string): void;
  setTitle(title: string): void;
}

/** Soon enough to find the screen by ear. */
export const CHIME_MS = 4000;
/** After so many, rarer: who hears it and cannot come should still be able to think. */
export const OFTEN = 5;
export const RARELY_MS = 15_000;
/** “You are called” stays on the tab for as long as it takes to come back to it. */
const CALLED_MS = 30_000;

/** Returns what ends it. */
export function startAlarm(model: Model, parts: AlarmParts): () => void {
  const base = model.voiceWords.title;
  let ringing: ReturnType<typeof setTimeout> | undefined;
  let calledTimer: ReturnType<typeof setTimeout> | undefined;
  let rung = 0;
  let known = 0;
  let waited = false;

  const ring = () => {
    rung += 1;
    parts.chime();
    ringing = setTimeout(ring, rung < OFTEN ? CHIME_MS : RARELY_MS);
  };

  const stops = [
    effect(() => {
      const count = model.unnoticed.value.length;
      if (count > known) {
        const arrived = fill(model.words.titleArrived, { count: model.waiting.value.length });
        parts.notify(arrived);
        model.announced.value = arrived;
        // One more came: from the beginning.
        clearTimeout(ringing);
        rung = 0;
        ring();
      }
      if (count === 0) clearTimeout(ringing);
      known = count;
    }),
    effect(() => {
      const isWaiting = model.isWaiting.value;
      if (waited && !isWaiting && model.you.value?.admission === 'admitted') {
        model.isCalled.value = true;
        model.announced.value = model.words.calledIn;
        parts.called();
        calledTimer = setTimeout(() => (model.isCalled.value = false), CALLED_MS);
      }
      waited = isWaiting;
    }),
    effect(() => {
      const isOver = model.call.value.link === 'over';
      parts.setTitle(
        titleOf(
          {
            base,
            waiting: isOver ? 0 : model.waiting.value.length,
            isWaiting: !isOver && model.isWaiting.value,
            isCalled: !isOver && model.isCalled.value,
          },
          model.words,
        ),
      );
      if (isOver) clearTimeout(ringing);
    }),
  ];

  return () => {
    for (const stop of stops) stop();
    clearTimeout(ringing);
    clearTimeout(calledTimer);
    parts.setTitle(base);
  };
}

export function browserAlarm(audio: AudioContext | undefined): AlarmParts {
  const bell = new Bell(audio);
  return {
    chime: () => bell.chime(),
    called() {
      bell.called();
      navigator.vibrate?.([200, 100, 200]);
    },
    notify(title) {
      if (!document.hidden || !mayNotify('granted')) return;
      try {
        const shown = new Notification(title, { tag: 'waiting' });
        shown.onclick = () => {
          window.focus();
          shown.close();
        };
      } catch {
        // Android shows them from service workers only.
      }
    },
    setTitle(title) {
      document.title = title;
    },
  };
}

/** Whether the browser has notifications, in this state of permission. */
export function mayNotify(permission: NotificationPermission): boolean {
  return typeof Notification !== 'undefined' && Notification.permission === permission;
}
