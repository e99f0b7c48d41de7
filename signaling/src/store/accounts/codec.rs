//! The stored form of what happens to an account, and of what its person is called. JSON,
//! converted by hand, as in [`super::super::codec`] and for the same reasons.

use serde::{Deserialize, Serialize};

use super::Profile;
use super::staff_codec::{StoredOneTime, load_one_time, store_one_time};
use crate::accounts::account::{Fact, FailCause, Proof, RevokeCause};
use crate::accounts::{AccountId, ClinicId, Event, Lane, SessionId, SignInName, Step};
use crate::ids::{Timestamp, TokenHash};
use crate::text::DisplayName;

#[derive(Serialize, Deserialize)]
struct StoredProfile {
    name: DisplayName,
    #[serde(rename = "signInName")]
    sign_in_name: String,
}

#[derive(Serialize, Deserialize)]
struct StoredEvent {
    at: Timestamp,
    fact: StoredFact,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum StoredFact {
    Opened {
        clinic: u64,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<u64>,
    },
    Invited {
        invitation: StoredOneTime,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<u64>,
    },
    PasswordSet {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        session: Option<u32>,
    },
    TotpOffered {
        expires: Timestamp,
    },
    TotpEnrolled {
        session: u32,
        step: u64,
    },
    RecoveryMade {
        codes: Vec<[u8; 32]>,
    },
    TotpRemoved {
        by: u64,
    },
    SignedIn {
        session: u32,
        token: [u8; 32],
        generation: u32,
        proof: StoredProof,
        lane: StoredLane,
    },
    SignInFailed {
        lane: StoredLane,
        cause: StoredFailCause,
    },
    Rotated {
        session: u32,
        token: [u8; 32],
    },
    SignedOut {
        session: u32,
    },
    SessionRevoked {
        session: u32,
        /// `None`: there were too many.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<u64>,
    },
    Removed {
        by: u64,
    },
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum StoredProof {
    None,
    Code(Option<u64>),
    Recovery([u8; 32]),
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum StoredLane {
    Known,
    Stranger,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum StoredFailCause {
    Password,
    Code,
}

type Result<T> = std::result::Result<T, serde_json::Error>;

pub(super) fn encode_profile(profile: &Profile) -> Result<Vec<u8>> {
    serde_json::to_vec(&StoredProfile {
        name: profile.name.clone(),
        sign_in_name: profile.sign_in_name.as_str().to_owned(),
    })
}

pub(super) fn decode_profile(bytes: &[u8]) -> Result<Profile> {
    let StoredProfile { name, sign_in_name } = serde_json::from_slice(bytes)?;
    let sign_in_name = SignInName::parse(&sign_in_name)
        .map_err(<serde_json::Error as serde::de::Error>::custom)?;
    Ok(Profile { name, sign_in_name })
}

pub(super) fn encode_event(event: &Event<Fact>) -> Result<Vec<u8>> {
    let fact = store_fact(&event.fact);
    serde_json::to_vec(&StoredEvent { at: event.at, fact })
}

pub(super) fn decode_event(bytes: &[u8]) -> Result<Event<Fact>> {
    let StoredEvent { at, fact } = serde_json::from_slice(bytes)?;
    let fact = load_fact(fact);
    Ok(Event { at, fact })
}

fn store_fact(fact: &Fact) -> StoredFact {
    match fact {
        Fact::Opened { clinic, by } => StoredFact::Opened {
            clinic: clinic.0,
            by: by.map(|by| by.0),
        },
        Fact::Invited { invitation, by } => StoredFact::Invited {
            invitation: store_one_time(*invitation),
            by: by.map(|by| by.0),
        },
        Fact::PasswordSet { session } => StoredFact::PasswordSet {
            session: session.map(|session| session.0),
        },
        Fact::TotpOffered { expires } => StoredFact::TotpOffered { expires: *expires },
        Fact::TotpEnrolled { session, step } => StoredFact::TotpEnrolled {
            session: session.0,
            step: step.0,
        },
        Fact::RecoveryMade { codes } => StoredFact::RecoveryMade {
            codes: codes.iter().map(|code| code.0).collect(),
        },
        Fact::TotpRemoved { by } => StoredFact::TotpRemoved { by: by.0 },
        Fact::SignedIn {
            session,
            token,
            generation,
            proof,
            lane,
        } => StoredFact::SignedIn {
            session: session.0,
            token: token.0,
            generation: *generation,
            proof: match proof {
                Proof::None => StoredProof::None,
                Proof::Code(step) => StoredProof::Code(step.map(|step| step.0)),
                Proof::Recovery(code) => StoredProof::Recovery(code.0),
            },
            lane: store_lane(*lane),
        },
        Fact::SignInFailed { lane, cause } => StoredFact::SignInFailed {
            lane: store_lane(*lane),
            cause: match cause {
                FailCause::Password => StoredFailCause::Password,
                FailCause::Code => StoredFailCause::Code,
            },
        },
        Fact::Rotated { session, token } => StoredFact::Rotated {
            session: session.0,
            token: token.0,
        },
        Fact::SignedOut { session } => StoredFact::SignedOut { session: session.0 },
        Fact::SessionRevoked { session, cause } => StoredFact::SessionRevoked {
            session: session.0,
            by: match cause {
                RevokeCause::By(by) => Some(by.0),
                RevokeCause::Crowded => None,
            },
        },
        Fact::Removed { by } => StoredFact::Removed { by: by.0 },
    }
}

fn load_fact(fact: StoredFact) -> Fact {
    match fact {
        StoredFact::Opened { clinic, by } => Fact::Opened {
            clinic: ClinicId(clinic),
            by: by.map(AccountId),
        },
        StoredFact::Invited { invitation, by } => Fact::Invited {
            invitation: load_one_time(&invitation),
            by: by.map(AccountId),
        },
        StoredFact::PasswordSet { session } => Fact::PasswordSet {
            session: session.map(SessionId),
        },
        StoredFact::TotpOffered { expires } => Fact::TotpOffered { expires },
        StoredFact::TotpEnrolled { session, step } => Fact::TotpEnrolled {
            session: SessionId(session),
            step: Step(step),
        },
        StoredFact::RecoveryMade { codes } => Fact::RecoveryMade {
            codes: codes.into_iter().map(TokenHash).collect(),
        },
        StoredFact::TotpRemoved { by } => Fact::TotpRemoved { by: AccountId(by) },
        StoredFact::SignedIn {
            session,
            token,
            generation,
            proof,
            lane,
        } => Fact::SignedIn {
            session: SessionId(session),
            token: TokenHash(token),
            generation,
            proof: match proof {
                StoredProof::None => Proof::None,
                StoredProof::Code(step) => Proof::Code(step.map(Step)),
                StoredProof::Recovery(code) => Proof::Recovery(TokenHash(code)),
            },
            lane: load_lane(&lane),
        },
        StoredFact::SignInFailed { lane, cause } => Fact::SignInFailed {
            lane: load_lane(&lane),
            cause: match cause {
                StoredFailCause::Password => FailCause::Password,
                StoredFailCause::Code => FailCause::Code,
            },
        },
        StoredFact::Rotated { session, token } => Fact::Rotated {
            session: SessionId(session),
            token: TokenHash(token),
        },
        StoredFact::SignedOut { session } => Fact::SignedOut {
            session: SessionId(session),
        },
        StoredFact::SessionRevoked { session, by } => Fact::SessionRevoked {
            session: SessionId(session),
            cause: by.map_or(RevokeCause::Crowded, |by| RevokeCause::By(AccountId(by))),
        },
        StoredFact::Removed { by } => Fact::Removed { by: AccountId(by) },
    }
}

const fn store_lane(lane: Lane) -> StoredLane {
    match lane {
        Lane::Known => StoredLane::Known,
        Lane::Stranger => StoredLane::Stranger,
    }
}

const fn load_lane(lane: &StoredLane) -> Lane {
    match lane {
        StoredLane::Known => Lane::Known,
        StoredLane::Stranger => Lane::Stranger,
    }
}
