//! An act of consenting, from the wire to the room; and what the two call alike.

use super::Said;
use crate::consultation::{self as domain, PaperVersion, Scopes};
use crate::ids::{ContentHash, LanguageCode, SeatId};
use crate::protocol::{self as wire, ConsentScope, VisitSay};

/// An act of consenting, as a page tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consenting {
    /// Whose media, body and data it is about.
    pub subject: SeatId,
    /// Which words.
    pub hash: ContentHash,
    /// In which language.
    pub language: LanguageCode,
    /// What was ticked.
    pub scopes: Scopes,
    /// Who read the words, if not whoever agrees.
    pub reader: Option<SeatId>,
    /// Who agreed aloud; else whoever says this agrees by it.
    pub spoken_by: Option<SeatId>,
}

/// The boxes that were ticked.
pub(crate) fn scopes(ticked: Vec<ConsentScope>) -> Scopes {
    ticked.into_iter().map(domain_scope).collect()
}

/// As the domain calls it.
const fn domain_scope(scope: ConsentScope) -> domain::Scope {
    match scope {
        ConsentScope::CareByVideo => domain::Scope::CareByVideo,
        ConsentScope::InterpreterPresent => domain::Scope::InterpreterPresent,
        ConsentScope::ObserverPresent => domain::Scope::ObserverPresent,
        ConsentScope::Recording => domain::Scope::Recording,
        ConsentScope::SharingAbroad => domain::Scope::SharingAbroad,
        ConsentScope::Teaching => domain::Scope::Teaching,
    }
}

impl From<domain::Scope> for ConsentScope {
    fn from(scope: domain::Scope) -> Self {
        match scope {
            domain::Scope::CareByVideo => Self::CareByVideo,
            domain::Scope::InterpreterPresent => Self::InterpreterPresent,
            domain::Scope::ObserverPresent => Self::ObserverPresent,
            domain::Scope::Recording => Self::Recording,
            domain::Scope::SharingAbroad => Self::SharingAbroad,
            domain::Scope::Teaching => Self::Teaching,
        }
    }
}

impl From<wire::Paper> for domain::Paper {
    fn from(paper: wire::Paper) -> Self {
        match paper {
            wire::Paper::Notes => Self::Notes,
            wire::Paper::Summary => Self::Summary,
        }
    }
}

/// What is said without a socket means what it means with one.
impl From<VisitSay> for Said {
    fn from(say: VisitSay) -> Self {
        match say {
            VisitSay::WritePaper { paper, base, text } => Self::WritePaper {
                paper: paper.into(),
                base: PaperVersion(base),
                text,
            },
            VisitSay::SignOff { paper, version } => Self::SignOff {
                paper: paper.into(),
                version: PaperVersion(version),
            },
            VisitSay::WithdrawConsent {
                subject,
                scopes: of,
            } => Self::WithdrawConsent {
                subject,
                scopes: scopes(of),
            },
        }
    }
}
