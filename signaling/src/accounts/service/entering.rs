//! How people come to an account: the first administrator by a link, the others by invitation.

use super::changing::Plan;
use super::{AccountError, Accounts, FirstAdministrator, Newcomer, Result, SignedIn};
use crate::accounts::account::{self, Account};
use crate::accounts::secret::random;
use crate::accounts::{
    AccountId, ClinicId, Command, FIRST_LINK_LIFETIME, INVITATION_LIFETIME, OneTime, Password,
    Refusal, staff,
};
use crate::auth::random_link;
use crate::opaque::LinkToken;
use crate::store::Version;
use crate::store::accounts::{AccountBatch, Change, StaffBatch};

impl Accounts {
    /// A one-time link for a clinic's first administrator; the one before it dies. Refused once
    /// there is an administrator.
    pub async fn offer_first(&self, clinic: ClinicId) -> Result<LinkToken> {
        let link = random_link()?;
        let hash = self.secret.first_link(&link);
        let expires = self.clock.now().plus(FIRST_LINK_LIFETIME);
        let wish = staff::Wish::OfferFirst(OneTime { hash, expires });
        let batch = StaffBatch {
            first_link: Some(hash),
            ..StaffBatch::default()
        };
        self.change_staff(clinic, &wish, &batch).await?;
        Ok(link)
    }

    /// Makes the first administrator, who can sign in from here on.
    pub async fn take_first(&self, first: FirstAdministrator) -> Result<AccountId> {
        let link = self.secret.first_link(&first.link);
        let clinic = self.store.find_first_link(link).await?;
        let clinic = clinic.ok_or(Refusal::LinkUnknown)?;
        let account = AccountId(u64::from_be_bytes(random()?));
        let name = self
            .secret
            .sign_in_name(clinic, &first.profile.sign_in_name);
        let wish = staff::Wish::TakeFirst {
            link,
            account,
            name,
        };
        self.would(clinic, &wish).await?;
        let password = Password::choose(&first.password, &first.profile.sign_in_name)?;
        let hash = self.passwords.hash(password).await?;
        let opening = account::Wish::Open {
            invitation: None,
            by: None,
        };
        let batch = AccountBatch {
            profile: Change::Set(first.profile),
            password: Change::Set(hash),
            ..AccountBatch::default()
        };
        self.begin((clinic, account), opening, batch).await?;
        self.belong(clinic, &wish, account).await
    }

    /// Makes an account, and an invitation for its person to set a password.
    pub async fn create(
        &self,
        by: &SignedIn,
        newcomer: Newcomer,
    ) -> Result<(AccountId, LinkToken)> {
        let clinic = by.clinic;
        let account = AccountId(u64::from_be_bytes(random()?));
        let wish = staff::Wish::Create {
            account,
            role: newcomer.role,
            name: self
                .secret
                .sign_in_name(clinic, &newcomer.profile.sign_in_name),
            by: by.account,
        };
        self.would(clinic, &wish).await?;
        let (link, invitation) = self.invitation()?;
        let opening = account::Wish::Open {
            invitation: Some(invitation),
            by: Some(by.account),
        };
        let batch = AccountBatch {
            profile: Change::Set(newcomer.profile),
            tokens: vec![invitation.hash],
            ..AccountBatch::default()
        };
        self.begin((clinic, account), opening, batch).await?;
        let account = self.belong(clinic, &wish, account).await?;
        Ok((account, link))
    }

    /// A new invitation, for whoever forgot the password or let the first one expire.
    pub async fn invite(&self, by: &SignedIn, account: AccountId) -> Result<LinkToken> {
        self.administers(by, account).await?;
        let (link, invitation) = self.invitation()?;
        let by_account = by.account;
        self.change((by.clinic, account), |_, _, _| {
            let wish = account::Wish::Invite {
                invitation,
                by: by_account,
            };
            let batch = AccountBatch {
                tokens: vec![invitation.hash],
                ..AccountBatch::default()
            };
            Ok(Plan { wish, batch })
        })
        .await?;
        Ok(link)
    }

    /// Sets a password by invitation. Every session of the account ends; its person signs in.
    pub async fn accept(&self, link: &LinkToken, password: &str) -> Result<()> {
        let invitation = self.secret.invitation(link);
        let id = self.store.find_token(invitation).await?;
        let id = id.ok_or(Refusal::LinkUnknown)?;
        let known = self.account(id).await?.ok_or(Refusal::LinkUnknown)?;
        let (account, stored) = &*known;
        let clinic = account.clinic().ok_or(Refusal::LinkUnknown)?;
        let wish = account::Wish::Accept { invitation };
        // Before the password is looked at: a spent link costs nothing.
        let command = Command {
            clinic,
            wish: wish.clone(),
        };
        account::decide(account, command, self.clock.now())?;
        let profile = stored.profile.as_ref().ok_or(Refusal::LinkUnknown)?;
        let password = Password::choose(password, &profile.sign_in_name)?;
        let hash = self.passwords.hash(password).await?;
        self.change((clinic, id), |_, _, _| {
            let batch = AccountBatch {
                password: Change::Set(hash.clone()),
                ..AccountBatch::default()
            };
            let wish = wish.clone();
            Ok(Plan { wish, batch })
        })
        .await
    }

    /// Whether a clinic has somebody who can make accounts: else its first administrator is to be
    /// offered a link.
    pub async fn has_administrator(&self, clinic: ClinicId) -> Result<bool> {
        Ok(self.staff(clinic).await?.0.has_administrator())
    }

    fn invitation(&self) -> Result<(LinkToken, OneTime)> {
        let link = random_link()?;
        let hash = self.secret.invitation(&link);
        let expires = self.clock.now().plus(INVITATION_LIFETIME);
        Ok((link, OneTime { hash, expires }))
    }

    async fn begin(
        &self,
        (clinic, account): (ClinicId, AccountId),
        wish: account::Wish,
        mut batch: AccountBatch,
    ) -> Result<()> {
        let command = Command { clinic, wish };
        batch.events = account::decide(&Account::default(), command, self.clock.now())?;
        let version = Version::default();
        self.store.append(account, version, batch).await?;
        Ok(())
    }

    /// Makes the clinic know an account that was stored, or forgets the account: somebody else
    /// may have taken the link or the name meanwhile.
    async fn belong(
        &self,
        clinic: ClinicId,
        wish: &staff::Wish,
        account: AccountId,
    ) -> Result<AccountId> {
        let names = match wish {
            staff::Wish::TakeFirst { name, .. } | staff::Wish::Create { name, .. } => {
                vec![(*name, account)]
            }
            _ => Vec::new(),
        };
        let batch = StaffBatch {
            names,
            ..StaffBatch::default()
        };
        match self.change_staff(clinic, wish, &batch).await {
            Ok(()) => Ok(account),
            Err(AccountError::Refused(refusal)) => {
                self.store.forget(account).await?;
                Err(refusal.into())
            }
            // It may be stored all the same: an account that nothing leads to harms nobody.
            Err(error) => Err(error),
        }
    }
}
