// Generated from signaling/src/protocol by `cargo test -p signaling export_bindings`.
// Do not edit: change the Rust types and run it again.
import type { ConsentScope, Consents, Paper, PaperState, TextHash } from './papers.ts';
export type * from './papers.ts';

/** What an invitation carries behind the `#`: it opens one seat of one room. */
export type LinkToken = string;

/** What stands behind the `#` of an invitation. */
export type Link = string;

/** Made by the page, once per attempt to join: a repeated request is the same attempt. */
export type AttemptId = string;

/** What a join answers and a WebSocket's hello presents: this page sits in that seat. */
export type ResumeToken = string;

/** How a person is named to the others: 1 to 60 characters, one line, trimmed. */
export type DisplayName = string;

/** A language by its ISO 639 code: two or three letters `a-z`, such as `vi`, `ko` or `blt`.
 *
 * A language, never an ethnic group: those are no business of a consultation. */
export type LanguageCode = string;

/** What a page calls its chat message until the server gives it an id: 1 to 22 printable ASCII
 * characters. Repeating it repeats nothing. */
export type ChatRef = string;

/** One chat message: 1 to 2000 characters, of which one is visible; line breaks and tabs allowed. */
export type ChatText = string;

/** What a person is in the consultation. */
export type Role = "practitioner" | "patient" | "interpreter" | "companion" | "observer";

/** Whether a person is let in. Only then does anything of theirs reach the others. */
export type Admission = "none" | "waiting" | "held" | "admitted" | "denied" | "removed";

/** How a person is connected. */
export type ConnectionState = "none" | "connecting" | "up" | "lost";

/** What a person's network carries, as far as people care. */
export type NetworkLevel = "good" | "fair" | "weak" | "poor";

/** What somebody is beyond the role. */
export type Part = "treating" | "advising" | "interpreting" | "representing";

/** Where in its life an appointment is. */
export type Phase = "scheduled" | "open" | "inProgress" | "ended" | "cancelled" | "noShow";

/** What those who wait were told. */
export type LateNotice = {
  /** By how much, from then. */
  minutes: number,
  /** When they were told. */
  at: number,
};

/** One seat of the room, as one viewer may see it. */
export type Seat = {
  /** Which seat. */
  seat: number,
  /** The name to show. */
  name: DisplayName,
  /** What the person is here. */
  role: Role,
  /** Between which languages an interpreter translates. */
  languages?: [LanguageCode, LanguageCode],
  /** What the person is beyond the role: of several practitioners which one treats, and which
   * companion speaks for the patient. */
  part?: Part,
  /** Whether the person is let in. */
  admission: Admission,
  /** Since when the person waits, by the server's clock. */
  waitingSince?: number,
  /** One's own seat only, while waiting: how many came earlier and wait too. */
  ahead?: number,
  /** Somebody holds the seat now. A short loss of the network does not end it. */
  present: boolean,
  /** How the person is connected. */
  connection: ConnectionState,
  /** What is to be expected of their network, while they are there and it is known. */
  network?: NetworkLevel,
  /** Not muted, as far as its page says. */
  microphone: boolean,
  /** Camera on, as far as its page says. */
  camera: boolean,
  /** The hand is raised. */
  hand: boolean,
};

/** A camera encoding, named by its RID. */
export type Encoding = "q" | "h" | "f";

/** The owner of one receive slot. */
export type Slot = {
  /** Which slot, in the order of the offer's receive m-lines. */
  slot: number,
  /** Grows with every change of owner. */
  epoch: number,
  /** Whose voice and picture come in it. */
  seat: number,
};

/** Which of the page's senders are wanted. */
export type Senders = {
  /** Somebody hears this page. */
  microphone: boolean,
  /** The camera encodings that somebody sees, lowest first. */
  encodings: Array<Encoding>,
};

/** Somebody who gets a seat and a link. */
export type Person = {
  /** The name that the others see. */
  name: DisplayName,
  /** What the person may do. */
  role: Role,
  /** Between which two languages an interpreter translates; nobody else has any. */
  languages?: [LanguageCode, LanguageCode],
};

/** `POST /v1/invitation`: what the link is for. Looking spends nothing. */
export type InvitationRequest = {
  /** The version that the page speaks. */
  version: number,
  /** From behind the `#` of the page's address. */
  link: Link,
};

/** What stands on the first screen. */
export type InvitationResponse = {
  /** The version of this answer. */
  version: number,
  /** Who is invited. */
  you: Person,
  /** Who leads the consultation, by name. */
  practitioners: Array<DisplayName>,
  /** Whose server this is. */
  clinic?: DisplayName,
  /** A living page has the seat: joining needs `takeover`. */
  taken: boolean,
};

/** What a page saw of its network while it was loaded, so that the first packet is already made for
 * it. A guess from a few requests: the server starts from it and believes its own measurements. */
export type LinkHint = {
  /** A round trip, milliseconds: at most a minute. */
  rttMs: number,
  /** The rate at which the page came in, kbit/s: 1 to 10 000 000. */
  kbps: number,
};

