use super::*;
use crate::link::classify::Class;
use crate::link::shape::{BitRate, Loss, Rate};

const fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

fn shape(kilobits: u64, delay: Duration) -> Shape {
    Shape {
        rate: Rate::Steady(BitRate::kbps(kilobits)),
        queue_bytes: 15_000,
        delay,
        jitter: Duration::ZERO,
        loss: Loss::NONE,
        outages: Vec::new(),
    }
}

/// A STUN message of 100 bytes on the wire.
fn stun() -> Vec<u8> {
    let mut packet = vec![0; 100];
    packet[0] = 0x45;
    packet[9] = 17;
    packet
}

#[test]
fn each_direction_has_its_own_shape_and_gives_back_what_it_was_given() {
    let mut link = Emulator::new(shape(80, ms(100)), shape(8, ms(200)), 1);
    link.push(Way::Up, ms(0), &stun());
    link.push(Way::Down, ms(0), &stun());
    assert_eq!(link.deadline(), Some(ms(110)));
    assert_eq!(link.poll(Way::Up, ms(109)), None);
    assert_eq!(link.poll(Way::Up, ms(110)), Some(stun()));
    assert_eq!(link.poll(Way::Down, ms(299)), None);
    assert_eq!(link.poll(Way::Down, ms(301)), Some(stun()));
    assert_eq!(link.deadline(), None);
    assert_eq!(link.waits(Way::Up).latest, Duration::ZERO);
    assert_eq!(
        link.waits(Way::Down).latest,
        ms(1),
        "it was polled a millisecond late"
    );
}

#[test]
fn what_passes_is_counted_and_what_is_not_ipv4_does_not_pass() {
    let mut link = Emulator::new(shape(80, ms(0)), shape(80, ms(0)), 1);
    link.push(Way::Up, ms(0), &stun());
    link.push(Way::Up, ms(0), &[0x60; 100]);
    assert!(link.poll(Way::Up, ms(10)).is_some());
    assert!(link.poll(Way::Up, ms(9_000)).is_none());
    let up = link.ledger().accounts(Way::Up);
    assert_eq!(
        (
            up.total.offered.packets,
            up.total.delivered.bytes,
            up.not_ipv4
        ),
        (1, 100, 1)
    );
    assert_eq!(up.classes.keys().collect::<Vec<_>>(), [&Class::Stun]);
}

#[test]
fn changes_reach_the_direction_they_are_for() {
    let mut link = Emulator::new(shape(80, ms(0)), shape(80, ms(0)), 1);
    link.reshape(Way::Down, ms(0), shape(8, ms(0)));
    link.begin_outage(Way::Up, ms(0), OutageMode::Drop, ms(50));
    assert_eq!(link.standing(Way::Up), (0, Some(OutageMode::Drop)));
    for way in Way::BOTH {
        link.push(way, ms(0), &stun());
    }
    assert_eq!(link.standing(Way::Down), (100, None));
    assert!(link.poll(Way::Up, ms(40)).is_none());
    assert_eq!(link.ledger().accounts(Way::Up).total.outage.packets, 1);
    link.end_outage(Way::Up, ms(40));
    link.push(Way::Up, ms(40), &stun());
    assert!(link.poll(Way::Up, ms(50)).is_some());
    assert!(link.poll(Way::Down, ms(99)).is_none());
    assert!(link.poll(Way::Down, ms(100)).is_some());
}
