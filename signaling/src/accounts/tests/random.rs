//! Two clinics and a handful of accounts, told anything in any order.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::super::account::{self, Account, Proof, good_sessions};
use super::super::staff::{self, Staff};
use super::*;

/// One thing that somebody tries. Numbers choose among what there is.
#[derive(Clone, Copy, Debug)]
enum Try {
    OfferFirst(u64),
    TakeFirst(u8, u64),
    Create(u64, StaffRole, u64),
    Staff(StaffAct, u64, u64),
    Invite(u64, u64),
    Accept(u8, u64),
    SignIn(u64, Shown, Snapshot),
    Fail(u64, Lane),
    Totp(u64, u32, Option<u64>),
    RemoveTotp(u64),
    ChangePassword(u64, u32),
    SignOut(u64, u32),
}

#[derive(Clone, Copy, Debug)]
enum StaffAct {
    Role(StaffRole),
    Disable,
    Enable,
    Remove,
}

#[derive(Clone, Copy, Debug)]
enum Shown {
    Nothing,
    Step(u64),
    Recovery(u8),
}

/// When the person's standing was looked at: other servers may have changed it since.
#[derive(Clone, Copy, Debug)]
enum Snapshot {
    Now,
    Before,
}

fn any_try() -> impl Strategy<Value = (ClinicId, Try)> {
    let account = || 1_u64..6;
    let role = || {
        prop_oneof![
            1 => Just(StaffRole::Administrator),
            1 => prop::sample::select(&StaffRole::ALL[..]),
        ]
    };
    let act = prop_oneof![
        role().prop_map(StaffAct::Role),
        Just(StaffAct::Disable),
        Just(StaffAct::Enable),
        Just(StaffAct::Remove),
    ];
    let shown = prop_oneof![
        2 => Just(Shown::Nothing),
        2 => (0_u64..8).prop_map(Shown::Step),
        1 => any::<u8>().prop_map(Shown::Recovery),
    ];
    let snapshot = prop_oneof![Just(Snapshot::Now), Just(Snapshot::Before)];
    let lane = prop_oneof![Just(Lane::Known), Just(Lane::Stranger)];
    let session = || 1_u32..4;
    let expires = || 1_u64..40_000;
    let what = prop_oneof![
        2 => expires().prop_map(Try::OfferFirst),
        3 => (any::<u8>(), account()).prop_map(|(link, account)| Try::TakeFirst(link, account)),
        3 => (account(), role(), expires())
            .prop_map(|(account, role, expires)| Try::Create(account, role, expires)),
        8 => (act, account(), account()).prop_map(|(act, account, by)| Try::Staff(act, account, by)),
        3 => (account(), expires()).prop_map(|(account, expires)| Try::Invite(account, expires)),
        5 => (any::<u8>(), account()).prop_map(|(which, account)| Try::Accept(which, account)),
        10 => (account(), shown, snapshot)
            .prop_map(|(account, shown, snapshot)| Try::SignIn(account, shown, snapshot)),
        1 => (account(), lane).prop_map(|(account, lane)| Try::Fail(account, lane)),
        4 => (account(), session(), prop::option::of(0_u64..8))
            .prop_map(|(account, session, step)| Try::Totp(account, session, step)),
        1 => account().prop_map(Try::RemoveTotp),
        2 => (account(), session()).prop_map(|(account, session)| Try::ChangePassword(account, session)),
        1 => (account(), session()).prop_map(|(account, session)| Try::SignOut(account, session)),
    ];
    let clinic = prop_oneof![4 => Just(CLINIC), 1 => Just(ELSEWHERE)];
    (clinic, what)
}

fn numbered(number: u32) -> TokenHash {
    let mut hash = [0; 32];
    hash[..4].copy_from_slice(&number.to_be_bytes());
    TokenHash(hash)
}

/// Everything that the store would hold, and what must never be so again.
#[derive(Default)]
struct World {
    staff: BTreeMap<ClinicId, Vec<Event<staff::Fact>>>,
    accounts: BTreeMap<AccountId, Vec<Event<account::Fact>>>,
    before: BTreeMap<ClinicId, Staff>,
    made: u32,
    spent: BTreeSet<TokenHash>,
    steps: BTreeMap<AccountId, u64>,
    dead: BTreeSet<(ClinicId, AccountId, SessionId)>,
    had_administrator: BTreeSet<ClinicId>,
}

impl World {
    fn staff(&self, clinic: ClinicId) -> Staff {
        staff::replay(self.staff.get(&clinic).into_iter().flatten())
    }

