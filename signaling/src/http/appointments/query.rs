//! What stands behind the `?` of the lists of appointments.

use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use serde::Deserialize;

use crate::board::Date;
use crate::http::paging::Page;
use crate::ids::{RoomId, Timestamp};
use crate::store::Dated;

/// `GET /v1/appointments`: from this time on and before that one, in pages.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(utoipa::IntoParams), into_params(parameter_in = Query))]
pub(in crate::http) struct ListQuery {
    /// Milliseconds since 1970-01-01 UTC.
    #[serde(default)]
    #[cfg_attr(test, param(format = "uint64"))]
    from: Option<u64>,
    /// Milliseconds since 1970-01-01 UTC.
    #[serde(default)]
    #[cfg_attr(test, param(format = "uint64"))]
    to: Option<u64>,
    /// How many; 50 if nothing is said.
    #[serde(default)]
    #[cfg_attr(test, param(minimum = 1, maximum = 100))]
    limit: Option<usize>,
    /// The `next` of the page before.
    #[serde(default)]
    after: Option<String>,
}

impl ListQuery {
    pub(super) fn times(&self) -> Range<Timestamp> {
        let from = Timestamp(self.from.unwrap_or(0));
        from..Timestamp(self.to.unwrap_or(u64::MAX))
    }

    pub(super) fn page(&self) -> Page {
        Page::new(self.limit, self.after.clone())
    }
}

/// `GET /v1/day`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(utoipa::IntoParams), into_params(parameter_in = Query))]
pub(in crate::http) struct DayQuery {
    /// Today, if nothing is said.
    #[serde(default)]
    pub(super) date: Option<Date>,
    /// The revision that is known already.
    #[serde(default)]
    #[cfg_attr(test, param(format = "uint64"))]
    pub(super) since: Option<u64>,
}

/// Behind which appointment a page begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cursor(pub(super) Dated);

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Dated { at, room } = self.0;
        write!(f, "{}-{room}", at.0)
    }
}

/// A text that is no cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct CursorError;

impl FromStr for Cursor {
    type Err = CursorError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (at, room) = text.split_once('-').ok_or(CursorError)?;
        let at = Timestamp(at.parse().map_err(|_| CursorError)?);
        let room: RoomId = room.parse().map_err(|_| CursorError)?;
        Ok(Self(Dated { at, room }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_survives_text() {
        let (at, room) = (Timestamp(1_795_280_400_000), RoomId(7));
        let cursor = Cursor(Dated { at, room });
        assert_eq!(cursor.to_string(), "1795280400000-0000000000000007");
        assert_eq!(cursor.to_string().parse(), Ok(cursor));
        for wrong in ["", "-", "1", "1-7", "x-0000000000000007"] {
            assert_eq!(wrong.parse::<Cursor>(), Err(CursorError), "{wrong}");
        }
    }
}
