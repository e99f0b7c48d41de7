//! The honest people: a practitioner and an interpreter in a consultation while all around is attacked.

use std::sync::Arc;
use std::time::Duration;

use super::report::Attack;
use crate::bot::enter::Key;
use crate::bot::listen::{LaneReport, Stay};
use crate::bot::person::{Body, Person};
use crate::bot::stats::{Counts, Kind};
use crate::bot::tone::{TONES, tone_of};
use crate::bot::transport::{Transport, TransportReport};
use crate::chance::Chance;
use crate::cli::HostilePlan;
use crate::http::{Client, Failure};
use crate::scenario::rooms::Rented;

/// Seats 1 and 2 are honest.
const ROLES: [&str; 4] = ["practitioner", "interpreter", "patient", "companion"];
/// Where the intruder sits, who is let in once and put out again.
pub const INTRUDER: u16 = 3;
/// Kept free for somebody whose link must work under guessing.
pub const LATE: u16 = 4;
/// A gap that a person would notice; the machine is shared, and people forgive a blink.
const GAP: Duration = Duration::from_millis(500);

/// The room and who is in it.
pub struct Clinic {
    /// Their room.
    pub room: Rented,
    /// Seat 1.
    pub practitioner: Person,
    /// Seat 2.
    pub interpreter: Person,
    /// What the ears know.
    pub tones: Arc<[u16]>,
    /// The way to the server.
    pub client: Client,
    seed: u64,
}

impl Clinic {
    /// Opens the room; both talk.
    pub async fn open(client: &Client, plan: &HostilePlan) -> Result<Self, Failure> {
        let room = Rented::open(client, &plan.admin_secret, &ROLES).await?;
        let tones: Arc<[u16]> = TONES.into();
        let mut people = Vec::new();
        for seat in 1..=2 {
            let key = Key::Link(room.link(seat)?);
            let mut person = Person::come(client, key, body(plan.seed, &tones, seat)).await?;
            person.talk().await?;
            people.push(person);
        }
        let mut people = people.into_iter();
        let missing = || Failure::new("client", "nobody came");
        let practitioner = people.next().ok_or_else(missing)?;
        let interpreter = people.next().ok_or_else(missing)?;
        // They hear each other before anything begins.
        for person in [&practitioner, &interpreter] {
            let hearing = &person.body.hearing.meter;
            tokio::time::timeout(Duration::from_secs(10), hearing.reaches(25))
                .await
                .map_err(|_| Failure::new("timeout", "the honest people hear nothing"))?;
        }
        Ok(Self {
            room,
            practitioner,
            interpreter,
            tones,
            client: client.clone(),
            seed: plan.seed,
        })
    }

    /// Somebody for a seat of this room.
    pub fn body(&self, seat: u16) -> Body {
        body(self.seed, &self.tones, seat)
    }

    /// Ends the consultation and tells what the honest people noticed.
    pub async fn close(self) -> Attack {
        let mut attack = Attack::new("the honest people notice nothing of all this");
        let tones = [
            self.practitioner.body.tone,
            self.interpreter.body.tone,
            tone_of(self.seed, 0, usize::from(INTRUDER)),
        ];
        let outcome = async {
            // Together: who leaves last must not be judged by the silence of who left first.
            let people = [self.practitioner, self.interpreter];
            for person in &people {
                person.transport.iter().for_each(Transport::hush);
            }
            let mut heard = Vec::new();
            for person in people {
                heard.push((person.seat, person.leave().await?));
            }
            let is_late = heard.iter().any(|(_, report)| report.sent.late > 0);
            for ((seat, report), other) in heard.iter().zip([2, 1]) {
                let ear = Ear {
                    name: format!("seat {seat}"),
                    other,
                    tones,
                    is_late,
                };
                ear.judge(&mut attack, report);
            }
            self.room.end().await
        }
        .await;
        attack.ended(outcome)
    }
}

fn body(seed: u64, tones: &Arc<[u16]>, seat: u16) -> Body {
    let bot = usize::from(seat);
    Body::new(tone_of(seed, 0, bot), tones, Chance::new(seed, 0, bot))
}

/// What one of them may hear.
struct Ear {
    name: String,
    /// The seat that is heard all along.
    other: u16,
    /// Of seats 1 and 2, and of the intruder.
    tones: [u16; 3],
    /// The bots could not keep time themselves.
    is_late: bool,
}

impl Ear {
    /// Compares what was heard with what may be heard: the other all along, and the intruder while let in.
    fn judge(&self, attack: &mut Attack, heard: &TransportReport) {
        let name = &self.name;
        let ownerless: u64 = heard.lanes.iter().map(|lane| lane.ownerless).sum();
        attack.expect(ownerless == 0, || {
            format!("{name}: {ownerless} packets in slots that were nobody's")
        });
        let is_picture = |lane: &&LaneReport| lane.lane.kind == Kind::Video;
        let pictures = heard.lanes.iter().filter(is_picture);
        let pictures: u64 = pictures.map(|lane| lane.counts.received).sum();
        attack.expect(pictures == 0, || {
            format!("{name}: {pictures} packets of video")
        });

        let (mut hears_other, mut hears_intruder) = (false, false);
        for lane in heard.lanes.iter().filter(|lane| !is_picture(lane)) {
            for stay in &lane.stays {
                let is_right = self.is_right(stay);
                attack.expect(is_right, || {
                    let seat = stay.owner.seat;
                    format!("{name}: seat {seat} sounded like {:?}", stay.tally)
                });
                let is_other = stay.owner.seat == self.other;
                hears_other |= is_right && is_other && stay.tally.is_lasting(stay.lasted);
                hears_intruder |= is_right && stay.owner.seat == INTRUDER;
            }
            if lane.stays.iter().any(|stay| stay.owner.seat == self.other) {
                self.judge_quality(attack, lane.counts);
            }
        }
        attack.expect(hears_other, || {
            format!("{name}: the other was not heard all along")
        });
        // Else the silence before and after would prove nothing.
        attack.expect(hears_intruder, || {
            format!("{name}: the intruder was not even heard while let in")
        });
    }

    fn is_right(&self, stay: &Stay) -> bool {
        let tone = match stay.owner.seat {
            INTRUDER => self.tones.last(),
            seat if seat == self.other => self.tones.get(usize::from(seat) - 1),
            _ => None,
        };
        tone.is_some_and(|tone| stay.tally.is_only(*tone)) && stay.tally.undecodable == 0
    }

    fn judge_quality(&self, attack: &mut Attack, counts: Counts) {
        let name = &self.name;
        attack.note(format!(
            "{name}: {} packets of voice, {} lost, longest gap {} ms",
            counts.received, counts.lost, counts.longest_gap_ms
        ));
        attack.expect(counts.lost == 0, || format!("{name}: {} lost", counts.lost));
        let gap = Duration::from_millis(counts.longest_gap_ms);
        // What the bots were too slow to say is not the server's silence.
        attack.expect(gap <= GAP || self.is_late, || {
            format!("{name}: a gap of {gap:?}")
        });
    }
}
