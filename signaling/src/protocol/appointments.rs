//! Bodies of the routes for a clinic's appointments and its day.
//!
//! **Invariant:** nothing here is for patients; what they see of an appointment is in the room's
//! own messages.

mod end;
mod language;
#[cfg(test)]
mod tests;

pub use end::{AppointmentEnd, Lapse};
pub use language::MessageLanguage;
use serde::{Deserialize, Serialize};

use super::{Admission, ConnectionState, ErrorCode, NetworkLevel, Role};
use crate::accounts::AccountId;
use crate::board::Date;
use crate::contact::{Email, Phone};
use crate::ids::{LanguageCode, RoomId, SeatId, Timestamp};
use crate::opaque::{LinkToken, SeatCode};
use crate::text::{DisplayName, LicenceNumber};

/// `POST /v1/appointments`: book a time for these people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub struct BookRequest {
    /// When it begins.
    #[cfg_attr(test, ts(type = "number"))]
    pub begins: Timestamp,
    /// How long it takes: 5 to 240.
    #[cfg_attr(test, schema(minimum = 5, maximum = 240))]
    pub minutes: u16,
    /// 2 to 8 people; seats are numbered from 1 in this order.
    #[cfg_attr(test, schema(min_items = 2, max_items = 8))]
    pub people: Vec<Invitee>,
    /// To be seen first by law.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub priority: Option<PriorityClass>,
}

/// Somebody who is booked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub struct Invitee {
    /// The name that the others see; of somebody with an account it may be left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub name: Option<DisplayName>,
    /// What the person is in the consultation.
    pub role: Role,
    /// Whose account it is: a practitioner's or an interpreter's of this clinic.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional, type = "string"))]
    pub account: Option<AccountId>,
    /// Where messages go.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub phone: Option<Phone>,
    /// Where messages go.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub email: Option<Email>,
    /// Between which two languages an interpreter translates; nobody else has any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional), schema(min_items = 2, max_items = 2))]
    pub languages: Option<[LanguageCode; 2]>,
    /// The number of an interpreter's licence to practise, where one was shown; nobody else's is kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub licence: Option<LicenceNumber>,
    /// In which language messages to the person are written. Left out, they are in Vietnamese, but to an interpreter between
    /// English and Korean in one of the two.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub language: Option<MessageLanguage>,
}

/// The answer to a booking: how everybody gets in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub struct Booked {
    /// The appointment's id, which opens nothing.
    #[cfg_attr(test, ts(type = "string"))]
    pub appointment: RoomId,
    /// In the order of the request.
    pub people: Vec<BookedPerson>,
}

/// How somebody gets in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub struct BookedPerson {
    /// Which seat.
    #[cfg_attr(test, ts(type = "number"))]
    pub seat: SeatId,
    /// What the person is in the consultation.
    pub role: Role,
    /// The page's address is `https://host/#` + link. Whoever has an account comes in by it, and nobody else is given
    /// what opens their seat.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub link: Option<LinkToken>,
    /// To be read out where no link arrives; patients and companions have one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub code: Option<SeatCode>,
}

/// What opens one seat from here on; nothing that did before does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub struct SeatLink {
    /// The page's address is `https://host/#` + link.
    pub link: LinkToken,
    /// As in [`BookedPerson`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub code: Option<SeatCode>,
}

/// `PATCH /v1/appointments/{appointment}`: another time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub struct RescheduleRequest {
    /// When it begins.
    #[cfg_attr(test, ts(type = "number"))]
    pub begins: Timestamp,
    /// How long it takes: 5 to 240.
    #[cfg_attr(test, schema(minimum = 5, maximum = 240))]
    pub minutes: u16,
}

/// `POST …/cancel`: it will not take place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub struct CancelRequest {
    /// Why.
    pub reason: CancelReason,
}

/// `POST …/priority`: to be seen first by law, or not any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub struct PriorityRequest {
    /// As what; `null`: not any more.
    pub class: Option<PriorityClass>,
}

/// `POST …/late` and `POST /v1/day/late`: those who wait are told that it begins late.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub struct LateRequest {
    /// By how much from now, 1 to 240; `null`: not after all.
    #[cfg_attr(test, schema(minimum = 1, maximum = 240))]
    pub minutes: Option<u16>,
}

/// `POST …/admit`: let somebody in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub struct AdmitRequest {
    /// Whom.
    #[cfg_attr(test, ts(type = "number"))]
    pub seat: SeatId,
}

/// `POST …/transfer`: a practitioner's seat is a colleague's from here on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub struct TransferRequest {
    /// Which seat.
    #[cfg_attr(test, ts(type = "number"))]
    pub seat: SeatId,
    /// Whose account: a practitioner's of this clinic.
    #[cfg_attr(test, ts(type = "string"))]
    pub account: AccountId,
}

/// `POST /v1/code`: somebody has eight digits and no link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub struct CodeRequest {
    /// As it was read out; spaces and hyphens between the digits do not matter.
    pub code: SeatCode,
}

/// The answer to `POST /v1/day/late`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub struct LateResponse {
    /// In how many appointments people were told.
    pub told: u32,
}

/// A page of `GET /v1/appointments`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub struct AppointmentList {
    /// By time.
    pub appointments: Vec<Appointment>,
    /// For `after`, if there are more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub next: Option<String>,
}

