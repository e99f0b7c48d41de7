//! Real shards: threads, sockets and the clock. One of them panics; the others never notice.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that meets the unexpected fails there and then"
)]

mod call;
#[path = "../sim/world/mod.rs"]
#[allow(
    dead_code,
    unused_imports,
    clippy::pedantic,
    reason = "the simulation uses all of it, and is checked there"
)]
mod world;

use std::net::Ipv4Addr;
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use call::Call;
use nhipcau::io::{Command, MediaServer, MediaSettings, Notice, Reply, UdpPorts};
use nhipcau::media::ids::{RoomId, SeatId};
use nhipcau::media::routing::Standing;

/// Voice packets that prove that a call goes on: two seconds of it.
const CALL_GOES_ON: usize = 100;

fn start(shards: usize) -> (MediaServer, Receiver<Notice>) {
    let (sender, notices) = mpsc::channel();
    let sender = Mutex::new(sender);
    let settings = MediaSettings {
        shards,
        udp_ports: UdpPorts::Any,
        public_addresses: vec![Ipv4Addr::LOCALHOST.into()],
        advertise_loopback: true,
    };
    let observer = Arc::new(move |notice| {
        let _ = sender.lock().unwrap().send(notice);
    });
    let server = MediaServer::start(&settings, &(observer as _)).unwrap();
    (server, notices)
}

/// Waits for the rooms of a failed shard to be reported.
fn lost(notices: &Receiver<Notice>) -> Vec<RoomId> {
    loop {
        let notice = notices
            .recv_timeout(Duration::from_secs(30))
            .expect("a lost shard is reported");
        if let Notice::RoomsLost(rooms) = notice {
            return rooms;
        }
    }
}

#[test]
fn a_shard_that_panics_is_restarted_and_the_others_never_notice() {
    let (server, notices) = start(2);
    let (doomed, spared) = (RoomId(2), RoomId(3));
    let mut ended = Call::start(&server, doomed);
    let mut other = Call::start(&server, spared);
    Call::run(&mut [&mut ended, &mut other], |calls| {
        calls.iter().all(|call| call.voices_heard() >= 20)
    });

    let heard = other.voices_heard();
    server.inject_panic(0);
    assert_eq!(lost(&notices), [doomed]);
    Call::run(&mut [&mut other], |calls| {
        calls
            .iter()
            .all(|call| call.voices_heard() >= heard + CALL_GOES_ON)
    });
    assert_eq!(
        other.voices_missed(),
        0,
        "the other shard's call lost nothing"
    );
    assert_eq!(server.shards(), (2, 2));

    // The failed shard serves again, on the same port.
    let mut again = Call::start(&server, doomed);
    Call::run(&mut [&mut again, &mut other], |calls| {
        calls.iter().all(|call| call.voices_heard() >= 20)
    });
    let restarts = server
        .counters()
        .into_iter()
        .find(|(name, _)| *name == "shard_restarts");
    assert_eq!(restarts, Some(("shard_restarts", 1)));
}

#[test]
fn signaling_lets_people_in_and_asks_who_is_heard_through_the_mailbox() {
    let (server, _notices) = start(1);
    let room = RoomId(4);
    let mut call = Call::start(&server, room);
    Call::run(&mut [&mut call], |calls| {
        calls.iter().all(|call| call.voices_heard() >= 20)
    });
    let heard = |seat| {
        ask(&server, room, |reply| Command::IsHeard {
            seat: SeatId(seat),
            within: Duration::from_mins(1),
            reply,
        })
    };
    assert_eq!((heard(1), heard(9)), (true, false));

    server.send(room, Command::SetStanding(SeatId(1), Standing::Waiting));
    let snapshot = ask(&server, room, Command::Inspect).expect("the room is there");
    let standings: Vec<_> = snapshot
        .participants
        .iter()
        .map(|person| (person.seat, person.standing.as_str()))
        .collect();
    assert_eq!(standings, [(1, "waiting"), (2, "admitted")]);
    let owners: Vec<_> = snapshot
        .participants
        .iter()
        .flat_map(|person| person.slots.iter().filter_map(|slot| slot.owner))
        .collect();
    assert_eq!(owners, [0_u16; 0], "nobody has the other in a slot");
    assert!(heard(1), "its transport is there still");
}

/// The answer of a shard.
fn ask<T: Send + 'static>(
    server: &MediaServer,
    room: RoomId,
    command: impl FnOnce(Reply<T>) -> Command,
) -> T {
    let (sender, answer) = mpsc::channel();
    let reply = Box::new(move |value| sender.send(value).unwrap());
    server.send(room, command(reply));
    answer.recv_timeout(Duration::from_secs(30)).unwrap()
}

#[test]
fn a_port_range_gives_each_shard_its_own_and_says_which_is_missing() {
    let (server, _notices) = start(1);
    let taken = server.ports()[0];
    let settings = MediaSettings {
        shards: 1,
        udp_ports: UdpPorts::Range {
            first: taken,
            last: taken,
        },
        public_addresses: vec![Ipv4Addr::LOCALHOST.into()],
        advertise_loopback: true,
    };
    let refused = MediaServer::start(&settings, &(Arc::new(|_| {}) as _));
    let message = refused.err().expect("the port is taken").to_string();
    assert!(message.contains(&format!("{taken}-{taken}")), "{message}");
    assert!(message.contains("shard 0"), "{message}");
}
