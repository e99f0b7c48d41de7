//! Times as calendars and hospital systems write them: in UTC, from and to milliseconds since 1970.

use time::{Date, Duration, OffsetDateTime, UtcOffset};

use crate::ids::Timestamp;

/// The last millisecond of the year 9999: calendars have four digits for a year.
const LAST_MS: u64 = 253_402_300_799_999;

fn parts(at: Timestamp) -> OffsetDateTime {
    let ms = i64::try_from(at.0.min(LAST_MS)).unwrap_or_default();
    OffsetDateTime::UNIX_EPOCH.saturating_add(Duration::milliseconds(ms))
}

/// As RFC 3339 and FHIR's `instant` write it: `2026-11-22T07:30:00.000Z`.
pub fn instant(at: Timestamp) -> String {
    let parts = parts(at);
    format!(
        "{}T{:02}:{:02}:{:02}.{:03}Z",
        day(parts.date()),
        parts.hour(),
        parts.minute(),
        parts.second(),
        parts.millisecond()
    )
}

/// Reads what [`instant`] writes.
pub fn parse_instant(text: &str) -> Option<Timestamp> {
    let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
    let mut date = date.splitn(3, '-').map(str::parse::<u16>);
    let (year, month, day) = (date.next()?.ok()?, date.next()?.ok()?, date.next()?.ok()?);
    let midnight = midnight(year.into(), month.try_into().ok()?, day.try_into().ok()?)?;
    let mut time = time.splitn(4, [':', '.']).map(str::parse::<u64>);
    let (hours, minutes) = (time.next()?.ok()?, time.next()?.ok()?);
    let (seconds, ms) = (time.next()?.ok()?, time.next()?.ok()?);
    let is_of_a_day = hours < 24 && minutes < 60 && seconds < 60 && ms < 1_000;
    is_of_a_day
        .then(|| Timestamp(midnight.0 + ((hours * 60 + minutes) * 60 + seconds) * 1_000 + ms))
}

/// As iCalendar writes it (RFC 5545 section 3.3.5, form 2), without the milliseconds: `20261122T073000Z`.
pub fn basic(at: Timestamp) -> String {
    let parts = parts(at);
    let (date, time) = (day(parts.date()).replace('-', ""), parts.time());
    format!(
        "{date}T{:02}{:02}{:02}Z",
        time.hour(),
        time.minute(),
        time.second()
    )
}

fn day(date: Date) -> String {
    format!(
        "{:04}-{:02}-{:02}",
        date.year(),
        u8::from(date.month()),
        date.day()
    )
}

/// A time as people in one place read it from the wall.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WallTime {
    /// The year.
    pub year: i32,
    /// 1 to 12.
    pub month: u8,
    /// From 1.
    pub day: u8,
    /// 0 for Monday to 6 for Sunday.
    pub weekday: u8,
    /// 0 to 23.
    pub hour: u8,
    /// 0 to 59.
    pub minute: u8,
}

/// Hours by which Vietnam is ahead of UTC; the whole country, the whole year.
pub const VIETNAM_HOURS: i8 = 7;

/// What the wall shows in Vietnam.
pub fn in_vietnam(at: Timestamp) -> WallTime {
    let offset = UtcOffset::from_hms(VIETNAM_HOURS, 0, 0).unwrap_or(UtcOffset::UTC);
    let there = parts(at)
        .checked_to_offset(offset)
        .unwrap_or(OffsetDateTime::UNIX_EPOCH);
    WallTime {
        year: there.year(),
        month: there.month().into(),
        day: there.day(),
        weekday: there.weekday().number_days_from_monday(),
        hour: there.hour(),
        minute: there.minute(),
    }
}

/// Midnight UTC of a day of the calendar; `None` if there is no such day from 1970 on.
pub fn midnight(year: i32, month: u8, day: u8) -> Option<Timestamp> {
    let month = time::Month::try_from(month).ok()?;
    let date = Date::from_calendar_date(year, month, day).ok()?;
    let seconds = date.midnight().assume_utc().unix_timestamp();
    let ms = u64::try_from(seconds).ok()?.checked_mul(1_000)?;
    Some(Timestamp(ms))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-22, 23:30 in Vietnam.
    const LATE: Timestamp = Timestamp(1_795_365_000_123);

    #[test]
    fn a_time_is_written_as_each_calendar_wants_it() {
        assert_eq!(instant(LATE), "2026-11-22T16:30:00.123Z");
        assert_eq!(basic(LATE), "20261122T163000Z");
        assert_eq!(parse_instant(&instant(LATE)), Some(LATE));
        for wrong in [
            "",
            "2026-11-22",
            "2026-11-22T16:30:00Z",
            "2026-11-22T24:00:00.000Z",
            "2026-13-22T00:00:00.000Z",
        ] {
            assert_eq!(parse_instant(wrong), None, "{wrong}");
        }
        assert_eq!(instant(Timestamp(0)), "1970-01-01T00:00:00.000Z");
        assert_eq!(instant(Timestamp(u64::MAX)), "9999-12-31T23:59:59.999Z");
    }

    #[test]
    fn the_wall_in_vietnam_is_seven_hours_ahead() {
        let wall = in_vietnam(LATE.plus(std::time::Duration::from_hours(1)));
        let WallTime {
            year,
            month,
            day,
            weekday,
            hour,
            minute,
        } = wall;
        assert_eq!((year, month, day, hour, minute), (2026, 11, 23, 0, 30));
        assert_eq!(weekday, 0, "a Monday");
    }

    #[test]
    fn a_day_begins_at_midnight_and_one_that_is_none_has_no_beginning() {
        assert_eq!(midnight(1970, 1, 2), Some(Timestamp(86_400_000)));
        assert_eq!(
            midnight(2028, 2, 29).map(instant).as_deref(),
            Some("2028-02-29T00:00:00.000Z")
        );
        for (year, month, day) in [(2027, 2, 29), (2026, 13, 1), (2026, 1, 0), (1969, 12, 31)] {
            assert_eq!(midnight(year, month, day), None);
        }
    }
}
