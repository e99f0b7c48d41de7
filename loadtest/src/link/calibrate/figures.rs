//! Figures of a calibration: what was measured beside what should have been, and how far apart they may be.

use std::fmt::Write as _;

/// One figure.
#[derive(Debug, Clone)]
pub struct Row {
    /// The link, and which direction of it.
    pub link: String,
    /// What was measured, with its unit.
    pub what: &'static str,
    /// By UDP through real devices.
    pub measured: f64,
    /// By the model.
    pub theory: f64,
    /// By how much they may differ, in the same unit.
    pub tolerance: f64,
}

impl Row {
    /// Whether measurement and theory agree.
    pub fn is_within(&self) -> bool {
        (self.measured - self.theory).abs() <= self.tolerance
    }

    /// All of them, a line each.
    pub fn table(rows: &[Self]) -> String {
        let mut text = format!(
            "{:<16} {:<22} {:>10} {:>10} {:>10} {:>10}\n",
            "link", "figure", "measured", "theory", "deviation", "tolerance"
        );
        for row in rows {
            let Self {
                link,
                what,
                measured,
                theory,
                tolerance,
            } = row;
            let mark = if row.is_within() { "" } else { "  OUTSIDE" };
            let deviation = measured - theory;
            // Writing to a string does not fail.
            writeln!(
                text,
                "{link:<16} {what:<22} {measured:>10.2} {theory:>10.2} {deviation:>+10.2} {tolerance:>10.2}{mark}"
            )
            .ok();
        }
        text
    }
}

/// The one below which this share of them lies, 0.0 to 1.0; nothing of nothing.
pub fn quantile(mut values: Vec<f64>, share: f64) -> Option<f64> {
    values.sort_unstable_by(f64::total_cmp);
    let last = values.len().checked_sub(1)?;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "from 0 to the number of values"
    )]
    let place = (real(last) * share).round() as usize;
    values.get(place).copied()
}

/// The mean of them; nothing of nothing.
pub fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / real(values.len()))
}

/// How many in a row are `true`, on average; nothing if none is.
pub fn mean_run(values: &[bool]) -> Option<f64> {
    let hits = values.iter().filter(|hit| **hit).count();
    let ends = values
        .iter()
        .zip(values.iter().skip(1))
        .filter(|(hit, next)| **hit && !**next)
        .count();
    let runs = ends + usize::from(values.last() == Some(&true));
    (runs > 0).then(|| real(hits) / real(runs))
}

/// A count as a real number.
pub fn real(count: usize) -> f64 {
    #[expect(
        clippy::cast_precision_loss,
        reason = "counts of packets, far below 2^52"
    )]
    let exact = count as f64;
    exact
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_that_is_too_far_off_is_marked() {
        let row = |measured| Row {
            link: "V2 up".into(),
            what: "rate, kbit/s",
            measured,
            theory: 30.0,
            tolerance: 0.15,
        };
        assert!(row(30.15).is_within() && row(29.85).is_within());
        assert!(!row(30.2).is_within() && !row(29.8).is_within() && !row(f64::NAN).is_within());
        let table = Row::table(&[row(30.1), row(31.0)]);
        let marked: Vec<_> = table
            .lines()
            .map(|line| line.ends_with("OUTSIDE"))
            .collect();
        assert_eq!(marked, [false, false, true], "{table}");
    }

    #[test]
    fn runs_are_counted_to_the_end() {
        assert_eq!(
            mean_run(&[true, true, false, true, false, true, true, true]),
            Some(2.0)
        );
        assert_eq!(mean_run(&[false, false]), None);
        assert_eq!(quantile(vec![3.0, 1.0, 2.0], 0.5), Some(2.0));
        assert_eq!(mean(&[1.0, 2.0]), Some(1.5));
        assert_eq!((quantile(Vec::new(), 0.5), mean(&[])), (None, None));
    }
}
