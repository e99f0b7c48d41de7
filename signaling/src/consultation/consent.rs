//! Consent: who agreed, to what, in which words, read by whom, and how; and that they do not any
//! more.
//!
//! The log is the proof. A consent names exactly the scopes that were ticked: nothing is ticked
//! for anybody, and nothing ticked is no consent. What is withdrawn ends at once, see
//! [`State::standing`].

mod scope;

pub use scope::{Scope, Scopes};

use super::decide::Facts;
use super::parts::has_role;
use super::permit::{known_seat, live, may, may_to, open_seat};
use super::{Action, Fact, Role, RuleError, SeatState, State};
use crate::ids::{ContentHash, LanguageCode, SeatId, Timestamp};

/// A text that people agree to. Another version or translation of it has another hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsentText {
    /// SHA-256 of the words as they were shown or read out.
    pub hash: ContentHash,
    /// In this language.
    pub language: LanguageCode,
}

/// Who read the text, to themselves or aloud.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reader {
    /// Whoever consents.
    Oneself,
    /// An interpreter, from the page or translating at sight.
    Interpreter(SeatId),
    /// The patient's representative.
    Representative(SeatId),
    /// A practitioner.
    Practitioner(SeatId),
}

/// How somebody agreed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Method {
    /// On their own page.
    Tapped,
    /// Aloud.
    Spoken {
        /// The practitioner who heard it and wrote it down.
        heard_by: SeatId,
    },
}

/// One act of consenting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consent {
    /// Whose media, body and data it is about.
    pub subject: SeatId,
    /// Who agrees: the subject, or the patient's representative.
    pub by: SeatId,
    /// How.
    pub method: Method,
    /// To which words.
    pub text: ConsentText,
    /// Who read them.
    pub reader: Reader,
    /// What was ticked, each by itself. Never empty.
    pub scopes: Scopes,
}

/// What somebody wants of consent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConsentCommand {
    /// Agree.
    Give(Consent),
    /// Do not agree, or not any more. Also where nothing was agreed to before, and after the end.
    Withdraw {
        /// Whose consent.
        subject: SeatId,
        /// To what.
        scopes: Scopes,
        /// The subject, the representative, or a practitioner who heard it; `None`: the clinic,
        /// to which it was written.
        by: Option<SeatId>,
    },
}

/// What happened to consent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConsentFact {
    /// Agreed to.
    Given(Consent),
    /// Not agreed to, or not any more.
    Withdrawn {
        /// Whose.
        subject: SeatId,
        /// What.
        scopes: Scopes,
        /// By whom.
        by: Option<SeatId>,
    },
}

/// How it stands with one person and one scope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConsentStatus {
    /// Agreed to.
    Given {
        /// By whom, how, and to which words; with everything that was ticked then.
        consent: Consent,
        /// When.
        at: Timestamp,
    },
    /// Not agreed to, or not any more.
    Withdrawn {
        /// By whom; `None`: the clinic wrote it down.
        by: Option<SeatId>,
        /// When.
        at: Timestamp,
    },
}

/// The newest word of each person on each scope.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Consents(Vec<(SeatId, Scope, ConsentStatus)>);

impl Consents {
    fn get(&self, subject: SeatId, scope: Scope) -> Option<&ConsentStatus> {
        let mut known = self.0.iter();
        let found = known.find(|(of, what, _)| (*of, *what) == (subject, scope));
        found.map(|(_, _, status)| status)
    }

    fn set(&mut self, subject: SeatId, scope: Scope, status: ConsentStatus) {
        self.0
            .retain(|(of, what, _)| (*of, *what) != (subject, scope));
        self.0.push((subject, scope, status));
    }

    /// The seat's next person has agreed to nothing, and refused nothing.
    pub(super) fn forget(&mut self, subject: SeatId) {
        self.0.retain(|(of, _, _)| *of != subject);
    }

    fn is_withdrawn(&self, subject: SeatId, scope: Scope) -> bool {
        let status = self.get(subject, scope);
        matches!(status, Some(ConsentStatus::Withdrawn { .. }))
    }
}

impl State {
    /// How it stands with this person and this scope; `None`: nothing was said yet.
    pub fn consent(&self, subject: SeatId, scope: Scope) -> Option<&ConsentStatus> {
        self.consents.get(subject, scope)
    }

