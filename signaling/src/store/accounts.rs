//! Accounts in a journal: a stream for each clinic's staff, one for each account. What names a
//! person or proves who they are is a sealed record beside the log; what finds them is a hash.
//!
//! **Invariants** (`accounts/contract.rs`, for every journal)
//! - whoever has the store alone reads no name, no sign-in name, no password hash and no second
//!   factor, and cannot put a sealed record in another's place;
//! - what is appended on an old version changes nothing.

mod codec;
#[cfg(test)]
mod contract;
mod staff_codec;
#[cfg(test)]
mod tests;
mod webhooks;

use std::sync::Arc;

use super::chain::said;
use super::journal::{
    Journal, RecordKey, RecordKind, StoredStream, StreamId, StreamKind, Target, Version, Write,
};
use super::{Store, StoreError};
use crate::accounts::{
    AccountId, ClinicId, Event, KeyId, NameHash, PasswordHash, SealError, Sealer, SessionId,
    SignInName, TotpSecret, WebhookId, account, staff,
};
use crate::ids::{Timestamp, TokenHash};
use crate::text::DisplayName;
use crate::webhook::Destination;
use codec::{decode_event, decode_profile, encode_event, encode_profile};
use staff_codec::{decode_staff_event, encode_staff_event};

/// A store of accounts. Clones are the same store.
#[derive(Clone)]
pub struct AccountStore {
    journal: Arc<dyn Journal>,
    sealer: Arc<dyn Sealer>,
}

/// What a person is called and signs in with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// For the others.
    pub name: DisplayName,
    /// For signing in.
    pub sign_in_name: SignInName,
}

/// What becomes of a record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Change<T> {
    /// It stays as it is.
    #[default]
    Keep,
    /// It is this.
    Set(T),
    /// It is gone.
    Forget,
}

/// What one append to an account stores together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccountBatch {
    /// To the end of the log.
    pub events: Vec<Event<account::Fact>>,
    /// Name and sign-in name.
    pub profile: Change<Profile>,
    /// The password's hash.
    pub password: Change<PasswordHash>,
    /// The second factor that counts.
    pub totp: Change<TotpSecret>,
    /// The second factor that is offered.
    pub offered: Change<TotpSecret>,
    /// When sessions were used; `None`: the session is over.
    pub used: Vec<(SessionId, Option<Timestamp>)>,
    /// Hashes of invitations and of sessions' tokens that lead here from here on.
    pub tokens: Vec<TokenHash>,
}

/// What one append to a clinic stores together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StaffBatch {
    /// To the end of the log.
    pub events: Vec<Event<staff::Fact>>,
    /// Sign-in names that lead to these accounts from here on.
    pub names: Vec<(NameHash, AccountId)>,
    /// Hashes of ids that lead to these API keys.
    pub keys: Vec<(TokenHash, KeyId)>,
    /// When keys were used.
    pub used: Vec<(KeyId, Timestamp)>,
    /// Where webhooks go, from here on or no more.
    pub webhooks: Vec<(WebhookId, Change<Destination>)>,
    /// When something was delivered to webhooks.
    pub delivered: Vec<(WebhookId, Timestamp)>,
    /// The hash of the first administrator's link.
    pub first_link: Option<TokenHash>,
}

/// An account as it was stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredAccount {
    /// The version of the log.
    pub version: Version,
    /// The log.
    pub events: Vec<Event<account::Fact>>,
    /// Name and sign-in name; gone with the account.
    pub profile: Option<Profile>,
    /// The password's hash; none until one is set.
    pub password: Option<PasswordHash>,
    /// The second factor that counts.
    pub totp: Option<TotpSecret>,
    /// The second factor that is offered.
    pub offered: Option<TotpSecret>,
    /// When sessions were last used, by session, where that was written down.
    pub used: Vec<(SessionId, Timestamp)>,
}

/// A clinic's staff as it was stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredStaff {
    /// The version of the log.
    pub version: Version,
    /// The log.
    pub events: Vec<Event<staff::Fact>>,
    /// When keys were last used, by key, where that was written down.
    pub used: Vec<(KeyId, Timestamp)>,
    /// Where webhooks go, sealed ([`AccountStore::destination`]).
    pub webhooks: Vec<(WebhookId, Vec<u8>)>,
    /// When webhooks were last delivered to, where that was written down.
    pub delivered: Vec<(WebhookId, Timestamp)>,
}

