//! `nhipcau check`: tries what `serve` will need, says what is wrong and how to mend it, and leaves no trace.

mod addresses;
mod certificate;
mod ports;
mod store;

use std::fmt;
use std::time::SystemTime;

use crate::config::Settings;

/// Everything that was tried, in the order in which a server needs it.
#[derive(Debug)]
pub struct Report {
    findings: Vec<Finding>,
}

/// What one try brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    subject: &'static str,
    verdict: Verdict,
}

/// Good, worth knowing, or in the way of a working server.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Verdict {
    Good(String),
    Note(String),
    Problem { wrong: String, mend: String },
}

impl Finding {
    fn good(subject: &'static str, words: impl Into<String>) -> Self {
        Self {
            subject,
            verdict: Verdict::Good(words.into()),
        }
    }

    fn note(subject: &'static str, words: impl Into<String>) -> Self {
        Self {
            subject,
            verdict: Verdict::Note(words.into()),
        }
    }

    fn problem(subject: &'static str, wrong: impl Into<String>, mend: impl Into<String>) -> Self {
        Self {
            subject,
            verdict: Verdict::Problem {
                wrong: wrong.into(),
                mend: mend.into(),
            },
        }
    }
}

impl Report {
    /// Tries everything. Blocks for a second or two, when
    /// something does not answer; not for async tasks.
    #[must_use]
    pub fn make(settings: &Settings, now: SystemTime) -> Self {
        let mut findings = vec![ports::http(settings), ports::udp(settings)];
        findings.extend(addresses::advertised(settings));
        findings.push(certificate::judge(settings, now));
        findings.extend(store::open(&settings.store, &settings.store_keys));
        Self { findings }
    }

    /// Whether `serve` would work.
    #[must_use]
    pub fn is_good(&self) -> bool {
        !self
            .findings
            .iter()
            .any(|finding| matches!(finding.verdict, Verdict::Problem { .. }))
    }
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for finding in &self.findings {
            let (verdict, words) = match &finding.verdict {
                Verdict::Good(words) => ("ok", words),
                Verdict::Note(words) => ("note", words),
                Verdict::Problem { wrong, .. } => ("problem", wrong),
            };
            writeln!(formatter, "{verdict:8} {:12} {words}", finding.subject)?;
            if let Verdict::Problem { mend, .. } = &finding.verdict {
                writeln!(formatter, "{:8} {:12} to mend it: {mend}", "", "")?;
            }
        }
        let summary = if self.is_good() {
            "ready to serve"
        } else {
            "not ready to serve"
        };
        writeln!(formatter, "{summary}")
    }
}

#[cfg(test)]
mod tests;
