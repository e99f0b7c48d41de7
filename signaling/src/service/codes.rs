//! Codes of eight digits, read over the telephone: how many wrong ones are looked at, and how long
//! each takes.
//!
//! A code is a small secret, so that what protects it is how seldom anybody may be wrong. There are
//! 10⁸ codes; let 1,000 of them be open, a large hospital's week. A wrong guess then finds one with
//! a chance of 10⁻⁵. In 24 hours one server looks at [`WRONG_OF_ALL`]: 45 at once and one more in
//! 200 s, 45 + 432 = 477 wrong codes, from however many addresses. Two servers of one store, each
//! of which counts for itself, look at 954, and somebody who uses all of them up for a whole day
//! finds a code with a chance of 954 × 10⁻⁵ = 0.95 %. A restart gives another 45.
//!
//! Whoever uses them up keeps everybody from using codes for as long, right ones as well: to look
//! at a code is to tell whether it is right. Links go on working, and one address alone has a
//! fraction of all ([`WRONG_OF_ONE`]).

use std::future::Future;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use crate::bucket::{Allowance, Bucket, Wait};
use crate::per_address::{PerAddress, is_proxy};

/// Wrong codes from one address: a number misheard and typed again, by all who share a telephone
/// company's address. 106 a day. Beyond it: `rate_limited`.
const WRONG_OF_ONE: Allowance = Allowance {
    burst: 10,
    every: Duration::from_mins(15),
};
/// Wrong codes from all addresses together; the numbers are reckoned above. Beyond it:
/// `rate_limited`.
const WRONG_OF_ALL: Allowance = Allowance {
    burst: 45,
    every: Duration::from_secs(200),
};
/// A wrong code is answered no sooner than so long after it came, so that nobody sees from the time
/// whether it never was, is used up or has expired.
const ANSWERED_AFTER: Duration = Duration::from_secs(1);

/// What keeps codes from being guessed.
pub struct Codes {
    addresses: PerAddress,
    /// `None` before the first.
    all: Mutex<Option<Bucket>>,
}

/// Why a code opens nothing.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodeError<E> {
    /// It never was, was used up, or has expired: one answer.
    #[error("this code is wrong, was used up, or has expired")]
    Unknown,
    /// Too many wrong ones, from there or from everywhere: one answer.
    #[error("too many wrong codes: wait {} s", .0.as_seconds())]
    Wait(Wait),
    /// It could not be looked at.
    #[error(transparent)]
    Failed(E),
}

impl Default for Codes {
    fn default() -> Self {
        Self {
            addresses: PerAddress::new(WRONG_OF_ONE),
            all: Mutex::default(),
        }
    }
}

impl Codes {
    /// Looks at a code, if it may be looked at. `look` answers `None` for whatever opens nothing,
    /// for whichever reason.
    ///
    /// It counts as wrong until it was right: a hundred at once are a hundred, and whoever goes
    /// away before the answer comes has guessed all the same.
    pub async fn look_at<T, E>(
        &self,
        address: IpAddr,
        look: impl Future<Output = Result<Option<T>, E>>,
    ) -> Result<T, CodeError<E>> {
        let came = Instant::now();
        self.take(address, came).map_err(CodeError::Wait)?;
        let found = look.await;
        if !matches!(found, Ok(None)) {
            self.give_back(address);
        }
        match found {
            Ok(Some(found)) => Ok(found),
            Ok(None) => {
                sleep_until(came + ANSWERED_AFTER).await;
                Err(CodeError::Unknown)
            }
            Err(error) => Err(CodeError::Failed(error)),
        }
    }

    fn take(&self, address: IpAddr, now: Instant) -> Result<(), Wait> {
        let now = now.into_std();
        // A proxy on this machine counts addresses itself; what all may do holds for it, too.
        if !is_proxy(address) {
            self.addresses.try_take(address, now)?;
        }
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = all
            .get_or_insert_with(|| Bucket::new(now))
            .try_take(WRONG_OF_ALL, now);
        drop(all);
        if taken.is_err() && !is_proxy(address) {
            self.addresses.give_back(address);
        }
        taken
    }

