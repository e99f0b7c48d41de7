//! Consent on the wire.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use crate::ids::{ContentHash, LanguageCode, SeatId, Timestamp};

/// What somebody can agree to, each by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub enum ConsentScope {
    /// To be cared for by video.
    CareByVideo,
    /// That an interpreter is there.
    InterpreterPresent,
    /// That observers are there.
    ObserverPresent,
    /// To be recorded.
    Recording,
    /// That records go abroad.
    SharingAbroad,
    /// That what was said and seen is used to teach.
    Teaching,
}

/// SHA-256 of words as they were shown: 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[cfg_attr(test, derive(ts_rs::TS), ts(as = "String"))]
pub struct TextHash(pub ContentHash);

/// A text that is no hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("hash must be 64 lower-case hexadecimal digits, got {got} bytes")]
pub struct TextHashError {
    got: usize,
}

impl TryFrom<String> for TextHash {
    type Error = TextHashError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let refused = TextHashError { got: text.len() };
        let digits = text.as_bytes();
        let mut hash = [0; 32];
        if digits.len() != 2 * hash.len() {
            return Err(refused);
        }
        for (byte, pair) in hash.iter_mut().zip(digits.chunks_exact(2)) {
            for digit in pair {
                let value = match digit {
                    b'0'..=b'9' => digit - b'0',
                    b'a'..=b'f' => digit - b'a' + 10,
                    _ => return Err(refused),
                };
                *byte = *byte << 4 | value;
            }
        }
        Ok(Self(ContentHash(hash)))
    }
}

impl From<TextHash> for String {
    fn from(TextHash(ContentHash(bytes)): TextHash) -> Self {
        bytes.iter().fold(Self::new(), |mut digits, byte| {
            // Writing to a String cannot fail.
            let _ = write!(digits, "{byte:02x}");
            digits
        })
    }
}

impl std::fmt::Debug for TextHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&String::from(*self))
    }
}

/// How somebody agreed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub enum ConsentMethod {
    /// On their own page.
    Tapped,
    /// Aloud; a practitioner heard it and wrote it down.
    Spoken,
}

/// Whether it was agreed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub enum ConsentStanding {
    /// It was, and still is.
    Given,
    /// It was not, or is not any more.
    Withdrawn,
}

/// The newest word of one person on one scope.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub struct ConsentState {
    /// Whose.
    #[cfg_attr(test, ts(type = "number"))]
    pub subject: SeatId,
    /// On what.
    pub scope: ConsentScope,
    /// Which word.
    pub standing: ConsentStanding,
    /// When, by the server's clock: milliseconds since 1970-01-01 UTC.
    #[cfg_attr(test, ts(type = "number"))]
    pub at: Timestamp,
    /// Who said it: the person, or who speaks for them. Absent where the clinic wrote it down.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional, type = "number"))]
    pub by: Option<SeatId>,
    /// How; of what was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub method: Option<ConsentMethod>,
    /// Who read the words, if not the person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional, type = "number"))]
    pub reader: Option<SeatId>,
    /// Which words; of what was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub hash: Option<TextHash>,
    /// In which language; of what was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub language: Option<LanguageCode>,
}

/// How it stands with consent, as far as it is one person's business.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub struct Consents {
    /// What this consultation asks a patient; for patients, who speaks for them, and practitioners.
    pub asked: Vec<ConsentScope>,
    /// Every word that is known and that this person may know.
    pub known: Vec<ConsentState>,
    /// Whose sound and picture do not flow because consent to it was withdrawn.
    #[cfg_attr(test, ts(type = "Array<number>"))]
    pub withheld: Vec<SeatId>,
}

impl Consents {
    /// Nothing is asked, known or withheld.
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

/// `GET /v1/consent-text/{language}?scopes=…`: the words to be shown, all of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub struct ConsentTextResponse {
    /// Counts up with every change of a word.
    pub version: u16,
    /// ISO 639.
    pub language: LanguageCode,
    /// SHA-256 of the title, the paragraphs and the words of the boxes, in UTF-8, an empty line
    /// between each two.
    pub hash: TextHash,
    /// What it is.
    pub title: String,
    /// What is to be known before anything is ticked.
    pub paragraphs: Vec<String>,
    /// What can be ticked, each by itself.
    pub boxes: Vec<ConsentBox>,
}

/// One box.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub struct ConsentBox {
    /// What it is for.
    pub scope: ConsentScope,
    /// Its words.
    pub words: String,
}
