//! Signing in and out, and what a person does with the own account.

use std::net::IpAddr;
use std::time::{Duration, Instant};

use super::changing::Plan;
use super::{
    AccountError, Accounts, Attempt, Myself, Result, SecondFactor, SessionView, SignedIn, Welcome,
    is_conflict,
};
use crate::accounts::account::{
    self, Account, FailCause, Proof, Totp, find_session, good_sessions, last_use,
};
use crate::accounts::recovery::RECOVERY_CODES;
use crate::accounts::secret::random;
use crate::accounts::staff::{self, Member, Standing};
use crate::accounts::{
    AccountId, ClinicId, Lane, Password, PasswordHash, RecoveryCode, Refusal, SESSION_IDLE_STEP,
    SessionToken, SignInName, TOTP_OFFER_LIFETIME, TotpCode, TotpSecret, Verdict,
};
use crate::ids::{Timestamp, TokenHash};
use crate::per_address::is_proxy;
use crate::store::accounts::{AccountBatch, Change, StaffBatch, StoredAccount};

/// A sign-in that fails is answered no sooner than so long after it came: how long the store took
/// to find and to write something tells nobody whether there was anything. On a machine that is
/// so busy that the work takes longer, only the number of hashes is still the same.
const FAILED_AFTER: Duration = Duration::from_secs(1);

/// An account that somebody may sign in to now, if the password is right.
struct Candidate {
    id: AccountId,
    member: Member,
    lane: Lane,
    password: PasswordHash,
}

impl Accounts {
    /// Signs in. Whatever is wrong with name or password, or that makes them wait, is one answer
    /// for the same work.
    pub async fn sign_in(&self, attempt: Attempt) -> Result<Welcome> {
        let answered = tokio::time::Instant::now() + FAILED_AFTER;
        self.count(attempt.address, attempt.at)?;
        let welcome = self.try_sign_in(attempt).await;
        if matches!(welcome, Err(AccountError::Refused(Refusal::SignIn))) {
            tokio::time::sleep_until(answered).await;
        }
        welcome
    }

    /// Counts a request that costs work, or may be a guess, before anybody is known.
    pub fn count(&self, address: IpAddr, at: Instant) -> Result<()> {
        if is_proxy(address) {
            return Ok(());
        }
        let taken = self.addresses.try_take(address, at);
        taken.map_err(AccountError::Wait)
    }

    async fn try_sign_in(&self, attempt: Attempt) -> Result<Welcome> {
        let candidate = self.candidate(&attempt).await?;
        let known = candidate.as_ref().map(|one| one.password.clone());
        let password = Password::typed(&attempt.password);
        let verdict = self.passwords.compare(password.clone(), known).await?;
        let candidate = candidate.ok_or(Refusal::SignIn)?;
        let place = (attempt.clinic, candidate.id);
        let newer = match verdict {
            Verdict::Right => Change::Keep,
            Verdict::RightButCheap => Change::Set(self.passwords.hash(password).await?),
            Verdict::Wrong => {
                self.fail(place, candidate.lane, FailCause::Password)
                    .await?;
                return Err(Refusal::SignIn.into());
            }
        };
        let token = SessionToken::new(random()?);
        let hash = self.secret.session(&token);
        let signed_in = self.change(place, |_, stored, now| {
            // Another password was set while this one was looked at.
            if stored.password.as_ref() != Some(&candidate.password) {
                return Err(Refusal::SignIn.into());
            }
            let wish = account::Wish::SignIn {
                generation: candidate.member.generation,
                token: hash,
                proof: self.proof(candidate.id, &attempt.second, stored, now),
                lane: candidate.lane,
            };
            let batch = AccountBatch {
                password: newer.clone(),
                tokens: vec![hash],
                ..AccountBatch::default()
            };
            Ok(Plan { wish, batch })
        });
        if let Err(error) = signed_in.await {
            if matches!(error, AccountError::Refused(Refusal::CodeWrong)) {
                self.fail(place, candidate.lane, FailCause::Code).await?;
            }
            return Err(error);
        }
        if candidate.member.standing == Standing::Invited {
            let wish = staff::Wish::Confirm {
                account: candidate.id,
            };
            let batch = StaffBatch::default();
            let confirmed = self.change_staff(attempt.clinic, &wish, &batch).await;
            confirmed.map_err(|error| match error {
                AccountError::Refused(_) => Refusal::SignIn.into(),
                error => error,
            })?;
        }
        let device = match candidate.lane {
            Lane::Known => None,
            Lane::Stranger => Some(self.secret.device(candidate.id, random()?)),
        };
        let welcome = self.welcome(token);
        Ok(Welcome { device, ..welcome })
    }

    /// Who is signed in by this token; writes down from time to time that the session is used.
    pub async fn who(&self, token: &SessionToken) -> Result<SignedIn> {
        let hash = self.secret.session(token);
        let id = self.store.find_token(hash).await?;
        let id = id.ok_or(Refusal::UnknownSession)?;
        let found = self.find_session(id, hash).await;
        match found {
            // By what is remembered; another server may know of a later use.
            Err(AccountError::Refused(Refusal::UnknownSession)) => {
                self.forget_account(id);
                self.find_session(id, hash).await
            }
            found => found,
        }
    }

