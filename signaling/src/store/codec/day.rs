//! The stored form of what happens on a clinic's day: booked times, the queue, what people are,
//! consent, sign-off. Since format 3.

use serde::{Deserialize, Serialize};

use super::{
    StoredBy, StoredLink, StoredRole, load_link, load_role, store_link, store_role, stored_id,
};
use crate::accounts::ClinicId;
use crate::consultation::{
    BookedTime, CancelReason, Consent, ConsentFact, ConsentText, Interpreting, Lapse, Licence,
    Method, Minutes, Paper, PaperFact, PaperVersion, PartsFact, PriorityClass, QueueFact, Reader,
    RecordKind, ScheduleFact, Scope,
};
use crate::ids::{ContentHash, LanguageCode, SeatId, Timestamp};

/// A stored enum without fields, with the ways from and to the domain's.
macro_rules! words {
    ($stored:ident of $domain:ident: $($word:ident is $meaning:ident),+) => {
        #[derive(Serialize, Deserialize)]
        #[serde(rename_all = "camelCase")]
        pub(super) enum $stored {
            $($word),+
        }

        impl From<$domain> for $stored {
            fn from(domain: $domain) -> Self {
                match domain {
                    $($domain::$meaning => Self::$word),+
                }
            }
        }

        impl From<$stored> for $domain {
            fn from(stored: $stored) -> Self {
                match stored {
                    $($stored::$word => Self::$meaning),+
                }
            }
        }
    };
}

words!(StoredReason of CancelReason:
    Patient is Patient,
    Practitioner is Practitioner,
    Interpreter is Interpreter,
    Technical is Technical,
    Mistake is Mistake,
    Other is Other);

words!(StoredLapse of Lapse:
    Left is Left,
    Unseen is Unseen,
    Unused is Unused);

words!(StoredClass of PriorityClass:
    Emergency is Emergency,
    ChildUnderSix is ChildUnderSix,
    Pregnant is Pregnant,
    SevereDisability is SevereDisability,
    SeventyFive is SeventyFive,
    Merit is Merit);

words!(StoredRecordKind of RecordKind:
    Appointment is Appointment,
    Encounter is Encounter,
    Consents is Consents,
    Trail is Trail);

words!(StoredLicence of Licence:
    NotGiven is NotGiven,
    Given is Given);

words!(StoredScope of Scope:
    CareByVideo is CareByVideo,
    InterpreterPresent is InterpreterPresent,
    ObserverPresent is ObserverPresent,
    Recording is Recording,
    SharingAbroad is SharingAbroad,
    Teaching is Teaching);

words!(StoredPaperKind of Paper:
    Notes is Notes,
    Summary is Summary);

const fn only_clinic() -> u64 {
    1
}

