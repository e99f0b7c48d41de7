//! What belongs to the server as a whole: the secrets of its accounts, and the clinics that it has
//! beside the main one.
//!
//! One small log, seldom written. The secrets are sealed as people's names are, so that a change
//! of the master key wraps them anew, and a copy of the store opens them with the same key file
//! as everything else.
//!
//! **Invariant:** the secrets are made once. Without them no account is found and no record of
//! one opens, so that a store which has lost them is refused, never given new ones.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::chain::said;
use super::journal::{
    Journal, RecordKey, RecordKind, StoredStream, StreamId, StreamKind, Version, Write,
};
use super::seals::{Personal, Seals, Subject};
use super::{Store, StoreError};
use crate::accounts::{Clinic, ClinicAddress, ClinicId};
use crate::auth::random;
use crate::ids::Timestamp;
use crate::text::DisplayName;

const SERVER: StreamId = StreamId {
    kind: StreamKind::Server,
    id: 0,
};

/// Nobody's in particular: what is sealed here is about the server.
const SUBJECT: Subject = 0;

const KEYS: RecordKey = RecordKey {
    kind: RecordKind::AccountKeys,
    number: 0,
};

/// How often the log is tried to be begun beside other servers; each try is lost to one of them.
const TRIES: usize = 8;

#[derive(Serialize, Deserialize)]
struct ServerEvent {
    at: Timestamp,
    fact: ServerFact,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum ServerFact {
    /// The server has secrets.
    Opened,
    /// It has one more clinic.
    ClinicAdded { clinic: u64, address: String },
}

/// What the records and hashes of accounts are made with.
pub struct AccountKeys {
    /// Seals names, password hashes and second factors.
    pub sealing: [u8; 32],
    /// Makes the hashes of tokens and sign-in names.
    pub hashing: [u8; 32],
}

/// The list of a server's clinics. Clones are the same list.
#[derive(Clone)]
pub struct ClinicStore {
    journal: Arc<dyn Journal>,
    seals: Arc<Seals>,
}

impl Store {
    /// The secrets of accounts; made when they are asked for first.
    pub async fn account_keys(&self, now: Timestamp) -> Result<AccountKeys, StoreError> {
        let clinics = self.clinics();
        let mut tries = 1;
        loop {
            if let Some(stored) = clinics.open().await? {
                return read_keys(&stored);
            }
            match clinics.begin(now).await {
                Err(StoreError::Conflict { .. }) if tries < TRIES => tries += 1,
                begun => begun?,
            }
        }
    }

    /// The server's clinics, beside the main one.
    pub fn clinics(&self) -> ClinicStore {
        ClinicStore {
            journal: Arc::clone(&self.journal),
            seals: Arc::clone(&self.seals),
        }
    }
}

impl ClinicStore {
    /// Every clinic, in the order in which they came, and the version of the list.
    pub async fn load(&self) -> Result<(Version, Vec<Clinic>), StoreError> {
        let Some(stored) = self.open().await? else {
            return Ok((Version::default(), Vec::new()));
        };
        let clinics = stored.entries.iter();
        let clinics = clinics.filter_map(|entry| clinic(&stored, entry).transpose());
        Ok((stored.version, clinics.collect::<Result<_, _>>()?))
    }

    /// Adds a clinic, if the list still has the expected version.
    pub async fn add(
        &self,
        expected: Version,
        clinic: &Clinic,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let fact = ServerFact::ClinicAdded {
            clinic: clinic.id.0,
            address: clinic.address.as_str().to_owned(),
        };
        let name = Personal {
            key: name_of(clinic.id.0),
            subject: SUBJECT,
            plain: clinic.name.as_str().as_bytes().to_vec(),
        };
        self.write(expected, ServerEvent { at, fact }, name).await
    }

    async fn begin(&self, at: Timestamp) -> Result<(), StoreError> {
        let bytes: [u8; 64] = random().map_err(StoreError::failed)?;
        let keys = Personal {
            key: KEYS,
            subject: SUBJECT,
            plain: bytes.to_vec(),
        };
        let fact = ServerFact::Opened;
        self.write(Version::default(), ServerEvent { at, fact }, keys)
            .await
    }

    async fn write(
        &self,
        expected: Version,
        event: ServerEvent,
        record: Personal,
    ) -> Result<(), StoreError> {
        let mut write = Write {
            version: expected,
            ..Write::default()
        };
        let entry = serde_json::to_vec(&event).map_err(StoreError::failed)?;
        write.push(SERVER, &entry);
        let place = (SERVER, expected);
        let sealed = self
            .seals
            .seal(&*self.journal, place, vec![record], &mut write);
        let keys = sealed.await?;
        self.journal.append(SERVER, expected, write).await?;
        self.seals.remember(SERVER, keys);
        Ok(())
    }

