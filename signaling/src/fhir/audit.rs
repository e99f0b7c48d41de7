//! What happened: who came, who was let in or put out, what was agreed to and signed, and what was destroyed.

use serde_json::{Value, json};

use super::coding::{DICOM, coding, ours, without_absent};
use super::{Record, ResourceId, people};
use crate::accounts::KeyId;
use crate::consultation::{
    ConsentFact, Event, Fact, Lapse, PaperFact, PartsFact, QueueFact, ScheduleFact, State, apply,
};
use crate::ids::SeatId;
use crate::store::Actor;
use crate::utc::instant;

/// One for each fact of the log that says who did what.
pub(super) fn audit_events(record: &Record<'_>) -> Vec<Value> {
    let mut state = State::default();
    let mut told = Vec::new();
    for (place, event) in (1..).zip(record.log) {
        // Whoever had the seat when it happened did it, or had it done to them; a hand-over leads to another person.
        let before = state.clone();
        state = apply(state, event);
        let id = ResourceId {
            room: record.room,
            place: Some(place),
        };
        if let Some(mut act) = act(event) {
            let actor = record.actors.get(place - 1).copied().flatten();
            if actor == Some(Actor::Server) {
                act.by = By::Server;
            }
            let people = if before.seats().is_empty() {
                &state
            } else {
                &before
            };
            told.push(audit_event(record, people, id, event, &act));
        }
    }
    told
}

/// One act, in the words of our own code system.
struct Act {
    code: &'static str,
    display: &'static str,
    /// FHIR's action: C create, R read, U update, D delete, E execute.
    action: &'static str,
    by: By,
    /// Whom it was done to, if somebody else.
    to: Option<SeatId>,
}

/// Who did it.
enum By {
    /// Whoever has this seat.
    Seat(SeatId),
    /// The clinic, or whoever runs the server for it.
    Clinic,
    /// A hospital system of the clinic's.
    Key(KeyId),
    /// Nobody asked for it.
    Server,
}

impl From<Option<SeatId>> for By {
    fn from(by: Option<SeatId>) -> Self {
        by.map_or(Self::Clinic, Self::Seat)
    }
}

