//! An appointment as people's own calendars take it: iCalendar (RFC 5545), as scheduling messages have it (RFC 5546).
//!
//! Pure. A calendar tells versions of one appointment apart by `SEQUENCE` and `DTSTAMP`; both come from the log, so the
//! same log always gives the same file.

use std::fmt::Write as _;

use crate::consultation::{BookedTime, Event, Fact, Phase, ScheduleFact, replay};
use crate::ids::{RoomId, Timestamp};
use crate::utc::basic;

/// Longest line, octets without its end (RFC 5545 section 3.1).
const LINE_MAX_OCTETS: usize = 75;

/// What an appointment's calendar entry is at this point of its log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Revision {
    /// Grows whenever the time changes, or whether it takes place.
    pub sequence: u32,
    /// When that last happened.
    pub changed: Timestamp,
    /// When it is to take place, or was.
    pub time: BookedTime,
    /// Whether it does.
    pub takes_place: bool,
}

impl Revision {
    /// `None`: no time was booked.
    pub fn of(log: &[Event]) -> Option<Self> {
        let state = replay(log);
        let time = state.time()?;
        // Whoever has the entry need not be told that the patient did not come, or that it is over.
        let is_told = |event: &&Event| match &event.fact {
            Fact::Schedule(fact) => !matches!(
                fact,
                ScheduleFact::NoShow { .. } | ScheduleFact::Lapsed { .. }
            ),
            _ => false,
        };
        let told = log.iter().filter(is_told);
        let (mut count, mut changed) = (0_u32, Timestamp::default());
        for event in told {
            count = count.saturating_add(1);
            changed = event.at;
        }
        Some(Self {
            sequence: count.saturating_sub(1),
            changed,
            time,
            takes_place: state.phase() != Phase::Cancelled,
        })
    }
}

/// Somebody with a name and a URI to reach them by (`mailto:`, `tel:`, `https:`).
#[derive(Clone, Copy, Debug)]
pub struct Party<'a> {
    /// The name.
    pub name: &'a str,
    /// The URI.
    pub uri: &'a str,
}

/// What stands in the file. Nothing about anybody but whom it is for: calendars are shared and synchronised.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// Which consultation.
    pub room: RoomId,
    /// Which version of its time.
    pub revision: Revision,
    /// The name of the server that it is on; with the room's id it is nobody else's.
    pub host: &'a str,
    /// One line, such as "Khám từ xa".
    pub summary: &'a str,
    /// More, in several lines.
    pub description: &'a str,
    /// The page to open.
    pub url: Option<&'a str>,
    /// The clinic.
    pub organizer: Party<'a>,
    /// Whom it is for. Calendars of people who are not named take it as news, not as an invitation.
    pub attendee: Option<Party<'a>>,
}

/// The file: one `VEVENT`, with method `REQUEST`, or `CANCEL` once it was called off.
pub fn calendar(entry: &Entry<'_>) -> String {
    let Revision {
        sequence,
        changed,
        time,
        takes_place,
    } = entry.revision;
    let (method, status) = if takes_place {
        ("REQUEST", "CONFIRMED")
    } else {
        ("CANCEL", "CANCELLED")
    };
    let mut file = File(String::new());
    file.line("BEGIN:VCALENDAR");
    file.line("VERSION:2.0");
    file.line("PRODID:-//Nhip Cau//Nhip Cau//VI");
    file.line("CALSCALE:GREGORIAN");
    file.line(&format!("METHOD:{method}"));
    file.line("BEGIN:VEVENT");
    file.line(&format!("UID:{}@{}", entry.room, escaped(entry.host)));
    file.line(&format!("SEQUENCE:{sequence}"));
    file.line(&format!("DTSTAMP:{}", basic(changed)));
    file.line(&format!("LAST-MODIFIED:{}", basic(changed)));
    file.line(&format!("DTSTART:{}", basic(time.begins)));
    file.line(&format!("DTEND:{}", basic(time.ends())));
    file.line(&format!("STATUS:{status}"));
    file.line(&format!("SUMMARY:{}", escaped(entry.summary)));
    file.line(&format!("DESCRIPTION:{}", escaped(entry.description)));
    if let Some(url) = entry.url {
        // A URI is no text and is not escaped (section 3.3.13).
        file.line(&format!("URL:{}", one_line(url)));
    }
    let Party { name, uri } = entry.organizer;
    file.line(&format!(
        "ORGANIZER;CN=\"{}\":{}",
        parameter(name),
        one_line(uri)
    ));
    if let Some(Party { name, uri }) = entry.attendee {
        let (name, uri) = (parameter(name), one_line(uri));
        file.line(&format!(
            "ATTENDEE;CN=\"{name}\";ROLE=REQ-PARTICIPANT;RSVP=FALSE:{uri}"
        ));
    }
    file.line("END:VEVENT");
    file.line("END:VCALENDAR");
    file.0
}

