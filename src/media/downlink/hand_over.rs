//! Which seat gets which slot: pure.

use crate::media::ids::SeatId;

/// Gives slots to the `wanted` seats. A seat that has a slot keeps it, a seat that is no longer
/// wanted loses it, and free slots are filled in the order of `wanted`. Seats beyond the slots are
/// left out.
pub fn reconcile(current: &[Option<SeatId>], wanted: &[SeatId]) -> Vec<Option<SeatId>> {
    let mut next: Vec<_> = current
        .iter()
        .map(|owner| owner.filter(|seat| wanted.contains(seat)))
        .collect();
    let mut missing = wanted
        .iter()
        .copied()
        .filter(|seat| !current.contains(&Some(*seat)));
    for slot in next.iter_mut().filter(|slot| slot.is_none()) {
        *slot = missing.next();
    }
    next
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_newcomer_takes_the_freed_slot_and_nobody_else_moves() {
        let (ana, ben, cam) = (SeatId(1), SeatId(2), SeatId(3));
        assert_eq!(
            reconcile(&[Some(ana), Some(ben)], &[ben]),
            [None, Some(ben)]
        );
        assert_eq!(
            reconcile(&[None, Some(ben)], &[ben, cam]),
            [Some(cam), Some(ben)]
        );
        assert_eq!(
            reconcile(&[Some(ana), Some(ben)], &[ben, cam]),
            [Some(cam), Some(ben)]
        );
    }

    proptest! {
        #[test]
        fn nobody_has_two_slots_and_nobody_wanted_is_left_out_while_one_is_free(
            steps in prop::collection::vec(prop::collection::btree_set(1u16..6, 0..5), 1..20)
        ) {
            let mut slots = vec![None; 2];
            for wanted in steps {
                let wanted: Vec<_> = wanted.into_iter().map(SeatId).collect();
                let next = reconcile(&slots, &wanted);
                let held: Vec<_> = next.iter().flatten().collect();
                prop_assert_eq!(held.len(), wanted.len().min(2));
                prop_assert!(held.iter().all(|seat| wanted.contains(seat)));
                prop_assert!(held.first() != held.get(1) || held.len() < 2);
                for (before, after) in slots.iter().zip(&next) {
                    prop_assert!(before == after || before.is_none_or(|seat| !wanted.contains(&seat)));
                }
                slots = next;
            }
        }
    }
}