/** User fragment and password of the server's side of one transport. */
export type IceCredentials = {
  /** 8 to 32 characters of A-Z a-z 0-9 + /. */
  ufrag: string,
  /** 22 to 64 of the same characters. */
  pwd: string,
};

/** `POST /v1/join`: take the seat that the link opens. */
export type JoinRequest = {
  /** The version that the page speaks. */
  version: number,
  /** From behind the `#` of the page's address. */
  link: Link,
  /** Made by the page for this attempt; a repeated request gets the same answer for 60 s. */
  attempt: AttemptId,
  /** The browser's SDP offer. */
  offer: string,
  /** Take the seat even if another page has it. Only after the person was asked. */
  takeover?: boolean,
  /** What the page saw of its network while it was loaded. */
  network?: LinkHint,
  /** What the page has chosen for the server's side of the transport, where its checks begin before the answer
   * is there. The answer says whether it was taken. */
  ice?: IceCredentials,
};

/** `POST /v1/resume`: come back to the seat that this page had. */
export type ResumeRequest = {
  /** The version that the page speaks. */
  version: number,
  /** From the last join or resume. */
  resume: ResumeToken,
  /** As in a join. */
  attempt: AttemptId,
  /** The browser's SDP offer, of a fresh peer connection. */
  offer: string,
  /** The page still has its old peer connection, and would rather keep it. */
  holds?: boolean,
  /** As in a join. */
  network?: LinkHint,
};

/** What became of a page's transport. */
export type Transport = "kept" | "new" | "none";

/** The answer to a join or a resume: all that a page needs to talk and to draw the room. */
export type JoinResponse = {
  /** The version of this answer. */
  version: number,
  /** What became of the transport. */
  transport: Transport,
  /** The SDP answer to a fresh transport. */
  answer?: string,
  /** What the WebSocket's `hello` presents. */
  resume: ResumeToken,
  /** The page's own seat. */
  you: number,
  /** Every seat that this person may see, also the absent ones and one's own. */
  seats: Array<Seat>,
  /** Nobody new comes in. */
  locked: boolean,
  /** What those who wait were told of a delay; not late without it. */
  late?: LateNotice,
  /** Who is in which receive slot right now. */
  slots: Array<Slot>,
  /** What somebody takes right now; the page pauses the rest. */
  senders: Senders,
};

/** How long a link opens its room: 60 s to a year. */
export type LinkLifetime = number;

/** `POST /v1/rooms` with the admin secret: open a room for these people. */
export type CreateRoomRequest = {
  /** 2 to 8 people; seats are numbered from 1 in this order. */
  people: Array<Person>,
  /** How long the links open the room, seconds. A week, if nothing is said. */
  expiresInSeconds?: LinkLifetime,
};

/** The answer to an opened room. The links are shown once: the server keeps only hashes. */
export type CreateRoomResponse = {
  /** For `DELETE /v1/rooms/{room}` and `/debug/rooms/{room}`. */
  room: string,
  /** One a person, in the same order. The page's address is `https://host/#` + link. */
  links: Array<LinkToken>,
};

/** `POST /v1/rooms/{room}/seats/{seat}/link`: a new link for one person; the old one dies. */
export type NewLinkRequest = {
  /** As in [`CreateRoomRequest`]. */
  expiresInSeconds?: LinkLifetime,
};

/** The new link, shown once. */
export type NewLinkResponse = {
  /** The page's address is `https://host/#` + link. */
  link: LinkToken,
};

/** What went wrong, for programs. */
export type ErrorCode = "malformed" | "unsupported_version" | "offer_invalid" | "link_unknown" | "link_expired" | "link_revoked" | "ended" | "seat_taken" | "taken_over" | "denied" | "removed" | "locked" | "forbidden" | "wrong_state" | "not_booked" | "cancelled" | "no_show" | "too_early" | "too_late" | "only_one" | "consent_withdrawn" | "signed_already" | "sign_in_failed" | "code_required" | "code_wrong" | "session_unknown" | "account_unknown" | "key_unknown" | "key_reused" | "last_administrator" | "administrator_exists" | "name_taken" | "too_many_accounts" | "too_many_keys" | "too_many_webhooks" | "webhook_unknown" | "address_taken" | "too_many_clinics" | "totp_enrolled" | "totp_not_offered" | "password_length" | "password_character" | "password_is_name" | "password_common" | "paper_changed" | "room_full" | "too_large" | "rate_limited" | "draining" | "overloaded" | "store_away" | "unauthorized" | "internal";

/** The body of every HTTP error. */
export type Problem = {
  /** For programs. */
  code: ErrorCode,
  /** For people: names the field, the value and the allowed range where there is one. */
  message: string,
};

/** What somebody asks of the conversation, so that an interpreter can keep up. */
export type TurnKind = "pause" | "repeat" | "slower";