    async fn find_session(&self, id: AccountId, token: TokenHash) -> Result<SignedIn> {
        let known = self.account(id).await?.ok_or(Refusal::UnknownSession)?;
        let (account, stored) = &*known;
        let clinic = account.clinic().ok_or(Refusal::UnknownSession)?;
        let staff = self.staff(clinic).await?;
        let now = self.clock.now();
        let session = find_session((&staff.0, id), account, token, &stored.used, now)?;
        let member = staff.0.member(id).ok_or(Refusal::UnknownSession)?;
        if now >= last_use(session, &stored.used).plus(SESSION_IDLE_STEP) {
            let batch = AccountBatch {
                used: vec![(session.id, Some(now))],
                ..AccountBatch::default()
            };
            match self.store.append(id, stored.version, batch).await {
                // Whatever came first, the next request writes it down.
                Err(error) if is_conflict(&error) => {}
                stored => {
                    stored?;
                }
            }
            self.forget_account(id);
        }
        Ok(SignedIn {
            clinic,
            account: id,
            role: member.role,
            session: session.id,
        })
    }

    /// Whether somebody who was signed in when they asked still is, with the same rights: for an
    /// answer that they waited for.
    pub async fn still(&self, who: &SignedIn) -> Result<()> {
        let staff = self.staff(who.clinic).await?;
        let found = self.account(who.account).await?;
        let known = found.ok_or(Refusal::UnknownSession)?;
        let (account, stored) = &*known;
        let now = self.clock.now();
        let good = good_sessions((&staff.0, who.account), account, &stored.used, now);
        let is_one = good.iter().any(|session| session.id == who.session);
        is_one
            .then_some(())
            .ok_or_else(|| Refusal::UnknownSession.into())
    }

    /// What the page of a session shows of whoever is signed in.
    pub async fn myself(&self, who: &SignedIn) -> Result<Myself> {
        let found = self.account(who.account).await?;
        let known = found.ok_or(Refusal::UnknownSession)?;
        let (account, stored) = &*known;
        let profile = stored.profile.as_ref().ok_or(Refusal::UnknownSession)?;
        Ok(Myself {
            name: profile.name.clone(),
            clinic: self.clinic(who.clinic).await?,
            has_second_factor: matches!(account.totp(), Totp::Enrolled { .. }),
        })
    }

    /// Signs out.
    pub async fn sign_out(&self, who: &SignedIn) -> Result<()> {
        let session = who.session;
        self.change((who.clinic, who.account), |_, _, _| {
            Ok(account::Wish::SignOut { session }.into())
        })
        .await
    }

    /// Where the own account is signed in, the oldest first.
    pub async fn sessions(&self, who: &SignedIn) -> Result<Vec<SessionView>> {
        let staff = self.staff(who.clinic).await?;
        // Anew: another server may know of later uses.
        self.forget_account(who.account);
        let found = self.account(who.account).await?;
        let known = found.ok_or(Refusal::UnknownAccount)?;
        let (account, stored) = &*known;
        let now = self.clock.now();
        let good = good_sessions((&staff.0, who.account), account, &stored.used, now);
        let view = |session: &account::Session| SessionView {
            id: session.id,
            begun: session.begun,
            used: last_use(session, &stored.used),
        };
        Ok(good.into_iter().map(view).collect())
    }

    /// Sets another password. Every other session ends, and this one goes on with a new token.
    pub async fn change_password(
        &self,
        who: &SignedIn,
        current: &str,
        new: &str,
    ) -> Result<Welcome> {
        let place = (who.clinic, who.account);
        let found = self.account(who.account).await?;
        let known = found.ok_or(Refusal::UnknownAccount)?;
        let (account, stored) = &*known;
        let profile = stored.profile.as_ref().ok_or(Refusal::UnknownAccount)?;
        if account.must_wait(Lane::Known, self.clock.now()) {
            return Err(Refusal::SignIn.into());
        }
        let new = Password::choose(new, &profile.sign_in_name)?;
        let compared = self
            .passwords
            .compare(Password::typed(current), stored.password.clone());
        if compared.await? == Verdict::Wrong {
            self.fail(place, Lane::Known, FailCause::Password).await?;
            return Err(Refusal::SignIn.into());
        }
        let hash = self.passwords.hash(new).await?;
        let token = SessionToken::new(random()?);
        let token_hash = self.secret.session(&token);
        self.change(place, |account, now_stored, now| {
            if now_stored.password != stored.password || account.must_wait(Lane::Known, now) {
                return Err(Refusal::SignIn.into());
            }
            let wish = account::Wish::ChangePassword {
                session: who.session,
                token: token_hash,
            };
            let batch = AccountBatch {
                password: Change::Set(hash.clone()),
                tokens: vec![token_hash],
                ..AccountBatch::default()
            };
            Ok(Plan { wish, batch })
        })
        .await?;
        Ok(self.welcome(token))
    }

