//! Who works at a clinic, by name.

use super::{Accounts, Result};
use crate::accounts::account::Totp;
use crate::accounts::staff::{Member, Standing};
use crate::accounts::{AccountId, ClinicId, StaffRole};
use crate::text::DisplayName;

/// Somebody who works at a clinic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Colleague {
    /// Whose account.
    pub account: AccountId,
    /// What the others call them.
    pub name: DisplayName,
    /// What they are.
    pub role: StaffRole,
    /// Whether they can sign in.
    pub standing: Standing,
    /// Whether they need a code to do so.
    pub has_second_factor: bool,
}

impl Accounts {
    /// Somebody of a clinic; `None` if nobody of it has this account.
    pub async fn colleague(
        &self,
        clinic: ClinicId,
        account: AccountId,
    ) -> Result<Option<Colleague>> {
        let before = account.0.checked_sub(1).map(AccountId);
        let (found, _) = self.colleagues(clinic, before, 1).await?;
        Ok(found.into_iter().find(|one| one.account == account))
    }

    /// The people of a clinic in the order of their accounts' ids, which nobody who comes or goes
    /// changes; and behind which id there are more.
    pub async fn colleagues(
        &self,
        clinic: ClinicId,
        after: Option<AccountId>,
        limit: usize,
    ) -> Result<(Vec<Colleague>, Option<AccountId>)> {
        let known = self.staff(clinic).await?;
        let mut members: Vec<&Member> = known.0.members().iter().collect();
        members.sort_unstable_by_key(|member| member.account);
        let is_later = |member: &&Member| after.is_none_or(|after| member.account > after);
        let mut rest = members.into_iter().filter(is_later);
        let page: Vec<&Member> = rest.by_ref().take(limit).collect();
        let next = rest.next().and(page.last()).map(|member| member.account);
        let mut colleagues = Vec::with_capacity(page.len());
        for member in page {
            // Somebody who is removed at this moment has no name any more.
            let Some(known) = self.account(member.account).await? else {
                continue;
            };
            let (account, stored) = &*known;
            if let Some(profile) = &stored.profile {
                colleagues.push(Colleague {
                    account: member.account,
                    name: profile.name.clone(),
                    role: member.role,
                    standing: member.standing,
                    has_second_factor: matches!(account.totp(), Totp::Enrolled { .. }),
                });
            }
        }
        Ok((colleagues, next))
    }
}