    fn account(&self, id: AccountId) -> Account {
        account::replay(self.accounts.get(&id).into_iter().flatten())
    }

    /// A hash that nobody had before.
    fn fresh(&mut self) -> TokenHash {
        self.made += 1;
        numbered(self.made)
    }

    /// Mostly the one that is good now, else one of those that somebody had.
    fn known(&self, which: u8, good: Option<TokenHash>) -> TokenHash {
        let old = numbered(u32::from(which).checked_rem(self.made).unwrap_or_default() + 1);
        good.filter(|_| which < 200).unwrap_or(old)
    }

    /// Two clinics with an administrator each, one with somebody else; all are signed in.
    fn begun() -> Result<Self, TestCaseError> {
        let mut world = Self::default();
        let now = Timestamp(0);
        for (clinic, id) in [(CLINIC, 1), (ELSEWHERE, 4)] {
            world.run(clinic, Try::OfferFirst(1), now)?;
            world.run(clinic, Try::TakeFirst(0, id), now)?;
            world.run(clinic, Try::SignIn(id, Shown::Nothing, Snapshot::Now), now)?;
        }
        let role = StaffRole::Administrator;
        world.run(CLINIC, Try::Create(2, role, 1), now)?;
        world.run(CLINIC, Try::Accept(0, 2), now)?;
        world.run(CLINIC, Try::SignIn(2, Shown::Nothing, Snapshot::Now), now)?;
        Ok(world)
    }

    fn tell_staff(&mut self, clinic: ClinicId, wish: staff::Wish, now: Timestamp) -> bool {
        let before = self.staff(clinic);
        let Ok(events) = staff::decide(&before, Command { clinic, wish }, now) else {
            return false;
        };
        for event in &events {
            let ended = match event.fact {
                staff::Fact::RoleChanged { account, .. }
                | staff::Fact::Disabled { account, .. }
                | staff::Fact::Removed { account, .. } => Some(account),
                _ => None,
            };
            if let Some(id) = ended {
                let account = self.account(id);
                let sessions = account.sessions().iter();
                self.dead
                    .extend(sessions.map(|session| (clinic, id, session.id)));
            }
        }
        self.before.insert(clinic, before);
        self.staff.entry(clinic).or_default().extend(events);
        true
    }

    fn tell(
        &mut self,
        (clinic, id): (ClinicId, AccountId),
        wish: account::Wish,
        now: Timestamp,
    ) -> Result<bool, TestCaseError> {
        let account = self.account(id);
        let is_elsewhere = account.clinic().is_some_and(|known| known != clinic);
        let decided = account::decide(&account, Command { clinic, wish }, now);
        prop_assert!(
            !is_elsewhere || decided.is_err(),
            "another clinic's account"
        );
        let Ok(events) = decided else {
            return Ok(false);
        };
        for event in &events {
            self.note(id, &event.fact)?;
        }
        self.accounts.entry(id).or_default().extend(events);
        Ok(true)
    }

    /// What must not happen twice.
    fn note(&mut self, id: AccountId, fact: &account::Fact) -> Result<(), TestCaseError> {
        match fact {
            account::Fact::TotpEnrolled { step, .. } => {
                self.steps.insert(id, step.0);
            }
            account::Fact::SignedIn { proof, .. } => match proof {
                Proof::Code(Some(Step(step))) => {
                    let last = self.steps.insert(id, *step);
                    prop_assert!(last.is_some_and(|last| last < *step), "a step again");
                }
                Proof::Recovery(code) => prop_assert!(self.spent.insert(*code), "a code again"),
                Proof::None | Proof::Code(None) => {
                    let totp = self.account(id).totp();
                    let is_enrolled = matches!(totp, account::Totp::Enrolled { .. });
                    prop_assert!(!is_enrolled, "without the second factor");
                }
            },
            _ => {}
        }
        Ok(())
    }

