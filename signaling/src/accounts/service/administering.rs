//! What administrators do with other people's accounts.

use super::changing::Plan;
use super::{AccountError, Accounts, Result, SignedIn};
use crate::accounts::{AccountId, Refusal, SessionId, StaffRole, account, staff};
use crate::store::accounts::{AccountBatch, Change, StaffBatch};

impl Accounts {
    /// Another role. Every session of the account ends.
    pub async fn change_role(
        &self,
        by: &SignedIn,
        account: AccountId,
        role: StaffRole,
    ) -> Result<()> {
        let by_account = by.account;
        let wish = staff::Wish::ChangeRole {
            account,
            role,
            by: by_account,
        };
        self.act(by, &wish).await
    }

    /// Nobody signs in to it, and every session of it ends.
    pub async fn disable(&self, by: &SignedIn, account: AccountId) -> Result<()> {
        let by_account = by.account;
        let wish = staff::Wish::Disable {
            account,
            by: by_account,
        };
        self.act(by, &wish).await
    }

    /// Its person may sign in again.
    pub async fn enable(&self, by: &SignedIn, account: AccountId) -> Result<()> {
        let by_account = by.account;
        let wish = staff::Wish::Enable {
            account,
            by: by_account,
        };
        self.act(by, &wish).await
    }

    /// Takes an account out of the clinic: its name, password and second factor are forgotten,
    /// its log stays. Said again after a crash half-way, it does the rest.
    pub async fn remove(&self, by: &SignedIn, account: AccountId) -> Result<()> {
        let by_account = by.account;
        let wish = staff::Wish::Remove {
            account,
            by: by_account,
        };
        match self.act(by, &wish).await {
            Ok(()) => {}
            Err(AccountError::Refused(Refusal::UnknownAccount)) => {
                // An administrator, and an account that only the clinic has forgotten.
                self.administers(by, by_account).await?;
                let found = self.account(account).await?;
                let left = found.filter(|known| known.0.clinic() == Some(by.clinic));
                left.ok_or(Refusal::UnknownAccount)?;
            }
            Err(error) => return Err(error),
        }
        self.change((by.clinic, account), |_, _, _| {
            let wish = account::Wish::Remove { by: by_account };
            let batch = AccountBatch {
                profile: Change::Forget,
                password: Change::Forget,
                totp: Change::Forget,
                offered: Change::Forget,
                ..AccountBatch::default()
            };
            Ok(Plan { wish, batch })
        })
        .await
    }

    /// Takes a second factor away whose telephone is lost. Every session of the account ends.
    pub async fn remove_totp(&self, by: &SignedIn, account: AccountId) -> Result<()> {
        self.administers(by, account).await?;
        let by_account = by.account;
        self.change((by.clinic, account), |_, _, _| {
            let wish = account::Wish::RemoveTotp { by: by_account };
            let batch = AccountBatch {
                totp: Change::Forget,
                offered: Change::Forget,
                ..AccountBatch::default()
            };
            Ok(Plan { wish, batch })
        })
        .await
    }

    /// Ends a session of the own account, or as an administrator of another one.
    pub async fn revoke(
        &self,
        by: &SignedIn,
        account: AccountId,
        session: SessionId,
    ) -> Result<()> {
        if account != by.account {
            self.administers(by, account).await?;
        }
        let by_account = by.account;
        self.change((by.clinic, account), |_, _, _| {
            let wish = account::Wish::Revoke {
                session,
                by: by_account,
            };
            Ok(wish.into())
        })
        .await
    }

    /// Refuses whoever may not act on an account.
    pub(super) async fn administers(&self, by: &SignedIn, account: AccountId) -> Result<()> {
        let known = self.staff(by.clinic).await?;
        known.0.may_administer(by.clinic, by.account, account)?;
        Ok(())
    }

    async fn act(&self, by: &SignedIn, wish: &staff::Wish) -> Result<()> {
        let batch = StaffBatch::default();
        self.change_staff(by.clinic, wish, &batch).await?;
        Ok(())
    }
}