    /// A second factor, to be shown as a picture and confirmed by its first code.
    pub async fn offer_totp(&self, who: &SignedIn) -> Result<TotpSecret> {
        let secret = TotpSecret::new(random()?);
        self.change((who.clinic, who.account), |_, _, now| {
            let wish = account::Wish::OfferTotp {
                session: who.session,
                expires: now.plus(TOTP_OFFER_LIFETIME),
            };
            let batch = AccountBatch {
                offered: Change::Set(secret.clone()),
                ..AccountBatch::default()
            };
            Ok(Plan { wish, batch })
        })
        .await?;
        Ok(secret)
    }

    /// As [`Self::offer_totp`], and what an app reads of it.
    pub async fn offer_second_factor(&self, who: &SignedIn) -> Result<(TotpSecret, String)> {
        let found = self.account(who.account).await?;
        let known = found.ok_or(Refusal::UnknownAccount)?;
        let profile = known.1.profile.as_ref().ok_or(Refusal::UnknownAccount)?;
        let clinic = self.clinic(who.clinic).await?;
        let secret = self.offer_totp(who).await?;
        let uri = secret.uri(clinic.name.as_str(), &profile.sign_in_name);
        Ok((secret, uri))
    }

    /// Makes the offered second factor count. Every other session ends, this one goes on with a
    /// new token, and the recovery codes are told once.
    pub async fn confirm_totp(
        &self,
        who: &SignedIn,
        code: &TotpCode,
    ) -> Result<(Welcome, Vec<RecoveryCode>)> {
        let codes = (0..RECOVERY_CODES).map(|_| Ok(RecoveryCode::from_bytes(random()?)));
        let codes: Vec<RecoveryCode> = codes.collect::<Result<_>>()?;
        let hashes = codes
            .iter()
            .map(|code| self.secret.recovery(who.account, code));
        let hashes: Vec<_> = hashes.collect();
        let token = SessionToken::new(random()?);
        let token_hash = self.secret.session(&token);
        self.change((who.clinic, who.account), |_, stored, now| {
            let offered = stored.offered.as_ref();
            let wish = account::Wish::ConfirmTotp {
                session: who.session,
                step: offered.and_then(|secret| secret.find(code, now)),
                codes: hashes.clone(),
                token: token_hash,
            };
            let batch = AccountBatch {
                totp: offered.cloned().map_or(Change::Keep, Change::Set),
                offered: Change::Forget,
                tokens: vec![token_hash],
                ..AccountBatch::default()
            };
            Ok(Plan { wish, batch })
        })
        .await?;
        Ok((self.welcome(token), codes))
    }

    /// Whom a name leads to, if a password is to be looked at for them at all.
    async fn candidate(&self, attempt: &Attempt) -> Result<Option<Candidate>> {
        let Ok(name) = SignInName::parse(&attempt.name) else {
            return Ok(None);
        };
        let name = self.secret.sign_in_name(attempt.clinic, &name);
        let Some((clinic, id)) = self.store.find_name(name).await? else {
            return Ok(None);
        };
        let staff = self.staff(attempt.clinic).await?;
        let member = staff.0.member(id).filter(|_| clinic == attempt.clinic);
        let member = member.filter(|member| member.standing != Standing::Disabled);
        let (Some(member), Some(known)) = (member, self.account(id).await?) else {
            return Ok(None);
        };
        let (account, stored) = &*known;
        let device = attempt.device.as_ref();
        let is_known = device.is_some_and(|device| self.secret.knows_device(id, device));
        let lane = if is_known {
            Lane::Known
        } else {
            Lane::Stranger
        };
        let waits = account.must_wait(lane, self.clock.now());
        let password = stored.password.clone().filter(|_| !waits);
        Ok(password.map(|password| Candidate {
            id,
            member: member.clone(),
            lane,
            password,
        }))
    }

    fn proof(
        &self,
        id: AccountId,
        second: &SecondFactor,
        stored: &StoredAccount,
        now: Timestamp,
    ) -> Proof {
        match second {
            SecondFactor::None => Proof::None,
            SecondFactor::Code(code) => {
                let secret = stored.totp.as_ref();
                Proof::Code(secret.and_then(|secret| secret.find(code, now)))
            }
            SecondFactor::Recovery(code) => Proof::Recovery(self.secret.recovery(id, code)),
        }
    }

    async fn fail(&self, place: (ClinicId, AccountId), lane: Lane, cause: FailCause) -> Result<()> {
        let wish = |_: &Account, _: &StoredAccount, _: Timestamp| {
            Ok(account::Wish::Fail { lane, cause }.into())
        };
        self.change(place, wish).await
    }

    fn welcome(&self, token: SessionToken) -> Welcome {
        let csrf = self.secret.csrf(&token);
        Welcome {
            token,
            csrf,
            device: None,
        }
    }
}
