/** Consent, as far as it is this person's business: what is asked, answered, and what flows. Pure. */
import type {
  ConsentScope,
  ConsentState,
  Consents,
  Seat,
  ServerMessage,
} from '../protocol/generated/messages.ts';
import type { Room } from './room.ts';

export const noConsents: Consents = { asked: [], known: [], withheld: [] };

export function afterMessage(consents: Consents, message: ServerMessage): Consents {
  switch (message.type) {
    case 'welcome':
      return message.consents ?? noConsents;
    case 'consents': {
      const { type: _, ...told } = message;
      return told;
    }
    default:
      return consents;
  }
}

/** The patient that it is about: oneself, or the first there is. */
export function subjectOf(room: Room): Seat | undefined {
  const patients = room.seats.filter(({ role }) => role === 'patient');
  return patients.find(({ seat }) => seat === room.you) ?? patients[0];
}

/** Who speaks for the patient, if somebody does. */
export function representativeOf(room: Room): Seat | undefined {
  return room.seats.find(({ part }) => part === 'representing');
}

/** Whether it is for this page to say yes or no: the patient's own, or who speaks for them. */
export function mayAnswer(room: Room): boolean {
  return subjectOf(room)?.seat === room.you || representativeOf(room)?.seat === room.you;
}

/** What one person has last said to one scope. */
export function wordOn(
  { known }: Consents,
  subject: number,
  scope: ConsentScope,
): ConsentState | undefined {
  return known.find((one) => one.subject === subject && one.scope === scope);
}

/** What is asked and was not answered yet. */
export function unanswered(consents: Consents, subject: number): ConsentScope[] {
  return consents.asked.filter((scope) => !wordOn(consents, subject, scope));
}

/** Whether to ask this person, of their own accord, to read and answer. */
export function isAsked(consents: Consents, room: Room): boolean {
  const subject = subjectOf(room);
  return subject !== undefined && mayAnswer(room) && unanswered(consents, subject.seat).length > 0;
}

/** Nothing of theirs reaches anybody. */
export function isWithheld({ withheld }: Consents, seat: number): boolean {
  return withheld.includes(seat);
}

/** Who may have read the words aloud to the subject, that person apart. */
export function readersFor(room: Room): Seat[] {
  const subject = subjectOf(room)?.seat;
  const representative = representativeOf(room)?.seat;
  return room.seats.filter(
    ({ seat, role, present }) =>
      present &&
      seat !== subject &&
      (role === 'practitioner' || role === 'interpreter' || seat === representative),
  );
}
