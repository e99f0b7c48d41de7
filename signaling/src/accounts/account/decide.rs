//! From a wish to what happens.

use super::{Account, Fact, Lane, Proof, RevokeCause, Totp, Wish};
use crate::accounts::{
    AccountId, ClinicId, Command, Event, OneTime, Refusal, SESSIONS_MAX, SessionId, Step, events,
};
use crate::ids::{Timestamp, TokenHash};

type Facts = Result<Vec<Fact>, Refusal>;

/// What the command leads to. No event: it is so already.
pub fn decide(
    account: &Account,
    Command { clinic, wish }: Command<Wish>,
    now: Timestamp,
) -> Result<Vec<Event<Fact>>, Refusal> {
    if let Wish::Open { invitation, by } = wish {
        let facts = open(account, clinic, invitation, by)?;
        return Ok(events(facts, now, account.last));
    }
    if account.clinic != Some(clinic) {
        return Err(Refusal::UnknownAccount);
    }
    let facts = match wish {
        Wish::Open { .. } => Err(Refusal::UnknownAccount),
        Wish::Invite { invitation, by } => {
            let by = Some(by);
            Ok(vec![Fact::Invited { invitation, by }])
        }
        Wish::Accept { invitation } => {
            let known = account.invitation.ok_or(Refusal::LinkUnknown)?;
            known.check(invitation, now)?;
            Ok(vec![Fact::PasswordSet { session: None }])
        }
        Wish::ChangePassword { session, token } => from_session(account, session).map(|session| {
            let set = Fact::PasswordSet {
                session: Some(session),
            };
            vec![set, Fact::Rotated { session, token }]
        }),
        Wish::OfferTotp { session, expires } => offer_totp(account, session, expires),
        Wish::ConfirmTotp {
            session,
            step,
            codes,
            token,
        } => confirm_totp(account, (session, token), step, codes, now),
        Wish::RemoveTotp { by } => Ok(match account.totp {
            Totp::None => Vec::new(),
            Totp::Offered { .. } | Totp::Enrolled { .. } => vec![Fact::TotpRemoved { by }],
        }),
        Wish::SignIn {
            generation,
            token,
            proof,
            lane,
        } => sign_in(account, (token, generation), proof, lane, now),
        Wish::Fail { lane, cause } => {
            let counts = !account.must_wait(lane, now);
            let failed = counts.then_some(Fact::SignInFailed { lane, cause });
            Ok(failed.into_iter().collect())
        }
        Wish::SignOut { session } => {
            let over = account.session(session);
            Ok(over
                .map(|_| Fact::SignedOut { session })
                .into_iter()
                .collect())
        }
        Wish::Revoke { session, by } => {
            let cause = RevokeCause::By(by);
            let session = from_session(account, session)?;
            Ok(vec![Fact::SessionRevoked { session, cause }])
        }
        Wish::Remove { by } => Ok(vec![Fact::Removed { by }]),
    }?;
    Ok(events(facts, now, account.last))
}

fn open(
    account: &Account,
    clinic: ClinicId,
    invitation: Option<OneTime>,
    by: Option<AccountId>,
) -> Facts {
    // Of what was removed nothing begins anew.
    if *account != Account::default() {
        return Err(Refusal::NameTaken);
    }
    let entry = invitation.map_or(Fact::PasswordSet { session: None }, |invitation| {
        Fact::Invited { invitation, by }
    });
    Ok(vec![Fact::Opened { clinic, by }, entry])
}

fn offer_totp(account: &Account, session: SessionId, expires: Timestamp) -> Facts {
    from_session(account, session)?;
    if matches!(account.totp, Totp::Enrolled { .. }) {
        return Err(Refusal::TotpEnrolled);
    }
    Ok(vec![Fact::TotpOffered { expires }])
}

fn confirm_totp(
    account: &Account,
    (session, token): (SessionId, TokenHash),
    step: Option<Step>,
    codes: Vec<TokenHash>,
    now: Timestamp,
) -> Facts {
    from_session(account, session)?;
    match account.totp {
        Totp::Enrolled { .. } => return Err(Refusal::TotpEnrolled),
        Totp::Offered { expires } if now < expires => {}
        Totp::None | Totp::Offered { .. } => return Err(Refusal::TotpNotOffered),
    }
    let step = step.ok_or(Refusal::CodeWrong)?;
    Ok(vec![
        Fact::TotpEnrolled { session, step },
        Fact::RecoveryMade { codes },
        Fact::Rotated { session, token },
    ])
}

fn sign_in(
    account: &Account,
    (token, generation): (TokenHash, u32),
    proof: Proof,
    lane: Lane,
    now: Timestamp,
) -> Facts {
    // Also if it was not so when the password was looked at: of many guesses at once, those that
    // are decided after the first few are as wrong as if they had come after them.
    if account.must_wait(lane, now) {
        return Err(Refusal::SignIn);
    }
    let proof = check_proof(account, proof)?;
    let mut facts = Vec::new();
    let mut alive = account.sessions.iter().filter(|one| !one.is_old(now));
    if let Some(oldest) = alive.next()
        && alive.count() + 1 >= SESSIONS_MAX
    {
        facts.push(Fact::SessionRevoked {
            session: oldest.id,
            cause: RevokeCause::Crowded,
        });
    }
    facts.push(Fact::SignedIn {
        session: SessionId(account.next_session.saturating_add(1)),
        token,
        generation,
        proof,
        lane,
    });
    Ok(facts)
}

/// What of a proof counts. Where there is no second factor, whatever was shown beside the
/// password is no matter.
fn check_proof(account: &Account, proof: Proof) -> Result<Proof, Refusal> {
    let Totp::Enrolled { last } = account.totp else {
        return Ok(Proof::None);
    };
    let is_good = match proof {
        Proof::None => return Err(Refusal::CodeRequired),
        Proof::Code(step) => step.is_some_and(|step| step > last),
        Proof::Recovery(code) => account.recovery.contains(&code),
    };
    is_good.then_some(proof).ok_or(Refusal::CodeWrong)
}

fn from_session(account: &Account, session: SessionId) -> Result<SessionId, Refusal> {
    let known = account.session(session).ok_or(Refusal::UnknownSession)?;
    Ok(known.id)
}
