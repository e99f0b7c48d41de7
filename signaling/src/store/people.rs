//! Who has a seat, one person after the other: their records, and how they are invited.

use super::{FailedJoins, StoredRoom};
use crate::accounts::{AccountId, KeyId};
use crate::consultation::State;
use crate::contact::Contact;
use crate::ids::{SeatId, Timestamp, TokenHash};
use crate::message::Language;
use crate::opaque::{LinkToken, SeatCode};
use crate::text::{DisplayName, LanguageCode, LicenceNumber};

/// The personal text of one person of a seat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonRecord {
    /// Whose seat.
    pub seat: SeatId,
    /// Which person of the seat, from 1 ([`crate::consultation::SeatState::person`]). One without
    /// a record is called as the one before: a link that was taken back says nothing of who gets
    /// the next one.
    pub person: u16,
    /// How the person is named to the others.
    pub name: DisplayName,
    /// Between which two languages the person interprets.
    pub languages: Option<[LanguageCode; 2]>,
    /// The number of the licence by which the person interprets.
    pub licence: Option<LicenceNumber>,
    /// In which language messages to the person are written, if that was said.
    pub language: Option<Language>,
    /// Whose account at the clinic it is.
    pub account: Option<AccountId>,
    /// How the clinic reaches the person.
    pub contact: Contact,
}

impl PersonRecord {
    /// The first person of a seat, who has no account and of whom no way to reach them is known.
    pub fn new(seat: SeatId, name: DisplayName, languages: Option<[LanguageCode; 2]>) -> Self {
        Self {
            seat,
            person: 1,
            name,
            languages,
            licence: None,
            language: None,
            account: None,
            contact: Contact::default(),
        }
    }

    /// In which language messages to the person are written: the one that was said, else Vietnamese, but of an
    /// interpreter between English and Korean one of the two.
    pub fn told_in(&self) -> Language {
        let spoken = self.languages.iter().flatten().map(Language::of);
        let spoken = spoken.max_by_key(|language| usize::from(*language == Language::Vietnamese));
        self.language.or(spoken).unwrap_or_default()
    }
}

/// What opens a seat, so that the clinic can show it and send it again.
///
/// It counts only while the log has the same link for the seat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvitationRecord {
    /// Which seat.
    pub seat: SeatId,
    /// For which of its people.
    pub person: u16,
    /// The link.
    pub link: LinkToken,
    /// What is read out where a link does not arrive.
    pub code: Option<SeatCode>,
}

/// A request that made a room and that may come again, as a hospital system repeats what it got
/// no answer to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestRecord {
    /// When it came first.
    pub at: Timestamp,
    /// Stands for what it said.
    pub body: TokenHash,
}

/// What people and other systems were told of an appointment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// People, of so many entries of its log.
    pub length: u64,
    /// Webhooks, of so many.
    pub announced: u64,
    /// Of the time that begins then they were reminded.
    pub reminded: Option<Timestamp>,
}

/// For whom something is done that nobody in a seat does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Actor {
    /// Somebody who is signed in.
    Account(AccountId),
    /// A hospital system.
    Key(KeyId),
    /// Nobody: the server does it by itself.
    Server,
}

impl StoredRoom {
    /// The record that counts for each seat, in their order. A seat without one had its person
    /// erased: nobody can sit there any more.
    pub fn people_now(&self, state: &State) -> Vec<&PersonRecord> {
        let seats = state.seats().iter();
        seats
            .filter_map(|seat| {
                let people = self.people.iter().filter(|one| one.seat == seat.id);
                let known = people.filter(|one| one.person <= seat.person);
                known.max_by_key(|one| one.person)
            })
            .collect()
    }

    /// Joins of a seat that did not come about, if there were any.
    pub fn failed_of(&self, seat: SeatId) -> Option<FailedJoins> {
        let mut failed = self.failed.iter();
        failed
            .find(|(of, _)| *of == seat)
            .map(|(_, failed)| *failed)
    }

    /// What opens a seat, if that is known and still does.
    pub fn invitation(&self, state: &State, seat: SeatId) -> Option<&InvitationRecord> {
        let link = state.seat(seat)?.link?;
        let mut known = self.invitations.iter();
        known.find(|one| one.seat == seat && crate::auth::hash_link(&one.link) == link.hash)
    }
}

/// The number of a person's record and key: the seat in the lower 16 bits, and above them how many
/// had it before. So what earlier programs wrote, who knew one person a seat, is the first one's.
pub(super) const fn number(seat: SeatId, person: u16) -> u64 {
    let before = person.saturating_sub(1);
    ((before as u64) << u16::BITS) | seat.0 as u64
}

/// The person with this number; `None`: it is nobody's.
pub(super) fn from_number(number: u64) -> Option<(SeatId, u16)> {
    let before = u16::try_from(number >> u16::BITS).ok()?;
    Some((SeatId(seat_bits(number)), before.checked_add(1)?))
}

/// Whether this number is of one of the seat's people.
pub(super) fn is_of(number: u64, seat: SeatId) -> bool {
    from_number(number).is_some_and(|(of, _)| of == seat)
}

const fn seat_bits(number: u64) -> u16 {
    let [.., high, low] = number.to_be_bytes();
    u16::from_be_bytes([high, low])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_of_one_person_and_that_of_the_first_is_the_seats() {
        for (seat, person) in [(1, 1), (8, 2), (u16::MAX, u16::MAX), (0, 1)] {
            let seat = SeatId(seat);
            assert_eq!(from_number(number(seat, person)), Some((seat, person)));
            assert!(is_of(number(seat, person), seat));
        }
        assert_eq!(number(SeatId(7), 1), 7);
        assert!(!is_of(number(SeatId(7), 2), SeatId(2)));
        assert_eq!(from_number(u64::MAX), None);
    }
}
