use super::*;

const TERRAINS: [(Terrain, f64); 2] = [
    (Terrain::EvdoLike, 120_000.0),
    (Terrain::UmtsLike, 70_000.0),
];

/// The rates of a trace, step by step.
fn rates(terrain: Terrain, seed: u64) -> Vec<f64> {
    let trace = terrain.trace(seed, 0);
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
    let at = |step| trace.at(STEP * step).as_bps() as f64;
    (0..u32::try_from(STEPS).unwrap()).map(at).collect()
}

#[test]
fn a_seed_gives_the_same_trace_and_another_gives_another() {
    for (terrain, _) in TERRAINS {
        assert_eq!(terrain.trace(7, 0), terrain.trace(7, 0));
        assert_ne!(terrain.trace(7, 0), terrain.trace(8, 0));
        assert_ne!(terrain.trace(7, 0), terrain.trace(7, 1));
        assert_eq!(terrain.trace(7, 0).period(), Duration::from_mins(2));
    }
}

#[test]
fn the_median_and_the_spread_are_those_of_the_process() {
    for (terrain, median) in TERRAINS {
        let mut all: Vec<f64> = (0..200).flat_map(|seed| rates(terrain, seed)).collect();
        all.sort_unstable_by(f64::total_cmp);
        let quantile = |share: usize| all[all.len() * share / 100];
        // Stalls are 4 % of the time at most and pull it down a little.
        assert!(
            (quantile(50) / median - 1.0).abs() < 0.1,
            "{terrain:?}: {}",
            quantile(50)
        );
        // One deviation above the median.
        let spread = (quantile(84) / quantile(50)).ln();
        assert!(
            (spread - terrain.process().deviation).abs() < 0.1,
            "{terrain:?}: {spread}"
        );
        let stalled = all.iter().filter(|rate| **rate < median * 0.15).count();
        assert!(
            (all.len() / 100..all.len() / 20).contains(&stalled),
            "{terrain:?}: {stalled} of {}",
            all.len()
        );
    }
}

#[test]
fn the_rate_moves_in_seconds_and_not_from_step_to_step() {
    for (terrain, _) in TERRAINS {
        let logs: Vec<f64> = (0..50)
            .flat_map(|seed| rates(terrain, seed))
            .map(f64::ln)
            .collect();
        let steps = logs.windows(2).map(|pair| (pair[1] - pair[0]).abs());
        let small = steps.filter(|step| *step < 0.5).count();
        assert!(
            small * 100 > logs.len() * 95,
            "{terrain:?}: {small} of {}",
            logs.len()
        );
    }
}

#[test]
fn a_link_that_is_up_carries_something() {
    for (terrain, _) in TERRAINS {
        assert!(
            (0..50)
                .flat_map(|seed| rates(terrain, seed))
                .all(|rate| rate >= LEAST_BPS)
        );
    }
}