/** A message from the page. A closed set: unknown types and fields are refused. */
export type ClientMessage = { "type": "hello",
  /** The version that the page speaks. */
  version: number,
  /** From the join response. */
  resume: ResumeToken,
} | { "type": "media",
  /** Not muted. */
  microphone: boolean,
  /** Camera on. */
  camera: boolean,
} | { "type": "connection",
  /** The level. */
  network: NetworkLevel,
} | { "type": "hand",
  /** Raised. */
  raised: boolean,
} | { "type": "chat",
  /** The page's name for this message; repeating it repeats nothing. */
  ref: ChatRef,
  /** What to say. */
  text: ChatText,
  /** Only to this person; for practitioners. Who waits writes to the practitioners anyway. */
  to?: number,
} | { "type": "turn",
  /** Which. */
  kind: TurnKind,
} | { "type": "admit",
  /** Whom. */
  seat: number,
} | { "type": "deny",
  /** Whom. */
  seat: number,
} | { "type": "hold",
  /** Whom. */
  seat: number,
} | { "type": "remove",
  /** Whom. */
  seat: number,
} | { "type": "askMute",
  /** Whom. */
  seat: number,
} | { "type": "lock",
  /** Nobody new. */
  locked: boolean,
} | { "type": "openCard",
  /** Whose. */
  seat: number,
} | { "type": "consent",
  /** Whose sound, picture and records it is about: oneself, or the patient. */
  subject: number,
  /** Of the words that were shown or read out. */
  hash: TextHash,
  /** Their language. */
  language: LanguageCode,
  /** What was ticked, at least one. */
  scopes: Array<ConsentScope>,
  /** Who read the words aloud; whoever agrees read them without it. */
  reader?: number,
  /** Who agreed aloud; for practitioners, who write down what they heard. */
  spokenBy?: number,
} | { "type": "withdrawConsent",
  /** Whose consent. */
  subject: number,
  /** To what, at least one. */
  scopes: Array<ConsentScope>,
} | { "type": "writePaper",
  /** What. */
  paper: Paper,
  /** The version that it is built on; 0 for the first. */
  base: number,
  /** All of it, 65 536 bytes at most. */
  text: string,
} | { "type": "signOff",
  /** What. */
  paper: Paper,
  /** The newest one. */
  version: number,
} | { "type": "treat",
  /** To whom. */
  seat: number,
} | { "type": "represent",
  /** Who. */
  seat?: number,
} | { "type": "late",
  /** By how many minutes, from now: 1 to 240; not late after all without it. */
  minutes?: number,
} | { "type": "end",
} | { "type": "leave",
};

/** One chat message, as everybody gets it. */
export type ChatEntry = {
  /** Counts up from 1 within the room. */
  id: number,
  /** The sender's own reference; only the sender gets it. */
  ref?: ChatRef,
  /** Who said it. */
  seat: number,
  /** What. */
  text: ChatText,
  /** Between the practitioners and this person only. */
  with?: number,
  /** When, by the server's clock: milliseconds since 1970-01-01 UTC. */
  at: number,
};

/** Why a page must join again. */
export type RejoinReason = "transportLost" | "serverRestarted" | "called";

/** Why a page is out. */
export type EndReason = "left" | "takenOver" | "drain" | "closed" | "denied" | "removed" | "revoked";

/** A message to the page. An open set: a page ignores the types and fields it does not know. */
export type ServerMessage = { "type": "welcome",
  /** The page's own seat. */
  you: number,
  /** Every seat that this viewer may see. */
  seats: Array<Seat>,
  /** The last messages that this viewer may read, oldest first. */
  chat: Array<ChatEntry>,
  /** Nobody new comes in. */
  locked: boolean,
  /** What those who wait were told of a delay; not late without it. */
  late?: LateNotice,
  /** How it stands with consent; without it there is nothing that is this viewer's business. */
  consents?: Consents,
  /** The server's clock, since a phone's may be years off. */
  now: number,
} | { "type": "seatChanged",
  /** The whole seat. */
  seat: Seat,
} | { "type": "seatGone",
  /** Which seat. */
  seat: number,
} | { "type": "lockChanged",
  /** Nobody new comes in. */
  locked: boolean,
} | { "type": "late",
  /** What; not late without it. */
  late?: LateNotice,
} | { "type": "consents" } & Consents | { "type": "paper" } & PaperState | { "type": "paperSaved",
  /** What. */
  paper: Paper,
  /** As which version; the next one is built on it. */
  version: number,
  /** When, by the server's clock. */
  at: number,
} | { "type": "muteRequested",
  /** Who. */
  by: number,
} | { "type": "turn",
  /** Who. */
  seat: number,
  /** What. */
  kind: TurnKind,
  /** When, by the server's clock. */
  at: number,
} | { "type": "chat" } & ChatEntry | { "type": "rejoin",
  /** What happened to the old one. */
  reason: RejoinReason,
} | { "type": "ended",
  /** Why. */
  reason: EndReason,
} | { "type": "error",
  /** For programs. */
  code: ErrorCode,
  /** For people. */
  message: string,
};
