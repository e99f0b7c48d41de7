/** The day as it goes: letting in, going back, telling of a delay, and noticing who came. */

import { arrivalOf, type Row } from './day.ts';
import { addressOf, type DeskParts, type Doing } from './desk.ts';
import type { Model } from './model.ts';

export interface Rounds {
  /** Opens the consultation in its own window and lets in who waits. To be called in the tap itself. */
  admit(row: Row): Promise<void>;
  enter(row: Row): Promise<void>;
  /** Everybody on the list was seen. */
  notice(): void;
  allowNotify(): Promise<void>;
  tellLate(minutes: number | null): Promise<void>;
}

export function rounds(model: Model, parts: DeskParts, { run }: Doing): Rounds {
  const { api } = parts;

  const notice = () => {
    const { day } = model;
    model.noticed.value = new Set(day.value?.queue.map(arrivalOf));
  };

  const enter = async (row: Row, seat: number | undefined) => {
    if (model.busy.value !== undefined) return;
    // Browsers open windows only in the tap itself, not after an answer.
    const opened = parts.open(row.id);
    let isOnItsWay = opened?.isInUse ?? false;
    notice();
    model.blocked.value = undefined;
    await run(`enter ${row.id}`, async () => {
      if (!isOnItsWay) {
        const { link } = await api.enter(row.id);
        const address = addressOf(link, parts.origin);
        if (opened) opened.go(address);
        else model.blocked.value = address;
        isOnItsWay = true;
      }
      if (seat !== undefined) await api.admit(row.id, seat);
    });
    if (!isOnItsWay) opened?.close();
  };

  return {
    admit: (row) => enter(row, row.turn?.seat),
    enter: (row) => enter(row, undefined),
    notice,
    async allowNotify() {
      model.mayAskNotify.value = await parts.askNotify();
    },
    async tellLate(minutes) {
      const answer = await run('late', () => api.lateToday(minutes));
      if (answer) model.late.value = { minutes, told: answer.told };
    },
  };
}