/// `GET /v1/day`: one day, and who waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub struct Day {
    /// Which.
    pub date: Date,
    /// For `since`: it is another when something changed.
    #[cfg_attr(test, ts(type = "number"))]
    pub revision: u64,
    /// The server's clock.
    #[cfg_attr(test, ts(type = "number"))]
    pub now: Timestamp,
    /// By time.
    pub appointments: Vec<Appointment>,
    /// Who waits at this moment, the next one first; also those who came for another day.
    pub queue: Vec<QueueEntry>,
}

/// One who waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub struct QueueEntry {
    /// In which appointment.
    #[cfg_attr(test, ts(type = "string"))]
    pub appointment: RoomId,
    /// Who of the patient's side has waited longest.
    #[cfg_attr(test, ts(type = "number"))]
    pub seat: SeatId,
    /// Since when.
    #[cfg_attr(test, ts(type = "number"))]
    pub since: Timestamp,
    /// Why in this place.
    pub why: Why,
    /// To be seen first by law.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub priority: Option<Priority>,
}

/// Why somebody has this place in the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub enum Why {
    /// By the time of coming.
    Arrival,
    /// The law puts this one before others who came sooner.
    Law {
        /// As what.
        class: PriorityClass,
        /// How many came sooner and are behind.
        overtakes: u32,
    },
    /// The law puts others, who came later, before this one.
    Overtaken {
        /// How many.
        by: u32,
    },
}

/// An appointment, as its clinic sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub struct Appointment {
    /// Its id, which opens nothing.
    #[cfg_attr(test, ts(type = "string"))]
    pub appointment: RoomId,
    /// When it is to begin.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional, type = "number"))]
    pub begins: Option<Timestamp>,
    /// How long it is to take.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub minutes: Option<u16>,
    /// Where in its life it is.
    pub phase: Phase,
    /// To be seen first by law.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub priority: Option<Priority>,
    /// What those who wait were told of a delay.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub late: Option<LateNotice>,
    /// When a patient and a practitioner first met.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional, type = "number"))]
    pub begun: Option<Timestamp>,
    /// How it came to its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub end: Option<AppointmentEnd>,
    /// By seat; whoever was erased is not among them.
    pub people: Vec<AppointmentPerson>,
}

/// What those who wait were told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub struct LateNotice {
    /// By how much, from then.
    pub minutes: u16,
    /// When they were told.
    #[cfg_attr(test, ts(type = "number"))]
    pub at: Timestamp,
}

/// To be seen first by law.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub struct Priority {
    /// As what.
    pub class: PriorityClass,
}

/// Somebody of an appointment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub struct AppointmentPerson {
    /// Which seat.
    #[cfg_attr(test, ts(type = "number"))]
    pub seat: SeatId,
    /// What the person is in the consultation.
    pub role: Role,
    /// What the person is called.
    pub name: DisplayName,
    /// Whose account it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional, type = "string"))]
    pub account: Option<AccountId>,
    /// What the person is beyond the role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub part: Option<Part>,
    /// Between which languages an interpreter translates.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional), schema(min_items = 2, max_items = 2))]
    pub languages: Option<[LanguageCode; 2]>,
    /// The number of an interpreter's licence to practise, where one was shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub licence: Option<LicenceNumber>,
    /// In which language messages to the person are written.
    pub language: MessageLanguage,
    /// Whether the person is let in.
    pub admission: Admission,
    /// Somebody holds the seat now.
    pub present: bool,
    /// Since when the person waits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional, type = "number"))]
    pub waiting_since: Option<Timestamp>,
    /// How the person is connected.
    pub connection: ConnectionState,
    /// What is to be expected of their network.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub network: Option<NetworkLevel>,
    /// Joins that did not come about since the booking.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub failed_joins: Option<FailedJoins>,
}

/// Joins that did not come about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub struct FailedJoins {
    /// How many.
    pub count: u32,
    /// When the last one was.
    #[cfg_attr(test, ts(type = "number"))]
    pub at: Timestamp,
    /// Why the last one was refused. Without it: nothing was ever heard from its media.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub code: Option<ErrorCode>,
}

/// Where in its life an appointment is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub enum Phase {
    /// Booked, and its time is not near.
    Scheduled,
    /// People come and go.
    Open,
    /// A patient and a practitioner have met.
    InProgress,
    /// Over.
    Ended,
    /// Called off.
    Cancelled,
    /// Over, because the patient's side never came.
    NoShow,
}

/// What somebody is beyond the role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub enum Part {
    /// Answers for diagnosis, method and prescription.
    Treating,
    /// Advises the one who treats.
    Advising,
    /// It was said between which languages, and by what right.
    Interpreting,
    /// Speaks for the patient.
    Representing,
}

/// Who is to be seen first by Vietnam's Law 15/2023/QH15, article 3(2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub enum PriorityClass {
    /// In a state of emergency.
    Emergency,
    /// A child under six.
    ChildUnderSix,
    /// Pregnant.
    Pregnant,
    /// A severe or extremely severe disability.
    SevereDisability,
    /// Seventy-five or older.
    SeventyFive,
    /// A person with merit to the revolution.
    Merit,
}

/// Why an appointment is called off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub enum CancelReason {
    /// The patient's side asked for it.
    Patient,
    /// No practitioner has the time.
    Practitioner,
    /// No interpreter was found.
    Interpreter,
    /// The link, the power, a device.
    Technical,
    /// It should never have been booked.
    Mistake,
    /// None of these.
    Other,
}
