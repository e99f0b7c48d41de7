//! Whole logs of a clinic's appointments, for those who keep records of them.

use std::ops::Range;

use super::{AppointmentError, Requester, Service};
use crate::accounts::{ClinicId, KeyHolder};
use crate::board::View;
use crate::consultation::{Command, RecordKind, decide, replay};
use crate::ids::{RoomId, Timestamp};
use crate::room::Wish;
use crate::store::{Actor, Calendar, Dated, StoreError, StoredRoom};

impl Service {
    /// Everything about an appointment; `None`: the clinic has no such one.
    pub(crate) async fn record(
        &self,
        clinic: ClinicId,
        room: RoomId,
    ) -> Result<Option<StoredRoom>, StoreError> {
        let stored = self.0.shared.store.load(room).await?;
        Ok(stored.filter(|stored| replay(&stored.events).clinic() == Some(clinic)))
    }

    /// Everything about an appointment, for a hospital system to read: nothing is read of which
    /// the log does not say so first. `None`: the clinic has no such one.
    pub(crate) async fn disclose(
        &self,
        to: &KeyHolder,
        room: RoomId,
        what: RecordKind,
    ) -> Result<Option<StoredRoom>, AppointmentError> {
        let (clinic, key) = (to.clinic, to.key);
        let Some(stored) = self.record(clinic, room).await? else {
            return Ok(None);
        };
        let now = self.0.shared.settings.clock.now();
        let command = Command::Disclose { what, to: key };
        if decide(&replay(&stored.events), command, now)?.is_empty() {
            return Ok(Some(stored));
        }
        let by = Requester {
            clinic,
            view: View::Clinic,
            actor: Actor::Key(key),
        };
        self.act(by, room, Wish::Disclose(what, key)).await?;
        Ok(self.record(clinic, room).await?)
    }

    /// The clinic's appointments that begin at these times, behind `after`, by time.
    pub(crate) async fn records(
        &self,
        clinic: ClinicId,
        times: Range<Timestamp>,
        after: Option<Dated>,
        limit: usize,
    ) -> Result<Vec<Dated>, StoreError> {
        let of = Calendar::Clinic(clinic);
        self.0.shared.store.calendar(of, times, after, limit).await
    }

    /// Where the page of this server is reached, such as `https://kham.example.vn`.
    pub(crate) fn url(&self) -> &str {
        &self.0.shared.settings.url
    }
}
