//! Every received packet against what the server had decided when the packet left.

use std::collections::HashMap;

use nhipcau::media::debug::ParticipantSnapshot;
use nhipcau::media::routing::Standing;
use str0m::net::Transmit;

use super::World;
use super::page::Receipt;
use super::tally::Tally;

/// What the server decided about one person.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Decision {
    standing: Standing,
    /// Owner and epoch of each receive slot.
    slots: Vec<(Option<u16>, u16)>,
}

/// Everything that the server decided, entry by entry.
#[derive(Default)]
pub struct Ledger {
    entries: Vec<HashMap<usize, Decision>>,
}

impl Ledger {
    /// The entry that is valid now.
    pub fn last(&self) -> usize {
        self.entries.len().saturating_sub(1)
    }
}

impl World {
    /// What the media plane says of somebody.
    pub fn snapshot(&self, name: &str) -> ParticipantSnapshot {
        let person = self.person(name);
        let room = self.planes[self.plane_of(person.room)].inspect(person.room);
        let mut people = room.unwrap().participants.into_iter();
        people.find(|other| other.seat == person.seat.0).unwrap()
    }

    /// Takes note of what the server has decided by now.
    pub(super) fn note_decisions(&mut self) {
        let mut entry = HashMap::new();
        for (at, person) in self.people.iter().enumerate() {
            let room = self.planes[self.plane_of(person.room)].inspect(person.room);
            let snapshot = room.and_then(|room| {
                room.participants
                    .into_iter()
                    .find(|other| other.seat == person.seat.0)
            });
            if let Some(snapshot) = snapshot {
                let slots = snapshot
                    .slots
                    .iter()
                    .map(|slot| (slot.owner, slot.epoch))
                    .collect();
                entry.insert(
                    at,
                    Decision {
                        standing: person.decided,
                        slots,
                    },
                );
            }
        }
        self.ledger.entries.push(entry);
    }

    /// Checks that nothing of the kind of media leaves for somebody who is not let in: padding and
    /// probes neither, which no page would show.
    pub(super) fn watch_departure(&mut self, transmit: &Transmit) {
        let mut tally = Tally::default();
        tally.add(&transmit.contents);
        let Some(person) = self.network.reached_at(transmit.destination) else {
            return;
        };
        let entry = self.ledger.entries.last();
        let decision = entry.and_then(|entry| entry.get(&person));
        let is_in = decision.is_some_and(|decision| decision.standing == Standing::Admitted);
        if tally.media > 0 && !is_in {
            let (name, at) = (&self.people[person].name, self.elapsed());
            let what = format!("media left for {name} at {at:?}, who is not let in");
            self.violations.push(what);
        }
    }

    /// Checks what a person's page has received since it had `seen` packets.
    pub(super) fn watch(&mut self, person: usize, seen: usize) {
        let page = self.people[person].page();
        let broken: Vec<String> = page.receipts[seen..]
            .iter()
            .filter_map(|receipt| self.rule_broken_by(person, receipt))
            .collect();
        let garbage = page.garbage.len();
        if garbage > 0 {
            let what = self.people[person]
                .page_mut()
                .garbage
                .drain(..)
                .collect::<Vec<_>>();
            self.violations.extend(what);
        }
        self.violations.extend(broken);
    }

    fn rule_broken_by(&self, viewer: usize, receipt: &Receipt) -> Option<String> {
        let name = &self.people[viewer].name;
        let mark = &receipt.found.mark;
        let say = |what: &str| {
            let at = receipt.at - self.origin;
            let left = receipt.left.at - self.origin;
            Some(format!(
                "{name} at {at:?}: {what} (slot {}, {mark:?}, left the server at {left:?})",
                receipt.slot
            ))
        };
        let Some(source) = self.people.get(usize::from(mark.person)) else {
            return say("media of nobody");
        };
        if usize::from(mark.person) == viewer {
            return say("their own media");
        }
        if source.room != self.people[viewer].room {
            return say("media of another room");
        }
        let entry = self.ledger.entries.get(receipt.left.entry)?;
        let Some(mine) = entry.get(&viewer) else {
            return say("media for a person who is not in the room");
        };
        let is_in = |decision: Option<&Decision>| {
            decision.is_some_and(|decision| decision.standing == Standing::Admitted)
        };
        if !is_in(Some(mine)) || !is_in(entry.get(&usize::from(mark.person))) {
            return say("media that the routing rule forbids");
        }
        let (owner, epoch) = mine.slots[receipt.slot];
        if owner != Some(source.seat.0) {
            return say(&format!(
                "media of a person whose slot it is not, but seat {owner:?}'s"
            ));
        }
        let slot = u8::try_from(receipt.slot).unwrap();
        let is_acknowledged = self.people[viewer]
            .page()
            .acknowledged
            .iter()
            .any(|entry| (entry.1, entry.2) == (slot, epoch) && entry.0 < receipt.left.at);
        // The voice of the first owner that a slot ever has need not wait: nobody else's was there.
        let is_first = || self.is_first_owner(viewer, receipt.slot, receipt.left.entry);
        let may_come = is_acknowledged || (receipt.is_voice() && is_first());
        if !may_come {
            return say("media before the slot was acknowledged");
        }
        None
    }

    /// Whether nobody has had this slot of somebody's transport before whoever has it in this entry:
    /// until then it was nobody's, and had not changed hands.
    fn is_first_owner(&self, viewer: usize, slot: usize, entry: usize) -> bool {
        let until = self.ledger.entries[..=entry].iter().rev();
        let mut slots = until.map_while(|entry| Some(entry.get(&viewer)?.slots[slot]));
        let owner = slots.next().and_then(|(owner, _)| owner);
        let before = slots.find(|(other, _)| *other != owner);
        owner.is_some() && before.is_none_or(|before| before == (None, 0))
    }
}
