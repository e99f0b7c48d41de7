//! What people hear and see, as a test says it.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use nhipcau::media::ids::Rid;

use super::World;
use super::page::Receipt;
use super::payload::Mark;

/// The present is what happened during the last second.
const PRESENT: Duration = Duration::from_secs(1);

/// Packets of a voice in a second that are heard as a voice: half of it.
const AUDIBLE: usize = 25;

/// Pictures in a second that are seen as a picture: a third of them.
const VISIBLE: usize = 5;

/// Something that somebody should perceive right now.
#[derive(Clone, Debug)]
pub struct Expectation {
    kind: Kind,
}

#[derive(Clone, Debug)]
enum Kind {
    Hears(String),
    HearsOnly(BTreeSet<String>),
    Sees(String, Option<Rid>),
    SeesOnly(BTreeSet<String>),
}

/// Hears this person, whomever else.
pub fn hears(name: &str) -> Expectation {
    Expectation {
        kind: Kind::Hears(name.to_owned()),
    }
}

/// Hears exactly these people.
pub fn hears_only<const N: usize>(names: [&str; N]) -> Expectation {
    Expectation {
        kind: Kind::HearsOnly(names.map(ToOwned::to_owned).into()),
    }
}

/// Sees this person, whomever else.
pub fn sees(name: &str) -> Expectation {
    Expectation {
        kind: Kind::Sees(name.to_owned(), None),
    }
}

/// Sees exactly these people.
pub fn sees_only<const N: usize>(names: [&str; N]) -> Expectation {
    Expectation {
        kind: Kind::SeesOnly(names.map(ToOwned::to_owned).into()),
    }
}

impl Expectation {
    /// At this encoding.
    pub fn at(self, rid: Rid) -> Self {
        match self.kind {
            Kind::Sees(name, _) => Self {
                kind: Kind::Sees(name, Some(rid)),
            },
            other => Self { kind: other },
        }
    }
}

impl World {
    /// Fails unless this person perceives that.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "so that it reads as a sentence"
    )]
    pub fn expect(&mut self, name: &str, expectation: Expectation) -> &mut Self {
        if let Err(instead) = self.perceives(name, &expectation) {
            let at = self.elapsed();
            panic!(
                "at {at:?} {name} should meet {:?} but {instead}",
                expectation.kind
            );
        }
        self
    }

    /// Whether this person perceives that; if not, what instead.
    pub fn perceives(&self, name: &str, expectation: &Expectation) -> Result<(), String> {
        let is_right = match &expectation.kind {
            Kind::Hears(other) => self.heard_by(name).contains(other),
            Kind::HearsOnly(others) => self.heard_by(name) == *others,
            Kind::SeesOnly(others) => self.seen_by(name) == *others,
            Kind::Sees(other, None) => self.seen_by(name).contains(other),
            Kind::Sees(other, Some(rid)) => self.encoding_seen(name, other) == Some(*rid),
        };
        is_right.then_some(()).ok_or_else(|| {
            let (heard, seen) = (self.heard_by(name), self.seen_by(name));
            let encodings: Vec<_> = seen
                .iter()
                .map(|other| (other, self.encoding_seen(name, other)))
                .collect();
            format!("hears {heard:?} and sees {encodings:?}")
        })
    }

    /// Whom somebody hears. Even a single packet counts as hearing where it should be silent: so
    /// this is everybody of whom anything came, if it was enough to understand or too much.
    fn heard_by(&self, name: &str) -> BTreeSet<String> {
        self.perceived(name, AUDIBLE, |since, page| {
            let recent = page
                .receipts
                .iter()
                .rev()
                .take_while(|receipt| receipt.at > since);
            recent
                .filter(|receipt| receipt.is_voice())
                .flat_map(|receipt| receipt.found.marks().copied())
                .collect()
        })
    }

    fn seen_by(&self, name: &str) -> BTreeSet<String> {
        self.perceived(name, VISIBLE, |since, page| {
            let shown = page.shown();
            shown
                .iter()
                .filter(|(at, _)| *at > since)
                .map(|(_, mark)| *mark)
                .collect()
        })
    }

    fn perceived(
        &self,
        name: &str,
        least: usize,
        marks: impl Fn(Instant, &super::page::Page) -> Vec<Mark>,
    ) -> BTreeSet<String> {
        let marks = marks(self.now() - PRESENT, self.person(name).page());
        let of = |at: usize| {
            marks
                .iter()
                .filter(|mark| usize::from(mark.person) == at)
                .count()
        };
        let people = self.people.iter().enumerate();
        people
            .filter(|(at, _)| of(*at) >= least)
            .map(|(_, other)| other.name.clone())
            .collect()
    }

    /// The encoding of the latest picture of `other` that `name` was shown.
    pub fn encoding_seen(&self, name: &str, other: &str) -> Option<Rid> {
        let number = self.number_of(other);
        let shown = self.person(name).page().shown();
        let (at, mark) = shown.iter().rev().find(|(_, mark)| mark.person == number)?;
        let track = char::from(mark.track).to_string();
        (self.now() - *at < PRESENT).then(|| Rid::parse(&track))?
    }

    /// Packets of `other` that the present page of `name` received since a moment.
    pub fn received(&self, name: &str, other: &str, since: Instant) -> Vec<&Receipt> {
        let number = self.number_of(other);
        let receipts = self.person(name).page().receipts.iter();
        receipts
            .filter(|receipt| receipt.found.mark.person == number && receipt.at > since)
            .collect()
    }

    /// Share of the voice of `other` during the last `window` that reached `name`.
    pub fn voice_share(&self, name: &str, other: &str, window: Duration) -> f64 {
        let received = self.received(name, other, self.now() - window);
        let heard = received.iter().filter(|receipt| receipt.is_voice());
        let heard = heard.flat_map(|receipt| receipt.found.marks()).count();
        #[expect(clippy::cast_precision_loss, reason = "a few thousand packets")]
        let heard = heard as f64;
        heard / (window.as_secs_f64() * 50.0)
    }

    /// Pictures of `other` that `name` was shown a second, since a moment.
    pub fn pictures_per_second(&self, name: &str, other: &str, since: Instant) -> f64 {
        let number = self.number_of(other);
        let shown = self.person(name).page().shown();
        let shown = shown
            .iter()
            .filter(|(at, mark)| *at > since && mark.person == number);
        #[expect(clippy::cast_precision_loss, reason = "a few hundred pictures")]
        let shown = shown.count() as f64;
        shown / (self.now() - since).as_secs_f64()
    }

    /// The longest time since `since` in which `name` was shown no new picture of `other`.
    pub fn longest_freeze(&self, name: &str, other: &str, since: Instant) -> Duration {
        let number = self.number_of(other);
        let shown = self.person(name).page().shown();
        let moments = shown
            .iter()
            .filter(|(_, mark)| mark.person == number)
            .map(|(at, _)| *at);
        let mut last = since;
        let mut longest = Duration::ZERO;
        for at in moments.filter(|at| *at > since).chain([self.now()]) {
            longest = longest.max(at - last);
            last = at;
        }
        longest
    }
}
