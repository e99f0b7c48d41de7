//! Where webhooks go and what their requests are signed with, sealed: whoever has the store alone can neither send there
//! nor sign.

use serde::{Deserialize, Serialize};

use super::{
    AccountStore, Change, Result, StaffBatch, StoreError, clinic_stream, place, unreadable,
    use_record,
};
use crate::accounts::{ClinicId, WebhookId};
use crate::ids::Timestamp;
use crate::store::hexadecimal;
use crate::store::journal::{RecordKey, RecordKind, StreamId, Write};
use crate::webhook::{Destination, Secret};

#[derive(Serialize, Deserialize)]
struct StoredDestination {
    url: String,
    secret: String,
}

impl AccountStore {
    /// Where a webhook of a clinic goes, from what [`super::StoredStaff`] has of it.
    pub fn destination(
        &self,
        clinic: ClinicId,
        webhook: WebhookId,
        sealed: &[u8],
    ) -> Result<Destination> {
        let stream = clinic_stream(clinic);
        let unreadable = || unreadable(stream, "where a webhook goes");
        let plain = self.sealer.open(&place(stream, record(webhook)), sealed);
        let plain = plain.map_err(|_| unreadable())?;
        let stored = serde_json::from_slice::<StoredDestination>(&plain);
        let StoredDestination { url, secret } = stored.map_err(|_| unreadable())?;
        let secret = Secret(hexadecimal::parse(&secret).ok_or_else(unreadable)?);
        Ok(Destination { url, secret })
    }

    /// What a batch says of webhooks. One that is gone leaves neither address nor time.
    pub(super) fn write_webhooks(
        &self,
        stream: StreamId,
        batch: &StaffBatch,
        write: &mut Write,
    ) -> Result<()> {
        for (webhook, change) in &batch.webhooks {
            let key = record(*webhook);
            match change {
                Change::Keep => {}
                Change::Set(Destination { url, secret }) => {
                    let plain = serde_json::to_vec(&StoredDestination {
                        url: url.clone(),
                        secret: hexadecimal::text(&secret.0),
                    });
                    let plain = plain.map_err(StoreError::failed)?;
                    let sealed = self.sealer.seal(&place(stream, key), &plain)?;
                    write.records.push((key, Some(sealed)));
                }
                Change::Forget => {
                    write.records.push((key, None));
                    write.records.push(delivered(*webhook, None));
                }
            }
        }
        for (webhook, at) in &batch.delivered {
            write.records.push(delivered(*webhook, Some(*at)));
        }
        Ok(())
    }
}

const fn record(webhook: WebhookId) -> RecordKey {
    RecordKey {
        kind: RecordKind::Webhook,
        number: webhook.0,
    }
}

fn delivered(webhook: WebhookId, at: Option<Timestamp>) -> (RecordKey, Option<Vec<u8>>) {
    use_record(RecordKind::WebhookUse, webhook.0, at)
}
