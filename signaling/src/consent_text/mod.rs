//! The words that people are asked to agree to.
//!
//! One file a language and version, part of the program. What was shown is the title, the
//! paragraphs and the boxes that were there; the SHA-256 of exactly that is what the log keeps of
//! it, and the server takes no other. A change of a word is a new version beside the old one:
//! then a hash of long ago still leads to its words.
//!
//! **Invariants** (`tests.rs`): every version says the same in every language, box for box; the
//! words of care by video say that the server handles sound and picture unencrypted.

#[cfg(test)]
mod tests;

use std::sync::OnceLock;

use aws_lc_rs::digest::{SHA256, digest};

use crate::consultation::{Scope, Scopes};
use crate::ids::ContentHash;

/// Each text, as its file has it; of one language the newest last.
const FILES: [(u16, &str, &str); 3] = [
    (1, "vi", include_str!("1/vi.txt")),
    (1, "en", include_str!("1/en.txt")),
    (1, "ko", include_str!("1/ko.txt")),
];

/// One text in one language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Text {
    /// Counts up from 1.
    pub(crate) version: u16,
    /// ISO 639.
    pub(crate) language: &'static str,
    /// What it is.
    pub(crate) title: &'static str,
    /// What is to be known before anything is ticked.
    pub(crate) paragraphs: Vec<&'static str>,
    /// What can be ticked, each by itself.
    pub(crate) boxes: Vec<(Scope, &'static str)>,
}

impl Text {
    /// The boxes that there are when these are asked for.
    pub(crate) fn asked(&self, scopes: Scopes) -> impl Iterator<Item = (Scope, &'static str)> {
        let boxes = self.boxes.iter().copied();
        boxes.filter(move |(scope, _)| scopes.contains(*scope))
    }

    /// SHA-256 of the words as they are shown when these boxes are asked for.
    pub(crate) fn hash(&self, scopes: Scopes) -> ContentHash {
        let boxes = self.asked(scopes).map(|(_, words)| words);
        let words = std::iter::once(self.title)
            .chain(self.paragraphs.iter().copied())
            .chain(boxes);
        let shown = words.collect::<Vec<_>>().join("\n\n");
        let mut hash = ContentHash([0; 32]);
        hash.0
            .copy_from_slice(digest(&SHA256, shown.as_bytes()).as_ref());
        hash
    }

    fn parse((version, language, file): (u16, &'static str, &'static str)) -> Self {
        let mut parts = file.trim_end().split("\n\n");
        let title = parts.next().unwrap_or_default();
        let mut paragraphs: Vec<_> = parts.collect();
        let lines = paragraphs.pop().unwrap_or_default().lines();
        let boxes = lines.filter_map(|line| {
            let (name, words) = line.split_once(": ")?;
            Some((scope(name)?, words))
        });
        Self {
            version,
            language,
            title,
            paragraphs,
            boxes: boxes.collect(),
        }
    }
}

/// The newest text in this language, if there is one.
pub(crate) fn newest(language: &str) -> Option<&'static Text> {
    let mut texts = texts().iter().rev();
    texts.find(|text| text.language == language)
}

/// The languages that there are texts in.
pub(crate) fn languages() -> impl Iterator<Item = &'static str> {
    let newest = texts().last().map_or(0, |text| text.version);
    let texts = texts().iter().filter(move |text| text.version == newest);
    texts.map(|text| text.language)
}

/// The text that was shown, and which boxes were there; `None`: no such words are known here.
pub(crate) fn known(hash: ContentHash) -> Option<(&'static Text, Scopes)> {
    static HASHES: OnceLock<Vec<(ContentHash, &'static Text, Scopes)>> = OnceLock::new();
    let hashes = HASHES.get_or_init(|| texts().iter().flat_map(every_hash).collect());
    let found = hashes.iter().find(|(known, ..)| *known == hash);
    found.map(|(_, text, scopes)| (*text, *scopes))
}

/// Of every choice of boxes.
fn every_hash(text: &'static Text) -> impl Iterator<Item = (ContentHash, &'static Text, Scopes)> {
    (1..1_u32 << text.boxes.len()).map(move |choice| {
        let chosen = text.boxes.iter().enumerate();
        let chosen = chosen.filter(|(place, _)| (choice >> place) & 1 == 1);
        let scopes = chosen.map(|(_, (scope, _))| *scope).collect();
        (text.hash(scopes), text, scopes)
    })
}

fn texts() -> &'static [Text] {
    static TEXTS: OnceLock<Vec<Text>> = OnceLock::new();
    TEXTS.get_or_init(|| FILES.map(Text::parse).into())
}

/// A box's name in the files.
fn scope(name: &str) -> Option<Scope> {
    match name {
        "careByVideo" => Some(Scope::CareByVideo),
        "interpreterPresent" => Some(Scope::InterpreterPresent),
        "observerPresent" => Some(Scope::ObserverPresent),
        _ => None,
    }
}
