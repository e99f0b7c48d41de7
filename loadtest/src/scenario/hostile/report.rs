//! What the attacks found, one by one.

use std::fmt::Write as _;

use serde::Serialize;

use crate::http::Failure;
use crate::report::Told;

/// Everything a run found.
#[derive(Debug, Default, Serialize)]
pub struct HostileReport {
    /// In the order in which they were made.
    pub attacks: Vec<Attack>,
}

/// One attack.
#[derive(Debug, Serialize)]
pub struct Attack {
    /// What was tried.
    pub name: &'static str,
    /// It came to nothing.
    pub has_failed_rightly: bool,
    /// Figures.
    pub found: Vec<String>,
    /// Where the server did what it must not, or something stood in the way of the attack.
    pub failures: Vec<String>,
}

impl Attack {
    /// An attack that has found nothing yet.
    pub fn new(name: &'static str) -> Self {
        Self {
            name,
            has_failed_rightly: true,
            found: Vec::new(),
            failures: Vec::new(),
        }
    }

    /// Notes a figure.
    pub fn note(&mut self, found: impl Into<String>) {
        self.found.push(found.into());
    }

    /// Notes what must be so.
    pub fn expect(&mut self, is_so: bool, what: impl FnOnce() -> String) {
        if !is_so {
            self.fail(what());
        }
    }

    /// Notes how a request was answered, which must be with one of these codes.
    pub fn refused<T>(&mut self, what: &str, answer: &Result<T, Failure>, codes: &[&str]) {
        match answer {
            Ok(_) => self.fail(format!("{what}: it worked")),
            Err(failure) if codes.contains(&failure.code.as_str()) => {
                self.note(format!("{what}: {}", failure.code));
            }
            Err(failure) => self.fail(format!(
                "{what}: {} ({}) in place of {codes:?}",
                failure.code, failure.detail
            )),
        }
    }

    fn fail(&mut self, what: String) {
        self.has_failed_rightly = false;
        self.failures.push(what);
    }

    /// Ends the attack; what stood in its way is a failure, too.
    #[must_use]
    pub fn ended(mut self, outcome: Result<(), Failure>) -> Self {
        if let Err(failure) = outcome {
            self.fail(format!(
                "could not be made: {} ({})",
                failure.code, failure.detail
            ));
        }
        self
    }
}

impl Told for HostileReport {
    fn has_passed(&self) -> bool {
        self.attacks.iter().all(|attack| attack.has_failed_rightly)
    }

    fn table(&self) -> String {
        let mut out = String::new();
        for attack in &self.attacks {
            let verdict = if attack.has_failed_rightly {
                "ok    "
            } else {
                "FAILED"
            };
            // Writing to a string cannot fail.
            let _ = writeln!(out, "{verdict} {}", attack.name);
            for found in &attack.found {
                let _ = writeln!(out, "         {found}");
            }
            for failure in &attack.failures {
                let _ = writeln!(out, "  FAILED {failure}");
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_right_refusal_passes() {
        let refusal = |code: &str| Err::<(), _>(Failure::new(code, "status 409"));
        let mut attack = Attack::new("a");
        attack.refused("again", &refusal("seat_taken"), &["seat_taken"]);
        assert!(attack.has_failed_rightly);
        assert_eq!(attack.found, ["again: seat_taken"]);
        attack.refused("other", &refusal("internal"), &["seat_taken"]);
        attack.refused("works", &Ok(()), &["seat_taken"]);
        assert_eq!(attack.failures.len(), 2);
        let report = HostileReport {
            attacks: vec![attack],
        };
        assert!(!report.has_passed());
        assert!(report.table().contains("FAILED works: it worked"));
    }

    #[test]
    fn an_attack_that_could_not_be_made_proves_nothing() {
        let attack = Attack::new("a").ended(Err(Failure::new("network", "gone")));
        assert!(!attack.has_failed_rightly);
    }
}
