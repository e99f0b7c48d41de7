//! The wire: every HTTP body and WebSocket message, the error codes, the version, the limits.
//!
//! **Invariants**
//! - Strict inward: what a client sends is refused if it holds an unknown field or type
//!   (`refuses_unknown_fields_everywhere`).
//! - Lenient outward: a page ignores fields and message types that it does not know.
//! - These types live at the edge only; the rooms convert them by hand.
//! - The page's TypeScript is generated from here (`export_bindings`), PROTOCOL.md describes
//!   the same set (`the_document_names_every_message_and_code`).

mod access;
mod appointments;
mod client;
mod code;
mod consent;
mod erasure;
mod http;
pub mod limits;
mod paper;
mod seat;
mod server;
mod staff;
#[cfg(test)]
mod staff_tests;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod typescript;
mod version;
mod visit;
mod webhooks;

pub use access::{
    AcceptRequest, ChangePasswordRequest, Clinic, ConfirmSecondFactorRequest,
    FirstAdministratorRequest, OwnSession, RecoveryCodesResponse, SecondFactorResponse,
    SessionResponse, SessionsResponse, SignInRequest, StaffRole,
};
pub use appointments::{
    AdmitRequest, Appointment, AppointmentEnd, AppointmentList, AppointmentPerson, BookRequest,
    Booked, BookedPerson, CancelReason, CancelRequest, CodeRequest, Day, FailedJoins, Invitee,
    Lapse, LateNotice, LateRequest, LateResponse, MessageLanguage, Part, Phase, Priority,
    PriorityClass, PriorityRequest, QueueEntry, RescheduleRequest, SeatLink, TransferRequest, Why,
};
pub use client::ClientMessage;
pub use code::{ErrorCode, Problem};
pub use consent::{
    ConsentBox, ConsentMethod, ConsentScope, ConsentStanding, ConsentState, ConsentTextResponse,
    Consents, TextHash, TextHashError,
};
pub use erasure::{EraseRequest, ErasureReason};
pub use http::{
    CreateRoomRequest, CreateRoomResponse, Encoding, InvitationRequest, InvitationResponse,
    JoinRequest, JoinResponse, LinkHint, LinkHintError, LinkLifetime, NewLinkRequest,
    NewLinkResponse, Person, ResumeRequest, Senders, Slot, Transport,
};
pub use paper::{Paper, PaperSignature, PaperState};
pub use seat::{Admission, ConnectionState, NetworkLevel, Role, Seat};
pub use server::{ChatEntry, EndReason, RejoinReason, ServerMessage, TurnKind};
pub use staff::{
    AuditEntry, AuditKind, AuditResponse, ChangeStaffRequest, ClinicsResponse, Colleague,
    InvitedResponse, KeyView, KeysResponse, NewClinicRequest, NewClinicResponse, NewKeyRequest,
    NewKeyResponse, NewcomerRequest, Scope, StaffResponse, Standing,
};
pub use version::{Outdated, PROTOCOL_VERSION, Refusal, parse_client_message, parse_versioned};
pub use visit::{VisitPerson, VisitRequest, VisitResponse, VisitSay, VisitSayRequest, VisitStay};
pub use webhooks::{
    Delivery, FailureKind, LastFailure, NewWebhookRequest, NewWebhookResponse, RetryResponse,
    UndeliveredResponse, Webhook, WebhookEvent, WebhooksResponse,
};
