//! From what happened to what is so.

use super::{Account, Fact, Lane, Proof, Session, Totp};
use crate::accounts::throttle::Failures;
use crate::accounts::{Event, Step};

/// The account after one more event. Total: an event in the log has been decided before, and is
/// never refused here.
#[must_use]
pub fn apply(mut account: Account, event: &Event<Fact>) -> Account {
    account.last = event.at;
    match &event.fact {
        Fact::Opened { clinic, .. } => account.clinic = Some(*clinic),
        Fact::Invited { invitation, .. } => account.invitation = Some(*invitation),
        Fact::PasswordSet { session } => {
            account.invitation = None;
            account.sessions.retain(|one| Some(one.id) == *session);
            // Whoever set it does not wait for what others tried with the old one.
            account.known = Failures::default();
            account.stranger = Failures::default();
        }
        Fact::TotpOffered { expires } => account.totp = Totp::Offered { expires: *expires },
        Fact::TotpEnrolled { session, step } => {
            account.totp = Totp::Enrolled { last: *step };
            account.sessions.retain(|one| one.id == *session);
        }
        Fact::RecoveryMade { codes } => account.recovery.clone_from(codes),
        Fact::TotpRemoved { .. } => {
            account.totp = Totp::None;
            account.recovery.clear();
            account.sessions.clear();
        }
        Fact::SignedIn {
            session,
            token,
            generation,
            proof,
            lane,
        } => {
            spend(&mut account, *proof);
            *failures(&mut account, *lane) = Failures::default();
            account.sessions.retain(|old| !old.is_old(event.at));
            account.next_session = session.0;
            account.sessions.push(Session {
                id: *session,
                begun: event.at,
                generation: *generation,
                token: *token,
            });
        }
        Fact::SignInFailed { lane, .. } => {
            let failures = failures(&mut account, *lane);
            *failures = failures.and(event.at);
        }
        Fact::Rotated { session, token } => {
            let rotated = account.sessions.iter_mut().find(|one| one.id == *session);
            if let Some(rotated) = rotated {
                rotated.token = *token;
            }
        }
        Fact::SignedOut { session } | Fact::SessionRevoked { session, .. } => {
            account.sessions.retain(|one| one.id != *session);
        }
        Fact::Removed { .. } => {
            account = Account {
                last: event.at,
                ..Account::default()
            };
        }
    }
    account
}

/// The account after a whole log.
#[must_use]
pub fn replay<'a>(events: impl IntoIterator<Item = &'a Event<Fact>>) -> Account {
    events.into_iter().fold(Account::default(), apply)
}

fn spend(account: &mut Account, proof: Proof) {
    match proof {
        Proof::None | Proof::Code(None) => {}
        Proof::Code(Some(Step(step))) => {
            if let Totp::Enrolled { last } = &mut account.totp {
                last.0 = last.0.max(step);
            }
        }
        Proof::Recovery(code) => account.recovery.retain(|known| *known != code),
    }
}

const fn failures(account: &mut Account, lane: Lane) -> &mut Failures {
    match lane {
        Lane::Known => &mut account.known,
        Lane::Stranger => &mut account.stranger,
    }
}
