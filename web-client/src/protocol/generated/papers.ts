// Generated from signaling/src/protocol by `cargo test -p signaling export_bindings`.
// Do not edit: change the Rust types and run it again.
import type { DisplayName, LanguageCode, Link, Phase, ResumeToken, Role } from './messages.ts';

/** What somebody can agree to, each by itself. */
export type ConsentScope = "careByVideo" | "interpreterPresent" | "observerPresent" | "recording" | "sharingAbroad" | "teaching";

/** SHA-256 of words as they were shown: 64 lower-case hexadecimal digits. */
export type TextHash = string;

/** How somebody agreed. */
export type ConsentMethod = "tapped" | "spoken";

/** Whether it was agreed to. */
export type ConsentStanding = "given" | "withdrawn";

/** The newest word of one person on one scope. */
export type ConsentState = {
  /** Whose. */
  subject: number,
  /** On what. */
  scope: ConsentScope,
  /** Which word. */
  standing: ConsentStanding,
  /** When, by the server's clock: milliseconds since 1970-01-01 UTC. */
  at: number,
  /** Who said it: the person, or who speaks for them. Absent where the clinic wrote it down. */
  by?: number,
  /** How; of what was given. */
  method?: ConsentMethod,
  /** Who read the words, if not the person. */
  reader?: number,
  /** Which words; of what was given. */
  hash?: TextHash,
  /** In which language; of what was given. */
  language?: LanguageCode,
};

/** How it stands with consent, as far as it is one person's business. */
export type Consents = {
  /** What this consultation asks a patient; for patients, who speaks for them, and practitioners. */
  asked: Array<ConsentScope>,
  /** Every word that is known and that this person may know. */
  known: Array<ConsentState>,
  /** Whose sound and picture do not flow because consent to it was withdrawn. */
  withheld: Array<number>,
};

/** One box. */
export type ConsentBox = {
  /** What it is for. */
  scope: ConsentScope,
  /** Its words. */
  words: string,
};

/** `GET /v1/consent-text/{language}?scopes=…`: the words to be shown, all of them. */
export type ConsentTextResponse = {
  /** Counts up with every change of a word. */
  version: number,
  /** ISO 639. */
  language: LanguageCode,
  /** SHA-256 of the title, the paragraphs and the words of the boxes, in UTF-8, an empty line
   * between each two. */
  hash: TextHash,
  /** What it is. */
  title: string,
  /** What is to be known before anything is ticked. */
  paragraphs: Array<string>,
  /** What can be ticked, each by itself. */
  boxes: Array<ConsentBox>,
};

/** A thing that practitioners write. */
export type Paper = "notes" | "summary";

/** Who answers for a version of a paper. */
export type PaperSignature = {
  /** Which. What was written since is an amendment, which nobody answers for yet. */
  version: number,
  /** When, by the server's clock: milliseconds since 1970-01-01 UTC. */
  at: number,
  /** Whose seat that person had. */
  by: number,
};

/** The newest version of a paper. */
export type PaperState = {
  /** Of what. */
  paper: Paper,
  /** Counts up from 1. */
  version: number,
  /** When it was written, by the server's clock: milliseconds since 1970-01-01 UTC. */
  at: number,
  /** Who wrote it. */
  by: number,
  /** Its words. */
  text: string,
  /** Who answers for it, or for an older version. */
  signature?: PaperSignature,
};

/** `POST /v1/visit`: who was there, what was agreed to, what to do now. */
export type VisitRequest = {
  /** The version that the page speaks. */
  version: number,
  /** By what right: the invitation… */
  link?: Link,
  /** …or the newest resume token. */
  resume?: ResumeToken,
};

/** The messages of the WebSocket that need nobody to be there. */
export type VisitSay = { "type": "writePaper",
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
} | { "type": "withdrawConsent",
  /** Whose consent. */
  subject: number,
  /** To what, at least one. */
  scopes: Array<ConsentScope>,
};

/** `POST /v1/visit/say`: what may still be said when no socket is there any more. */
export type VisitSayRequest = {
  /** The version that the page speaks. */
  version: number,
  /** As in [`VisitRequest`]. */
  link?: Link,
  /** As in [`VisitRequest`]. */
  resume?: ResumeToken,
  /** What. */
  say: VisitSay,
};

/** From when until when somebody was in the conversation. */
export type VisitStay = {
  /** Since when. */
  from: number,
  /** Until when; absent: still. */
  until?: number,
};

/** Somebody who was in the conversation. */
export type VisitPerson = {
  /** Whose seat. */
  seat: number,
  /** How they are named; absent once what was kept of them is erased. */
  name?: DisplayName,
  /** What they were. */
  role: Role,
  /** Between which languages an interpreter translated. */
  languages?: [LanguageCode, LanguageCode],
  /** When they were in, in order. */
  stays: Array<VisitStay>,
};

/** What a person may see of their visit. */
export type VisitResponse = {
  /** The version of this answer. */
  version: number,
  /** One's own seat. */
  you: number,
  /** Whose server this is. */
  clinic?: DisplayName,
  /** Where it is. */
  phase: Phase,
  /** When patient and practitioner met, by the server's clock: milliseconds since 1970 UTC. */
  begun?: number,
  /** When it came to its end. */
  ended?: number,
  /** Everybody who was in the conversation, and when. */
  people: Array<VisitPerson>,
  /** What was agreed to and taken back: one's own and, for who speaks for them, the patients';
   * for practitioners everybody's. */
  consents: Array<ConsentState>,
  /** The newest signed summary; for the patient, who speaks for them, and practitioners. */
  summary?: PaperState,
  /** What is being written; for practitioners. */
  papers?: Array<PaperState>,
};
