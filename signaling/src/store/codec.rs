//! The stored form of events and records. JSON: an operator can read it, and fields can be added.
//!
//! The domain's types are converted by hand, so that renaming one never changes what is on disk.

use serde::{Deserialize, Serialize};

use super::PersonRecord;
use crate::consultation::{Event, Fact, LeaveCause, Role, Standing};
use crate::ids::{SeatId, Timestamp, TokenHash};
use crate::text::DisplayName;

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
    Joined {
        seat: SeatId,
        standing: StoredStanding,
        resume: [u8; 32],
    },
    Left {
        seat: SeatId,
        cause: StoredCause,
    },
    Ended {},
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

#[derive(Serialize, Deserialize)]
struct StoredPerson {
    name: DisplayName,
}

pub(super) fn encode_event(event: &Event) -> Result<Vec<u8>, serde_json::Error> {
    let fact = match &event.fact {
        Fact::Opened { seats } => StoredFact::Opened {
            seats: seats.iter().copied().map(store_role).collect(),
        },
        Fact::Joined {
            seat,
            standing,
            resume,
        } => StoredFact::Joined {
            seat: *seat,
            standing: match standing {
                Standing::Waiting => StoredStanding::Waiting,
                Standing::Admitted => StoredStanding::Admitted,
            },
            resume: resume.0,
        },
        Fact::Left { seat, cause } => StoredFact::Left {
            seat: *seat,
            cause: match cause {
                LeaveCause::Own => StoredCause::Own,
                LeaveCause::Away => StoredCause::Away,
                LeaveCause::Drain => StoredCause::Drain,
            },
        },
        Fact::Ended => StoredFact::Ended {},
    };
    serde_json::to_vec(&StoredEvent { at: event.at, fact })
}

pub(super) fn decode_event(bytes: &[u8]) -> Result<Event, serde_json::Error> {
    let StoredEvent { at, fact } = serde_json::from_slice(bytes)?;
    let fact = match fact {
        StoredFact::Opened { seats } => Fact::Opened {
            seats: seats.iter().map(load_role).collect(),
        },
        StoredFact::Joined {
            seat,
            standing,
            resume,
        } => Fact::Joined {
            seat,
            standing: match standing {
                StoredStanding::Waiting => Standing::Waiting,
                StoredStanding::Admitted => Standing::Admitted,
            },
            resume: TokenHash(resume),
        },
        StoredFact::Left { seat, cause } => Fact::Left {
            seat,
            cause: match cause {
                StoredCause::Own => LeaveCause::Own,
                StoredCause::Away => LeaveCause::Away,
                StoredCause::Drain => LeaveCause::Drain,
            },
        },
        StoredFact::Ended {} => Fact::Ended,
    };
    Ok(Event { at, fact })
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

pub(super) fn encode_person(person: &PersonRecord) -> Result<Vec<u8>, serde_json::Error> {
    serde_json::to_vec(&StoredPerson {
        name: person.name.clone(),
    })
}

pub(super) fn decode_person(seat: SeatId, bytes: &[u8]) -> Result<PersonRecord, serde_json::Error> {
    let StoredPerson { name } = serde_json::from_slice(bytes)?;
    Ok(PersonRecord { seat, name })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Changing one of these texts makes stores in the field unreadable.
    #[test]
    fn the_stored_form_stays_readable() {
        let joined = Event {
            at: Timestamp(5),
            fact: Fact::Joined {
                seat: SeatId(2),
                standing: Standing::Admitted,
                resume: TokenHash([0; 32]),
            },
        };
        let zeros = vec!["0"; 32].join(",");
        let texts = [
            (
                Event {
                    at: Timestamp(1),
                    fact: Fact::Opened {
                        seats: vec![Role::Practitioner, Role::Patient],
                    },
                },
                r#"{"at":1,"fact":{"opened":{"seats":["practitioner","patient"]}}}"#.to_owned(),
            ),
            (
                joined,
                format!(
                    r#"{{"at":5,"fact":{{"joined":{{"seat":2,"standing":"admitted","resume":[{zeros}]}}}}}}"#
                ),
            ),
            (
                Event {
                    at: Timestamp(6),
                    fact: Fact::Left {
                        seat: SeatId(2),
                        cause: LeaveCause::Away,
                    },
                },
                r#"{"at":6,"fact":{"left":{"seat":2,"cause":"away"}}}"#.to_owned(),
            ),
            (
                Event {
                    at: Timestamp(7),
                    fact: Fact::Ended,
                },
                r#"{"at":7,"fact":{"ended":{}}}"#.to_owned(),
            ),
        ];
        for (event, text) in texts {
            let encoded = encode_event(&event).unwrap();
            assert_eq!(String::from_utf8(encoded).unwrap(), text);
            assert_eq!(decode_event(text.as_bytes()).unwrap(), event);
        }
    }
}
