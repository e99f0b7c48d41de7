//! What can be seen of the server from outside: its figures, and its process.

use std::collections::BTreeMap;

use anyhow::Context as _;

use crate::http::{Client, Failure};

/// The figures of `GET /metrics`, by name and labels.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Figures {
    /// What only grows.
    pub counters: BTreeMap<String, f64>,
    /// What goes up and down.
    pub gauges: BTreeMap<String, f64>,
}

impl Figures {
    /// Asks for them.
    pub async fn read(client: &Client) -> Result<Self, Failure> {
        let text = client.get_text("/metrics", None).await?;
        Ok(Self::parse(&text))
    }

    fn parse(text: &str) -> Self {
        let mut figures = Self::default();
        let mut is_gauge = false;
        for line in text.lines() {
            if let Some(kind) = line.strip_prefix("# TYPE ") {
                is_gauge = kind.ends_with(" gauge");
            } else if let Some((name, value)) = line.rsplit_once(' ')
                && let Ok(value) = value.parse()
                && !line.starts_with('#')
            {
                let kind = if is_gauge {
                    &mut figures.gauges
                } else {
                    &mut figures.counters
                };
                kind.insert(name.to_owned(), value);
            }
        }
        figures
    }

    /// By how much all counters with these endings have grown since `earlier`, together.
    pub fn growth(&self, earlier: &Self, endings: &[&str]) -> f64 {
        let grown = self
            .counters
            .iter()
            .filter(|(name, _)| endings.iter().any(|ending| name.ends_with(ending)));
        grown
            .map(|(name, value)| value - earlier.counters.get(name).copied().unwrap_or_default())
            .sum()
    }

    /// The gauges that are not what they were, as `name: before → now`.
    pub fn unlike(&self, earlier: &Self) -> Vec<String> {
        let mut names: Vec<&String> = self.gauges.keys().chain(earlier.gauges.keys()).collect();
        names.sort();
        names.dedup();
        let value =
            |figures: &Self, name: &String| figures.gauges.get(name).copied().unwrap_or_default();
        names
            .into_iter()
            .filter_map(|name| {
                let (before, now) = (value(earlier, name), value(self, name));
                ((before - now).abs() > f64::EPSILON).then(|| format!("{name}: {before} → {now}"))
            })
            .collect()
    }
}

/// What the kernel knows of the server's process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Process {
    /// Open file descriptors.
    pub descriptors: usize,
    /// Resident memory, in kB.
    pub resident_kb: u64,
    /// Threads.
    pub threads: u64,
}

impl Process {
    /// Looks at it.
    pub fn read(pid: u32) -> anyhow::Result<Self> {
        let descriptors = std::fs::read_dir(format!("/proc/{pid}/fd"))
            .with_context(|| format!("process {pid}"))?
            .count();
        let status = std::fs::read_to_string(format!("/proc/{pid}/status"))
            .with_context(|| format!("process {pid}"))?;
        let figure = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            let number = line.and_then(|line| line.split_whitespace().next());
            number
                .and_then(|number| number.parse().ok())
                .with_context(|| format!("process {pid} has no {name}"))
        };
        Ok(Self {
            descriptors,
            resident_kb: figure("VmRSS:")?,
            threads: figure("Threads:")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# TYPE a_total counter\na_total 7\n\n# TYPE b_total counter\nb_total{result=\"ok\"} 3\n\
        # TYPE rooms gauge\nrooms 2\n";

    #[test]
    fn tells_gauges_from_counters_and_sums_growth() {
        let figures = Figures::parse(TEXT);
        assert_eq!(figures.counters["a_total"].to_string(), "7");
        assert_eq!(figures.counters["b_total{result=\"ok\"}"].to_string(), "3");
        let later = Figures::parse(&TEXT.replace('7', "9").replace("rooms 2", "rooms 3"));
        assert_eq!(later.growth(&figures, &["a_total"]).to_string(), "2");
        assert_eq!(later.unlike(&figures), ["rooms: 2 → 3"]);
        assert!(figures.unlike(&figures).is_empty());
    }

    #[test]
    fn looks_at_a_process() {
        let own = Process::read(std::process::id()).unwrap();
        assert!(own.descriptors >= 3 && own.resident_kb > 1_000 && own.threads >= 1);
        assert!(Process::read(u32::MAX).is_err());
    }
}
