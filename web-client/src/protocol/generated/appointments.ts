// Generated from signaling/src/protocol by `cargo test -p signaling export_bindings`.
// Do not edit: change the Rust types and run it again.
import type { Admission, ConnectionState, DisplayName, ErrorCode, LanguageCode, LateNotice, LinkToken, NetworkLevel, Part, Phase, Role } from './messages.ts';
export type { LateNotice, Part, Phase } from './messages.ts';

/** One day, as its number after 1970-01-01; written `2026-11-22`. */
export type Date = string;

/** A telephone number: digits, with a plus sign in front if it begins with a country's code. What
 * people write between the digits is left out, so that the same number is the same text. */
export type Phone = string;

/** An e-mail address. Only its shape is checked: whether somebody reads it shows when a message is
 * sent there. */
export type Email = string;

/** The number of a licence to practise: 1 to 40 characters, one line, trimmed. */
export type LicenceNumber = string;

/** What somebody reads out over the telephone where a link does not arrive: eight digits. It opens
 * what its seat's link opens. */
export type SeatCode = string;

/** Who is to be seen first by Vietnam's Law 15/2023/QH15, article 3(2). */
export type PriorityClass = "emergency" | "childUnderSix" | "pregnant" | "severeDisability" | "seventyFive" | "merit";

/** Why an appointment is called off. */
export type CancelReason = "patient" | "practitioner" | "interpreter" | "technical" | "mistake" | "other";

/** In which language messages to somebody are written. */
export type MessageLanguage = "vi" | "en" | "ko";

/** Somebody who is booked. */
export type Invitee = {
  /** The name that the others see; of somebody with an account it may be left out. */
  name?: DisplayName,
  /** What the person is in the consultation. */
  role: Role,
  /** Whose account it is: a practitioner's or an interpreter's of this clinic. */
  account?: string,
  /** Where messages go. */
  phone?: Phone,
  /** Where messages go. */
  email?: Email,
  /** Between which two languages an interpreter translates; nobody else has any. */
  languages?: [LanguageCode, LanguageCode],
  /** The number of an interpreter's licence to practise, where one was shown; nobody else's is kept. */
  licence?: LicenceNumber,
  /** In which language messages to the person are written. Left out, they are in Vietnamese, but to an interpreter between
   * English and Korean in one of the two. */
  language?: MessageLanguage,
};

/** `POST /v1/appointments`: book a time for these people. */
export type BookRequest = {
  /** When it begins. */
  begins: number,
  /** How long it takes: 5 to 240. */
  minutes: number,
  /** 2 to 8 people; seats are numbered from 1 in this order. */
  people: Array<Invitee>,
  /** To be seen first by law. */
  priority?: PriorityClass,
};

/** How somebody gets in. */
export type BookedPerson = {
  /** Which seat. */
  seat: number,
  /** What the person is in the consultation. */
  role: Role,
  /** The page's address is `https://host/#` + link. Whoever has an account comes in by it, and nobody else is given
   * what opens their seat. */
  link?: LinkToken,
  /** To be read out where no link arrives; patients and companions have one. */
  code?: SeatCode,
};

/** The answer to a booking: how everybody gets in. */
export type Booked = {
  /** The appointment's id, which opens nothing. */
  appointment: string,
  /** In the order of the request. */
  people: Array<BookedPerson>,
};

/** What opens one seat from here on; nothing that did before does. */
export type SeatLink = {
  /** The page's address is `https://host/#` + link. */
  link: LinkToken,
  /** As in [`BookedPerson`]. */
  code?: SeatCode,
};

/** `PATCH /v1/appointments/{appointment}`: another time. */
export type RescheduleRequest = {
  /** When it begins. */
  begins: number,
  /** How long it takes: 5 to 240. */
  minutes: number,
};

/** `POST …/cancel`: it will not take place. */
export type CancelRequest = {
  /** Why. */
  reason: CancelReason,
};

/** `POST …/priority`: to be seen first by law, or not any more. */
export type PriorityRequest = {
  /** As what; `null`: not any more. */
  class: PriorityClass | null,
};

/** `POST …/late` and `POST /v1/day/late`: those who wait are told that it begins late. */
export type LateRequest = {
  /** By how much from now, 1 to 240; `null`: not after all. */
  minutes: number | null,
};