struct File(String);

impl File {
    /// Folded where it is too long: never inside a character, and what follows begins with a space.
    fn line(&mut self, line: &str) {
        let mut left = LINE_MAX_OCTETS;
        for character in line.chars() {
            if character.len_utf8() > left {
                self.0.push_str("\r\n ");
                left = LINE_MAX_OCTETS - 1;
            }
            left -= character.len_utf8();
            self.0.push(character);
        }
        self.0.push_str("\r\n");
    }
}

/// As `TEXT` (section 3.3.11). Control characters are not allowed there at all.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.replace("\r\n", "\n").chars() {
        match character {
            '\\' | ';' | ',' => {
                escaped.push('\\');
                escaped.push(character);
            }
            '\n' => escaped.push_str("\\n"),
            '\t' => escaped.push('\t'),
            _ if character.is_control() => {}
            _ => escaped.push(character),
        }
    }
    escaped
}

/// As the value of a parameter between quotes, with the escapes of RFC 6868.
fn parameter(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '^' => escaped.push_str("^^"),
            '"' => escaped.push_str("^'"),
            '\n' => escaped.push_str("^n"),
            _ if character.is_control() => {}
            _ => escaped.push(character),
        }
    }
    escaped
}

/// As a URI: what cannot stand in one is percent-encoded.
fn one_line(uri: &str) -> String {
    let mut encoded = String::with_capacity(uri.len());
    for byte in uri.bytes() {
        if byte.is_ascii_graphic() {
            encoded.push(char::from(byte));
        } else {
            let _never = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use proptest::prelude::*;
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    use serde_json::json;

    use super::*;
    use crate::consultation::Minutes;
    use crate::consultation::tests::random::any_log;

    const REVISION: Revision = Revision {
        sequence: 2,
        changed: Timestamp(1_795_305_600_000),
        time: BookedTime {
            begins: Timestamp(1_795_399_200_000),
            length: Minutes(30),
        },
        takes_place: true,
    };

    fn entry<'a>(revision: Revision, summary: &'a str, description: &'a str) -> Entry<'a> {
        Entry {
            room: RoomId(0x00ab_12cd_34ef_5678),
            revision,
            host: "kham.example.vn",
            summary,
            description,
            url: Some("https://kham.example.vn/#AAAAAAAAAAAAAAAAAAAAAA"),
            organizer: Party {
                name: "Trạm y tế xã Tà Lèng",
                uri: "https://kham.example.vn",
            },
            attendee: None,
        }
    }

    #[test]
    fn an_appointment_is_one_event_in_utc() {
        let text = calendar(&entry(
            REVISION,
            "Khám từ xa; với bác sĩ, hôm nay",
            "Mở trang.\nKhông cần cài gì.",
        ));
        insta::assert_snapshot!(text.replace("\r\n", "\n"));
    }

    #[test]
    fn what_was_called_off_cancels_the_same_event() {
        let revision = Revision {
            takes_place: false,
            sequence: 3,
            ..REVISION
        };
        let text = calendar(&entry(revision, "Khám từ xa", ""));
        for line in [
            "METHOD:CANCEL\r\n",
            "STATUS:CANCELLED\r\n",
            "SEQUENCE:3\r\n",
            "UID:00ab12cd34ef5678@kham.example.vn\r\n",
        ] {
            assert!(text.contains(line), "{text}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_written_no_line_is_too_long_or_a_line_of_its_own(
            summary in "\\PC{0,200}", description in "[\\x00-\\x{ffff}]{0,300}", name in "[\\x00-\\x{ffff}]{0,80}"
        ) {
            let mut entry = entry(REVISION, &summary, &description);
            entry.attendee = Some(Party { name: &name, uri: "tel:+84900000000\r\nX-INJECTED:1" });
            let text = calendar(&entry);
            prop_assert!(text.ends_with("END:VCALENDAR\r\n"));
            for line in text.split_terminator("\r\n") {
                prop_assert!(line.len() <= LINE_MAX_OCTETS);
                prop_assert!(!line.contains(['\r', '\n']));
            }
            let unfolded = text.replace("\r\n ", "");
            prop_assert_eq!(unfolded.lines().count(), 20);
            prop_assert!(!unfolded.contains("\nX-INJECTED"));
        }

        #[test]
        fn versions_only_rise_as_the_log_grows(log in any_log()) {
            let mut last: Option<Revision> = None;
            for end in 0..=log.len() {
                let revision = Revision::of(&log[..end]);
                if let (Some(last), Some(revision)) = (last, revision) {
                    prop_assert!(revision.sequence >= last.sequence && revision.changed >= last.changed);
                    let is_another = (revision.time, revision.takes_place) != (last.time, last.takes_place);
                    prop_assert_eq!(is_another, revision.sequence > last.sequence && is_another);
                }
                last = revision.or(last);
            }
        }
    }

    /// Two hundred entries with any texts at all, and what they say, for a reader that knows nothing of this writer:
    /// `tests/api/calendar.test.mjs`.
    #[test]
    fn every_entry_is_written_for_an_independent_reader() {
        let texts = (
            "[\\x09\\x0a\\x20-\\x7e\u{a0}-\u{d7ff}\u{1f300}-\u{1f5ff}]{0,120}",
            "[\\x20-\\x5b\\x5d-\\x7e\u{a0}-\u{d7ff}]{1,60}",
        );
        let times = (
            0_u64..4_102_444_800_000,
            5_u16..=240,
            0_u32..50,
            any::<bool>(),
        );
        let strategy = (texts, times);
        let mut runner = TestRunner::deterministic();
        let lines = (0..200).map(|_| {
            let ((text, name), (begins, minutes, sequence, takes_place)) =
                strategy.new_tree(&mut runner).unwrap().current();
            let time = BookedTime {
                begins: Timestamp(begins),
                length: Minutes(minutes),
            };
            let revision = Revision {
                sequence,
                time,
                takes_place,
                ..REVISION
            };
            let mut entry = entry(revision, &name, &text);
            entry.attendee = Some(Party {
                name: &name,
                uri: "mailto:sinh@example.vn",
            });
            let said = json!({
                "summary": name, "description": text, "attendee": name, "sequence": sequence,
                "begins": begins / 1_000 * 1_000, "ends": time.ends().0 / 1_000 * 1_000,
                "method": if takes_place { "REQUEST" } else { "CANCEL" },
                "uid": "00ab12cd34ef5678@kham.example.vn", "url": entry.url,
            });
            json!({"calendar": calendar(&entry), "said": said}).to_string()
        });
        let lines: Vec<_> = lines.collect();
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/api");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("calendar.ndjson"), lines.join("\n")).unwrap();
    }
}
