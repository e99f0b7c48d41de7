//! One receive lane, the audio or the video of a slot: who owns it, what comes, how well.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use rtc::rtp_transceiver::RTCRtpTransceiverId;
use tokio::sync::watch;
use tokio::time::Instant;
use webrtc::media_stream::track_remote::{TrackRemote, TrackRemoteEvent};

use super::ears::{Ear, Tally};
use super::peer::Lane;
use super::slots::SLOTS;
use super::stats::{Arrival, Breaks, Counts, Kind, StreamJudge};

/// After a change of owner, packets of the old one may still be queued inside this process for
/// this long; the ear ignores them. What the server sends wrongly goes on longer than that.
const GRACE: Duration = Duration::from_millis(100);

/// The same for packets of a slot that became nobody's, where nothing is due at all: on a machine with far too
/// much to do, a packet was seen to lie in this process for half a second.
const QUEUED: Duration = Duration::from_secs(1);

/// The name of a first owner comes so soon after their voice, also on a machine with far too much to do.
const NAMELESS: Duration = Duration::from_secs(5);

/// The first owner of every slot has this epoch.
const FIRST_EPOCH: u16 = 1;

/// How often a count is looked at: half of what lies between two packets of voice. Waking a waiter at each
/// packet would cost more than the packet.
const LOOKING: Duration = Duration::from_millis(10);

/// Packets received by all bots, readable while they run.
#[derive(Debug, Default)]
pub struct Meter {
    received: AtomicU64,
}

impl Meter {
    /// All packets so far.
    pub fn received(&self) -> u64 {
        self.received.load(Ordering::Relaxed)
    }

    /// Waits until this many have come.
    pub async fn reaches(&self, packets: u64) {
        let mut looking = tokio::time::interval(LOOKING);
        while self.received() < packets {
            looking.tick().await;
        }
    }
}

/// Who owns a slot; seat 0 is nobody, and the tile is blank.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Owner {
    /// The seat.
    pub seat: u16,
    /// Counts the owners.
    pub epoch: u16,
    /// When the bot learnt of it.
    pub since: Instant,
}

/// What came from one owner of a slot.
#[derive(Debug, Clone)]
pub struct Stay {
    /// Who.
    pub owner: Owner,
    /// When the first packet came.
    pub first_packet: Instant,
    /// From the first packet until the slot changed hands or the call ended.
    pub lasted: Duration,
    /// What was heard; empty for video.
    pub tally: Tally,
}

/// All that came on one lane.
#[derive(Debug, Clone)]
pub struct LaneReport {
    /// Which lane.
    pub lane: Lane,
    /// Packets.
    pub counts: Counts,
    /// Seams of the rewriting that show.
    pub breaks: Breaks,
    /// The owners in order.
    pub stays: Vec<Stay>,
    /// Packets that came while the slot was nobody's.
    pub ownerless: u64,
}

/// What every lane of a bot shares.
#[derive(Clone)]
pub struct Room {
    /// Which transceiver receives what.
    pub lanes: Arc<HashMap<RTCRtpTransceiverId, Lane>>,
    /// The owner of each slot.
    pub owners: [watch::Receiver<Owner>; SLOTS],
    /// The tones an ear knows.
    pub tones: Arc<[u16]>,
    /// Counts every packet.
    pub meter: Arc<Meter>,
}

/// Receives one track until it ends or `stop` turns true; `None` if it belongs to no lane.
pub async fn listen(
    track: Arc<dyn TrackRemote>,
    room: Room,
    mut stop: watch::Receiver<bool>,
) -> Option<LaneReport> {
    let mut receiver: Option<Receiver> = None;
    loop {
        let news = tokio::select! {
            biased;
            _ = stop.wait_for(|stop| *stop) => break,
            () = owner_changed(&mut receiver) => None,
            event = track.poll() => Some(event),
        };
        let Some(event) = news else {
            receiver.iter_mut().for_each(Receiver::follow_owner);
            continue;
        };
        match event {
            Some(TrackRemoteEvent::OnOpen(opened)) => {
                // A second opening is a further SSRC of the same lane.
                if receiver.is_none() {
                    let lane = *room.lanes.get(&opened.receiver_id.into())?;
                    let owner = room.owners.get(usize::from(lane.slot))?.clone();
                    receiver = Some(Receiver::new(lane, owner, &room)?);
                }
            }
            Some(TrackRemoteEvent::OnRtpPacket(packet)) => {
                room.meter.received.fetch_add(1, Ordering::Relaxed);
                if let Some(receiver) = &mut receiver {
                    let arrival = Arrival {
                        sequence: packet.header.sequence_number,
                        timestamp: packet.header.timestamp,
                        payload: &packet.payload,
                        at: Instant::now(),
                    };
                    receiver.arrive(packet.header.ssrc, arrival);
                }
            }
            Some(TrackRemoteEvent::OnEnded) | None => break,
            Some(_) => {}
        }
    }
    receiver.map(|receiver| receiver.finish(Instant::now()))
}