#[expect(
    clippy::too_many_lines,
    reason = "one arm a fact, each saying what it is called"
)]
fn act(event: &Event) -> Option<Act> {
    let act = |code, display, action, by: By, to| {
        Some(Act {
            code,
            display,
            action,
            by,
            to,
        })
    };
    match &event.fact {
        Fact::Opened { .. } => act("open", "Consultation opened", "C", By::Clinic, None),
        Fact::Invited { seat, .. } => act("invite", "Link made", "C", By::Clinic, Some(*seat)),
        Fact::LinkRevoked { seat } => {
            act("revoke", "Link taken back", "U", By::Clinic, Some(*seat))
        }
        Fact::Joined { seat, .. } => act("join", "Came", "E", By::Seat(*seat), None),
        // How a page's tokens change hands says nothing of what people did.
        Fact::Confirmed { .. } => None,
        Fact::Left { seat, .. } => act("leave", "Left", "E", By::Seat(*seat), None),
        Fact::Admitted { seat, by } => act("admit", "Let in", "E", (*by).into(), Some(*seat)),
        Fact::Denied { seat, by } => act("deny", "Turned away", "E", (*by).into(), Some(*seat)),
        Fact::Held { seat, by } => act("hold", "Asked to wait", "E", (*by).into(), Some(*seat)),
        Fact::Removed { seat, by } => act("remove", "Put out", "E", (*by).into(), Some(*seat)),
        Fact::Locked { by } => act("lock", "Room locked", "E", (*by).into(), None),
        Fact::Unlocked { by } => act("unlock", "Room unlocked", "E", (*by).into(), None),
        Fact::Ended { by } => act("end", "Consultation ended", "E", (*by).into(), None),
        Fact::Schedule(fact) => match fact {
            ScheduleFact::Booked { .. } => act("book", "Appointment booked", "C", By::Clinic, None),
            ScheduleFact::Rescheduled { by, .. } => {
                act("move", "Appointment moved", "U", (*by).into(), None)
            }
            ScheduleFact::Cancelled { by, .. } => {
                act("cancel", "Appointment called off", "U", (*by).into(), None)
            }
            ScheduleFact::NoShow { by } => act(
                "no-show",
                "Appointment called missed",
                "U",
                (*by).into(),
                None,
            ),
            ScheduleFact::Lapsed { how } => {
                let (code, display) = lapse(*how);
                act(code, display, "U", By::Server, None)
            }
            ScheduleFact::Reopened { by } => {
                act("reopen", "End taken back", "U", (*by).into(), None)
            }
        },
        Fact::Queue(QueueFact::PrioritySet { by, .. }) => act(
            "priority",
            "Order of the queue changed",
            "U",
            (*by).into(),
            None,
        ),
        Fact::Queue(QueueFact::LateTold { by, .. }) => {
            act("late", "Delay told", "E", (*by).into(), None)
        }
        Fact::Parts(fact) => match fact {
            PartsFact::Treating { seat, by } => act(
                "treat",
                "Treatment handed on",
                "U",
                (*by).into(),
                Some(*seat),
            ),
            PartsFact::Transferred { seat, by, .. } => act(
                "transfer",
                "Seat handed to a colleague",
                "U",
                (*by).into(),
                Some(*seat),
            ),
            PartsFact::Interpreting { seat, by, .. } => act(
                "interpret",
                "Languages of an interpreter set",
                "U",
                (*by).into(),
                Some(*seat),
            ),
            PartsFact::Representing { seat, by } => act(
                "represent",
                "Representative of the patient set",
                "U",
                (*by).into(),
                *seat,
            ),
        },
        Fact::Consent(ConsentFact::Given(consent)) => act(
            "consent",
            "Consent given",
            "C",
            By::Seat(consent.by),
            Some(consent.subject),
        ),
        Fact::Consent(ConsentFact::Withdrawn { subject, by, .. }) => act(
            "withdraw",
            "Consent refused or withdrawn",
            "U",
            (*by).into(),
            Some(*subject),
        ),
        Fact::Paper(PaperFact::SignedOff { by, .. }) => {
            act("sign", "Paper signed", "C", By::Seat(*by), None)
        }
        Fact::Erased { seat, by, .. } => act(
            "erase",
            "Personal data destroyed",
            "D",
            (*by).into(),
            Some(*seat),
        ),
        Fact::Disclosed { to, .. } => act(
            "read",
            "Record read by a hospital system",
            "R",
            By::Key(*to),
            None,
        ),
    }
}

/// What is over, and nobody ended it.
const fn lapse(how: Lapse) -> (&'static str, &'static str) {
    match how {
        Lapse::Left => ("lapse-left", "Over: everybody had left"),
        Lapse::Unseen => ("lapse-unseen", "Over: the patient came and was not seen"),
        Lapse::Unused => ("lapse-unused", "Over: nobody was expected"),
    }
}

fn audit_event(
    record: &Record<'_>,
    people: &State,
    id: ResourceId,
    event: &Event,
    act: &Act,
) -> Value {
    let who = match act.by {
        By::Seat(seat) => people::holder(record, people, seat),
        By::Clinic => people::clinic(record),
        By::Key(key) => people::system(record, key),
        By::Server => people::server(record),
    };
    let has_asked = !matches!(act.by, By::Server);
    let subject = act
        .to
        .map(|seat| json!({"what": people::holder(record, people, seat)}));
    without_absent(json!({
        "resourceType": "AuditEvent",
        "id": id.to_string(),
        "type": coding(DICOM, "110100", "Application Activity"),
        "subtype": [coding(&ours(record.base, "act"), act.code, act.display)],
        "action": act.action,
        "recorded": instant(event.at),
        "outcome": "0",
        "agent": [{"who": who, "requestor": has_asked}],
        "source": {"observer": people::clinic(record)},
        "entity": [
            {"what": {"reference": format!("Encounter/{}", record.room)}},
            subject,
        ],
    }))
}
