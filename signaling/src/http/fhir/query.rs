//! What stands behind the `?` of a search in FHIR.

use serde_json::Value;

use crate::fhir::{DateRange, Kind};
use crate::ids::{RoomId, Timestamp};
use crate::protocol::{ErrorCode, Problem};
use crate::store::Dated;

/// Most resources, or consultations, of one page.
const COUNT_MAX: usize = 100;
/// As many as a page has when nothing is said.
const COUNT: usize = 50;

/// The fields, for the description.
#[cfg(test)]
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "read by the description of the API alone")]
pub(in crate::http) struct Fields {
    /// A day, month or year in UTC, such as `ge2026-11-22`; may come twice.
    #[param(pattern = "^(eq|ge|gt|le|lt)?[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$")]
    date: Option<String>,
    /// How many; 50 if nothing is said.
    #[param(minimum = 1, maximum = 100)]
    _count: Option<usize>,
    /// From the `next` of the page before.
    #[param(pattern = "^[0-9]+(-[0-9a-f]{16})?$")]
    _after: Option<String>,
    /// Of Consents: `Encounter/{id}`.
    #[param(pattern = "^Encounter/[0-9a-f]{16}$")]
    data: Option<String>,
    /// Of `AuditEvent`s: `Encounter/{id}`.
    #[param(pattern = "^Encounter/[0-9a-f]{16}$")]
    entity: Option<String>,
}

/// A search that can be answered.
#[derive(Debug)]
pub(super) struct Query {
    /// About which consultation; always of what is within one.
    pub(super) of: Option<RoomId>,
    pub(super) dates: DateRange,
    pub(super) limit: usize,
    /// Behind which consultation.
    pub(super) after: Option<Dated>,
    /// Behind how many of what is within one.
    skipped: usize,
    /// The fields that are the same on every page.
    lasting: String,
}

/// A part of what is within a consultation.
pub(super) struct Places {
    pub(super) found: Vec<Value>,
    pub(super) next: Option<String>,
}

fn malformed(words: impl Into<String>) -> Problem {
    Problem::new(ErrorCode::Malformed, words)
}

impl Query {
    pub(super) fn parse(kind: Kind, fields: &[(String, String)]) -> Result<Self, Problem> {
        let of_encounter = match kind {
            Kind::Appointment | Kind::Encounter => None,
            Kind::Consent => Some("data"),
            Kind::AuditEvent => Some("entity"),
        };
        let mut query = Self {
            of: None,
            dates: DateRange::default(),
            limit: COUNT,
            after: None,
            skipped: 0,
            lasting: String::new(),
        };
        let mut dates = Vec::new();
        for (name, value) in fields {
            match name.as_str() {
                "date" => dates.push(value.as_str()),
                "_count" => query.limit = count(value)?,
                "_after" => {
                    query.page(of_encounter.is_some(), value)?;
                    continue;
                }
                name if Some(name) == of_encounter => query.of = Some(encounter(name, value)?),
                _ => {
                    let words = format!("{} is not searched by this field", kind.name());
                    return Err(malformed(words));
                }
            }
            // Everything that was read has only characters that stand for themselves.
            let mark = if query.lasting.is_empty() { "" } else { "&" };
            query.lasting = format!("{}{mark}{name}={value}", query.lasting);
        }
        query.dates = DateRange::parse(dates).map_err(|error| malformed(error.to_string()))?;
        if let (Some(name), None) = (of_encounter, query.of) {
            let words = format!("{name} must be given, such as {name}=Encounter/00ab12cd34ef5678");
            return Err(malformed(words));
        }
        Ok(query)
    }

    fn page(&mut self, is_within: bool, value: &str) -> Result<(), Problem> {
        let wrong = || malformed("_after must be that of the next link of the page before");
        if is_within {
            self.skipped = value.parse().map_err(|_| wrong())?;
            return Ok(());
        }
        let (at, room) = value.split_once('-').ok_or_else(wrong)?;
        self.after = Some(Dated {
            at: Timestamp(at.parse().map_err(|_| wrong())?),
            room: room.parse().map_err(|_| wrong())?,
        });
        Ok(())
    }

    /// The query of this page, or of the one behind a consultation.
    pub(super) fn text(&self, behind: Option<Dated>) -> String {
        let page = behind.map(|Dated { at, room }| format!("{}-{room}", at.0));
        self.with_page(page)
    }

    fn with_page(&self, page: Option<String>) -> String {
        let Some(page) = page else {
            return self.lasting.clone();
        };
        let mark = if self.lasting.is_empty() { "" } else { "&" };
        format!("{}{mark}_after={page}", self.lasting)
    }

