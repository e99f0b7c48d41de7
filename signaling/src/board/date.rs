//! Days as a clinic's calendar has them.

use std::fmt;
use std::ops::Range;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::ids::Timestamp;

const DAY_MILLIS: u64 = 24 * 3_600 * 1_000;
/// Days from 0000-03-01 to 1970-01-01 in the Gregorian calendar.
const DAYS_TO_1970: u64 = 719_468;
/// Days of 400 years.
const ERA_DAYS: u64 = 146_097;

/// One day, as its number after 1970-01-01; written `2026-11-22`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[cfg_attr(test, derive(ts_rs::TS), ts(as = "String"))]
pub struct Date(u32);

/// How far a clinic's clocks are ahead of UTC, the same all year round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ahead(pub Duration);

impl Ahead {
    /// Vietnam's clocks, which know no summer time.
    pub const VIETNAM: Self = Self(Duration::from_hours(7));
}

/// A text that is no day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("date must be a day from 1970-01-02 to 9999-12-31, such as 2026-11-22")]
pub struct DateError;

impl Date {
    /// The day that it is at this time.
    pub fn at(time: Timestamp, ahead: Ahead) -> Self {
        let number = time.plus(ahead.0).0 / DAY_MILLIS;
        Self(u32::try_from(number).unwrap_or(u32::MAX))
    }

    /// From its first moment to the first of the next day.
    pub fn times(self, ahead: Ahead) -> Range<Timestamp> {
        let begins = |number: u64| Timestamp(number.saturating_mul(DAY_MILLIS)).minus(ahead.0);
        let number = u64::from(self.0);
        begins(number)..begins(number + 1)
    }

    /// Year, month and day (Howard Hinnant, "chrono-compatible low-level date algorithms").
    fn civil(self) -> (u64, u64, u64) {
        let days = u64::from(self.0) + DAYS_TO_1970;
        let (era, day_of_era) = (days / ERA_DAYS, days % ERA_DAYS);
        let leap = day_of_era / 1_460 - day_of_era / 36_524 + day_of_era / (ERA_DAYS - 1);
        let year_of_era = (day_of_era - leap) / 365;
        let before = 365 * year_of_era + year_of_era / 4 - year_of_era / 100;
        let day_of_year = day_of_era - before;
        let months = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * months + 2) / 5 + 1;
        let month = if months < 10 { months + 3 } else { months - 9 };
        let year = year_of_era + era * 400 + u64::from(month <= 2);
        (year, month, day)
    }

    /// The other way round; of a day that is in no month some other one.
    fn from_civil(year: u64, month: u64, day: u64) -> Option<Self> {
        let year = year - u64::from(month <= 2);
        let (era, year_of_era) = (year / 400, year % 400);
        let months = if month > 2 { month - 3 } else { month + 9 };
        let day_of_year = (153 * months + 2) / 5 + day - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        let days = (era * ERA_DAYS + day_of_era).checked_sub(DAYS_TO_1970)?;
        u32::try_from(days).ok().map(Self)
    }
}

impl FromStr for Date {
    type Err = DateError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut parts = text.splitn(3, '-').map(|part| part.parse().ok());
        let mut next = || parts.next().flatten().ok_or(DateError);
        let (year, month, day) = (next()?, next()?, next()?);
        let is_near: bool = (1_970..=9_999).contains(&year) && (1..=12).contains(&month);
        if !is_near || !(1..=31).contains(&day) {
            return Err(DateError);
        }
        let date = Self::from_civil(year, month, day).ok_or(DateError)?;
        // Its own text, and no other: no 31st of June, no missing zeros. Before the second day
        // nothing could have begun in every part of the world.
        if date.to_string() == text && date.0 > 0 {
            return Ok(date);
        }
        Err(DateError)
    }
}

impl TryFrom<String> for Date {
    type Error = DateError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Date> for String {
    fn from(date: Date) -> Self {
        date.to_string()
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.civil();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl fmt::Debug for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Date({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_survives_text_and_follows_the_one_before() {
        let mut before: Option<Date> = None;
        for number in (1..60_000).chain([2_932_896]) {
            let date = Date(number);
            assert_eq!(date.to_string().parse(), Ok(date));
            if let Some(before) = before {
                assert!(before < date && before.to_string() < date.to_string());
            }
            before = Some(date);
        }
        assert_eq!(Date(2_932_896).to_string(), "9999-12-31");
        assert_eq!(Date(19_782).to_string(), "2024-02-29");
    }

    #[test]
    fn what_is_no_day_is_refused() {
        for wrong in [
            "",
            "2026",
            "2026-11",
            "2026-11-22-1",
            "2026-02-29",
            "2026-06-31",
            "2026-13-01",
            "2026-00-01",
            "2026-1-1",
            "+2026-11-22",
            "1970-01-01",
            "1969-12-31",
            "10000-01-01",
            "18446744073709551615-01-01",
            "2026-11-0x",
        ] {
            assert_eq!(wrong.parse::<Date>(), Err(DateError), "{wrong}");
        }
    }

    #[test]
    fn a_clinics_day_begins_at_its_own_midnight() {
        // date -u -d 2026-11-21T17:00:00Z +%s
        let midnight = Timestamp(1_795_280_400_000);
        let date: Date = "2026-11-22".parse().unwrap();
        let times = date.times(Ahead::VIETNAM);
        assert_eq!(times.start, midnight);
        assert_eq!(times.end.0 - times.start.0, DAY_MILLIS);
        assert_eq!(Date::at(times.start, Ahead::VIETNAM), date);
        assert_eq!(Date::at(Timestamp(times.end.0 - 1), Ahead::VIETNAM), date);
        assert_ne!(Date::at(times.end, Ahead::VIETNAM), date);
        assert_ne!(Date::at(Timestamp(times.start.0 - 1), Ahead::VIETNAM), date);
    }
}
