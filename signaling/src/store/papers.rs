//! What is written about a consultation, as it is kept: the newest version of each paper, and
//! every version that somebody answers for. Sealed with the key of the person it is about.

use serde::{Deserialize, Serialize};

use crate::consultation::{Paper, PaperVersion};
use crate::ids::{SeatId, Timestamp};
use crate::text::PaperText;

/// One version of a paper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaperRecord {
    /// Of what.
    pub paper: Paper,
    /// As what it is kept.
    pub kept: Kept,
    /// Which.
    pub version: PaperVersion,
    /// When it was written.
    pub at: Timestamp,
    /// The seat of whoever wrote it.
    pub by: SeatId,
    /// Which of the seat's people that was.
    pub person: u16,
    /// Whom it is about: erasing that person destroys it.
    pub about: SeatId,
    /// The words. Never for a log.
    pub text: PaperText,
}

/// As what a version is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kept {
    /// As the newest one; the next takes its place.
    Newest,
    /// Because somebody answers for it.
    Signed,
}

#[derive(Serialize, Deserialize)]
struct StoredPaper {
    version: u32,
    at: Timestamp,
    by: SeatId,
    person: u16,
    about: SeatId,
    text: PaperText,
}

pub(super) fn encode_paper(record: &PaperRecord) -> Result<Vec<u8>, serde_json::Error> {
    serde_json::to_vec(&StoredPaper {
        version: record.version.0,
        at: record.at,
        by: record.by,
        person: record.person,
        about: record.about,
        text: record.text.clone(),
    })
}

/// `None`: no paper has this number.
pub(super) fn decode_paper(
    number: u64,
    bytes: &[u8],
) -> Option<Result<PaperRecord, serde_json::Error>> {
    let (paper, kept) = from_number(number)?;
    let read = serde_json::from_slice(bytes).map(|stored: StoredPaper| PaperRecord {
        paper,
        kept,
        version: PaperVersion(stored.version),
        at: stored.at,
        by: stored.by,
        person: stored.person,
        about: stored.about,
        text: stored.text,
    });
    Some(read)
}

/// The paper in the lower 8 bits; above 32, the version that is signed, and 0 for the newest.
pub(super) fn number(record: &PaperRecord) -> u64 {
    let paper = match record.paper {
        Paper::Notes => 1,
        Paper::Summary => 2,
    };
    match record.kept {
        Kept::Newest => paper,
        Kept::Signed => (u64::from(record.version.0) << u32::BITS) | paper,
    }
}

const fn from_number(number: u64) -> Option<(Paper, Kept)> {
    let kept = if number >> u32::BITS == 0 {
        Kept::Newest
    } else {
        Kept::Signed
    };
    match number & 0xffff_ffff {
        1 => Some((Paper::Notes, kept)),
        2 => Some((Paper::Summary, kept)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(kept: Kept) -> PaperRecord {
        PaperRecord {
            paper: Paper::Summary,
            kept,
            version: PaperVersion(7),
            at: Timestamp(5),
            by: SeatId(1),
            person: 2,
            about: SeatId(3),
            text: PaperText("Uống thuốc sau ăn".to_owned()),
        }
    }

    /// Changing this text makes stores in the field unreadable.
    #[test]
    fn the_stored_form_stays_readable() {
        let stored =
            r#"{"version":7,"at":5,"by":1,"person":2,"about":3,"text":"Uống thuốc sau ăn"}"#;
        for (kept, place) in [(Kept::Newest, 2), (Kept::Signed, (7 << 32) | 2)] {
            let record = record(kept);
            assert_eq!(number(&record), place);
            assert_eq!(
                String::from_utf8(encode_paper(&record).unwrap()).unwrap(),
                stored
            );
            let read = decode_paper(place, stored.as_bytes()).unwrap().unwrap();
            assert_eq!(read, record);
        }
        assert!(decode_paper(3, stored.as_bytes()).is_none());
    }

    #[test]
    fn the_words_are_never_printed() {
        assert!(!format!("{:?}", record(Kept::Newest)).contains("thuốc"));
    }
}
