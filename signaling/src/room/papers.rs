//! Notes and summary in a live room: saved while they are written, told to the other
//! practitioners, signed.
//!
//! Each version builds on the one that its writer had seen. Who wrote on an older one is told so,
//! and both texts are kept: one here, one on the page that wrote it.

use std::time::Instant;

use aws_lc_rs::digest::{SHA256, digest};

use super::Refused;
use super::live::Room;
use crate::consultation::{
    Action, Command, Paper, PaperCommand, PaperVersion, Role, Signing, State, may,
};
use crate::ids::{ContentHash, SeatId};
use crate::protocol::limits::PAPER_MAX_BYTES;
use crate::protocol::{self as wire, PaperSignature, PaperState, ServerMessage};
use crate::store::{Batch, Kept, PaperRecord};
use crate::text::PaperText;

/// What is written, as the store has it.
#[derive(Debug, Default)]
pub(super) struct Papers(Vec<PaperRecord>);

impl Papers {
    pub(super) const fn restored(records: Vec<PaperRecord>) -> Self {
        Self(records)
    }

    /// The newest version of this.
    pub(super) fn newest(&self, paper: Paper) -> Option<&PaperRecord> {
        let mut kept = self.0.iter();
        kept.find(|one| one.paper == paper && one.kept == Kept::Newest)
    }

    /// The newest version of this that somebody answers for.
    pub(super) fn signed(&self, paper: Paper) -> Option<&PaperRecord> {
        let kept = self.0.iter();
        kept.filter(|one| one.paper == paper && one.kept == Kept::Signed)
            .max_by_key(|one| one.version)
    }

    fn take(&mut self, record: PaperRecord) {
        let is_same = |one: &PaperRecord| {
            let is_newest = one.kept == Kept::Newest || one.version == record.version;
            one.paper == record.paper && one.kept == record.kept && is_newest
        };
        self.0.retain(|one| !is_same(one));
        self.0.push(record);
    }

    /// Forgets what is about this person.
    pub(super) fn forget(&mut self, about: SeatId) {
        self.0.retain(|one| one.about != about);
    }
}

/// What a page knows of one paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PaperSeen {
    paper: Paper,
    version: PaperVersion,
    signed: Option<PaperVersion>,
}

/// What becomes of a version.
enum Writing {
    New(PaperRecord),
    /// It was saved already, and the receipt was lost.
    Known(PaperRecord),
    /// It was written on an older version than the newest.
    Outdated,
}

impl Room {
    /// Saves the next version, built on `base`: the number of the version that its writer had
    /// seen, 0 for none.
    pub(super) async fn write_paper(
        &mut self,
        (paper, base, text): (Paper, PaperVersion, PaperText),
        by: SeatId,
        now: Instant,
    ) -> Result<ServerMessage, Refused> {
        may(&self.state, by, Action::Write)?;
        let got = text.0.len();
        if got > PAPER_MAX_BYTES {
            return Err(Refused::PaperTooLarge { got });
        }
        let at = self.shared.settings.clock.now();
        let about = patient(&self.state).ok_or(Refused::NoPatient)?;
        let person = self.state.seat(by).map_or(1, |seat| seat.person);
        let plan = |room: &Self| {
            let newest = room.papers.newest(paper);
            let version = newest.map_or(0, |newest| newest.version.0);
            let writing = match newest {
                Some(newest) if newest.text == text => Writing::Known(newest.clone()),
                _ if version != base.0 => Writing::Outdated,
                _ => Writing::New(PaperRecord {
                    paper,
                    kept: Kept::Newest,
                    version: PaperVersion(version.saturating_add(1)),
                    at,
                    by,
                    person,
                    about,
                    text: text.clone(),
                }),
            };
            let papers = match &writing {
                Writing::New(record) => vec![record.clone()],
                Writing::Known(_) | Writing::Outdated => Vec::new(),
            };
            let beside = Batch {
                papers,
                ..Batch::default()
            };
            (beside, writing)
        };
        let saved = match self.keep(plan, now).await? {
            Writing::New(record) => {
                self.papers.take(record.clone());
                record
            }
            Writing::Known(record) => record,
            Writing::Outdated => return Err(Refused::PaperChanged),
        };
        self.note_seen(by, paper);
        Ok(ServerMessage::PaperSaved {
            paper: paper.into(),
            version: saved.version.0,
            at: saved.at,
        })
    }

