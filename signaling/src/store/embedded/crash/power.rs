//! The power fails at every write, change of length and sync.

use super::chance::Chance;
use super::disk::{Disk, Op, Syncing, Trace};
use super::workload::{ALL_ROOMS, Step, Workload, World};
use super::{open, run, seeds};
use crate::consultation::{Event, Fact};
use crate::ids::{RoomId, SeatId, Timestamp};
use crate::store::{Batch, RoomStore, Store, StoreError, Version};

/// A workload that was done once, on a disk that noted everything.
struct Recorded {
    workload: Workload,
    trace: Trace,
    /// How much had been asked of the disk when each step was answered.
    answered: Vec<usize>,
}

impl Recorded {
    fn new() -> Self {
        let workload = Workload::new();
        let disk = Disk::with(Vec::new());
        let (store, answered) = run(async { Ok(workload.run(&disk).await) }).unwrap();
        drop(store);
        let trace = disk.cut();
        let lengths = trace.ops.iter().filter(|op| matches!(op, Op::Length(_)));
        assert!(lengths.count() > 2, "the file grows and shrinks");
        Self {
            workload,
            trace,
            answered,
        }
    }

    /// What may be found after a crash at an operation: all that was answered, and the step on its
    /// way wholly or not at all.
    fn allowed(&self, at: usize) -> &[World] {
        let answered = self.answered.partition_point(|asked| *asked <= at);
        let last = answered.saturating_sub(1);
        let worlds = &self.workload.worlds;
        &worlds[last..worlds.len().min(last + 2)]
    }

    /// The power fails at every `stride`th operation. Answers what was lost, crash by crash.
    fn losses(&self, seed: u64, syncing: Syncing, stride: usize) -> Vec<String> {
        let mut crashes = self.trace.crashes(syncing);
        let crash = |at| {
            let mut chance = Chance::of(seed, at);
            let left = crashes.left_at(at, &mut chance);
            let loss = run(self.comes_back(left, self.allowed(at), &mut chance)).err()?;
            Some(format!("CRASH_SEEDS={seed}, at operation {at}: {loss}"))
        };
        let points = (0..=self.trace.ops.len()).step_by(stride);
        points.filter_map(crash).collect()
    }

    /// Opens what is left, reads it, goes on; and all of that again after a second crash.
    async fn comes_back(
        &self,
        left: Vec<u8>,
        allowed: &[World],
        chance: &mut Chance,
    ) -> Result<(), String> {
        let disk = Disk::with(left);
        let store = open(&disk).map_err(|error| format!("it does not open: {error}"))?;
        let opened = disk.asked();
        let world = self.read(&store, allowed).await?;
        let grown = self.goes_on(&store, &world, chance).await?;
        let answered = disk.asked();
        let trace = disk.cut();
        drop(store);

        let mut crashes = trace.crashes(Syncing::Honest);
        let again = crashes.left_at(chance.below(opened + 1), chance);
        self.opens_again(again, allowed)
            .await
            .map_err(|loss| format!("after a crash in its recovery {loss}"))?;
        let again = crashes.left_at(answered, chance);
        self.opens_again(again, &[grown])
            .await
            .map_err(|loss| format!("after a recovery, an append and a crash {loss}"))
    }

    /// Opens what is left, with a second crash at every operation of that.
    async fn survives_its_recovery(
        &self,
        left: Vec<u8>,
        allowed: &[World],
        chance: &mut Chance,
    ) -> Result<(), String> {
        let disk = Disk::with(left);
        let store = open(&disk).map_err(|error| format!("it does not open: {error}"))?;
        let trace = disk.cut();
        drop(store);
        let mut crashes = trace.crashes(Syncing::Honest);
        for at in 0..=trace.ops.len() {
            let again = crashes.left_at(at, chance);
            self.opens_again(again, allowed)
                .await
                .map_err(|loss| format!("after a crash at operation {at} of it {loss}"))?;
        }
        Ok(())
    }

    async fn opens_again(&self, left: Vec<u8>, allowed: &[World]) -> Result<(), String> {
        let disk = Disk::with(left);
        let store = open(&disk).map_err(|error| format!("it does not open: {error}"))?;
        self.read(&store, allowed).await?;
        // No orderly end: that is a restart's, which the workload has.
        disk.cut();
        Ok(())
    }

    async fn read(&self, store: &Store, allowed: &[World]) -> Result<World, String> {
        store.check().await.map_err(|error| error.to_string())?;
        let world = World::read(store, &self.workload)
            .await
            .map_err(|error| error.to_string())?;
        if allowed.contains(&world) {
            return Ok(world);
        }
        let differences: Vec<_> = allowed.iter().map(|one| one.difference(&world)).collect();
        Err(format!("it holds something else: {differences:?}"))
    }

    /// The next append is counted on from what is there.
    async fn goes_on(
        &self,
        store: &Store,
        world: &World,
        chance: &mut Chance,
    ) -> Result<World, String> {
        let rooms: Vec<_> = ALL_ROOMS.map(RoomId).collect();
        let room = rooms[chance.below(rooms.len())];
        let version = world.version(room);
        let left = Event {
            at: Timestamp(20_000),
            fact: Fact::Confirmed { seat: SeatId(2) },
        };
        let batch = Batch {
            events: vec![left],
            ..Batch::default()
        };
        let ahead = Version {
            length: version.length + 1,
            ..version
        };
        match store.append(room, ahead, batch.clone()).await {
            Err(StoreError::Conflict { actual, .. }) if actual == version => {}
            other => return Err(format!("an append ahead of the log was answered {other:?}")),
        }
        let grown = world.after(&Step::Append(room, Box::new(batch.clone())));
        match store.append(room, version, batch).await {
            Ok(new) if new == grown.version(room) => {}
            other => return Err(format!("an append was answered {other:?}")),
        }
        self.read(store, std::slice::from_ref(&grown)).await
    }
}

#[test]
fn whatever_was_answered_is_there_after_a_crash_at_any_write() {
    let recorded = Recorded::new();
    for seed in seeds() {
        let losses = recorded.losses(seed, Syncing::Honest, 1);
        assert_eq!(losses, Vec::<String>::new());
    }
}

#[test]
fn a_recovery_may_crash_at_any_write() {
    let recorded = Recorded::new();
    for seed in seeds() {
        let mut crashes = recorded.trace.crashes(Syncing::Honest);
        // Of each step of the workload, one crash.
        for at in recorded.answered.iter().map(|asked| asked + 3) {
            let mut chance = Chance::of(seed, at);
            let left = crashes.left_at(at, &mut chance);
            let recovery = recorded.survives_its_recovery(left, recorded.allowed(at), &mut chance);
            run(recovery).unwrap_or_else(|loss| {
                panic!("CRASH_SEEDS={seed}, recovery from a crash at operation {at}: {loss}")
            });
        }
    }
}

/// The test of the tests above: it sees appends that are gone, and files that do not open.
#[test]
fn a_disk_that_lies_about_syncing_is_caught() {
    let losses = Recorded::new().losses(0, Syncing::Lying, 40);
    for kind in ["it holds something else", "it does not open"] {
        assert!(losses.iter().any(|loss| loss.contains(kind)), "{losses:?}");
    }
}
