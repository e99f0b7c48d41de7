// Generated from signaling/src/protocol by `cargo test -p signaling export_bindings`.
// Do not edit: change the Rust types and run it again.

/** What an invitation carries behind the `#`: it opens one seat of one room. */
export type LinkToken = string;

/** Made by the page, once per attempt to join: a repeated request is the same attempt. */
export type AttemptId = string;

/** What a join answers and a WebSocket's hello presents: this page sits in that seat. */
export type ResumeToken = string;

/** How a person is named to the others: 1 to 60 characters, one line, trimmed. */
export type DisplayName = string;

/** What a page calls its chat message until the server gives it an id: 1 to 22 printable ASCII
 * characters. Repeating it repeats nothing. */
export type ChatRef = string;

/** One chat message: 1 to 2000 characters, of which one is visible; line breaks and tabs allowed. */
export type ChatText = string;

/** What a person is in the consultation. */
export type Role = "practitioner" | "patient" | "interpreter" | "companion" | "observer";

/** One seat of the room, taken or not. */
export type Seat = {
  /** Which seat. */
  seat: number,
  /** The name to show. */
  name: DisplayName,
  /** What the person is here. */
  role: Role,
  /** In the call now. A short loss of the network does not end it. */
  present: boolean,
  /** Not muted, as far as its page says. */
  microphone: boolean,
  /** Camera on, as far as its page says. */
  camera: boolean,
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

/** `POST /v1/join`: take the seat that the link opens. */
export type JoinRequest = {
  /** The version that the page speaks. */
  version: number,
  /** From behind the `#` of the page's address. */
  link: LinkToken,
  /** Made by the page for this attempt; a repeated request gets the same answer for 60 s. */
  attempt: AttemptId,
  /** The browser's SDP offer. */
  offer: string,
};

/** The answer to a join: all that a page needs to talk and to draw the room. */
export type JoinResponse = {
  /** The version of this answer. */
  version: number,
  /** The SDP answer. */
  answer: string,
  /** What the WebSocket's `hello` presents. */
  resume: ResumeToken,
  /** The page's own seat. */
  you: number,
  /** Every seat of the room, also the absent ones and one's own. */
  seats: Array<Seat>,
  /** Who is in which receive slot right now. */
  slots: Array<Slot>,
  /** What somebody takes right now; the page pauses the rest. */
  senders: Senders,
};

/** Somebody who gets a seat and a link. */
export type Person = {
  /** The name that the others see. */
  name: DisplayName,
  /** What the person may do. */
  role: Role,
};

/** `POST /v1/rooms` with the admin secret: open a room for these people. */
export type CreateRoomRequest = {
  /** 2 to 8 people; seats are numbered from 1 in this order. */
  people: Array<Person>,
};

/** The answer to an opened room. The links are shown once: the server keeps only hashes. */
export type CreateRoomResponse = {
  /** For `DELETE /v1/rooms/{room}` and `/debug/rooms/{room}`. */
  room: string,
  /** One a person, in the same order. The page's address is `https://host/#` + link. */
  links: Array<LinkToken>,
};

/** What went wrong, for programs. */
export type ErrorCode = "malformed" | "unsupported_version" | "offer_invalid" | "link_unknown" | "room_full" | "too_large" | "rate_limited" | "draining" | "overloaded" | "unauthorized" | "internal";

/** The body of every HTTP error. */
export type Problem = {
  /** For programs. */
  code: ErrorCode,
  /** For people: names the field, the value and the allowed range where there is one. */
  message: string,
};

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
} | { "type": "chat",
  /** The page's name for this message; repeating it repeats nothing. */
  ref: ChatRef,
  /** What to say. */
  text: ChatText,
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
  /** When, by the server's clock: milliseconds since 1970-01-01 UTC. */
  at: number,
};

/** Why a page must join again. */
export type RejoinReason = "transportLost" | "serverRestarted";

/** Why a page is out. */
export type EndReason = "left" | "takenOver" | "drain" | "closed";

/** A message to the page. An open set: a page ignores the types and fields it does not know. */
export type ServerMessage = { "type": "welcome",
  /** The page's own seat. */
  you: number,
  /** Every seat of the room. */
  seats: Array<Seat>,
  /** The last messages, oldest first. */
  chat: Array<ChatEntry>,
} | { "type": "seatJoined",
  /** The seat as it is now. */
  seat: Seat,
} | { "type": "seatLeft",
  /** Which seat. */
  seat: number,
} | { "type": "mediaChanged",
  /** Which seat. */
  seat: number,
  /** Not muted. */
  microphone: boolean,
  /** Camera on. */
  camera: boolean,
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
