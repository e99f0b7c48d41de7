//! The stored form of events. JSON: an operator can read it, and fields can be added.
//!
//! The domain's types are converted by hand, so that renaming one never changes what is on disk.

use serde::{Deserialize, Serialize};

use crate::consultation::{Event, Fact, LeaveCause, LinkState, Role, Standing};
use crate::ids::{SeatId, Timestamp, TokenHash};

#[derive(Serialize, Deserialize)]
struct StoredEvent {
    at: Timestamp,
    fact: StoredFact,
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

pub(super) fn encode_event(event: &Event) -> Result<Vec<u8>, serde_json::Error> {
    let fact = store_fact(&event.fact);
    serde_json::to_vec(&StoredEvent { at: event.at, fact })
}

pub(super) fn decode_event(bytes: &[u8]) -> Result<Event, serde_json::Error> {
    let StoredEvent { at, fact } = serde_json::from_slice(bytes)?;
    let fact = load_fact(fact);
    Ok(Event { at, fact })
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
            link: link.map(|LinkState { hash, expires }| StoredLink {
                hash: hash.0,
                expires,
            }),
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
            link: link.map(|StoredLink { hash, expires }| LinkState {
                hash: TokenHash(hash),
                expires,
            }),
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
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    const SEAT: SeatId = SeatId(2);
    const DOCTOR: Option<SeatId> = Some(SeatId(1));

    fn joined(resumed_with: Option<TokenHash>) -> Fact {
        Fact::Joined {
            seat: SEAT,
            standing: Standing::Admitted,
            resume: TokenHash([0; 32]),
            resumed_with,
        }
    }

    fn invited(link: Option<LinkState>) -> Fact {
        Fact::Invited {
            seat: SEAT,
            role: Role::Interpreter,
            link,
        }
    }

    /// Changing one of these texts makes stores in the field unreadable.
    #[track_caller]
    fn is_stored_as(fact: Fact, text: &str) {
        let event = Event {
            at: Timestamp(5),
            fact,
        };
        let text = format!(r#"{{"at":5,"fact":{text}}}"#);
        let encoded = encode_event(&event).unwrap();
        assert_eq!(String::from_utf8(encoded).unwrap(), text);
        assert_eq!(decode_event(text.as_bytes()).unwrap(), event);
    }

    fn bytes(byte: &str) -> String {
        vec![byte; 32].join(",")
    }

    #[test]
    fn logs_of_format_1_stay_readable() {
        let seats = vec![
            Role::Practitioner,
            Role::Patient,
            Role::Interpreter,
            Role::Companion,
            Role::Observer,
        ];
        is_stored_as(
            Fact::Opened { seats },
            r#"{"opened":{"seats":["practitioner","patient","interpreter","companion","observer"]}}"#,
        );
        let zeros = bytes("0");
        is_stored_as(
            joined(None),
            &format!(r#"{{"joined":{{"seat":2,"standing":"admitted","resume":[{zeros}]}}}}"#),
        );
        for (cause, text) in [
            (LeaveCause::Own, r#"{"left":{"seat":2,"cause":"own"}}"#),
            (LeaveCause::Away, r#"{"left":{"seat":2,"cause":"away"}}"#),
            (LeaveCause::Drain, r#"{"left":{"seat":2,"cause":"drain"}}"#),
        ] {
            is_stored_as(Fact::Left { seat: SEAT, cause }, text);
        }
        is_stored_as(Fact::Ended { by: None }, r#"{"ended":{}}"#);
    }

    #[test]
    fn logs_of_format_2_stay_readable() {
        let (zeros, ones) = (bytes("0"), bytes("1"));
        is_stored_as(
            joined(Some(TokenHash([1; 32]))),
            &format!(
                r#"{{"joined":{{"seat":2,"standing":"admitted","resume":[{zeros}],"resumedWith":[{ones}]}}}}"#
            ),
        );
        let link = LinkState {
            hash: TokenHash([1; 32]),
            expires: Timestamp(9),
        };
        is_stored_as(
            invited(Some(link)),
            &format!(
                r#"{{"invited":{{"seat":2,"role":"interpreter","link":{{"hash":[{ones}],"expires":9}}}}}}"#
            ),
        );
        let (seat, by) = (SEAT, DOCTOR);
        for (fact, text) in [
            (
                invited(None),
                r#"{"invited":{"seat":2,"role":"interpreter"}}"#,
            ),
            (Fact::LinkRevoked { seat }, r#"{"linkRevoked":{"seat":2}}"#),
            (Fact::Confirmed { seat }, r#"{"confirmed":{"seat":2}}"#),
            (
                Fact::Admitted { seat, by },
                r#"{"admitted":{"seat":2,"by":1}}"#,
            ),
            (
                Fact::Admitted { seat, by: None },
                r#"{"admitted":{"seat":2}}"#,
            ),
            (Fact::Denied { seat, by }, r#"{"denied":{"seat":2,"by":1}}"#),
            (Fact::Held { seat, by }, r#"{"held":{"seat":2,"by":1}}"#),
            (
                Fact::Removed { seat, by },
                r#"{"removed":{"seat":2,"by":1}}"#,
            ),
            (Fact::Locked { by }, r#"{"locked":{"by":1}}"#),
            (Fact::Unlocked { by: None }, r#"{"unlocked":{}}"#),
            (Fact::Ended { by }, r#"{"ended":{"by":1}}"#),
        ] {
            is_stored_as(fact, text);
        }
    }
}