/// Waits for the next owner of the slot; for ever while the track has no lane yet.
async fn owner_changed(receiver: &mut Option<Receiver>) {
    if let Some(receiver) = receiver
        && receiver.owner.changed().await.is_ok()
    {
        return;
    }
    std::future::pending::<()>().await;
}

struct Receiver {
    lane: Lane,
    owner: watch::Receiver<Owner>,
    ear: Option<Ear>,
    /// Whose stay is under way: the last one of the report.
    stay: Option<Owner>,
    /// When a voice came first, while the slot had never been anybody's.
    nameless_since: Option<Instant>,
    ssrc: Option<u32>,
    judge: StreamJudge,
    report: LaneReport,
}

impl Receiver {
    fn new(lane: Lane, owner: watch::Receiver<Owner>, room: &Room) -> Option<Self> {
        let ear = match lane.kind {
            Kind::Audio => Some(Ear::new(Arc::clone(&room.tones)).ok()?),
            Kind::Video => None,
        };
        let report = LaneReport {
            lane,
            counts: Counts::default(),
            breaks: Breaks::default(),
            stays: Vec::new(),
            ownerless: 0,
        };
        Some(Self {
            lane,
            owner,
            ear,
            stay: None,
            nameless_since: None,
            ssrc: None,
            judge: StreamJudge::new(lane.kind),
            report,
        })
    }

    fn arrive(&mut self, ssrc: u32, arrival: Arrival<'_>) {
        if self.ssrc.is_some_and(|known| known != ssrc) {
            self.close_stream();
        }
        self.ssrc = Some(ssrc);
        self.judge.arrive(arrival);
        self.attribute(arrival);
    }

    /// Ends the stay of an owner who has left the slot.
    fn follow_owner(&mut self) {
        let owner = *self.owner.borrow_and_update();
        if self.stay.is_some_and(|staying| staying != owner) {
            self.close_stay(owner.since);
        }
    }

    /// Books the packet to the owner of the slot, and lets the ear hear it.
    fn attribute(&mut self, arrival: Arrival<'_>) {
        self.follow_owner();
        let owner = *self.owner.borrow();
        if self.stay.is_none() {
            // The voice of the first owner that a slot ever has may come before their name.
            if let (0, Some(ear)) = (owner.epoch, &mut self.ear) {
                let since = *self.nameless_since.get_or_insert(arrival.at);
                self.report.ownerless += u64::from(arrival.at >= since + NAMELESS);
                ear.hear(arrival.payload);
                return;
            }
            if owner.seat == 0 || arrival.at < owner.since {
                let is_due = self.report.stays.is_empty() || arrival.at >= owner.since + QUEUED;
                self.report.ownerless += u64::from(owner.seat == 0 && is_due);
                return;
            }
            self.stay = Some(owner);
            // What came before the name was somebody else's, of whom nothing was known.
            if let (true, Some(ear)) = (owner.epoch != FIRST_EPOCH, &mut self.ear) {
                ear.start_over();
            }
            let (lasted, tally) = (Duration::ZERO, Tally::default());
            self.report.stays.push(Stay {
                owner,
                first_packet: arrival.at,
                lasted,
                tally,
            });
        }
        let is_first_owner = self.report.stays.len() == 1;
        if let Some(ear) = &mut self.ear
            && (is_first_owner || arrival.at >= owner.since + GRACE)
        {
            ear.hear(arrival.payload);
        }
    }

    fn close_stay(&mut self, until: Instant) {
        if self.stay.take().is_some()
            && let Some(stay) = self.report.stays.last_mut()
        {
            stay.lasted = until.saturating_duration_since(stay.first_packet);
            if let Some(ear) = &mut self.ear {
                stay.tally = ear.start_over();
            }
        }
    }

    fn close_stream(&mut self) {
        self.report.counts.add(&self.judge.counts());
        self.report.breaks.add(&self.judge.breaks());
        self.judge = StreamJudge::new(self.lane.kind);
    }

    fn finish(mut self, now: Instant) -> LaneReport {
        self.follow_owner();
        self.close_stay(now);
        self.close_stream();
        self.report
    }
}
