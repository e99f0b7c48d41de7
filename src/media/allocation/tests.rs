use super::*;
use proptest::prelude::*;

fn demand(current: Option<Rid>) -> Demand {
    let rung = |(rid, kbps)| Rung {
        rid,
        cost: Bitrate::kbps(kbps),
        is_flowing: false,
    };
    let ladder = [(Rid::Q, 150), (Rid::H, 500), (Rid::F, 1_500)]
        .map(rung)
        .to_vec();
    Demand { ladder, current }
}

#[test]
fn gives_every_picture_its_lowest_rung_before_raising_any() {
    let demands = [demand(None), demand(None)];
    let budget = Bitrate::kbps(150 + 150 + 360);
    assert_eq!(
        allocate(&demands, budget),
        [Target::Rung(Rid::Q), Target::Rung(Rid::Q)]
    );
    let budget = Bitrate::kbps(150 + 150 + 420);
    assert_eq!(
        allocate(&demands, budget),
        [Target::Rung(Rid::H), Target::Rung(Rid::Q)]
    );
}

#[test]
fn pauses_with_the_reason() {
    assert_eq!(
        allocate(&[demand(None), Demand::default()], Bitrate::kbps(100)),
        [
            Target::Paused(PauseReason::Budget),
            Target::Paused(PauseReason::NothingOffered)
        ]
    );
}

#[test]
fn tells_what_is_held_and_what_the_next_rung_would_add() {
    let demands = [demand(None), demand(None)];
    let targets = [Target::Rung(Rid::H), Target::Paused(PauseReason::Budget)];
    let (held, climb) = cost(&demands, &targets);
    assert_eq!(held, Bitrate::kbps(500));
    assert_eq!(climb, Some(Bitrate::kbps(180)));
    let top = [Target::Rung(Rid::F), Target::Rung(Rid::F)];
    assert_eq!(cost(&demands, &top), (Bitrate::kbps(3_000), None));
}

#[test]
fn keeps_what_it_has_on_a_budget_that_would_not_let_it_climb() {
    let budget = Bitrate::kbps(520);
    assert_eq!(
        allocate(&[demand(Some(Rid::Q))], budget),
        [Target::Rung(Rid::Q)]
    );
    assert_eq!(
        allocate(&[demand(Some(Rid::H))], budget),
        [Target::Rung(Rid::H)]
    );
}

#[test]
fn starts_on_what_is_flowing_and_else_on_the_lowest() {
    let mut demand = demand(None);
    assert_eq!(start(&demand, Rid::F), Rid::Q);
    demand.ladder[1].is_flowing = true;
    assert_eq!(start(&demand, Rid::F), Rid::H);
    assert_eq!(
        start(&demand, Rid::Q),
        Rid::Q,
        "never above what the budget buys"
    );
}

proptest! {
    /// Whatever is allocated fits, and more budget never gives any picture less.
    #[test]
    fn never_overspends_and_is_monotone(
        ladders in prop::collection::vec(prop::collection::vec(1u64..2_000, 0..4), 1..4),
        budget in 0u64..5_000,
        more in 0u64..5_000,
    ) {
        let demands: Vec<Demand> = ladders
            .into_iter()
            .map(|mut costs| {
                costs.sort_unstable();
                let ladder = Rid::ALL
                    .into_iter()
                    .zip(costs)
                    .map(|(rid, kbps)| Rung {
                        rid,
                        cost: Bitrate::kbps(kbps),
                        is_flowing: false,
                    })
                    .collect();
                Demand { ladder, current: None }
            })
            .collect();
        let cost = |targets: &[Target]| cost(&demands, targets).0;
        let little = allocate(&demands, Bitrate::kbps(budget));
        let much = allocate(&demands, Bitrate::kbps(budget + more));
        prop_assert!(cost(&little) <= Bitrate::kbps(budget));
        prop_assert!(cost(&little) <= cost(&much));
    }
}
