//! What people are told outside the page: that a time was booked, moved or called off, that it is near, that it begins
//! late. As SMS, for Zalo and as e-mail, in three languages.
//!
//! This server sends nothing by itself. It hands finished messages to a [`Messenger`]; the one that it has writes each
//! to a file, from where the hospital's own program takes it ([`Spool`]).
//!
//! **Invariants**
//! - an SMS has two parts at most, link and code included (`an_sms_has_two_parts_at_most_whatever_the_clinic_is_called`);
//! - the clinic's name comes first, and nothing of health stands in any message.

mod sms;
mod spool;
#[cfg(test)]
mod tests;
mod words;

use std::fmt;

use futures_util::future::BoxFuture;
use serde_json::{Value, json};

pub use sms::{Alphabet, Length, unaccented};
pub use spool::{SPOOL_MAX_FILES, Spool};

use crate::calendar::{Entry, Party, Revision, calendar};
use crate::consultation::Minutes;
use crate::ids::{LanguageCode, RoomId, SeatId, Timestamp};

/// Parts that an SMS may have; each is paid for, and old telephones put more than two together wrongly.
pub const SMS_MAX_SEGMENTS: usize = 2;

/// What is to be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// There is an appointment.
    Booked,
    /// It is at another time.
    Moved,
    /// It does not take place.
    Cancelled,
    /// It begins later by about this.
    Late(Minutes),
    /// It is near.
    Reminder,
}

impl Kind {
    /// As templates and files are named after it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Booked => "booked",
            Self::Moved => "moved",
            Self::Cancelled => "cancelled",
            Self::Late(_) => "late",
            Self::Reminder => "reminder",
        }
    }
}

/// In which language; one in which no messages are written is told in Vietnamese.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// Tiếng Việt.
    #[default]
    Vietnamese,
    /// English.
    English,
    /// 한국어.
    Korean,
}

impl Language {
    /// The one that a code names.
    pub fn of(code: &LanguageCode) -> Self {
        match code.as_str() {
            "en" | "eng" => Self::English,
            "ko" | "kor" => Self::Korean,
            _ => Self::Vietnamese,
        }
    }

    /// Its code.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Vietnamese => "vi",
            Self::English => "en",
            Self::Korean => "ko",
        }
    }
}

/// What somebody is told, before it is put into words.
#[derive(Clone, Copy)]
pub struct Notice<'a> {
    /// What.
    pub kind: Kind,
    /// In which language.
    pub language: Language,
    /// Who says it.
    pub clinic: &'a str,
    /// When the appointment begins.
    pub begins: Timestamp,
    /// The page to open, with the secret behind its `#`.
    pub link: Option<&'a str>,
    /// The eight digits that open the page without the link.
    pub code: Option<&'a str>,
}

/// The way a message takes, and to whom.
#[derive(Clone, PartialEq, Eq)]
pub enum Address {
    /// To a telephone: as SMS, or by Zalo's notification service where the hospital has it.
    Phone(String),
    /// To a mailbox.
    Email(String),
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Address({})", self.channel())
    }
}

impl Address {
    const fn channel(&self) -> &'static str {
        match self {
            Self::Phone(_) => "phone",
            Self::Email(_) => "email",
        }
    }

    fn as_str(&self) -> &str {
        match self {
            Self::Phone(to) | Self::Email(to) => to,
        }
    }
}

/// The text of an SMS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sms {
    /// What is sent.
    pub text: String,
    /// What it costs.
    pub length: Length,
}

/// Puts a notice into an SMS of two parts at most: with all its letters where that fits; without the marks on them
/// where it does not; with less of the clinic's name where even that is too long.
pub fn sms(notice: &Notice<'_>) -> Sms {
    let rest = format!("{}{}", words::sentence(notice), words::way_in(notice));
    let shortened = |chars: usize| {
        let name: String = notice.clinic.chars().take(chars).collect();
        match name.trim_end() {
            "" => rest.clone(),
            name => format!("{name}: {rest}"),
        }
    };
    let whole = notice.clinic.chars().count();
    // A Korean text has no form in the small alphabet: its clinic's name gives way at once.
    let accented = (0..=whole).rev().map(shortened);
    let accented = accented.take(if notice.language == Language::Korean {
        usize::MAX
    } else {
        1
    });
    let plain = (0..=whole).rev().map(|chars| unaccented(&shortened(chars)));
    let mut last = None;
    for text in accented.chain(plain.take_while(|_| notice.language != Language::Korean)) {
        let length = Length::of(&text);
        let fits = length.segments <= SMS_MAX_SEGMENTS;
        last = Some(Sms { text, length });
        if fits {
            break;
        }
    }
    last.unwrap_or_else(|| Sms {
        length: Length::of(&rest),
        text: rest,
    })
}

