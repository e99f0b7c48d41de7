// Generated from signaling/src/protocol by `cargo test -p signaling export_bindings`.
// Do not edit: change the Rust types and run it again.
import type { DisplayName } from './messages.ts';

/** What somebody is to the clinic. */
export type StaffRole = "practitioner" | "coordinator" | "interpreter" | "administrator";

/** A clinic of this server. */
export type Clinic = {
  /** Its id. */
  id: string,
  /** What its people type to say where they work. */
  address: string,
  /** What it is called. */
  name: DisplayName,
};

/** `POST /v1/session`: sign in. */
export type SignInRequest = {
  /** The clinic's address; without it the main one. */
  clinic?: string,
  /** As it was typed. */
  signInName: string,
  /** As it was typed. */
  password: string,
  /** Six digits of the second factor. */
  code?: string,
  /** A code on paper instead. */
  recoveryCode?: string,
};

/** Who is signed in, and what their page needs. Holds the secret against cross-site requests. */
export type SessionResponse = {
  /** Whose session. */
  account: string,
  /** What the others call them. */
  name: DisplayName,
  /** What they are to the clinic. */
  role: StaffRole,
  /** Where they work. */
  clinic: Clinic,
  /** Goes into `X-CSRF-Token` of everything that changes something. */
  csrf: string,
  /** Whether signing in needs a code. */
  hasSecondFactor: boolean,
};

/** Whether somebody can sign in. */
export type Standing = "invited" | "active" | "disabled";

/** Somebody who works at the clinic. */
export type Colleague = {
  /** Whose account. */
  account: string,
  /** What the others call them. */
  name: DisplayName,
  /** What they are. */
  role: StaffRole,
  /** Whether they can sign in. */
  standing: Standing,
  /** Whether they need a code to do so. */
  hasSecondFactor: boolean,
};

/** `GET /v1/staff`: a page of who works at the clinic. */
export type StaffResponse = {
  /** In an order of no meaning. */
  staff: Array<Colleague>,
  /** For `after` of the next page; without it there is none. */
  next?: string,
};
