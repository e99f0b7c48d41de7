//! What people are beyond their role: who treats, who speaks for the patient, what an interpreter
//! interprets; and the colleague who takes a practitioner's seat over.

use super::decide::Facts;
use super::permit::{clinic_or, live, open_seat, target};
use super::{Action, Admission, Fact, LinkState, Role, RuleError, SeatState, State};
use crate::ids::{LanguageCode, SeatId};

/// What a practitioner is to the patient.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// Answers for diagnosis, method and prescription. One at a time.
    Treating,
    /// Advises the one who treats.
    Advising,
}

/// What an interpreter interprets, and by what right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interpreting {
    /// Between these two.
    pub languages: [LanguageCode; 2],
    /// Whether a licence was shown. Its number is personal, and in a record beside the log.
    pub licence: Licence,
}

/// Whether an interpreter holds a licence to practise, which Vietnam's Law 15/2023/QH15, article
/// 21, asks for where facilities have an agreement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Licence {
    /// None was shown.
    NotGiven,
    /// One was shown, and its number is kept.
    Given,
}

/// What somebody wants people to be. `by` is a practitioner; `None`: the clinic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PartsCommand {
    /// This practitioner treats from here on; the one who did, advises.
    Treat {
        /// Who.
        seat: SeatId,
        /// By the one who treats now.
        by: Option<SeatId>,
    },
    /// Another practitioner has the seat from here on.
    Transfer {
        /// Which seat.
        seat: SeatId,
        /// What opens it for the colleague.
        link: LinkState,
        /// By whom.
        by: Option<SeatId>,
    },
    /// What an interpreter interprets.
    Interpret {
        /// Who.
        seat: SeatId,
        /// What.
        interpreting: Interpreting,
        /// By whom.
        by: Option<SeatId>,
    },
    /// This companion speaks for the patient, or nobody does any more.
    Represent {
        /// Who; `None`: nobody.
        seat: Option<SeatId>,
        /// By whom.
        by: Option<SeatId>,
    },
}

/// What people are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PartsFact {
    /// Treats from here on, and no other does.
    Treating {
        /// Who.
        seat: SeatId,
        /// By whom.
        by: Option<SeatId>,
    },
    /// The seat is a colleague's: link and token of the one before are dead, and they are out.
    Transferred {
        /// Which seat.
        seat: SeatId,
        /// What opens it.
        link: LinkState,
        /// By whom.
        by: Option<SeatId>,
    },
    /// Interprets this.
    Interpreting {
        /// Who.
        seat: SeatId,
        /// What.
        interpreting: Interpreting,
        /// By whom.
        by: Option<SeatId>,
    },
    /// Speaks for the patient, and nobody else does.
    Representing {
        /// Who; `None`: nobody.
        seat: Option<SeatId>,
        /// By whom.
        by: Option<SeatId>,
    },
}

/// Who is what. Where nobody said who treats, the first practitioner does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Parts {
    pub(super) treating: Option<SeatId>,
    pub(super) representative: Option<SeatId>,
    pub(super) interpreting: Vec<(SeatId, Interpreting)>,
}

impl Parts {
    /// The seat's next person has to say anew what they are. Who treats is said of the seat:
    /// some seat always does.
    pub(super) fn forget(&mut self, seat: SeatId) {
        self.interpreting.retain(|(of, _)| *of != seat);
        self.representative.take_if(|of| *of == seat);
    }
}

impl State {
    /// Who treats; `None` where no practitioner was invited.
    pub fn treating(&self) -> Option<SeatId> {
        let practitioners = self.seats.iter();
        let mut practitioners = practitioners.filter(|seat| seat.role == Role::Practitioner);
        let first = || practitioners.next().map(|seat| seat.id);
        self.parts.treating.or_else(first)
    }

    /// What a practitioner is to the patient; `None` of everybody else.
    pub fn part(&self, seat: SeatId) -> Option<Part> {
        let is_practitioner = self.seat(seat)?.role == Role::Practitioner;
        let treats = self.treating() == Some(seat);
        is_practitioner.then_some(if treats {
            Part::Treating
        } else {
            Part::Advising
        })
    }

    /// The companion who speaks for the patient.
    pub const fn representative(&self) -> Option<SeatId> {
        self.parts.representative
    }

    /// What an interpreter interprets, if it was said.
    pub fn interpreting(&self, seat: SeatId) -> Option<&Interpreting> {
        let mut known = self.parts.interpreting.iter();
        known.find(|(of, _)| *of == seat).map(|(_, what)| what)
    }
}

