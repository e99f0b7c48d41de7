/** Making, moving and calling off appointments. */
import { type Draft, newDraft, requestOf } from './booking.ts';
import type { CancelReason, Colleague, PriorityClass } from './contract.ts';
import type { Common, DeskParts, Doing } from './desk.ts';
import type { Model } from './model.ts';

export interface Booking {
  /** Opens the form, with what was typed into it before. */
  startBooking(): void;
  write(part: Partial<Draft>): void;
  book(): Promise<void>;
  bookAnother(): void;
  reschedule(id: string, begins: number, minutes: number): Promise<void>;
  cancel(id: string, reason: CancelReason): Promise<void>;
  noShow(id: string): Promise<void>;
  reopen(id: string): Promise<void>;
  setPriority(id: string, priority: PriorityClass | null): Promise<void>;
  transfer(id: string, seat: number, account: string): Promise<void>;
  newLink(id: string, seat: number): Promise<void>;
}

export function bookingActs(
  model: Model,
  parts: DeskParts,
  { run }: Doing,
  { go }: Common,
): Booking {
  const { api } = parts;

  /** What was sent and may have arrived without its answer: sent again, it books nothing twice. */
  let attempt = { sent: '', key: '' };

  const freshDraft = () => {
    const { session, day, staff, now } = model;
    const me = session.value;
    const account = me?.role === 'practitioner' ? me.account : firstPractitioner(staff.value);
    return newDraft(now.value || parts.clock(), account, day.value?.appointments ?? []);
  };

  const act = async (busy: string, asked: () => Promise<unknown>) => {
    const isDone = await run(busy, async () => {
      await asked();
      return true;
    });
    // The day brings what changed; the question is answered.
    if (isDone) model.question.value = undefined;
  };

  return {
    startBooking() {
      model.draft.value ??= freshDraft();
      const { date } = dayOf(model);
      go({ page: 'day', ...(date ? { date } : {}), beside: { kind: 'new' } });
    },
    write(part) {
      model.draft.value = { ...(model.draft.value ?? freshDraft()), ...part };
    },
    async book() {
      const draft = model.draft.value ?? freshDraft();
      const request = requestOf(draft);
      model.isChecked.value = true;
      if (!request) return;
      const sent = JSON.stringify(request);
      if (attempt.sent !== sent) attempt = { sent, key: parts.newKey() };
      const booked = await run('book', () => api.book(request, attempt.key));
      if (!booked) return;
      attempt = { sent: '', key: '' };
      // Without its words a message in this page's language is better than none.
      const told = await parts.wordsIn(draft.language).catch(() => model.words.value);
      model.shown.value = { kind: 'booked', booked, draft, told };
      model.draft.value = undefined;
      model.isChecked.value = false;
    },
    bookAnother() {
      model.shown.value = undefined;
      model.draft.value = freshDraft();
    },
    reschedule: (id, begins, minutes) =>
      act('reschedule', () => api.reschedule(id, begins, minutes)),
    cancel: (id, reason) => act('cancel', () => api.cancel(id, reason)),
    noShow: (id) => act('noShow', () => api.noShow(id)),
    reopen: (id) => act('reopen', () => api.reopen(id)),
    setPriority: (id, priority) => act('priority', () => api.setPriority(id, priority)),
    transfer: (id, seat, account) => act('transfer', () => api.transfer(id, seat, account)),
    async newLink(id, seat) {
      const made = await run('newLink', () => api.newLink(id, seat));
      if (!made) return;
      const appointment = model.day.value?.appointments.find((one) => one.appointment === id);
      const role = appointment?.people.find((person) => person.seat === seat)?.role ?? 'patient';
      model.question.value = undefined;
      model.shown.value = { kind: 'seat', appointment: id, seat: { seat, role, ...made } };
    },
  };
}

function firstPractitioner(staff: readonly Colleague[] | undefined): string {
  const practitioners = staff?.filter(
    ({ role, standing }) => role === 'practitioner' && standing !== 'disabled',
  );
  // Of several nobody is the obvious one: whoever books says who.
  return practitioners?.length === 1 ? (practitioners[0]?.account ?? '') : '';
}

function dayOf({ route }: Model): { readonly date?: string } {
  return route.value.page === 'day' ? route.value : {};
}