#[derive(Serialize, Deserialize)]
pub(super) struct StoredTime {
    begins: Timestamp,
    minutes: u16,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum StoredSchedule {
    Booked {
        /// Since format 4; before, a server had one clinic.
        #[serde(default = "only_clinic", with = "stored_id")]
        clinic: u64,
        time: StoredTime,
        seats: Vec<StoredRole>,
    },
    Rescheduled {
        time: StoredTime,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<SeatId>,
    },
    Cancelled {
        reason: StoredReason,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<SeatId>,
    },
    NoShow(StoredBy),
    Lapsed {
        how: StoredLapse,
    },
    Reopened(StoredBy),
}

pub(super) fn store_schedule(fact: &ScheduleFact) -> StoredSchedule {
    match fact {
        ScheduleFact::Booked {
            clinic,
            time,
            seats,
        } => StoredSchedule::Booked {
            clinic: clinic.0,
            time: store_time(*time),
            seats: seats.iter().copied().map(store_role).collect(),
        },
        ScheduleFact::Rescheduled { time, by } => StoredSchedule::Rescheduled {
            time: store_time(*time),
            by: *by,
        },
        ScheduleFact::Cancelled { reason, by } => StoredSchedule::Cancelled {
            reason: (*reason).into(),
            by: *by,
        },
        ScheduleFact::NoShow { by } => StoredSchedule::NoShow(StoredBy { by: *by }),
        ScheduleFact::Lapsed { how } => StoredSchedule::Lapsed { how: (*how).into() },
        ScheduleFact::Reopened { by } => StoredSchedule::Reopened(StoredBy { by: *by }),
    }
}

pub(super) fn load_schedule(fact: StoredSchedule) -> ScheduleFact {
    match fact {
        StoredSchedule::Booked {
            clinic,
            time,
            seats,
        } => ScheduleFact::Booked {
            clinic: ClinicId(clinic),
            time: load_time(&time),
            seats: seats.iter().map(load_role).collect(),
        },
        StoredSchedule::Rescheduled { time, by } => ScheduleFact::Rescheduled {
            time: load_time(&time),
            by,
        },
        StoredSchedule::Cancelled { reason, by } => ScheduleFact::Cancelled {
            reason: reason.into(),
            by,
        },
        StoredSchedule::NoShow(StoredBy { by }) => ScheduleFact::NoShow { by },
        StoredSchedule::Lapsed { how } => ScheduleFact::Lapsed { how: how.into() },
        StoredSchedule::Reopened(StoredBy { by }) => ScheduleFact::Reopened { by },
    }
}

const fn store_time(time: BookedTime) -> StoredTime {
    StoredTime {
        begins: time.begins,
        minutes: time.length.0,
    }
}

const fn load_time(time: &StoredTime) -> BookedTime {
    BookedTime {
        begins: time.begins,
        length: Minutes(time.minutes),
    }
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum StoredQueue {
    PrioritySet {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        class: Option<StoredClass>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<SeatId>,
    },
    LateTold {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        minutes: Option<u16>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<SeatId>,
    },
}

pub(super) fn store_queue(fact: QueueFact) -> StoredQueue {
    match fact {
        QueueFact::PrioritySet { class, by } => StoredQueue::PrioritySet {
            class: class.map(Into::into),
            by,
        },
        QueueFact::LateTold { delay, by } => StoredQueue::LateTold {
            minutes: delay.map(|delay| delay.0),
            by,
        },
    }
}

pub(super) fn load_queue(fact: StoredQueue) -> QueueFact {
    match fact {
        StoredQueue::PrioritySet { class, by } => QueueFact::PrioritySet {
            class: class.map(Into::into),
            by,
        },
        StoredQueue::LateTold { minutes, by } => QueueFact::LateTold {
            delay: minutes.map(Minutes),
            by,
        },
    }
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum StoredParts {
    Treating {
        seat: SeatId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<SeatId>,
    },
    Transferred {
        seat: SeatId,
        link: StoredLink,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<SeatId>,
    },
    Interpreting {
        seat: SeatId,
        languages: [LanguageCode; 2],
        licence: StoredLicence,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<SeatId>,
    },
    Representing {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        seat: Option<SeatId>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<SeatId>,
    },
}

pub(super) fn store_parts(fact: &PartsFact) -> StoredParts {
    match fact {
        PartsFact::Treating { seat, by } => StoredParts::Treating {
            seat: *seat,
            by: *by,
        },
        PartsFact::Transferred { seat, link, by } => StoredParts::Transferred {
            seat: *seat,
            link: store_link(*link),
            by: *by,
        },
        PartsFact::Interpreting {
            seat,
            interpreting,
            by,
        } => StoredParts::Interpreting {
            seat: *seat,
            languages: interpreting.languages.clone(),
            licence: interpreting.licence.into(),
            by: *by,
        },
        PartsFact::Representing { seat, by } => StoredParts::Representing {
            seat: *seat,
            by: *by,
        },
    }
}

pub(super) fn load_parts(fact: StoredParts) -> PartsFact {
    match fact {
        StoredParts::Treating { seat, by } => PartsFact::Treating { seat, by },
        StoredParts::Transferred { seat, link, by } => PartsFact::Transferred {
            seat,
            link: load_link(link),
            by,
        },
        StoredParts::Interpreting {
            seat,
            languages,
            licence,
            by,
        } => PartsFact::Interpreting {
            seat,
            interpreting: Interpreting {
                languages,
                licence: licence.into(),
            },
            by,
        },
        StoredParts::Representing { seat, by } => PartsFact::Representing { seat, by },
    }
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum StoredConsent {
    Given {
        subject: SeatId,
        by: SeatId,
        method: StoredMethod,
        text: [u8; 32],
        language: LanguageCode,
        reader: StoredReader,
        scopes: Vec<StoredScope>,
    },
    Withdrawn {
        subject: SeatId,
        scopes: Vec<StoredScope>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<SeatId>,
    },
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum StoredMethod {
    Tapped,
    Spoken {
        #[serde(rename = "heardBy")]
        heard_by: SeatId,
    },
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum StoredReader {
    Oneself,
    Interpreter(SeatId),
    Representative(SeatId),
    Practitioner(SeatId),
}

pub(super) fn store_consent(fact: &ConsentFact) -> StoredConsent {
    match fact {
        ConsentFact::Given(consent) => StoredConsent::Given {
            subject: consent.subject,
            by: consent.by,
            method: match consent.method {
                Method::Tapped => StoredMethod::Tapped,
                Method::Spoken { heard_by } => StoredMethod::Spoken { heard_by },
            },
            text: consent.text.hash.0,
            language: consent.text.language.clone(),
            reader: match consent.reader {
                Reader::Oneself => StoredReader::Oneself,
                Reader::Interpreter(seat) => StoredReader::Interpreter(seat),
                Reader::Representative(seat) => StoredReader::Representative(seat),
                Reader::Practitioner(seat) => StoredReader::Practitioner(seat),
            },
            scopes: consent.scopes.iter().map(Into::into).collect(),
        },
        ConsentFact::Withdrawn {
            subject,
            scopes,
            by,
        } => StoredConsent::Withdrawn {
            subject: *subject,
            scopes: scopes.iter().map(Into::into).collect(),
            by: *by,
        },
    }
}

pub(super) fn load_consent(fact: StoredConsent) -> ConsentFact {
    match fact {
        StoredConsent::Given {
            subject,
            by,
            method,
            text,
            language,
            reader,
            scopes,
        } => ConsentFact::Given(Consent {
            subject,
            by,
            method: match method {
                StoredMethod::Tapped => Method::Tapped,
                StoredMethod::Spoken { heard_by } => Method::Spoken { heard_by },
            },
            text: ConsentText {
                hash: ContentHash(text),
                language,
            },
            reader: match reader {
                StoredReader::Oneself => Reader::Oneself,
                StoredReader::Interpreter(seat) => Reader::Interpreter(seat),
                StoredReader::Representative(seat) => Reader::Representative(seat),
                StoredReader::Practitioner(seat) => Reader::Practitioner(seat),
            },
            scopes: scopes.into_iter().map(Scope::from).collect(),
        }),
        StoredConsent::Withdrawn {
            subject,
            scopes,
            by,
        } => ConsentFact::Withdrawn {
            subject,
            scopes: scopes.into_iter().map(Scope::from).collect(),
            by,
        },
    }
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum StoredPaper {
    SignedOff {
        paper: StoredPaperKind,
        version: u32,
        hash: [u8; 32],
        by: SeatId,
    },
}

pub(super) fn store_paper(fact: PaperFact) -> StoredPaper {
    let PaperFact::SignedOff {
        paper,
        version,
        hash,
        by,
    } = fact;
    StoredPaper::SignedOff {
        paper: paper.into(),
        version: version.0,
        hash: hash.0,
        by,
    }
}

pub(super) fn load_paper(fact: StoredPaper) -> PaperFact {
    let StoredPaper::SignedOff {
        paper,
        version,
        hash,
        by,
    } = fact;
    PaperFact::SignedOff {
        paper: paper.into(),
        version: PaperVersion(version),
        hash: ContentHash(hash),
        by,
    }
}