    /// Answers for the newest version; its words are kept beside whatever is written later.
    pub(super) async fn sign_off(
        &mut self,
        paper: Paper,
        version: PaperVersion,
        by: SeatId,
        now: Instant,
    ) -> Result<(), Refused> {
        may(&self.state, by, Action::SignOff)?;
        let newest = self.papers.newest(paper);
        let newest = newest.filter(|newest| newest.version == version);
        let signed = PaperRecord {
            kept: Kept::Signed,
            ..newest.ok_or(Refused::PaperChanged)?.clone()
        };
        let hash = content_hash(&signed.text);
        let command = Command::Paper(PaperCommand::SignOff {
            paper,
            version,
            hash,
            by,
        });
        let beside = Batch {
            papers: vec![signed.clone()],
            ..Batch::default()
        };
        let events = self.carry_out(command, beside, now).await?;
        if !events.is_empty() {
            self.papers.take(signed);
            tracing::info!(room = %self.id, %by, ?paper, version = version.0, "signed off");
        }
        Ok(())
    }

    /// What this person may read is known to their page, or told to it.
    pub(super) fn papers_seen_by(&self, viewer: SeatId) -> Vec<PaperSeen> {
        if may(&self.state, viewer, Action::Write).is_err() {
            return Vec::new();
        }
        let papers = [Paper::Notes, Paper::Summary].into_iter();
        papers.filter_map(|paper| self.seen(paper)).collect()
    }

    fn seen(&self, paper: Paper) -> Option<PaperSeen> {
        let version = self.papers.newest(paper)?.version;
        let signed = self.signature(paper, version).map(|one| one.version);
        let signed = signed.map(PaperVersion);
        Some(PaperSeen {
            paper,
            version,
            signed,
        })
    }

    /// Whoever wrote this has it: a receipt is enough.
    fn note_seen(&mut self, seat: SeatId, paper: Paper) {
        let seen = self.seen(paper);
        let attached = self.place(seat).and_then(|place| place.attached.as_mut());
        if let Some(attached) = attached {
            attached.seen.papers.retain(|one| one.paper != paper);
            attached.seen.papers.extend(seen);
            attached.seen.papers.sort_by_key(|one| one.paper as u8);
        }
    }

    /// What is new of papers for a page that knew one thing and should know the other.
    pub(super) fn paper_news(&self, before: &[PaperSeen], now: &[PaperSeen]) -> Vec<ServerMessage> {
        let news = now.iter().filter(|seen| !before.contains(seen));
        let news = news.filter_map(|seen| self.paper_state(seen.paper));
        news.map(ServerMessage::Paper).collect()
    }

    /// The newest version, as the wire has it.
    pub(super) fn paper_state(&self, paper: Paper) -> Option<PaperState> {
        let newest = self.papers.newest(paper)?;
        Some(PaperState {
            paper: paper.into(),
            version: newest.version.0,
            at: newest.at,
            by: newest.by,
            text: newest.text.clone(),
            signature: self.signature(paper, newest.version),
        })
    }

    fn signature(&self, paper: Paper, version: PaperVersion) -> Option<PaperSignature> {
        match self.state.signing(paper, version) {
            Signing::Draft => None,
            Signing::Signed(signature) | Signing::Amended(signature) => Some(PaperSignature {
                version: signature.version.0,
                at: signature.at,
                by: signature.by,
            }),
        }
    }
}

/// Whom papers are about: the first patient of whom anything is kept.
fn patient(state: &State) -> Option<SeatId> {
    let mut seats = state.seats().iter();
    let patient = seats.find(|seat| seat.role == Role::Patient && !seat.erased);
    patient.map(|seat| seat.id)
}

fn content_hash(PaperText(text): &PaperText) -> ContentHash {
    let mut hash = ContentHash([0; 32]);
    let words = digest(&SHA256, text.as_bytes());
    hash.0.copy_from_slice(words.as_ref());
    hash
}

impl From<Paper> for wire::Paper {
    fn from(paper: Paper) -> Self {
        match paper {
            Paper::Notes => Self::Notes,
            Paper::Summary => Self::Summary,
        }
    }
}