    fn run(&mut self, clinic: ClinicId, what: Try, now: Timestamp) -> Result<(), TestCaseError> {
        let at = |id: u64| (clinic, AccountId(id));
        match what {
            Try::OfferFirst(expires) => {
                let (hash, expires) = (self.fresh(), Timestamp(expires));
                let wish = staff::Wish::OfferFirst(OneTime { hash, expires });
                self.tell_staff(clinic, wish, now);
            }
            Try::TakeFirst(link, id) => {
                let good = self.staff(clinic).first.map(|link| link.hash);
                let link = self.known(link, good);
                let wish = staff::Wish::TakeFirst {
                    link,
                    account: AccountId(id),
                    name: name(u8::try_from(id).unwrap()),
                };
                if self.tell_staff(clinic, wish, now) {
                    prop_assert!(self.spent.insert(link), "a link again");
                    let (invitation, by) = (None, None);
                    self.tell(at(id), account::Wish::Open { invitation, by }, now)?;
                }
            }
            Try::Create(id, role, expires) => {
                let by = self.somebody(clinic);
                let wish = staff::Wish::Create {
                    account: AccountId(id),
                    role,
                    name: name(u8::try_from(id).unwrap()),
                    by,
                };
                if self.tell_staff(clinic, wish, now) {
                    let (hash, expires) = (self.fresh(), Timestamp(expires));
                    let invitation = Some(OneTime { hash, expires });
                    let by = Some(by);
                    self.tell(at(id), account::Wish::Open { invitation, by }, now)?;
                }
            }
            Try::Staff(act, id, by) => self.act(clinic, act, (id, by), now)?,
            Try::Invite(id, expires) => {
                let (hash, expires) = (self.fresh(), Timestamp(expires));
                let (invitation, by) = (OneTime { hash, expires }, LAN);
                self.tell(at(id), account::Wish::Invite { invitation, by }, now)?;
            }
            Try::Accept(which, id) => {
                let good = self.account(AccountId(id)).invitation;
                let invitation = self.known(which, good.map(|good| good.hash));
                if self.tell(at(id), account::Wish::Accept { invitation }, now)? {
                    prop_assert!(self.spent.insert(invitation), "an invitation again");
                }
            }
            Try::SignIn(id, shown, snapshot) => self.sign_in(at(id), shown, snapshot, now)?,
            Try::Fail(id, lane) => {
                let cause = account::FailCause::Password;
                self.tell(at(id), account::Wish::Fail { lane, cause }, now)?;
            }
            Try::Totp(id, session, step) => {
                let (session, expires) = (SessionId(session), now.plus(TOTP_OFFER_LIFETIME));
                self.tell(at(id), account::Wish::OfferTotp { session, expires }, now)?;
                let wish = account::Wish::ConfirmTotp {
                    session,
                    step: step.map(Step),
                    codes: vec![self.fresh(), self.fresh()],
                    token: self.fresh(),
                };
                self.tell(at(id), wish, now)?;
            }
            Try::RemoveTotp(id) => {
                self.tell(at(id), account::Wish::RemoveTotp { by: LAN }, now)?;
            }
            Try::ChangePassword(id, session) => {
                let (session, token) = (SessionId(session), self.fresh());
                self.tell(
                    at(id),
                    account::Wish::ChangePassword { session, token },
                    now,
                )?;
            }
            Try::SignOut(id, session) => {
                let session = SessionId(session);
                self.tell(at(id), account::Wish::SignOut { session }, now)?;
            }
        }
        Ok(())
    }

    fn act(
        &mut self,
        clinic: ClinicId,
        act: StaffAct,
        (account, by): (u64, u64),
        now: Timestamp,
    ) -> Result<(), TestCaseError> {
        let (account, by) = (AccountId(account), AccountId(by));
        let wish = match act {
            StaffAct::Role(role) => staff::Wish::ChangeRole { account, role, by },
            StaffAct::Disable => staff::Wish::Disable { account, by },
            StaffAct::Enable => staff::Wish::Enable { account, by },
            StaffAct::Remove => staff::Wish::Remove { account, by },
        };
        let is_removed = matches!(act, StaffAct::Remove);
        if self.tell_staff(clinic, wish, now) && is_removed {
            self.tell((clinic, account), account::Wish::Remove { by }, now)?;
        }
        Ok(())
    }

    fn sign_in(
        &mut self,
        (clinic, id): (ClinicId, AccountId),
        shown: Shown,
        snapshot: Snapshot,
        now: Timestamp,
    ) -> Result<(), TestCaseError> {
        let staff = match snapshot {
            Snapshot::Now => self.staff(clinic),
            Snapshot::Before => self.before.get(&clinic).cloned().unwrap_or_default(),
        };
        let Some(member) = staff.member(id) else {
            return Ok(());
        };
        if member.standing == staff::Standing::Disabled {
            return Ok(());
        }
        let wish = account::Wish::SignIn {
            generation: member.generation,
            token: self.fresh(),
            proof: match shown {
                Shown::Nothing => Proof::None,
                Shown::Step(step) => Proof::Code(Some(Step(step))),
                Shown::Recovery(which) => {
                    let good = self.account(id).recovery.first().copied();
                    Proof::Recovery(self.known(which, good))
                }
            },
            lane: Lane::Known,
        };
        if self.tell((clinic, id), wish, now)? {
            self.tell_staff(clinic, staff::Wish::Confirm { account: id }, now);
        }
        Ok(())
    }

