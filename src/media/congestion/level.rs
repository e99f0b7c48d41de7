//! What a person may expect of a call over their link, in the four levels that people are told of.

use std::time::{Duration, Instant};

use super::rungs::LinkRung;

/// Worse is said at once, better only after this: a rung that is climbed to and fails within its trial
/// of 15 s is news to nobody.
const BETTER_FOR: Duration = Duration::from_secs(15);

/// From here on, in percent, loss is heard whatever a link carries: voices are repaired, but one
/// packet in five is more than any repair of ours brings back.
const BREAKING_PERCENT: u32 = 20;

/// What a link carries, as far as people care. The order is from the worst up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LinkLevel {
    /// A voice, and it breaks up.
    Poor,
    /// A whole voice, no picture.
    Weak,
    /// A whole voice, a small picture one way at least.
    Fair,
    /// Voice and picture.
    Good,
}

impl LinkLevel {
    /// Of a link that carries this each way and loses so much. The weaker way decides how people
    /// hear each other, the stronger one whether anybody sees anything.
    pub fn of(up: LinkRung, down: LinkRung, loss_percent: u32) -> Self {
        let (weaker, stronger) = (up.min(down), up.max(down));
        if loss_percent >= BREAKING_PERCENT || weaker < LinkRung::Kbps24 {
            Self::Poor
        } else if weaker.is_open() {
            Self::Good
        } else if stronger >= LinkRung::Kbps64 {
            Self::Fair
        } else {
            Self::Weak
        }
    }

    /// The number on the wire.
    pub const fn number(self) -> u8 {
        match self {
            Self::Good => 1,
            Self::Fair => 2,
            Self::Weak => 3,
            Self::Poor => 4,
        }
    }

    /// The name for administrators.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Fair => "fair",
            Self::Weak => "weak",
            Self::Poor => "poor",
        }
    }
}

/// The level that a page is told, with hysteresis.
#[derive(Debug, Default)]
pub struct ToldLevel {
    told: Option<LinkLevel>,
    better_since: Option<Instant>,
}

impl ToldLevel {
    /// What the page was told last.
    pub fn told(&self) -> Option<LinkLevel> {
        self.told
    }

    /// The level to tell, if `level` is news by now.
    pub fn news(&mut self, now: Instant, level: LinkLevel) -> Option<LinkLevel> {
        let is_news = match self.told {
            Some(told) if level == told => {
                self.better_since = None;
                false
            }
            Some(told) if level > told => now >= *self.better_since.get_or_insert(now) + BETTER_FOR,
            Some(_) | None => true,
        };
        is_news.then_some(level)
    }

    /// The page was told this.
    pub fn tell(&mut self, level: LinkLevel) {
        self.told = Some(level);
        self.better_since = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_weaker_way_decides_on_the_voice_and_the_stronger_one_on_the_picture() {
        use LinkRung::{Kbps16, Kbps24, Kbps40, Kbps64, Kbps150, Open};
        for (up, down, level) in [
            (Open, Open, LinkLevel::Good),
            (Kbps150, Open, LinkLevel::Fair),
            (Kbps64, Kbps150, LinkLevel::Fair),
            (Kbps24, Kbps64, LinkLevel::Fair),
            (Kbps24, Kbps40, LinkLevel::Weak),
            (Kbps16, Open, LinkLevel::Poor),
        ] {
            assert_eq!(LinkLevel::of(up, down, 0), level, "{up:?} {down:?}");
            assert_eq!(LinkLevel::of(down, up, 19), level, "{down:?} {up:?}");
        }
        assert_eq!(LinkLevel::of(Open, Open, 20), LinkLevel::Poor);
    }

    #[test]
    fn worse_is_told_at_once_and_better_once_it_has_lasted() {
        let start = Instant::now();
        let mut told = ToldLevel::default();
        let mut say = |seconds, level| {
            let news = told.news(start + Duration::from_secs(seconds), level);
            if let Some(news) = news {
                told.tell(news);
            }
            news
        };
        assert_eq!(say(0, LinkLevel::Good), Some(LinkLevel::Good));
        assert_eq!(say(1, LinkLevel::Weak), Some(LinkLevel::Weak));
        // A trial that fails.
        assert_eq!(say(2, LinkLevel::Fair), None);
        assert_eq!(say(16, LinkLevel::Fair), None);
        assert_eq!(say(17, LinkLevel::Weak), None);
        // And one that does not.
        assert_eq!(say(18, LinkLevel::Fair), None);
        assert_eq!(say(33, LinkLevel::Fair), Some(LinkLevel::Fair));
    }
}
