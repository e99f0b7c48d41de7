//! From what happened to what is so.

use super::{
    Admission, End, EndKind, Event, Fact, LeaveCause, Presence, Role, SeatState, Standing, State,
    consent, disclosure, papers, parts, queue, schedule,
};
use crate::ids::{SeatId, Timestamp, TokenHash};

/// The state after one more event. Total: an event in the log has been decided before, and is
/// never refused here.
#[must_use]
pub fn apply(mut state: State, event: &Event) -> State {
    state.last = event.at;
    if !matches!(event.fact, Fact::Disclosed { .. }) {
        state.happened = event.at;
    }
    if matches!(event.fact, Fact::Admitted { .. } | Fact::Locked { .. }) {
        state.acts = state.acts.saturating_add(1);
    }
    if is_change(&event.fact) {
        state.changes = state.changes.saturating_add(1);
    }
    match &event.fact {
        Fact::Opened { seats } => state.open(seats),
        Fact::Invited { seat, role, link } => {
            if let Some(place) = find_or_add(&mut state, *seat, *role) {
                place.link = *link;
                place.link_revoked = false;
            }
        }
        Fact::Joined {
            seat,
            standing,
            resume,
            resumed_with,
        } => {
            state.joins = state.joins.saturating_add(1);
            if let Some(place) = find(&mut state, *seat) {
                join(place, *standing, event.at, *resume, *resumed_with);
            }
        }
        Fact::Locked { .. } => state.locked = true,
        Fact::Unlocked { .. } => state.locked = false,
        Fact::Ended { by } => {
            let (kind, at, by) = (EndKind::Ended, event.at, *by);
            schedule::end(&mut state, End { kind, at, by });
        }
        Fact::Schedule(fact) => schedule::apply(&mut state, fact, event.at),
        Fact::Queue(fact) => queue::apply(&mut state, *fact, event.at),
        Fact::Parts(fact) => parts::apply(&mut state, fact),
        Fact::Consent(fact) => consent::apply(&mut state, fact, event.at),
        Fact::Paper(fact) => papers::apply(&mut state, *fact, event.at),
        Fact::Disclosed { what, to } => disclosure::apply(&mut state, *what, *to, event.at),
        Fact::LinkRevoked { seat } | Fact::Erased { seat, .. } => {
            if let Some(place) = find(&mut state, *seat) {
                change(place, &event.fact);
            }
            state.forget_person(*seat);
        }
        Fact::Confirmed { seat }
        | Fact::Left { seat, .. }
        | Fact::Admitted { seat, .. }
        | Fact::Denied { seat, .. }
        | Fact::Held { seat, .. }
        | Fact::Removed { seat, .. } => {
            if let Some(place) = find(&mut state, *seat) {
                change(place, &event.fact);
            }
        }
    }
    begin(&mut state, event.at);
    state
}

/// It begins when a patient and a practitioner have met.
fn begin(state: &mut State, at: Timestamp) {
    let begins = state.schedule.begun.is_none();
    if begins && state.has(Role::Patient) && state.has(Role::Practitioner) {
        state.schedule.begun = Some(at);
        state.queue.late = None;
    }
}

/// A change that [`super::CHANGES_MAX`] counts.
const fn is_change(fact: &Fact) -> bool {
    matches!(
        fact,
        Fact::Schedule(_) | Fact::Queue(_) | Fact::Parts(_) | Fact::Consent(_) | Fact::Paper(_)
    )
}

/// The state after a whole log.
#[must_use]
pub fn replay<'a>(events: impl IntoIterator<Item = &'a Event>) -> State {
    events.into_iter().fold(State::default(), apply)
}

fn join(
    place: &mut SeatState,
    standing: Standing,
    at: Timestamp,
    resume: TokenHash,
    resumed_with: Option<TokenHash>,
) {
    match (place.admission, standing) {
        // Never decided; and if it were, they stay out.
        (Admission::Denied | Admission::Removed, _) => return,
        (Admission::None, Standing::Waiting) => {
            place.admission = Admission::Waiting;
            place.waiting_since = Some(at);
        }
        (_, Standing::Admitted) => {
            place.admission = Admission::Admitted;
            place.waiting_since = None;
        }
        // Coming back keeps the place in the queue.
        (Admission::Waiting | Admission::Held | Admission::Admitted, Standing::Waiting) => {}
    }
    place.came.get_or_insert(at);
    place.presence = Presence::Present;
    place.resume = Some(resume);
    place.previous_resume = resumed_with;
}

/// The facts that change one seat and nothing else.
fn change(place: &mut SeatState, fact: &Fact) {
    match fact {
        Fact::LinkRevoked { .. } => {
            place.link = None;
            place.link_revoked = true;
            place.next_person();
            // The next link may be for somebody else: they are let in as anybody new is.
            if !matches!(place.admission, Admission::Denied | Admission::Removed) {
                place.admission = Admission::None;
            }
        }
        Fact::Confirmed { .. } => place.previous_resume = None,
        Fact::Left { cause, .. } => {
            place.presence = Presence::Absent;
            if *cause == LeaveCause::Own && place.is_waiting() {
                place.admission = Admission::None;
                place.waiting_since = None;
            }
        }
        Fact::Admitted { .. } => {
            place.admission = Admission::Admitted;
            place.waiting_since = None;
        }
        Fact::Held { .. } => place.admission = Admission::Held,
        Fact::Denied { .. } => {
            place.put_out();
            place.admission = Admission::Denied;
        }
        Fact::Removed { .. } => {
            place.put_out();
            place.admission = Admission::Removed;
        }
        Fact::Erased { .. } => {
            place.put_out();
            place.admission = Admission::None;
            place.link = None;
            place.link_revoked = true;
            place.erased = true;
        }
        _ => {}
    }
}

fn find(state: &mut State, id: SeatId) -> Option<&mut SeatState> {
    state.seats.iter_mut().find(|seat| seat.id == id)
}

fn find_or_add(state: &mut State, id: SeatId, role: Role) -> Option<&mut SeatState> {
    if state.next_seat() == Some(id) {
        state.seats.push(SeatState::new(id, role));
    }
    find(state, id)
}