    /// An administrator of the clinic, if there is one.
    fn somebody(&self, clinic: ClinicId) -> AccountId {
        let staff = self.staff(clinic);
        let mut members = staff.members().iter();
        let found = members.find(|member| member.is_administrator());
        found.map_or(LAN, |member| member.account)
    }

    fn check(&mut self, now: Timestamp) -> Result<(), TestCaseError> {
        for clinic in [CLINIC, ELSEWHERE] {
            let staff = self.staff(clinic);
            if staff.has_administrator() {
                self.had_administrator.insert(clinic);
            }
            let had_one = self.had_administrator.contains(&clinic);
            prop_assert!(!had_one || staff.has_administrator(), "nobody is left");
            for id in self.accounts.keys() {
                let account = self.account(*id);
                let good = good_sessions((&staff, *id), &account, &[], now);
                for session in &good {
                    prop_assert!(
                        !self.dead.contains(&(clinic, *id, session.id)),
                        "a dead session"
                    );
                }
                let last = self.last_standing(clinic, *id);
                prop_assert!(good.is_empty() || last, "a session of nobody");
                let is_theirs = account.clinic() == Some(clinic);
                prop_assert!(good.is_empty() || is_theirs, "another clinic's session");
                prop_assert!(account.sessions().len() <= SESSIONS_MAX);
            }
        }
        Ok(())
    }

    /// Whether the clinic's log, read by its last word on an account, lets somebody sign in.
    fn last_standing(&self, clinic: ClinicId, id: AccountId) -> bool {
        let facts = self.staff.get(&clinic).into_iter().flatten();
        let word = facts.filter_map(|event| match &event.fact {
            staff::Fact::Created { account, .. } | staff::Fact::Enabled { account, .. } => {
                Some((*account, true))
            }
            staff::Fact::Disabled { account, .. } | staff::Fact::Removed { account, .. } => {
                Some((*account, false))
            }
            _ => None,
        });
        let mut word = word.filter(|(account, _)| *account == id);
        word.next_back().is_some_and(|(_, may)| may)
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn whatever_is_tried_nobody_gets_in_who_must_not(
        tries in prop::collection::vec((any_try(), 0_u64..20_000), 0..80)
    ) {
        let mut world = World::begun()?;
        for ((clinic, what), now) in tries {
            world.run(clinic, what, Timestamp(now))?;
            world.check(Timestamp(now))?;
        }
        for log in world.accounts.values() {
            prop_assert!(log.windows(2).all(|pair| pair[0].at <= pair[1].at));
            let mut state = Account::default();
            for (length, event) in log.iter().enumerate() {
                prop_assert_eq!(&account::replay(&log[..length]), &state);
                state = account::apply(state, event);
            }
        }
        for log in world.staff.values() {
            prop_assert!(log.windows(2).all(|pair| pair[0].at <= pair[1].at));
            let mut state = Staff::default();
            for (length, event) in log.iter().enumerate() {
                prop_assert_eq!(&staff::replay(&log[..length]), &state);
                state = staff::apply(state, event);
            }
        }
    }
}

/// The random tries reach what they are to test: else the property holds of nothing.
#[test]
fn the_tries_get_somewhere() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let tries = prop::collection::vec((any_try(), 0_u64..20_000), 80);
    let mut reached = [0; 4];
    for _ in 0..100 {
        let mut world = World::begun().unwrap();
        for ((clinic, what), now) in tries.new_tree(&mut runner).unwrap().current() {
            world.run(clinic, what, Timestamp(now)).unwrap();
        }
        let facts = || world.accounts.values().flatten().map(|event| &event.fact);
        let is_code = |fact: &account::Fact| {
            let account::Fact::SignedIn { proof, .. } = fact else {
                return false;
            };
            matches!(proof, Proof::Code(_))
        };
        let is_recovered = |fact: &account::Fact| {
            let account::Fact::SignedIn { proof, .. } = fact else {
                return false;
            };
            matches!(proof, Proof::Recovery(_))
        };
        let staff = world.staff.values().flatten();
        let is_left = |fact: &staff::Fact| matches!(fact, staff::Fact::Removed { .. });
        reached[0] += staff.filter(|event| is_left(&event.fact)).count();
        reached[1] += world.dead.len();
        reached[2] += facts().filter(|fact| is_code(fact)).count();
        reached[3] += facts().filter(|fact| is_recovered(fact)).count();
    }
    assert!(reached.iter().all(|count| *count > 5), "{reached:?}");
}
