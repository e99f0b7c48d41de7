/**
 * Makes an arrival impossible to miss on the staff's pages: the bell until somebody notices, the tab's title, and a
 * notification where the person allowed it. As in a consultation; all follow the list of who waits, not events.
 */
import { effect } from '@preact/signals';
import { type AlarmParts, CHIME_MS, OFTEN, RARELY_MS } from '../app/alarm.ts';
import { fill } from '../i18n/words.ts';
import type { Model } from './model.ts';
import { nameOf } from './say.ts';

/** Returns what ends it. */
export function startAlarm(model: Model, parts: Omit<AlarmParts, 'called'>): () => void {
  let ringing: ReturnType<typeof setTimeout> | undefined;
  let rung = 0;
  const ring = () => {
    rung += 1;
    parts.chime();
    ringing = setTimeout(ring, rung < OFTEN ? CHIME_MS : RARELY_MS);
  };
  const hush = () => {
    clearTimeout(ringing);
    rung = 0;
  };
  let known = 0;
  const stops = [
    effect(() => {
      const count = model.unnoticed.value.length;
      if (count > known) {
        const { arrivedNames } = model.words.value.day;
        const names = model.unnoticed.value.map(({ patient }) =>
          nameOf(patient, model.words.value),
        );
        // On a screen that others pass by stands how many came; who they are is said on the page.
        parts.notify(fill(model.words.value.day.arrived, { count }));
        model.announced.value = fill(arrivedNames, { names: names.join(', ') });
        // One more came: from the beginning.
        hush();
        ring();
      }
      if (count === 0) hush();
      known = count;
    }),
    effect(() => {
      const { frame, day } = model.words.value;
      const count = model.rows.value.filter(({ turn }) => turn).length;
      parts.setTitle(
        count === 0 ? frame.title : `(${count}) ${fill(day.arrived, { count })} · ${frame.title}`,
      );
    }),
  ];
  return () => {
    for (const stop of stops) stop();
    hush();
  };
}
