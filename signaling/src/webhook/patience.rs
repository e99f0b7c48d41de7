//! When a delivery that failed is tried again, and when no more.

use std::time::Duration;

use crate::auth::random;

/// Waits after the first, second, … failure: a restart of the other side, a mended network, a night, a weekend. About
/// three days in all; then somebody has to look.
const WAITS: [Duration; 11] = [
    Duration::from_secs(5),
    Duration::from_secs(30),
    Duration::from_mins(2),
    Duration::from_mins(10),
    Duration::from_mins(30),
    Duration::from_hours(2),
    Duration::from_hours(6),
    Duration::from_hours(12),
    Duration::from_hours(24),
    Duration::from_hours(24),
    Duration::from_hours(6),
];

/// Any byte, by the system's randomness. Without it waits are as they stand in the table.
pub fn chance() -> u8 {
    random().map_or(128, |[byte]| byte)
}

/// The wait after this many failures, from 1; `None`: enough. A fifth more or less by `chance`, so that a hospital's
/// system that comes back is not met by everything at once.
pub fn wait_after(failures: u32, chance: u8) -> Option<Duration> {
    let place = usize::try_from(failures.checked_sub(1)?).ok()?;
    let wait = WAITS.get(place)?;
    // 0 to 255 becomes 0.8 to 1.2.
    let thousandths = 800 + u32::from(chance) * 400 / 255;
    Some(*wait * thousandths / 1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_a_day_with_a_fifth_of_chance_and_end_after_three_days() {
        let total: Duration = (1..).map_while(|failures| wait_after(failures, 128)).sum();
        assert!(
            total > Duration::from_hours(70) && total < Duration::from_hours(80),
            "{total:?}"
        );
        assert_eq!(wait_after(12, 0), None);
        assert_eq!(wait_after(0, 0), None);
        assert_eq!(wait_after(1, 0), Some(Duration::from_secs(4)));
        assert_eq!(wait_after(1, 255), Some(Duration::from_secs(6)));
        for chance in [0, 255] {
            let waits: Vec<_> = (1..=10)
                .map_while(|failures| wait_after(failures, chance))
                .collect();
            assert!(waits.is_sorted(), "{waits:?}");
        }
    }
}
