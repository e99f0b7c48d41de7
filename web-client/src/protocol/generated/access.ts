// Generated from signaling/src/protocol by `cargo test -p signaling export_bindings`.
// Do not edit: change the Rust types and run it again.
import type { DisplayName, LinkToken } from './messages.ts';

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

/** `GET /v1/sessions`: where the own account is signed in. */
export type SessionsResponse = {
  /** The oldest first. */
  sessions: Array<OwnSession>,
  /** For `after` of the next page; without it there is none. */
  next?: string,
};

/** A browser in which the own account is signed in. */
export type OwnSession = {
  /** Which. */
  id: string,
  /** When it was begun. */
  begun: number,
  /** When it was last used, to five minutes. */
  used: number,
  /** It is the one that asks. */
  current: boolean,
};

/** `POST /v1/first-administrator`: the first of a clinic, by the link that the server printed. */
export type FirstAdministratorRequest = {
  /** From behind `#first=`. */
  link: LinkToken,
  /** What the others will call them. */
  name: DisplayName,
  /** What they will sign in with. */
  signInName: string,
  /** As it was typed. */
  password: string,
};

/** `POST /v1/password`: set one by invitation. */
export type AcceptRequest = {
  /** From behind `#invite=`. */
  link: LinkToken,
  /** As it was typed. */
  password: string,
};

/** `PUT /v1/password`: another one. */
export type ChangePasswordRequest = {
  /** As it was typed. */
  old: string,
  /** As it was typed. */
  new: string,
};

/** `POST /v1/second-factor`: what an app is to be told. */
export type SecondFactorResponse = {
  /** In base32, to be typed. */
  secret: string,
  /** `otpauth://…`, to be shown as a picture. */
  uri: string,
};

/** `POST /v1/second-factor/confirm`: the app has it. */
export type ConfirmSecondFactorRequest = {
  /** Six digits of the app. */
  code: string,
};

/** The codes for whoever loses the telephone: shown once. */
export type RecoveryCodesResponse = {
  /** Each opens once. */
  recoveryCodes: Array<string>,
  /** The session's from here on. */
  csrf: string,
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

/** `POST /v1/staff`: an account for somebody. */
export type NewcomerRequest = {
  /** What the others will call them. */
  name: DisplayName,
  /** What they will sign in with: an e-mail address or a staff number. */
  signInName: string,
  /** What they are. */
  role: StaffRole,
};

/** The account, and the link by which its person sets a password: shown once. */
export type InvitedResponse = {
  /** Whose. */
  account: string,
  /** The page's address is `https://host/clinic#invite=` + link. */
  link: LinkToken,
};

/** `PATCH /v1/staff/{account}`: one of the two. */
export type ChangeStaffRequest = {
  /** What they are from here on. */
  role?: StaffRole,
  /** Whether they must not sign in. */
  disabled?: boolean,
};

/** One thing that an API key is good for. */
export type Scope = "appointmentsRead" | "appointmentsWrite" | "recordsRead" | "webhooks";

/** `POST /v1/keys`: a key for a hospital system. */
export type NewKeyRequest = {
  /** What it is good for: at least one. */
  scopes: Array<Scope>,
};

/** The key: shown once. */
export type NewKeyResponse = {
  /** Names it in lists and in the trail. */
  key: string,
  /** What goes behind `Authorization: Bearer`. */
  text: string,
};

/** `GET /v1/keys`: those that were not revoked. */
export type KeysResponse = {
  /** In an order of no meaning. */
  keys: Array<KeyView>,
  /** For `after` of the next page; without it there is none. */
  next?: string,
};

/** A key, without its secret. */
export type KeyView = {
  /** Which. */
  key: string,
  /** What it is good for. */
  scopes: Array<Scope>,
  /** Since when. */
  created: number,
  /** When it was last used, to an hour; without it never. */
  used?: number,
};

/** `POST /v1/clinics`: one more clinic on this server. */
export type NewClinicRequest = {
  /** What its people type to say where they work: 2 to 40 of `a-z 0-9 -`. */
  address: string,
  /** What it is called. */
  name: DisplayName,
};

/** The clinic, and the link by which its first administrator comes: shown once, good for a day. */
export type NewClinicResponse = {
  /** The clinic. */
  clinic: Clinic,
  /** The page's address is `https://host/clinic#first=` + link. */
  link: LinkToken,
};

/** `GET /v1/clinics`: all of this server. */
export type ClinicsResponse = {
  /** In the order of their ids, the main one first. */
  clinics: Array<Clinic>,
  /** For `after` of the next page; without it there is none. */
  next?: string,
};

/** `GET /v1/audit`: what happened to the clinic's accounts, and in them. */
export type AuditResponse = {
  /** The latest first. */
  entries: Array<AuditEntry>,
  /** For `after` of the next page; without it there is none. */
  next?: string,
};

/** One thing that happened. */
export type AuditEntry = {
  /** When. */
  at: number,
  /** What. */
  kind: AuditKind,
  /** Whose account it is about, if it is about one. */
  account?: string,
  /** What that person is called today; left out if the account is gone. */
  name?: DisplayName,
  /** Whose account did it, if it was somebody else. */
  byAccount?: string,
  /** What that person is called today; left out if the account is gone. */
  by?: DisplayName,
  /** The role that was given. */
  role?: StaffRole,
  /** The API key that it is about, or that did it. */
  key?: string,
  /** The webhook that it is about. */
  webhook?: string,
};

/** What can happen to accounts. */
export type AuditKind = "firstAdministratorOffered" | "accountCreated" | "accountConfirmed" | "roleChanged" | "accountDisabled" | "accountEnabled" | "accountRemoved" | "keyMade" | "keyRevoked" | "webhookMade" | "webhookRemoved" | "invited" | "passwordSet" | "secondFactorAdded" | "secondFactorRemoved" | "signedIn" | "signInFailed" | "signedOut" | "sessionEnded";