    /// Whose withdrawal keeps this seat's media from flowing: its person's own, of care by video;
    /// for an interpreter or an observer also a patient's, of their presence.
    pub fn withheld_by(&self, seat: &SeatState) -> Option<SeatId> {
        if self.consents.is_withdrawn(seat.id, Scope::CareByVideo) {
            return Some(seat.id);
        }
        let presence = match seat.role {
            Role::Interpreter => Scope::InterpreterPresent,
            Role::Observer => Scope::ObserverPresent,
            Role::Practitioner | Role::Patient | Role::Companion => return None,
        };
        let refuses = |place: &&SeatState| {
            place.role == Role::Patient && self.consents.is_withdrawn(place.id, presence)
        };
        self.seats.iter().find(refuses).map(|place| place.id)
    }

    /// Whether this one may speak for that one: for oneself, and the representative for patients.
    fn speaks_for(&self, by: SeatId, subject: &SeatState) -> bool {
        let represents = self.representative() == Some(by) && subject.role == Role::Patient;
        by == subject.id || represents
    }
}

pub(super) fn decide(state: &State, command: ConsentCommand) -> Facts {
    match command {
        ConsentCommand::Give(consent) => give(state, consent),
        ConsentCommand::Withdraw {
            subject,
            scopes,
            by,
        } => withdraw(state, subject, scopes, by),
    }
}

fn give(state: &State, consent: Consent) -> Facts {
    live(state)?;
    let (subject, by) = (consent.subject, consent.by);
    match consent.method {
        Method::Tapped => may(state, by, Action::Consent)?,
        Method::Spoken { heard_by } => may_to(state, heard_by, Action::HearConsent, by)?,
    }
    let place = open_seat(state, subject)?;
    if !state.speaks_for(by, place) {
        return Err(RuleError::NotTheirs { by, subject });
    }
    reads(state, consent.reader)?;
    if consent.scopes.is_empty() {
        return Err(RuleError::NothingTicked);
    }
    let is_so = |scope| {
        let status = state.consent(subject, scope);
        matches!(status, Some(ConsentStatus::Given { consent: known, .. }) if *known == consent)
    };
    if consent.scopes.iter().all(is_so) {
        return Ok(Vec::new());
    }
    state.not_too_many_changes()?;
    Ok(vec![Fact::Consent(ConsentFact::Given(consent))])
}

/// Whoever read it out is what they are said to be, and was there to do it.
fn reads(state: &State, reader: Reader) -> Result<(), RuleError> {
    let (seat, role) = match reader {
        Reader::Oneself => return Ok(()),
        Reader::Interpreter(seat) => (seat, Role::Interpreter),
        Reader::Representative(seat) => (seat, Role::Companion),
        Reader::Practitioner(seat) => (seat, Role::Practitioner),
    };
    let place = open_seat(state, seat)?;
    has_role(place, role)?;
    if matches!(reader, Reader::Representative(_)) && state.representative() != Some(seat) {
        return Err(RuleError::NotRepresenting { seat });
    }
    if !place.is_present() {
        return Err(RuleError::NotPresent { seat });
    }
    Ok(())
}

fn withdraw(state: &State, subject: SeatId, scopes: Scopes, by: Option<SeatId>) -> Facts {
    let place = known_seat(state, subject)?;
    match by {
        None => {}
        Some(by) if state.speaks_for(by, place) => may(state, by, Action::Withdraw)?,
        Some(by) => may(state, by, Action::HearConsent)?,
    }
    if scopes.is_empty() {
        return Err(RuleError::NothingTicked);
    }
    // No limit: each takes something back that was given, or is said once.
    let is_said = |scope| state.consents.is_withdrawn(subject, scope);
    let scopes: Scopes = scopes.iter().filter(|scope| !is_said(*scope)).collect();
    if scopes.is_empty() {
        return Ok(Vec::new());
    }
    Ok(vec![Fact::Consent(ConsentFact::Withdrawn {
        subject,
        scopes,
        by,
    })])
}

pub(super) fn apply(state: &mut State, fact: &ConsentFact, at: Timestamp) {
    match fact {
        ConsentFact::Given(consent) => {
            for scope in consent.scopes.iter() {
                let (subject, consent) = (consent.subject, consent.clone());
                let status = ConsentStatus::Given { consent, at };
                state.consents.set(subject, scope, status);
            }
        }
        ConsentFact::Withdrawn {
            subject,
            scopes,
            by,
        } => {
            for scope in scopes.iter() {
                let status = ConsentStatus::Withdrawn { by: *by, at };
                state.consents.set(*subject, scope, status);
            }
        }
    }
}