/** The answer to `POST /v1/day/late`. */
export type LateResponse = {
  /** In how many appointments people were told. */
  told: number,
};

/** `POST …/admit`: let somebody in. */
export type AdmitRequest = {
  /** Whom. */
  seat: number,
};

/** `POST …/transfer`: a practitioner's seat is a colleague's from here on. */
export type TransferRequest = {
  /** Which seat. */
  seat: number,
  /** Whose account: a practitioner's of this clinic. */
  account: string,
};

/** `POST /v1/code`: somebody has eight digits and no link. */
export type CodeRequest = {
  /** As it was read out; spaces and hyphens between the digits do not matter. */
  code: SeatCode,
};

/** To be seen first by law. */
export type Priority = {
  /** As what. */
  class: PriorityClass,
};

/** How an appointment came to an end that nobody ended, long after its time. */
export type Lapse = "left" | "unseen" | "unused";

/** How an appointment came to its end. */
export type AppointmentEnd = {
  /** When. */
  at: number,
  /** Why it was called off. */
  reason?: CancelReason,
  /** How it came to an end that nobody ended. */
  lapse?: Lapse,
};

/** Joins that did not come about. */
export type FailedJoins = {
  /** How many. */
  count: number,
  /** When the last one was. */
  at: number,
  /** Why the last one was refused. Without it: nothing was ever heard from its media. */
  code?: ErrorCode,
};

/** Somebody of an appointment. */
export type AppointmentPerson = {
  /** Which seat. */
  seat: number,
  /** What the person is in the consultation. */
  role: Role,
  /** What the person is called. */
  name: DisplayName,
  /** Whose account it is. */
  account?: string,
  /** What the person is beyond the role. */
  part?: Part,
  /** Between which languages an interpreter translates. */
  languages?: [LanguageCode, LanguageCode],
  /** The number of an interpreter's licence to practise, where one was shown. */
  licence?: LicenceNumber,
  /** In which language messages to the person are written. */
  language: MessageLanguage,
  /** Whether the person is let in. */
  admission: Admission,
  /** Somebody holds the seat now. */
  present: boolean,
  /** Since when the person waits. */
  waitingSince?: number,
  /** How the person is connected. */
  connection: ConnectionState,
  /** What is to be expected of their network. */
  network?: NetworkLevel,
  /** Joins that did not come about since the booking. */
  failedJoins?: FailedJoins,
};

/** An appointment, as its clinic sees it. */
export type Appointment = {
  /** Its id, which opens nothing. */
  appointment: string,
  /** When it is to begin. */
  begins?: number,
  /** How long it is to take. */
  minutes?: number,
  /** Where in its life it is. */
  phase: Phase,
  /** To be seen first by law. */
  priority?: Priority,
  /** What those who wait were told of a delay. */
  late?: LateNotice,
  /** When a patient and a practitioner first met. */
  begun?: number,
  /** How it came to its end. */
  end?: AppointmentEnd,
  /** By seat; whoever was erased is not among them. */
  people: Array<AppointmentPerson>,
};

/** A page of `GET /v1/appointments`. */
export type AppointmentList = {
  /** By time. */
  appointments: Array<Appointment>,
  /** For `after`, if there are more. */
  next?: string,
};

/** Why somebody has this place in the queue. */
export type Why = { "kind": "arrival" } | { "kind": "law",
  /** As what. */
  class: PriorityClass,
  /** How many came sooner and are behind. */
  overtakes: number,
} | { "kind": "overtaken",
  /** How many. */
  by: number,
};

/** One who waits. */
export type QueueEntry = {
  /** In which appointment. */
  appointment: string,
  /** Who of the patient's side has waited longest. */
  seat: number,
  /** Since when. */
  since: number,
  /** Why in this place. */
  why: Why,
  /** To be seen first by law. */
  priority?: Priority,
};

/** `GET /v1/day`: one day, and who waits. */
export type Day = {
  /** Which. */
  date: Date,
  /** For `since`: it is another when something changed. */
  revision: number,
  /** The server's clock. */
  now: number,
  /** By time. */
  appointments: Array<Appointment>,
  /** Who waits at this moment, the next one first; also those who came for another day. */
  queue: Array<QueueEntry>,
};
