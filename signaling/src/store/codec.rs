//! The stored form of events. JSON: an operator can read it, and fields can be added.
//!
//! The domain's types are converted by hand, so that renaming one never changes what is on disk.

mod day;
pub(super) mod stored_id;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use self::day::{
    StoredConsent, StoredPaper, StoredParts, StoredQueue, StoredRecordKind, StoredSchedule,
};
use super::Actor;
use crate::accounts::{AccountId, KeyId};
use crate::consultation::{ErasureReason, Event, Fact, LeaveCause, LinkState, Role, Standing};
use crate::ids::{SeatId, Timestamp, TokenHash};

#[derive(Serialize, Deserialize)]
struct StoredEvent {
    at: Timestamp,
    /// Since format 4.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    r#for: Option<StoredActor>,
    fact: StoredFact,
}

/// For whom the clinic did it.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum StoredActor {
    Account(#[serde(with = "stored_id")] u64),
    Key(#[serde(with = "stored_id")] u64),
    Server,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum StoredFact {
    Opened {
        seats: Vec<StoredRole>,
    },
    Invited {
        seat: SeatId,
        role: StoredRole,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        link: Option<StoredLink>,
    },
    LinkRevoked {
        seat: SeatId,
    },
    Joined {
        seat: SeatId,
        standing: StoredStanding,
        resume: [u8; 32],
        /// Since format 2.
        #[serde(
            rename = "resumedWith",
            default,
            skip_serializing_if = "Option::is_none"
        )]
        resumed_with: Option<[u8; 32]>,
    },
    Confirmed {
        seat: SeatId,
    },
    Left {
        seat: SeatId,
        cause: StoredCause,
    },
    Admitted(StoredAct),
    Denied(StoredAct),
    Held(StoredAct),
    Removed(StoredAct),
    Locked(StoredBy),
    Unlocked(StoredBy),
    /// Without `by` in format 1.
    Ended(StoredBy),
    /// This one and those after it: since format 3.
    Schedule(StoredSchedule),
    Queue(StoredQueue),
    Parts(StoredParts),
    Consent(StoredConsent),
    Paper(StoredPaper),
    Erased {
        seat: SeatId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<SeatId>,
        reason: StoredErasure,
    },
    /// Since format 4.
    Disclosed {
        what: StoredRecordKind,
        #[serde(with = "stored_id")]
        to: u64,
    },
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum StoredErasure {
    Request,
    Mistake,
    Order,
}

#[derive(Serialize, Deserialize)]
struct StoredLink {
    hash: [u8; 32],
    expires: Timestamp,
}

/// What a practitioner did to somebody.
#[derive(Serialize, Deserialize)]
struct StoredAct {
    seat: SeatId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    by: Option<SeatId>,
}

/// Who did it.
#[derive(Serialize, Deserialize)]
struct StoredBy {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    by: Option<SeatId>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum StoredRole {
    Practitioner,
    Patient,
    Interpreter,
    Companion,
    Observer,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum StoredStanding {
    Waiting,
    Admitted,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum StoredCause {
    Own,
    Away,
    Drain,
}

/// An event, and who of the clinic wished it, where somebody did.
pub(super) fn encode_event(
    event: &Event,
    actor: Option<Actor>,
) -> Result<Vec<u8>, serde_json::Error> {
    serde_json::to_vec(&StoredEvent {
        at: event.at,
        r#for: actor.map(|actor| match actor {
            Actor::Account(account) => StoredActor::Account(account.0),
            Actor::Key(key) => StoredActor::Key(key.0),
            Actor::Server => StoredActor::Server,
        }),
        fact: store_fact(&event.fact),
    })
}

pub(super) fn decode_event(bytes: &[u8]) -> Result<(Event, Option<Actor>), serde_json::Error> {
    let StoredEvent { at, r#for, fact } = serde_json::from_slice(bytes)?;
    let actor = r#for.map(|actor| match actor {
        StoredActor::Account(account) => Actor::Account(AccountId(account)),
        StoredActor::Key(key) => Actor::Key(KeyId(key)),
        StoredActor::Server => Actor::Server,
    });
    let fact = load_fact(fact);
    Ok((Event { at, fact }, actor))
}

fn store_fact(fact: &Fact) -> StoredFact {
    let act = |seat: &SeatId, by: &Option<SeatId>| StoredAct {
        seat: *seat,
        by: *by,
    };
    match fact {
        Fact::Opened { seats } => StoredFact::Opened {
            seats: seats.iter().copied().map(store_role).collect(),
        },
        Fact::Invited { seat, role, link } => StoredFact::Invited {
            seat: *seat,
            role: store_role(*role),
            link: link.map(store_link),
        },
        Fact::LinkRevoked { seat } => StoredFact::LinkRevoked { seat: *seat },
        Fact::Joined {
            seat,
            standing,
            resume,
            resumed_with,
        } => StoredFact::Joined {
            seat: *seat,
            standing: match standing {
                Standing::Waiting => StoredStanding::Waiting,
                Standing::Admitted => StoredStanding::Admitted,
            },
            resume: resume.0,
            resumed_with: resumed_with.map(|token| token.0),
        },
        Fact::Confirmed { seat } => StoredFact::Confirmed { seat: *seat },
        Fact::Left { seat, cause } => StoredFact::Left {
            seat: *seat,
            cause: match cause {
                LeaveCause::Own => StoredCause::Own,
                LeaveCause::Away => StoredCause::Away,
                LeaveCause::Drain => StoredCause::Drain,
            },
        },
        Fact::Admitted { seat, by } => StoredFact::Admitted(act(seat, by)),
        Fact::Denied { seat, by } => StoredFact::Denied(act(seat, by)),
        Fact::Held { seat, by } => StoredFact::Held(act(seat, by)),
        Fact::Removed { seat, by } => StoredFact::Removed(act(seat, by)),
        Fact::Locked { by } => StoredFact::Locked(StoredBy { by: *by }),
        Fact::Unlocked { by } => StoredFact::Unlocked(StoredBy { by: *by }),
        Fact::Ended { by } => StoredFact::Ended(StoredBy { by: *by }),
        Fact::Schedule(fact) => StoredFact::Schedule(day::store_schedule(fact)),
        Fact::Queue(fact) => StoredFact::Queue(day::store_queue(*fact)),
        Fact::Parts(fact) => StoredFact::Parts(day::store_parts(fact)),
        Fact::Consent(fact) => StoredFact::Consent(day::store_consent(fact)),
        Fact::Paper(fact) => StoredFact::Paper(day::store_paper(*fact)),
        Fact::Erased { seat, by, reason } => StoredFact::Erased {
            seat: *seat,
            by: *by,
            reason: match reason {
                ErasureReason::Request => StoredErasure::Request,
                ErasureReason::Mistake => StoredErasure::Mistake,
                ErasureReason::Order => StoredErasure::Order,
            },
        },
        Fact::Disclosed { what, to } => StoredFact::Disclosed {
            what: (*what).into(),
            to: to.0,
        },
    }
}

fn load_fact(fact: StoredFact) -> Fact {
    match fact {
        StoredFact::Opened { seats } => Fact::Opened {
            seats: seats.iter().map(load_role).collect(),
        },
        StoredFact::Invited { seat, role, link } => Fact::Invited {
            seat,
            role: load_role(&role),
            link: link.map(load_link),
        },
        StoredFact::LinkRevoked { seat } => Fact::LinkRevoked { seat },
        StoredFact::Joined {
            seat,
            standing,
            resume,
            resumed_with,
        } => Fact::Joined {
            seat,
            standing: match standing {
                StoredStanding::Waiting => Standing::Waiting,
                StoredStanding::Admitted => Standing::Admitted,
            },
            resume: TokenHash(resume),
            resumed_with: resumed_with.map(TokenHash),
        },
        StoredFact::Confirmed { seat } => Fact::Confirmed { seat },
        StoredFact::Left { seat, cause } => Fact::Left {
            seat,
            cause: match cause {
                StoredCause::Own => LeaveCause::Own,
                StoredCause::Away => LeaveCause::Away,
                StoredCause::Drain => LeaveCause::Drain,
            },
        },
        StoredFact::Admitted(StoredAct { seat, by }) => Fact::Admitted { seat, by },
        StoredFact::Denied(StoredAct { seat, by }) => Fact::Denied { seat, by },
        StoredFact::Held(StoredAct { seat, by }) => Fact::Held { seat, by },
        StoredFact::Removed(StoredAct { seat, by }) => Fact::Removed { seat, by },
        StoredFact::Locked(StoredBy { by }) => Fact::Locked { by },
        StoredFact::Unlocked(StoredBy { by }) => Fact::Unlocked { by },
        StoredFact::Ended(StoredBy { by }) => Fact::Ended { by },
        StoredFact::Schedule(fact) => Fact::Schedule(day::load_schedule(fact)),
        StoredFact::Queue(fact) => Fact::Queue(day::load_queue(fact)),
        StoredFact::Parts(fact) => Fact::Parts(day::load_parts(fact)),
        StoredFact::Consent(fact) => Fact::Consent(day::load_consent(fact)),
        StoredFact::Paper(fact) => Fact::Paper(day::load_paper(fact)),
        StoredFact::Erased { seat, by, reason } => Fact::Erased {
            seat,
            by,
            reason: match reason {
                StoredErasure::Request => ErasureReason::Request,
                StoredErasure::Mistake => ErasureReason::Mistake,
                StoredErasure::Order => ErasureReason::Order,
            },
        },
        StoredFact::Disclosed { what, to } => Fact::Disclosed {
            what: what.into(),
            to: KeyId(to),
        },
    }
}

const fn store_link(LinkState { hash, expires }: LinkState) -> StoredLink {
    let hash = hash.0;
    StoredLink { hash, expires }
}

const fn load_link(StoredLink { hash, expires }: StoredLink) -> LinkState {
    let hash = TokenHash(hash);
    LinkState { hash, expires }
}

const fn store_role(role: Role) -> StoredRole {
    match role {
        Role::Practitioner => StoredRole::Practitioner,
        Role::Patient => StoredRole::Patient,
        Role::Interpreter => StoredRole::Interpreter,
        Role::Companion => StoredRole::Companion,
        Role::Observer => StoredRole::Observer,
    }
}

const fn load_role(role: &StoredRole) -> Role {
    match role {
        StoredRole::Practitioner => Role::Practitioner,
        StoredRole::Patient => Role::Patient,
        StoredRole::Interpreter => Role::Interpreter,
        StoredRole::Companion => Role::Companion,
        StoredRole::Observer => Role::Observer,
    }
}