/// Why the store of accounts did not.
#[derive(Debug, thiserror::Error)]
pub enum AccountStoreError {
    /// The store below.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What is stored cannot be read: by another version of the program, damaged, or sealed with
    /// another key.
    #[error("{} {id:016x} cannot be read: {reason}", what.word())]
    Unreadable {
        /// A clinic or an account.
        what: Unreadable,
        /// Which.
        id: u64,
        /// Why, without any content.
        reason: &'static str,
    },
    /// The cryptography failed.
    #[error(transparent)]
    Seal(#[from] SealError),
}

/// What cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// How a person signs in.
    Account,
    /// Who works at a clinic.
    Clinic,
}

impl Unreadable {
    const fn word(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Clinic => "clinic",
        }
    }
}

type Result<T> = std::result::Result<T, AccountStoreError>;

/// The second factor that counts, and the one that is offered.
const ENROLLED: u64 = 0;
const OFFERED: u64 = 1;

impl Store {
    /// The accounts in this store, their personal records sealed by `sealer`.
    pub fn accounts(&self, sealer: Arc<dyn Sealer>) -> AccountStore {
        let journal = Arc::clone(&self.journal);
        AccountStore { journal, sealer }
    }
}

impl AccountStore {
    /// Adds to an account, if its log still has the expected version. Answers the new one.
    pub async fn append(
        &self,
        account: AccountId,
        expected: Version,
        batch: AccountBatch,
    ) -> Result<Version> {
        let stream = account_stream(account);
        let mut write = start(expected);
        for event in &batch.events {
            let entry = encode_event(event).map_err(StoreError::failed)?;
            write.push(stream, &entry);
        }
        let profile = match batch.profile {
            Change::Keep => Change::Keep,
            Change::Forget => Change::Forget,
            Change::Set(profile) => {
                Change::Set(encode_profile(&profile).map_err(StoreError::failed)?)
            }
        };
        let password = batch.password.map(|hash| hash.as_str().as_bytes().to_vec());
        let secret = |secret: TotpSecret| secret.bytes().to_vec();
        for (kind, number, change) in [
            (RecordKind::Profile, 0, profile),
            (RecordKind::Password, 0, password),
            (RecordKind::Totp, ENROLLED, batch.totp.map(secret)),
            (RecordKind::Totp, OFFERED, batch.offered.map(secret)),
        ] {
            let key = RecordKey { kind, number };
            let bytes = match change {
                Change::Keep => continue,
                Change::Forget => None,
                Change::Set(plain) => Some(self.sealer.seal(&place(stream, key), &plain)?),
            };
            write.records.push((key, bytes));
        }
        for (session, used) in batch.used {
            let number = u64::from(session.0);
            write
                .records
                .push(use_record(RecordKind::SessionUse, number, used));
        }
        let tokens = batch.tokens.into_iter();
        write.names = tokens.map(|token| (token.0, 0)).collect();
        self.store(stream, expected, write).await
    }

    /// Everything about an account; `None` if it never was.
    pub async fn load(&self, account: AccountId) -> Result<Option<StoredAccount>> {
        let stream = account_stream(account);
        let Some(stored) = self.journal.load(stream).await? else {
            return Ok(None);
        };
        self.read(stream, &stored).map(Some)
    }

    /// How far an account's log has come; `None` if it never was.
    pub async fn version(&self, account: AccountId) -> Result<Option<Version>> {
        Ok(self.journal.version(account_stream(account)).await?)
    }

    /// How far the log of a clinic's staff has come; `None` as in [`Self::load_staff`].
    pub async fn staff_version(&self, clinic: ClinicId) -> Result<Option<Version>> {
        Ok(self.journal.version(clinic_stream(clinic)).await?)
    }

