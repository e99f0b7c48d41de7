//! What a person may expect of their link: tried by probes while they wait, and told to their page.
//!
//! **Invariant:** no probe goes to or counts from whoever is let in: voice goes first.

use std::time::Instant;

use super::congestion::level::{LinkLevel, ToldLevel};
use super::congestion::probe::{Probes, Refused, Step};
use super::congestion::train::ProbeUp;
use super::congestion::watch::{Evidence, LinkWatch};
use super::control::{Channel, ToPage};
use super::routing::Standing;
use super::transport::Transport;

/// The outlook of one person. It holds neither link nor transport; each call is lent them.
#[derive(Debug, Default)]
pub struct Outlook {
    probes: Probes,
    level: ToldLevel,
}

impl Outlook {
    /// What the page was told last.
    pub fn told(&self) -> Option<LinkLevel> {
        self.level.told()
    }

    /// Follows signaling: a probe of somebody who is let in ends before the next packet.
    pub fn follow(&mut self, standing: Standing, link: &mut LinkWatch, now: Instant) {
        if standing == Standing::Admitted {
            self.probes.stop(now);
        }
        link.learn_from(match standing {
            Standing::Admitted => Evidence::Media,
            Standing::Waiting if self.probes.makes_queues(now) => Evidence::Probe,
            Standing::Waiting => Evidence::Nothing,
        });
    }

    /// Takes the wish of a page, whose person waits, for a probe of this number.
    pub fn ask(
        &mut self,
        number: u8,
        link: &mut LinkWatch,
        transport: &mut Transport,
        now: Instant,
    ) -> Result<(), Refused> {
        if let Some(step) = self.probes.ask(now, number)? {
            self.take(step, link, transport, now);
        }
        Ok(())
    }

    /// Takes a message of the page's answer to a train; returns whether the link's rungs follow now
    /// from a probe.
    pub fn hear(
        &mut self,
        message: &ProbeUp,
        link: &mut LinkWatch,
        transport: &mut Transport,
        now: Instant,
    ) -> bool {
        let step = self.probes.hear(now, message);
        step.is_some_and(|step| self.take(step, link, transport, now))
    }

    /// Goes by time: what of a train is late is lost, and what the link has become is told.
    pub fn tick(
        &mut self,
        standing: Standing,
        link: &mut LinkWatch,
        transport: &mut Transport,
        now: Instant,
    ) {
        if let Some(step) = self.probes.tick(now) {
            self.take(step, link, transport, now);
        }
        self.follow(standing, link, now);
        // Before its first report nothing is there of the page that would hear it.
        let level = link.level().filter(|_| link.has_reported());
        if let Some(news) = level.and_then(|level| self.level.news(now, level)) {
            self.tell(news, transport);
        }
    }

    fn take(
        &mut self,
        step: Step,
        link: &mut LinkWatch,
        transport: &mut Transport,
        now: Instant,
    ) -> bool {
        // Probes are of those who wait alone.
        self.follow(Standing::Waiting, link, now);
        for message in step.messages() {
            transport.send(ToPage::Probe(message), Channel::Link);
        }
        let Step::Done(measured) = step else {
            return false;
        };
        link.measured(now, &measured);
        // What was measured is told as it is, whatever was believed before.
        if let Some(level) = link.level() {
            self.tell(level, transport);
        }
        true
    }

    fn tell(&mut self, level: LinkLevel, transport: &mut Transport) {
        if transport.send(ToPage::Level(level), Channel::Slots) {
            self.level.tell(level);
        }
    }
}