    fn give_back(&self, address: IpAddr) {
        if !is_proxy(address) {
            self.addresses.give_back(address);
        }
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(all) = &mut *all {
            all.give_back(WRONG_OF_ALL);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::future::ready;

    use super::*;

    type Looked<T> = Result<T, CodeError<Infallible>>;

    async fn wrong(codes: &Codes, number: u32) -> Looked<()> {
        codes.look_at(address(number), ready(Ok(None))).await
    }

    async fn right(codes: &Codes, number: u32) -> Looked<&'static str> {
        codes
            .look_at(address(number), ready(Ok(Some("link"))))
            .await
    }

    fn address(number: u32) -> IpAddr {
        IpAddr::V4((0x0a00_0000 + number).into())
    }

    #[tokio::test(start_paused = true)]
    async fn a_wrong_code_is_answered_after_a_second_however_it_was_found_wrong() {
        let codes = Codes::default();
        for takes in [0, 3, 700] {
            let came = Instant::now();
            let look = async {
                tokio::time::sleep(Duration::from_millis(takes)).await;
                Ok::<Option<()>, Infallible>(None)
            };
            let answer = codes.look_at(address(1), look).await;
            assert_eq!(answer, Err(CodeError::Unknown));
            assert_eq!(came.elapsed(), ANSWERED_AFTER);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn one_address_runs_out_and_another_does_not() {
        let codes = Codes::default();
        for _ in 0..10 {
            assert_eq!(wrong(&codes, 1).await, Err(CodeError::Unknown));
        }
        assert!(matches!(wrong(&codes, 1).await, Err(CodeError::Wait(_))));
        // Nor is a right one looked at: the answer would tell.
        assert!(matches!(right(&codes, 1).await, Err(CodeError::Wait(_))));
        assert_eq!(right(&codes, 2).await, Ok("link"));
        tokio::time::sleep(WRONG_OF_ONE.every).await;
        assert_eq!(right(&codes, 1).await, Ok("link"));
    }

    #[tokio::test(start_paused = true)]
    async fn right_codes_cost_nothing() {
        let codes = Codes::default();
        for _ in 0..1_000 {
            assert_eq!(right(&codes, 1).await, Ok("link"));
        }
        assert_eq!(wrong(&codes, 1).await, Err(CodeError::Unknown));
    }

    #[tokio::test(start_paused = true)]
    async fn a_store_that_is_away_costs_nobody_a_guess() {
        let codes = Codes::default();
        for _ in 0..100 {
            let answer = codes.look_at(address(1), ready(Err::<Option<()>, _>("away")));
            assert_eq!(answer.await, Err(CodeError::Failed("away")));
        }
        assert_eq!(wrong(&codes, 1).await, Err(CodeError::Unknown));
    }

    /// The arithmetic of the module's description, by somebody with more addresses than guesses.
    #[tokio::test(start_paused = true)]
    async fn somebody_with_a_thousand_addresses_finds_a_code_with_less_than_one_in_a_hundred() {
        let codes = Codes::default();
        let start = Instant::now();
        let (mut looked_at, mut number) = (0_u32, 0);
        while start.elapsed() < Duration::from_hours(24) {
            number += 1;
            match wrong(&codes, number % 1_000).await {
                Err(CodeError::Unknown) => looked_at += 1,
                _ => tokio::time::sleep(Duration::from_secs(20)).await,
            }
        }
        assert!((470..=477).contains(&looked_at), "{looked_at}");
        let (open, of_all, servers) = (1_000.0, 1e8, 2.0);
        let chance = servers * f64::from(looked_at) * open / of_all;
        assert!(chance < 0.01, "{chance}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_hundred_guesses_at_once_are_a_hundred() {
        let codes = Codes::default();
        let all = (0..100).map(|number| wrong(&codes, number));
        let answers = futures_util::future::join_all(all).await;
        let looked_at = answers
            .iter()
            .filter(|one| **one == Err(CodeError::Unknown));
        assert_eq!(looked_at.count(), 45);
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_is_refused_for_what_others_did_has_all_their_own_tries_left() {
        let codes = Codes::default();
        for number in 0..45 {
            assert_eq!(wrong(&codes, number).await, Err(CodeError::Unknown));
        }
        for _ in 0..10 {
            assert!(matches!(wrong(&codes, 99).await, Err(CodeError::Wait(_))));
        }
        tokio::time::sleep(10 * WRONG_OF_ALL.every).await;
        for _ in 0..10 {
            assert_eq!(wrong(&codes, 99).await, Err(CodeError::Unknown));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_goes_away_before_the_answer_has_guessed_all_the_same() {
        let codes = Codes::default();
        for number in 0..45 {
            let gone = tokio::time::timeout(Duration::from_millis(10), wrong(&codes, number));
            assert!(gone.await.is_err());
        }
        assert!(matches!(wrong(&codes, 99).await, Err(CodeError::Wait(_))));
    }

    #[tokio::test(start_paused = true)]
    async fn behind_a_proxy_of_this_machine_only_all_are_counted() {
        let codes = Codes::default();
        let proxy = IpAddr::from([127, 0, 0, 1]);
        for _ in 0..45 {
            let answer = codes.look_at(proxy, ready(Ok::<Option<()>, Infallible>(None)));
            assert_eq!(answer.await, Err(CodeError::Unknown));
            // Without the second that each takes: one more may come in it.
        }
        let answer = codes.look_at(proxy, ready(Ok::<Option<()>, Infallible>(None)));
        assert!(matches!(answer.await, Err(CodeError::Wait(_))));
    }
}