pub(super) fn decide(state: &State, command: PartsCommand) -> Facts {
    let facts = match command {
        PartsCommand::Treat { seat, by } => treat(state, seat, by)?,
        PartsCommand::Transfer { seat, link, by } => transfer(state, seat, link, by)?,
        PartsCommand::Interpret {
            seat,
            interpreting,
            by,
        } => interpret(state, seat, interpreting, by)?,
        PartsCommand::Represent { seat, by } => represent(state, seat, by)?,
    };
    if !facts.is_empty() {
        state.not_too_many_changes()?;
    }
    Ok(facts)
}

fn treat(state: &State, seat: SeatId, by: Option<SeatId>) -> Facts {
    somebody(state, seat, by, Action::Treat, Role::Practitioner)?;
    let treating = state.treating();
    if treating == Some(seat) {
        return Ok(Vec::new());
    }
    // Whoever answers for the patient hands that on; nobody takes it.
    if by.is_some() && by != treating {
        return Err(RuleError::NotTreating);
    }
    Ok(vec![Fact::Parts(PartsFact::Treating { seat, by })])
}

fn transfer(state: &State, seat: SeatId, link: LinkState, by: Option<SeatId>) -> Facts {
    somebody(state, seat, by, Action::Transfer, Role::Practitioner)?;
    let link = link.lasting(state.schedule.time);
    let mut facts = vec![Fact::Parts(PartsFact::Transferred { seat, link, by })];
    // A lock that nobody inside can open would keep the colleague out, too.
    if state.locked && !state.leads_without(seat) {
        facts.push(Fact::Unlocked { by: None });
    }
    Ok(facts)
}

fn interpret(state: &State, seat: SeatId, interpreting: Interpreting, by: Option<SeatId>) -> Facts {
    somebody(state, seat, by, Action::Interpret, Role::Interpreter)?;
    let [one, other] = &interpreting.languages;
    if one == other {
        return Err(RuleError::OneLanguage);
    }
    if state.interpreting(seat) == Some(&interpreting) {
        return Ok(Vec::new());
    }
    Ok(vec![Fact::Parts(PartsFact::Interpreting {
        seat,
        interpreting,
        by,
    })])
}

fn represent(state: &State, seat: Option<SeatId>, by: Option<SeatId>) -> Facts {
    clinic_or(state, by, Action::Represent)?;
    live(state)?;
    let known = state.representative();
    if let Some(seat) = seat {
        somebody(state, seat, by, Action::Represent, Role::Companion)?;
        if let Some(other) = known
            && other != seat
        {
            return Err(RuleError::Represented { by: other });
        }
    }
    if seat == known {
        return Ok(Vec::new());
    }
    Ok(vec![Fact::Parts(PartsFact::Representing { seat, by })])
}

/// It may be done, to this seat, and its person has the role for it.
fn somebody(
    state: &State,
    seat: SeatId,
    by: Option<SeatId>,
    action: Action,
    role: Role,
) -> Result<(), RuleError> {
    clinic_or(state, by, action)?;
    let place = open_seat(state, seat)?;
    target(place, action, by)?;
    has_role(place, role)
}

/// The seat is of the role that this is for.
pub(super) fn has_role(place: &SeatState, wanted: Role) -> Result<(), RuleError> {
    if place.role == wanted {
        return Ok(());
    }
    let (seat, role) = (place.id, place.role);
    Err(RuleError::OtherRole { seat, wanted, role })
}

pub(super) fn apply(state: &mut State, fact: &PartsFact) {
    match fact {
        PartsFact::Treating { seat, .. } => state.parts.treating = Some(*seat),
        PartsFact::Transferred { seat, link, .. } => {
            if let Some(place) = state.seats.iter_mut().find(|place| place.id == *seat) {
                place.next_person();
                place.link = Some(*link);
                place.link_revoked = false;
                if place.admission.is_waiting() {
                    place.admission = Admission::None;
                }
            }
            state.forget_person(*seat);
        }
        PartsFact::Interpreting {
            seat, interpreting, ..
        } => {
            state.parts.interpreting.retain(|(of, _)| of != seat);
            let known = (*seat, interpreting.clone());
            state.parts.interpreting.push(known);
        }
        PartsFact::Representing { seat, .. } => state.parts.representative = *seat,
    }
}
