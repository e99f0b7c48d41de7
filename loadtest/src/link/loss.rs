//! Which packets the air takes.

use std::time::Duration;

use super::dice::{Dice, Purpose};
use super::shape::Loss;

/// The air of one direction. Asked at times that never go back.
#[derive(Debug, Clone)]
pub struct Air {
    loss: Loss,
    dice: Dice,
    fades: Dice,
    /// Whether the state that lasts until `turns` is a fade.
    is_faded: bool,
    turns: Duration,
}

impl Air {
    /// For one direction (0 or 1) of the link with this seed.
    pub fn new(loss: Loss, seed: u64, direction: usize) -> Self {
        Self {
            loss,
            dice: Dice::new(seed, direction, Purpose::Loss),
            fades: Dice::new(seed, direction, Purpose::Fades),
            // So that the first turn, at zero, is into a clear time.
            is_faded: true,
            turns: Duration::ZERO,
        }
    }

    /// Another loss from `now` on. Fades of the same kind go on as they were.
    pub fn change(&mut self, loss: Loss, now: Duration) {
        if self.loss == loss {
            return;
        }
        self.loss = loss;
        self.is_faded = true;
        self.turns = now;
    }

    /// Whether what is sent at this time is lost.
    pub fn takes(&mut self, at: Duration) -> bool {
        match self.loss {
            Loss::Random { share } => self.dice.unit() < share,
            Loss::Fades { share, mean } => {
                while self.turns <= at {
                    self.is_faded = !self.is_faded;
                    let mean = mean.as_secs_f64();
                    let lasts = if self.is_faded {
                        mean
                    } else {
                        mean * (1.0 - share) / share
                    };
                    // At least a microsecond, so that even a draw of zero moves time on.
                    let length = self.fades.exponential(lasts).max(1e-6);
                    self.turns = self.turns.saturating_add(
                        Duration::try_from_secs_f64(length).unwrap_or(Duration::MAX),
                    );
                }
                self.is_faded
            }
        }
    }
}
