//! What is written about a consultation: notes, and the summary that the patient takes home.
//!
//! The words are a versioned record beside the log, saved while they are written. The log knows
//! who signed which version, and by its hash exactly which words. A version after the signed one
//! is an amendment, and stands unsigned until it is signed itself.

use super::decide::Facts;
use super::permit::may;
use super::{Action, Fact, Phase, RuleError, State};
use crate::ids::{ContentHash, SeatId, Timestamp};

/// Most sign-offs of one paper. Each keeps its words for good, 64 kB at most; a record that is
/// amended more often than this is a record of its own.
pub const SIGNATURES_MAX: u32 = 32;

/// A thing that practitioners write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Paper {
    /// The practitioners' own record.
    Notes,
    /// What was found and what to do now, for the patient.
    Summary,
}

/// The number of a version of a paper, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PaperVersion(pub u32);

/// What somebody wants of a paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaperCommand {
    /// Answer for this version.
    SignOff {
        /// Of what.
        paper: Paper,
        /// Newer than any that was signed.
        version: PaperVersion,
        /// SHA-256 of its words.
        hash: ContentHash,
        /// The practitioner, there or not.
        by: SeatId,
    },
}

/// What happened to a paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaperFact {
    /// This version is answered for.
    SignedOff {
        /// Of what.
        paper: Paper,
        /// Which.
        version: PaperVersion,
        /// SHA-256 of its words.
        hash: ContentHash,
        /// By whom.
        by: SeatId,
    },
}

/// Who answers for a paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signature {
    /// For which version.
    pub version: PaperVersion,
    /// SHA-256 of its words.
    pub hash: ContentHash,
    /// The seat of whoever signed.
    pub by: SeatId,
    /// Which of the seat's people that was: [`super::SeatState::person`].
    pub person: u16,
    /// When.
    pub at: Timestamp,
}

/// How a paper of some version stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signing {
    /// Nobody answers for any version yet.
    Draft,
    /// Somebody answers for this version, or for a newer one.
    Signed(Signature),
    /// Somebody answers for an older version, and nobody for what was written since.
    Amended(Signature),
}

/// The newest signature of each paper.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Papers {
    notes: Option<Signature>,
    summary: Option<Signature>,
    notes_signed: u32,
    summary_signed: u32,
}

impl Papers {
    const fn newest(&self, paper: Paper) -> Option<Signature> {
        match paper {
            Paper::Notes => self.notes,
            Paper::Summary => self.summary,
        }
    }

    const fn signed(&self, paper: Paper) -> u32 {
        match paper {
            Paper::Notes => self.notes_signed,
            Paper::Summary => self.summary_signed,
        }
    }
}

impl State {
    /// How a paper stands whose record is at this version.
    pub fn signing(&self, paper: Paper, version: PaperVersion) -> Signing {
        match self.papers.newest(paper) {
            None => Signing::Draft,
            Some(newest) if version > newest.version => Signing::Amended(newest),
            Some(newest) => Signing::Signed(newest),
        }
    }
}

pub(super) fn decide(state: &State, command: PaperCommand) -> Facts {
    let PaperCommand::SignOff {
        paper,
        version,
        hash,
        by,
    } = command;
    may(state, by, Action::SignOff)?;
    if version < PaperVersion(1) {
        return Err(RuleError::PaperVersion);
    }
    // Notes are also of a patient who never came; a summary is of something that took place.
    let took_place = state.schedule.begun.is_some() || state.phase() == Phase::Ended;
    if paper == Paper::Summary && !took_place {
        return Err(RuleError::NotBegun);
    }
    if let Some(newest) = state.papers.newest(paper)
        && version <= newest.version
    {
        let is_so = (version, hash) == (newest.version, newest.hash);
        let signed = newest.version;
        return if is_so {
            Ok(Vec::new())
        } else {
            Err(RuleError::SignedAlready { signed })
        };
    }
    if state.papers.signed(paper) >= SIGNATURES_MAX {
        return Err(RuleError::TooManySignatures);
    }
    state.not_too_many_changes()?;
    Ok(vec![Fact::Paper(PaperFact::SignedOff {
        paper,
        version,
        hash,
        by,
    })])
}

pub(super) fn apply(state: &mut State, fact: PaperFact, at: Timestamp) {
    let PaperFact::SignedOff {
        paper,
        version,
        hash,
        by,
    } = fact;
    let person = state.seat(by).map_or(1, |seat| seat.person);
    let signature = Some(Signature {
        version,
        hash,
        by,
        person,
        at,
    });
    match paper {
        Paper::Notes => {
            state.papers.notes = signature;
            state.papers.notes_signed = state.papers.notes_signed.saturating_add(1);
        }
        Paper::Summary => {
            state.papers.summary = signature;
            state.papers.summary_signed = state.papers.summary_signed.saturating_add(1);
        }
    }
}
