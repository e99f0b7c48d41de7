//! Draws from a seeded stream: every chance of a link comes through here.

use crate::chance::Chance;

/// What a stream of chance decides. Each has a stream of its own, so that a change of one changes no other.
#[derive(Debug, Clone, Copy)]
pub enum Purpose {
    /// Which packets a memoryless loss takes, or which of them a fade does.
    Loss = 1,
    /// When fades begin and end.
    Fades = 2,
    /// How late each packet is.
    Jitter = 3,
    /// How the rate of a generated trace moves.
    Rate = 4,
}

/// A seeded stream of real numbers.
#[derive(Debug, Clone)]
pub struct Dice(Chance);

impl Dice {
    /// The stream of one purpose and one direction (0 or 1) of the link with this seed.
    pub fn new(seed: u64, direction: usize, purpose: Purpose) -> Self {
        Self(Chance::new(seed, direction, purpose as usize))
    }

    /// Evenly in `0.0..1.0`, in steps of 2⁻⁵³.
    pub fn unit(&mut self) -> f64 {
        const STEPS: f64 = 9_007_199_254_740_992.0;
        #[expect(
            clippy::cast_precision_loss,
            reason = "53 bits are what an f64 holds exactly"
        )]
        let numerator = (self.0.next_u64() >> 11) as f64;
        numerator / STEPS
    }

    /// Exponentially distributed with this mean: how long a state without memory lasts.
    pub fn exponential(&mut self, mean: f64) -> f64 {
        -(1.0 - self.unit()).ln() * mean
    }

    /// Normally distributed with mean 0 and deviation 1 (Box and Muller).
    pub fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.unit()).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.unit()).cos()
    }
}
