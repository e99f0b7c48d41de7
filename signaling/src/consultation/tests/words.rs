//! Commands of a clinic's day, as short as they are said.

use std::time::Duration;

use super::*;

/// When [`Story::booked`] begins: in November 2023.
pub(super) const BEGINS: Timestamp = Timestamp(1_700_000_000_000);
pub(super) const MINUTE: Duration = Duration::from_mins(1);
pub(super) const HOUR: Duration = Duration::from_hours(1);
pub(super) const DAY: Duration = Duration::from_hours(24);

/// Half an hour from then.
pub(super) fn at(begins: Timestamp) -> BookedTime {
    BookedTime {
        begins,
        length: Minutes(30),
    }
}

pub(super) fn reschedule(begins: Timestamp, by: Option<SeatId>) -> Command {
    let time = at(begins);
    Command::Schedule(ScheduleCommand::Reschedule { time, by })
}

pub(super) fn cancel(reason: CancelReason, by: Option<SeatId>) -> Command {
    Command::Schedule(ScheduleCommand::Cancel { reason, by })
}

pub(super) fn no_show(by: Option<SeatId>) -> Command {
    Command::Schedule(ScheduleCommand::NoShow { by })
}

pub(super) fn reopen(by: Option<SeatId>) -> Command {
    Command::Schedule(ScheduleCommand::Reopen { by })
}

pub(super) fn lapse() -> Command {
    Command::Schedule(ScheduleCommand::Lapse)
}

pub(super) fn priority(class: Option<PriorityClass>, by: Option<SeatId>) -> Command {
    Command::Queue(QueueCommand::SetPriority { class, by })
}

pub(super) fn late(delay: Option<Minutes>, by: Option<SeatId>) -> Command {
    Command::Queue(QueueCommand::TellLate { delay, by })
}

pub(super) fn treat(seat: SeatId, by: Option<SeatId>) -> Command {
    Command::Parts(PartsCommand::Treat { seat, by })
}

pub(super) fn transfer(seat: SeatId, link: LinkState, by: Option<SeatId>) -> Command {
    Command::Parts(PartsCommand::Transfer { seat, link, by })
}

pub(super) fn interpreting(languages: [&str; 2], licence: Licence) -> Interpreting {
    let languages = languages.map(|code| LanguageCode::parse(code).unwrap());
    Interpreting { languages, licence }
}

pub(super) fn interpret(seat: SeatId, languages: [&str; 2], by: Option<SeatId>) -> Command {
    let interpreting = interpreting(languages, Licence::Given);
    Command::Parts(PartsCommand::Interpret {
        seat,
        interpreting,
        by,
    })
}

pub(super) fn represent(seat: Option<SeatId>, by: Option<SeatId>) -> Command {
    Command::Parts(PartsCommand::Represent { seat, by })
}

pub(super) fn scopes(scopes: &[Scope]) -> Scopes {
    scopes.iter().copied().collect()
}

/// To the words of version 1, in Vietnamese, read by whoever consents.
pub(super) fn consent(subject: SeatId, by: SeatId, ticked: &[Scope]) -> Consent {
    Consent {
        subject,
        by,
        method: Method::Tapped,
        text: ConsentText {
            hash: ContentHash([1; 32]),
            language: LanguageCode::parse("vi").unwrap(),
        },
        reader: Reader::Oneself,
        scopes: scopes(ticked),
    }
}

pub(super) fn give(consent: Consent) -> Command {
    Command::Consent(ConsentCommand::Give(consent))
}

pub(super) fn tapped(subject: SeatId, by: SeatId, ticked: &[Scope]) -> Command {
    give(consent(subject, by, ticked))
}

/// Said aloud by the subject.
pub(super) fn spoken(subject: SeatId, heard_by: SeatId, ticked: &[Scope]) -> Command {
    let method = Method::Spoken { heard_by };
    give(Consent {
        method,
        ..consent(subject, subject, ticked)
    })
}

pub(super) fn withdraw(subject: SeatId, ticked: &[Scope], by: Option<SeatId>) -> Command {
    let scopes = scopes(ticked);
    Command::Consent(ConsentCommand::Withdraw {
        subject,
        scopes,
        by,
    })
}

/// The words are told apart by one byte of their hash.
pub(super) fn sign_off(paper: Paper, version: u32, words: u8, by: SeatId) -> Command {
    Command::Paper(PaperCommand::SignOff {
        paper,
        version: PaperVersion(version),
        hash: ContentHash([words; 32]),
        by,
    })
}