/// A template of Zalo's notification service and the values for its fields. Which of the hospital's own templates that
/// is, its program knows.
pub fn zalo(notice: &Notice<'_>) -> Value {
    let minutes = match notice.kind {
        Kind::Late(minutes) => Some(minutes.0),
        Kind::Booked | Kind::Moved | Kind::Cancelled | Kind::Reminder => None,
    };
    let mut fields = json!({"clinic": notice.clinic, "time": words::when(notice)});
    let more = [
        ("minutes", minutes.map(Value::from)),
        ("link", notice.link.map(Value::from)),
        (
            "code",
            notice.code.map(|code| Value::from(words::spoken(code))),
        ),
    ];
    for (name, value) in more {
        if let (Some(value), Some(fields)) = (value, fields.as_object_mut()) {
            fields.insert(name.to_owned(), value);
        }
    }
    json!({
        "template": format!("{}_{}", notice.kind.as_str(), notice.language.as_str()),
        "fields": fields,
    })
}

/// An e-mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Email {
    /// One line.
    pub subject: String,
    /// Plain text.
    pub text: String,
}

/// Puts a notice into an e-mail.
pub fn email(notice: &Notice<'_>) -> Email {
    let sentence = words::sentence(notice);
    let parts = [
        sentence.clone(),
        words::way_in(notice).trim().to_owned(),
        words::advice(notice).to_owned(),
    ];
    let parts: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    Email {
        subject: format!("{}: {sentence}", notice.clinic),
        text: format!("{}\n\n{}\n", notice.clinic, parts.join("\n\n")),
    }
}

/// The appointment as a file for the calendar of whoever is told.
pub fn attachment(
    notice: &Notice<'_>,
    room: RoomId,
    revision: Revision,
    base: &str,
    to: &Address,
) -> String {
    let host = base.split_once("://").map_or(base, |(_, host)| host);
    let uri = match to {
        Address::Email(mailbox) => format!("mailto:{mailbox}"),
        Address::Phone(phone) => format!("tel:{phone}"),
    };
    let summary = format!("{} – {}", words::title(notice.language), notice.clinic);
    calendar(&Entry {
        room,
        revision,
        host: host.trim_end_matches('/'),
        summary: &summary,
        description: words::advice(notice),
        url: notice.link,
        organizer: Party {
            name: notice.clinic,
            uri: base,
        },
        attendee: Some(Party {
            name: words::title(notice.language),
            uri: &uri,
        }),
    })
}

/// A message that is ready to go.
///
/// **Invariant:** its `Debug` shows its name alone: link and code stand in its words.
#[derive(Clone)]
pub struct Message {
    /// About which consultation.
    pub room: RoomId,
    /// For whom in it.
    pub seat: SeatId,
    /// The place in the log of what it tells: with room, seat and way it is the message's name, so that telling the same
    /// again writes the same file.
    pub place: usize,
    /// When it was made.
    pub at: Timestamp,
    /// Which way it goes, and to whom.
    pub to: Address,
    kind: Kind,
    language: Language,
    body: Value,
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Message({})", self.id())
    }
}

impl Message {
    /// Puts a notice into the words of its way.
    pub fn new(
        notice: &Notice<'_>,
        place: (RoomId, SeatId, usize),
        at: Timestamp,
        to: Address,
        entry: Option<String>,
    ) -> Self {
        let body = match &to {
            Address::Phone(_) => {
                let Sms { text, length } = sms(notice);
                json!({
                    "text": text,
                    "alphabet": length.alphabet.as_str(),
                    "segments": length.segments,
                    "zalo": zalo(notice),
                })
            }
            Address::Email(_) => {
                let Email { subject, text } = email(notice);
                match entry {
                    None => json!({"subject": subject, "text": text}),
                    Some(entry) => json!({"subject": subject, "text": text, "calendar": entry}),
                }
            }
        };
        let (room, seat, place) = place;
        Self {
            room,
            seat,
            place,
            at,
            to,
            kind: notice.kind,
            language: notice.language,
            body,
        }
    }

    /// Its name, the same whenever the same is told.
    pub fn id(&self) -> String {
        format!(
            "{}-{}-{}-{}",
            self.room,
            self.place,
            self.seat,
            self.to.channel()
        )
    }

    /// As it is handed over.
    pub fn to_json(&self) -> Value {
        let mut message = json!({
            "version": 1,
            "id": self.id(),
            "at": self.at,
            "appointment": self.room,
            "seat": self.seat,
            "kind": self.kind.as_str(),
            "language": self.language.as_str(),
            "channel": self.to.channel(),
            "to": self.to.as_str(),
        });
        if let (Some(message), Some(body)) = (message.as_object_mut(), self.body.as_object()) {
            message.extend(body.clone());
        }
        message
    }
}

/// Why a message was not handed over.
#[derive(Debug, thiserror::Error)]
pub enum MessengerError {
    /// Nobody takes them away.
    #[error(
        "{SPOOL_MAX_FILES} messages wait already: the program that sends them does not take them away"
    )]
    Full,
    /// The system refuses.
    #[error("the message cannot be written: {0}")]
    Io(#[from] std::io::Error),
}

/// Takes messages to whoever sends them.
pub trait Messenger: Send + Sync {
    /// Hands one over. Once it is `Ok`, it survives a power cut; the same message again is no second one while the first
    /// waits.
    fn send(&self, message: Message) -> BoxFuture<'_, Result<(), MessengerError>>;
}