    /// Adds to a clinic's staff, if its log still has the expected version. Answers the new one.
    pub async fn append_staff(
        &self,
        clinic: ClinicId,
        expected: Version,
        batch: StaffBatch,
    ) -> Result<Version> {
        let stream = clinic_stream(clinic);
        let mut write = start(expected);
        for event in &batch.events {
            let entry = encode_staff_event(event).map_err(StoreError::failed)?;
            write.push(stream, &entry);
        }
        self.write_webhooks(stream, &batch, &mut write)?;
        for (key, used) in batch.used {
            write
                .records
                .push(use_record(RecordKind::KeyUse, key.0, Some(used)));
        }
        let names = batch.names.into_iter().map(|(name, to)| (name.0, to.0));
        let keys = batch.keys.into_iter().map(|(name, to)| (name.0, to.0));
        let link = batch.first_link.into_iter().map(|name| (name.0, 0));
        write.names = names.chain(keys).chain(link).collect();
        self.store(stream, expected, write).await
    }

    /// A clinic's staff; `None` if nobody was ever offered to be its administrator.
    pub async fn load_staff(&self, clinic: ClinicId) -> Result<Option<StoredStaff>> {
        let stream = clinic_stream(clinic);
        let Some(stored) = self.journal.load(stream).await? else {
            return Ok(None);
        };
        let events = stored
            .entries
            .iter()
            .map(|entry| decode_staff_event(said(entry)));
        let events = events.collect::<std::result::Result<_, _>>();
        let mut staff = StoredStaff {
            version: stored.version,
            events: events.map_err(|_| unreadable(stream, AN_EVENT))?,
            used: Vec::new(),
            webhooks: Vec::new(),
            delivered: Vec::new(),
        };
        for (RecordKey { kind, number }, bytes) in stored.records {
            match kind {
                RecordKind::KeyUse => {
                    let used = used_at(stream, &bytes)?;
                    staff.used.push((KeyId(number), used));
                }
                RecordKind::Webhook => staff.webhooks.push((WebhookId(number), bytes)),
                RecordKind::WebhookUse => {
                    let delivered = used_at(stream, &bytes)?;
                    staff.delivered.push((WebhookId(number), delivered));
                }
                _ => return Err(unreadable(stream, NOT_OURS)),
            }
        }
        Ok(Some(staff))
    }

    /// Which account of a clinic a sign-in name leads to. Whether it still belongs to the clinic
    /// is for the staff's log to say.
    pub async fn find_name(&self, name: NameHash) -> Result<Option<(ClinicId, AccountId)>> {
        let found = self.find(name.0, StreamKind::Clinic).await?;
        Ok(found.map(|target| (ClinicId(target.stream.id), AccountId(target.number))))
    }

    /// Which account an invitation or a session's token leads to. Dead ones are found as well:
    /// the account's log says whether one is good.
    pub async fn find_token(&self, token: TokenHash) -> Result<Option<AccountId>> {
        let found = self.find(token.0, StreamKind::Account).await?;
        Ok(found.map(|target| AccountId(target.stream.id)))
    }

    /// Which clinic the first administrator's link leads to.
    pub async fn find_first_link(&self, link: TokenHash) -> Result<Option<ClinicId>> {
        let found = self.find(link.0, StreamKind::Clinic).await?;
        Ok(found.map(|target| ClinicId(target.stream.id)))
    }

    /// Which API key the hash of an id leads to.
    pub async fn find_key(&self, id: TokenHash) -> Result<Option<(ClinicId, KeyId)>> {
        let found = self.find(id.0, StreamKind::Clinic).await?;
        Ok(found.map(|target| (ClinicId(target.stream.id), KeyId(target.number))))
    }

    /// Forgets an account that never came to be. One that was is removed instead, and its log
    /// stays.
    pub async fn forget(&self, account: AccountId) -> Result<()> {
        Ok(self.journal.delete(account_stream(account)).await?)
    }

    async fn find(&self, name: [u8; 32], kind: StreamKind) -> Result<Option<Target>> {
        let found = self.journal.find(name).await?;
        Ok(found.filter(|target| target.stream.kind == kind))
    }

    async fn store(&self, stream: StreamId, expected: Version, write: Write) -> Result<Version> {
        let version = write.version;
        self.journal.append(stream, expected, write).await?;
        Ok(version)
    }