    async fn open(&self) -> Result<Option<StoredStream>, StoreError> {
        let mut stored = self.journal.load(SERVER).await?;
        if let Some(stored) = &mut stored {
            self.seals.open(SERVER, stored)?;
        }
        Ok(stored)
    }
}

fn read_keys(stored: &StoredStream) -> Result<AccountKeys, StoreError> {
    let bytes = stored.records.iter().find(|(key, _)| *key == KEYS);
    let bytes = bytes.and_then(|(_, bytes)| <&[u8; 64]>::try_from(bytes.as_slice()).ok());
    let halves = bytes.and_then(|bytes| {
        let (sealing, hashing) = bytes.split_first_chunk()?;
        Some((*sealing, hashing.try_into().ok()?))
    });
    let (sealing, hashing) = halves.ok_or_else(|| damaged("the secrets of its accounts"))?;
    Ok(AccountKeys { sealing, hashing })
}

/// The clinic that an entry adds, if it adds one.
fn clinic(stored: &StoredStream, entry: &[u8]) -> Result<Option<Clinic>, StoreError> {
    let event = serde_json::from_slice::<ServerEvent>(said(entry));
    let event = event.map_err(|_| damaged("the list of its clinics"))?;
    let ServerFact::ClinicAdded { clinic, address } = event.fact else {
        return Ok(None);
    };
    let damaged = || damaged("a clinic");
    let mut records = stored.records.iter();
    let name = records.find(|(key, _)| *key == name_of(clinic));
    let name = name.and_then(|(_, bytes)| std::str::from_utf8(bytes).ok());
    let name = name.and_then(|name| DisplayName::parse(name).ok());
    Ok(Some(Clinic {
        id: ClinicId(clinic),
        address: ClinicAddress::parse(&address).map_err(|_| damaged())?,
        name: name.ok_or_else(damaged)?,
    }))
}

const fn name_of(clinic: u64) -> RecordKey {
    RecordKey {
        kind: RecordKind::ClinicName,
        number: clinic,
    }
}

fn damaged(what: &str) -> StoreError {
    let reason = format!("{what} cannot be read");
    StoreError::Damaged { reason }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clinic(id: u64, address: &str, name: &str) -> Clinic {
        Clinic {
            id: ClinicId(id),
            address: ClinicAddress::parse(address).unwrap(),
            name: DisplayName::parse(name).unwrap(),
        }
    }

    #[tokio::test]
    async fn the_secrets_of_accounts_are_made_once_and_are_sealed() {
        let store = Store::in_memory().unwrap();
        let (one, two) = tokio::join!(
            store.account_keys(Timestamp(1)),
            store.account_keys(Timestamp(2)),
        );
        let (one, two) = (one.unwrap(), two.unwrap());
        assert_eq!((one.sealing, one.hashing), (two.sealing, two.hashing));
        assert_ne!(one.sealing, one.hashing);
        let stored = store.journal.load(SERVER).await.unwrap().unwrap();
        for (key, bytes) in &stored.records {
            let shows = bytes
                .windows(8)
                .any(|part| one.sealing.starts_with(part) || one.hashing.starts_with(part));
            assert!(!shows, "{key:?}");
        }
    }

    #[tokio::test]
    async fn a_store_that_lost_the_secrets_gets_no_new_ones() {
        let store = Store::in_memory().unwrap();
        store.account_keys(Timestamp(1)).await.unwrap();
        let stored = store.journal.load(SERVER).await.unwrap().unwrap();
        let write = Write {
            version: stored.version,
            records: vec![(KEYS, None)],
            ..Write::default()
        };
        store
            .journal
            .append(SERVER, stored.version, write)
            .await
            .unwrap();
        let Err(error) = store.account_keys(Timestamp(2)).await else {
            panic!("the accounts of this store are lost with them")
        };
        assert_eq!(
            error.to_string(),
            "the store is damaged: the secrets of its accounts cannot be read"
        );
    }

    #[tokio::test]
    async fn clinics_are_listed_as_they_came_and_the_second_of_two_at_once_is_told() {
        let store = Store::in_memory().unwrap();
        store.account_keys(Timestamp(1)).await.unwrap();
        let clinics = store.clinics();
        let (version, none) = clinics.load().await.unwrap();
        assert_eq!(none, []);
        let (an, binh) = (
            clinic(5, "an", "Phòng khám An"),
            clinic(6, "binh", "Bệnh viện Bình"),
        );
        clinics.add(version, &an, Timestamp(2)).await.unwrap();
        let late = clinics.add(version, &binh, Timestamp(3)).await;
        assert!(matches!(late, Err(StoreError::Conflict { .. })));
        let (version, _) = clinics.load().await.unwrap();
        clinics.add(version, &binh, Timestamp(3)).await.unwrap();
        assert_eq!(clinics.load().await.unwrap().1, [an, binh]);
    }

    /// Changing one of these texts makes stores in the field unreadable.
    #[test]
    fn the_stored_form_stays_readable() {
        let added = ServerFact::ClinicAdded {
            clinic: 5,
            address: "an".to_owned(),
        };
        for (fact, text) in [
            (ServerFact::Opened, r#"{"at":7,"fact":"opened"}"#),
            (
                added,
                r#"{"at":7,"fact":{"clinicAdded":{"clinic":5,"address":"an"}}}"#,
            ),
        ] {
            let at = Timestamp(7);
            assert_eq!(
                serde_json::to_string(&ServerEvent { at, fact }).unwrap(),
                text
            );
            serde_json::from_str::<ServerEvent>(text).unwrap();
        }
    }
}
