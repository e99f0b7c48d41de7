//! Load, decide, append; and again if somebody else was first.

use super::{Accounts, Result, TRIES, is_conflict, known};
use crate::accounts::account::{self, Account};
use crate::accounts::service::AccountError;
use crate::accounts::staff;
use crate::accounts::{AccountId, ClinicId, Command, Refusal};
use crate::ids::Timestamp;
use crate::store::accounts::{AccountBatch, StaffBatch, StoredAccount};

/// What is to change, decided on what is there now.
pub(super) struct Plan {
    pub(super) wish: account::Wish,
    /// What is stored with it; its events come from the wish.
    pub(super) batch: AccountBatch,
}

impl From<account::Wish> for Plan {
    fn from(wish: account::Wish) -> Self {
        let batch = AccountBatch::default();
        Self { wish, batch }
    }
}

impl Accounts {
    /// Changes an account. What `plan` reads is what the store has when the change is stored.
    pub(super) async fn change(
        &self,
        (clinic, id): (ClinicId, AccountId),
        plan: impl Fn(&Account, &StoredAccount, Timestamp) -> Result<Plan>,
    ) -> Result<()> {
        for _try in 0..TRIES {
            let found = self.account(id).await?;
            let known = found.ok_or(Refusal::UnknownAccount)?;
            let (account, stored) = &*known;
            let now = self.clock.now();
            let Plan { wish, mut batch } = plan(account, stored, now)?;
            batch.events = account::decide(account, Command { clinic, wish }, now)?;
            if batch == AccountBatch::default() {
                return Ok(());
            }
            let after = batch.events.iter().fold(account.clone(), account::apply);
            let is_over = |session| after.session(session).is_none();
            let over = stored.used.iter().filter(|(session, _)| is_over(*session));
            batch.used.extend(over.map(|(session, _)| (*session, None)));
            match self.store.append(id, stored.version, batch).await {
                Err(error) if is_conflict(&error) => {}
                stored => return Ok(stored.map(|_version| ())?),
            }
        }
        Err(AccountError::Busy)
    }

    /// Changes a clinic's staff, and stores `batch` with it if anything does change.
    pub(super) async fn change_staff(
        &self,
        clinic: ClinicId,
        wish: &staff::Wish,
        batch: &StaffBatch,
    ) -> Result<()> {
        for _try in 0..TRIES {
            let known = self.staff(clinic).await?;
            let wish = wish.clone();
            let events = staff::decide(&known.0, Command { clinic, wish }, self.clock.now())?;
            if events.is_empty() {
                return Ok(());
            }
            let version = known::version(&known);
            let batch = StaffBatch {
                events,
                ..batch.clone()
            };
            match self.store.append_staff(clinic, version, batch).await {
                Err(error) if is_conflict(&error) => {}
                stored => return Ok(stored.map(|_version| ())?),
            }
        }
        Err(AccountError::Busy)
    }

    /// Whether a wish would be granted now: before the work for it is done.
    pub(super) async fn would(&self, clinic: ClinicId, wish: &staff::Wish) -> Result<()> {
        let known = self.staff(clinic).await?;
        let wish = wish.clone();
        staff::decide(&known.0, Command { clinic, wish }, self.clock.now())?;
        Ok(())
    }
}
