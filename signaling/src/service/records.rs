//! Whole logs of a clinic's appointments, for those who keep records of them.

use std::ops::Range;

use super::Service;
use crate::accounts::ClinicId;
use crate::consultation::replay;
use crate::ids::{RoomId, Timestamp};
use crate::store::{Calendar, Dated, StoreError, StoredRoom};

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