    /// Those of all that are in the time, of this page.
    pub(super) fn places(&self, all: Vec<Value>) -> Places {
        let in_time = all.into_iter().filter(|resource| self.is_in_time(resource));
        let mut found: Vec<_> = in_time.skip(self.skipped).take(self.limit + 1).collect();
        let has_more = found.len() > self.limit;
        found.truncate(self.limit);
        let next = has_more.then(|| (self.skipped + self.limit).to_string());
        Places {
            found,
            next: next.map(|next| self.with_page(Some(next))),
        }
    }

    fn is_in_time(&self, resource: &Value) -> bool {
        let at = resource
            .get("recorded")
            .or_else(|| resource.get("dateTime"));
        let at = at
            .and_then(Value::as_str)
            .and_then(crate::utc::parse_instant);
        at.is_none_or(|at| self.dates.contains(at))
    }
}

fn count(value: &str) -> Result<usize, Problem> {
    // A plus sign would be a space in the link to the next page.
    let is_number = value.bytes().all(|digit| digit.is_ascii_digit());
    let number = value
        .parse()
        .ok()
        .filter(|_| is_number)
        .filter(|number| (1..=COUNT_MAX).contains(number));
    number.ok_or_else(|| malformed(format!("_count must be 1 to {COUNT_MAX}")))
}

fn encounter(name: &str, value: &str) -> Result<RoomId, Problem> {
    let room = value
        .strip_prefix("Encounter/")
        .and_then(|id| id.parse().ok());
    room.ok_or_else(|| {
        malformed(format!(
            "{name} must be Encounter/ and 16 lower-case hexadecimal digits"
        ))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn parse(kind: Kind, fields: &[(&str, &str)]) -> Result<Query, Problem> {
        let fields = fields
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Query::parse(kind, &fields.collect::<Vec<_>>())
    }

    #[test]
    fn the_next_page_is_asked_for_with_the_same_fields() {
        let fields = [
            ("date", "ge2026-11-22"),
            ("date", "lt2026-12"),
            ("_count", "2"),
            ("_after", "7-00000000000000ab"),
        ];
        let query = parse(Kind::Encounter, &fields).unwrap();
        let (at, room) = (Timestamp(7), RoomId(0xab));
        assert_eq!((query.limit, query.after), (2, Some(Dated { at, room })));
        assert_eq!(
            query.text(None),
            "date=ge2026-11-22&date=lt2026-12&_count=2"
        );
        let next = query.text(Some(Dated {
            at: Timestamp(9),
            room,
        }));
        assert_eq!(
            next,
            "date=ge2026-11-22&date=lt2026-12&_count=2&_after=9-00000000000000ab"
        );
    }

    #[test]
    fn what_is_within_a_consultation_comes_in_pages_and_by_time() {
        let of = ("entity", "Encounter/00000000000000ab");
        let all: Vec<_> = (1..=5)
            .map(|day| json!({"recorded": format!("2026-11-0{day}T00:00:00.000Z")}))
            .collect();
        let query = parse(
            Kind::AuditEvent,
            &[of, ("_count", "2"), ("date", "ge2026-11-02")],
        )
        .unwrap();
        let page = query.places(all.clone());
        assert_eq!(page.found, all[1..3]);
        assert_eq!(
            page.next.as_deref(),
            Some("entity=Encounter/00000000000000ab&_count=2&date=ge2026-11-02&_after=2")
        );
        let query = parse(
            Kind::AuditEvent,
            &[
                of,
                ("_count", "2"),
                ("date", "ge2026-11-02"),
                ("_after", "2"),
            ],
        )
        .unwrap();
        let page = query.places(all.clone());
        assert_eq!((page.found.as_slice(), page.next), (&all[3..], None));
    }

    #[test]
    fn what_cannot_be_answered_is_named() {
        for (kind, name, value, said) in [
            (
                Kind::Appointment,
                "patient",
                "x",
                "Appointment is not searched by this field",
            ),
            (Kind::Appointment, "date", "tomorrow", "date must be"),
            (Kind::Appointment, "_count", "0", "_count must be 1 to 100"),
            (Kind::Appointment, "_count", "+5", "_count must be 1 to 100"),
            (
                Kind::Appointment,
                "_count",
                "101",
                "_count must be 1 to 100",
            ),
            (Kind::Appointment, "_after", "x", "_after must be"),
            (Kind::Consent, "date", "2026", "data must be given"),
            (
                Kind::AuditEvent,
                "entity",
                "Patient/1",
                "entity must be Encounter/",
            ),
            (
                Kind::AuditEvent,
                "data",
                "Encounter/00000000000000ab",
                "not searched",
            ),
        ] {
            let problem = parse(kind, &[(name, value)]).unwrap_err();
            assert!(problem.message.contains(said), "{}", problem.message);
        }
    }
}
