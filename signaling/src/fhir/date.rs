//! FHIR's search by date: a prefix and a time of some precision, several of which narrow one another.

use crate::ids::Timestamp;
use crate::utc::midnight;

/// A day, ms.
const DAY_MS: u64 = 24 * 3_600_000;

/// Times from the first on and before the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DateRange {
    /// The first that is in it.
    pub from: Timestamp,
    /// The first that is not in it any more.
    pub until: Timestamp,
}

/// A search by date that nobody can answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "date must be eq, ge, gt, le or lt and a day, month or year from 1970 on, such as ge2026-11-22 or eq2026-11; \
     days are those of UTC"
)]
pub struct DateError;

impl Default for DateRange {
    fn default() -> Self {
        Self {
            from: Timestamp(0),
            until: Timestamp(u64::MAX),
        }
    }
}

impl DateRange {
    /// What all of these allow; without any, always.
    pub fn parse<'a>(all: impl IntoIterator<Item = &'a str>) -> Result<Self, DateError> {
        all.into_iter().try_fold(Self::default(), |range, one| {
            let one = parse_one(one)?;
            Ok(Self {
                from: range.from.max(one.from),
                until: range.until.min(one.until),
            })
        })
    }

    /// Whether a time is in it.
    pub fn contains(self, at: Timestamp) -> bool {
        (self.from..self.until).contains(&at)
    }

    /// Whether nothing is in it.
    pub fn is_empty(self) -> bool {
        self.from >= self.until
    }
}

fn parse_one(text: &str) -> Result<DateRange, DateError> {
    // By bytes: an accented letter at the start is no prefix, and no panic.
    let (prefix, date) = match text.get(..2) {
        Some(prefix) if prefix.bytes().all(|byte| byte.is_ascii_lowercase()) => {
            (prefix, text.get(2..).unwrap_or_default())
        }
        _ => ("eq", text),
    };
    let DateRange { from, until } = span(date).ok_or(DateError)?;
    let always = DateRange::default();
    Ok(match prefix {
        "eq" => DateRange { from, until },
        "ge" => DateRange { from, ..always },
        "gt" => DateRange {
            from: until,
            ..always
        },
        "le" => DateRange { until, ..always },
        "lt" => DateRange {
            until: from,
            ..always
        },
        _ => return Err(DateError),
    })
}

/// The day, month or year that a text names.
fn span(text: &str) -> Option<DateRange> {
    let mut parts = text.split('-');
    let year = number(parts.next()?, 4)?;
    let month = parts
        .next()
        .map(|part| number(part, 2).ok_or(()))
        .transpose()
        .ok()?;
    let day = parts
        .next()
        .map(|part| number(part, 2).ok_or(()))
        .transpose()
        .ok()?;
    if parts.next().is_some() {
        return None;
    }
    let small = |number: u16| u8::try_from(number).ok();
    let start =
        |year: u16, month: u16, day: u16| midnight(i32::from(year), small(month)?, small(day)?);
    let (from, until) = match (month, day) {
        (None, _) => (start(year, 1, 1)?, start(year + 1, 1, 1)?),
        (Some(12), None) => (start(year, 12, 1)?, start(year + 1, 1, 1)?),
        (Some(month), None) => (start(year, month, 1)?, start(year, month + 1, 1)?),
        (Some(month), Some(day)) => {
            let from = start(year, month, day)?;
            (from, Timestamp(from.0 + DAY_MS))
        }
    };
    Some(DateRange { from, until })
}

fn number(text: &str, digits: usize) -> Option<u16> {
    let canonical = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| canonical)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn range(all: &[&str]) -> (u64, u64) {
        let DateRange { from, until } = DateRange::parse(all.iter().copied()).unwrap();
        (from.0, until.0)
    }

    const DAY: u64 = 1_795_305_600_000; // 2026-11-22

    #[test]
    fn a_day_a_month_and_a_year_are_spans_and_prefixes_open_them() {
        assert_eq!(range(&[]), (0, u64::MAX));
        assert_eq!(range(&["2026-11-22"]), (DAY, DAY + DAY_MS));
        assert_eq!(range(&["eq2026-11-22"]), (DAY, DAY + DAY_MS));
        assert_eq!(range(&["ge2026-11-22"]), (DAY, u64::MAX));
        assert_eq!(range(&["gt2026-11-22"]), (DAY + DAY_MS, u64::MAX));
        assert_eq!(range(&["le2026-11-22"]), (0, DAY + DAY_MS));
        assert_eq!(range(&["lt2026-11-22"]), (0, DAY));
        assert_eq!(range(&["2026-11"]), (DAY - 21 * DAY_MS, DAY + 9 * DAY_MS));
        assert_eq!(range(&["2026-12"]), (DAY + 9 * DAY_MS, DAY + 40 * DAY_MS));
        assert_eq!(range(&["1971"]), (365 * DAY_MS, 730 * DAY_MS));
    }

    #[test]
    fn several_narrow_one_another() {
        assert_eq!(
            range(&["ge2026-11-22", "lt2026-11-24"]),
            (DAY, DAY + 2 * DAY_MS)
        );
        let never = DateRange::parse(["gt2026-11-24", "lt2026-11-22"]).unwrap();
        assert!(never.is_empty() && !never.contains(Timestamp(DAY)));
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for text in [
            "",
            "ge",
            "2026-1-1",
            "2026-13",
            "2026-02-30",
            "26-01-01",
            "ne2026",
            "sa2026-01-01",
            "2026-11-22-1",
            "2026-11-22T10:00:00Z",
            "1969",
            "é2026",
            "+026-01-01",
        ] {
            assert_eq!(DateRange::parse([text]), Err(DateError), "{text}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_asked_for_nothing_panics(text in ".{0,12}", year in "[0-9]{4}", prefix in "(ge|lt|eq|)") {
            let _ = DateRange::parse([text.as_str()]);
            let _ = DateRange::parse([format!("{prefix}{year}-12-31").as_str()]);
            let _ = DateRange::parse([format!("{prefix}{year}").as_str()]);
        }
    }
}