    fn read(&self, stream: StreamId, stored: &StoredStream) -> Result<StoredAccount> {
        let events = stored.entries.iter().map(|entry| decode_event(said(entry)));
        let events = events.collect::<std::result::Result<_, _>>();
        let mut read = StoredAccount {
            version: stored.version,
            events: events.map_err(|_| unreadable(stream, AN_EVENT))?,
            profile: None,
            password: None,
            totp: None,
            offered: None,
            used: Vec::new(),
        };
        for (key, bytes) in &stored.records {
            let open = || {
                let plain = self.sealer.open(&place(stream, *key), bytes);
                plain.map_err(|_| unreadable(stream, "a sealed record"))
            };
            match (key.kind, key.number) {
                (RecordKind::Profile, 0) => {
                    let profile = decode_profile(&open()?);
                    let profile = profile.map_err(|_| unreadable(stream, "a profile"))?;
                    read.profile = Some(profile);
                }
                (RecordKind::Password, 0) => {
                    let text = String::from_utf8(open()?);
                    let text = text.map_err(|_| unreadable(stream, "a password hash"))?;
                    read.password = Some(PasswordHash::new(text));
                }
                (RecordKind::Totp, number @ (ENROLLED | OFFERED)) => {
                    let secret = open()?.try_into().map(TotpSecret::new);
                    let secret = secret.map_err(|_| unreadable(stream, "a second factor"))?;
                    if number == ENROLLED {
                        read.totp = Some(secret);
                    } else {
                        read.offered = Some(secret);
                    }
                }
                (RecordKind::SessionUse, number) => {
                    let session = u32::try_from(number).map(SessionId);
                    let session = session.map_err(|_| unreadable(stream, NOT_OURS))?;
                    read.used.push((session, used_at(stream, bytes)?));
                }
                _ => return Err(unreadable(stream, NOT_OURS)),
            }
        }
        Ok(read)
    }
}

const AN_EVENT: &str = "an event";
const NOT_OURS: &str = "a record that it does not have";

impl<T> Change<T> {
    fn map<U>(self, how: impl FnOnce(T) -> U) -> Change<U> {
        match self {
            Self::Keep => Change::Keep,
            Self::Set(value) => Change::Set(how(value)),
            Self::Forget => Change::Forget,
        }
    }
}

const fn account_stream(account: AccountId) -> StreamId {
    let kind = StreamKind::Account;
    StreamId {
        kind,
        id: account.0,
    }
}

const fn clinic_stream(clinic: ClinicId) -> StreamId {
    let kind = StreamKind::Clinic;
    StreamId { kind, id: clinic.0 }
}

fn start(version: Version) -> Write {
    Write {
        version,
        ..Write::default()
    }
}

/// When something was last used: milliseconds since 1970, eight bytes.
fn use_record(
    kind: RecordKind,
    number: u64,
    used: Option<Timestamp>,
) -> (RecordKey, Option<Vec<u8>>) {
    let bytes = used.map(|used| used.0.to_be_bytes().to_vec());
    (RecordKey { kind, number }, bytes)
}

fn used_at(stream: StreamId, bytes: &[u8]) -> Result<Timestamp> {
    let bytes = bytes
        .try_into()
        .map_err(|_| unreadable(stream, "the time of a use"))?;
    Ok(Timestamp(u64::from_be_bytes(bytes)))
}

/// Where a sealed record belongs: it opens nowhere else.
fn place(StreamId { kind, id }: StreamId, key: RecordKey) -> [u8; 18] {
    let mut place = [0; 18];
    let bytes = [kind as u8, key.kind as u8]
        .into_iter()
        .chain(id.to_be_bytes())
        .chain(key.number.to_be_bytes());
    for (to, from) in place.iter_mut().zip(bytes) {
        *to = from;
    }
    place
}

fn unreadable(stream: StreamId, reason: &'static str) -> AccountStoreError {
    let what = if stream.kind == StreamKind::Clinic {
        Unreadable::Clinic
    } else {
        Unreadable::Account
    };
    AccountStoreError::Unreadable {
        what,
        id: stream.id,
        reason,
    }
}
